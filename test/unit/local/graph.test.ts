import { createHash } from "node:crypto";
import type { Operation } from "../../../local/commands/engine/stackResources";
import { withoutSecrets } from "../../../local/commands/engine/withoutSecrets";
import { drawing } from "../../../local/commands/pictures/drawing";
import type { Graph } from "../../../local/commands/pictures/graph";
import { mermaid } from "../../../local/commands/pictures/mermaid";
import type { Exported } from "../../../local/machine/exported";

const urn = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;

function component(kind: string, name: string): Exported {
    const type = `slipway:index:${kind}`;
    return { urn: urn(type, name), type, custom: false };
}

function resource(type: string, parent: Exported, inputs = {}, uses: Record<string, Exported> = {}): Exported {
    const name = parent.urn.split("::").at(-1) as string;
    const propertyDependencies = Object.fromEntries(Object.entries(uses).map(([key, each]) => [key, [each.urn]]));
    return { urn: urn(type, name), type, custom: true, parent: parent.urn, inputs, propertyDependencies };
}

const predict = component("ServerlessFunction", "predict");
const code = resource("gcp:cloudfunctionsv2/function:Function", predict, { project: "acme-dev", location: "us" });
const account = resource("gcp:serviceaccount/account:Account", predict, { project: "acme-dev" });
const models = component("StorageBucket", "models");
const bucket = resource("gcp:storage/bucket:Bucket", models, { project: "acme-dev" });
const reads = resource(
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    predict,
    { role: "roles/storage.objectViewer" },
    { member: account, bucket },
);
const all = [predict, code, account, models, bucket, reads];

const draw = (
    resources: Exported[],
    show: "flows" | "rights",
    format: "svg" | "html" | "mermaid",
    operations?: Record<string, Operation>,
) =>
    drawing(
        {
            project: "shop",
            stack: "dev",
            resources,
            ...(operations && { operations: new Map(Object.entries(operations)) }),
        },
        show,
        format,
    );

test("a stack is a flowchart of Mermaid", async () => {
    expect(await draw(all, "flows", "mermaid")).toBe(
        [
            "---",
            'title: "What flows in shop, stack dev"',
            "---",
            "flowchart LR",
            '    n1["<b>predict</b><br/>ServerlessFunction"]',
            '    n2["<b>models</b><br/>StorageBucket"]',
            '    n2 -->|"reads"| n1',
            "",
        ].join("\n"),
    );
    expect(await draw(all, "rights", "mermaid")).toContain('    n1 -->|"storage.objectViewer"| n2\n');
});

test("a preview has each change as a color and as a text, and frames of projects", async () => {
    const prod = component("StorageBucket", "copies");
    const copies = resource("gcp:storage/bucket:Bucket", prod, { project: "acme-prod" });
    const operations: Record<string, Operation> = {
        [code.urn]: "update",
        [account.urn]: "same",
        [reads.urn]: "create",
        [bucket.urn]: "replace",
        [prod.urn]: "delete",
        [copies.urn]: "delete",
    };
    const drawn = await draw([...all, prod, copies], "flows", "mermaid", operations);
    expect(drawn.split("\n").slice(4)).toEqual([
        '    subgraph n1["project acme-dev"]',
        '        n2["<b>predict</b><br/>ServerlessFunction ~ changed"]',
        '        n3["<b>models</b><br/>StorageBucket ± replaced"]',
        "    end",
        '    subgraph n4["project acme-prod"]',
        '        n5["<b>copies</b><br/>StorageBucket − deleted"]',
        "    end",
        '    n3 -->|"+ reads"| n2',
        "    classDef updated stroke:#8a5a00,stroke-width:2px",
        "    classDef replaced stroke:#8250df,stroke-width:2px",
        "    classDef deleted stroke:#cf222e,stroke-width:2px",
        "    class n2 updated",
        "    class n3 replaced",
        "    class n5 deleted",
        "",
    ]);
    const picture = await draw([...all, prod, copies], "flows", "svg", operations);
    const legend = [...picture.matchAll(/>([^<]+: \d)<\/text>/g)].map(([, text]) => text);
    expect(legend).toEqual(["~ changed: 1", "± replaced: 1", "− deleted: 1"]);
    expect(picture.match(/<g class="changed (\w+)"><rect class="node"/g)).toEqual([
        '<g class="changed update"><rect class="node"',
        '<g class="changed replace"><rect class="node"',
        '<g class="changed delete"><rect class="node"',
    ]);
});

test("a preview without a change says so, and a component of which all is new is created", async () => {
    expect(await draw(all, "flows", "svg", {})).toContain(">nothing changes</text>");
    expect(await draw(all, "flows", "svg")).not.toContain("nothing changes");
    const operations = Object.fromEntries(all.map(({ urn }) => [urn, "create" as const]));
    expect(await draw(all, "flows", "mermaid", operations)).toContain(
        "<b>predict</b><br/>ServerlessFunction + created",
    );
    expect(await draw(all, "rights", "mermaid", { [reads.urn]: "delete" })).toContain('"− storage.objectViewer"');
});

const hostile = '<script>alert("1")</script> & `x` #quot; | ] $$y$$';

test("no text of a stack is markup", async () => {
    const named = { ...code, inputs: { ...code.inputs, description: hostile }, id: hostile };
    const people = { ...reads, inputs: { role: `roles/${hostile}`, member: `user:${hostile}` } };
    const { member, ...others } = reads.propertyDependencies ?? {};
    const resources = [predict, named, account, models, bucket, { ...people, propertyDependencies: others }];
    for (const format of ["svg", "html"] as const) {
        const drawn = await draw(resources, "rights", format);
        expect(drawn).toContain("&lt;script&gt;alert(");
        expect(drawn).not.toContain("<script>alert(");
    }
    const graph: Graph = {
        title: hostile,
        nodes: [{ id: hostile, name: hostile, kind: hostile }],
        arrows: [{ from: hostile, to: hostile, label: [hostile] }],
    };
    const text =
        "#60;script#62;alert(#34;1#34;)#60;/script#62; #38; #96;x#96; #35;quot#59; #124; #93; #36;#36;y#36;#36;";
    expect(mermaid(graph).split("\n").slice(4, 6)).toEqual([
        `    n1["<b>${text}</b><br/>${text}"]`,
        `    n1 -->|"${text}"| n1`,
    ]);
});

test("a page allows only its own style and script", async () => {
    const page = await draw(all, "flows", "html");
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hashOf = (tag: string) => {
        const [, content = ""] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page) ?? [];
        return createHash("sha256").update(content).digest("base64");
    };
    expect(policy).toBe(
        `default-src 'none'; style-src 'sha256-${hashOf("style")}'; script-src 'sha256-${hashOf("script")}'; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/ style=| on\w+=|<link|<img|@import|url\(/);
});

test("secrets are in no picture and no page", async () => {
    const marked = (kind: string, rest = {}) => ({ "4dabf18193072939515e22adb298388d": kind, ...rest });
    const secret = marked("1b47061264138c4ac30d75fd1eb44270", { ciphertext: "v1:abc", plaintext: '"hunter2"' });
    const inputs = {
        project: "acme-dev",
        environmentVariables: { KEY: secret, LIST: [secret], PREVIEW: "[secret]" },
        description: marked("unheard-of", { value: "hunter2" }),
        archive: marked("0def7320c3a5731c473e5ecbe6d01bc7", { path: "/home/me" }),
        url: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        labels: { team: "ml" },
    };
    const resources = [predict, { ...code, inputs, outputs: { key: secret } }, account, models, bucket, reads];
    const [, read] = withoutSecrets(resources);
    expect(read?.inputs).toEqual({
        project: "acme-dev",
        environmentVariables: { KEY: "(secret)", LIST: ["(secret)"], PREVIEW: "(secret)" },
        description: "(secret)",
        archive: "(archive)",
        url: "(known after the deployment)",
        labels: { team: "ml" },
    });
    expect(read?.outputs).toEqual({ key: "(secret)" });
    const page = await draw(resources, "flows", "html");
    expect(page).toContain("<dt>environmentVariables.KEY</dt><dd>(secret)</dd>");
    expect(page).toContain("<dt>labels.team</dt><dd>ml</dd>");
    expect(page).not.toMatch(/hunter2|v1:abc|\/home\/me/);
});

test("the details of a component have its roles and resources", async () => {
    const page = await draw(all, "flows", "html", { [code.urn]: "update" });
    const [, section = ""] = /<section id="details-1" hidden>([\s\S]*?)<\/section>/.exec(page) ?? [];
    expect(section).toContain('<p class="kind">ServerlessFunction <span class="marker update">~ changed</span></p>');
    expect(section).toContain(
        "<h3>Has roles on</h3>\n<dl><dt>storage.objectViewer</dt><dd>StorageBucket models</dd></dl>",
    );
    expect(section.match(/<summary>/g)).toHaveLength(2);
    expect(section).toContain(
        '<summary>Function <b>predict</b> <span class="marker update">~ changed</span></summary><dl><dt>type</dt><dd>gcp:cloudfunctionsv2/function:Function</dd>',
    );
});

test("a stack without anything to draw is an error, and the page says so", async () => {
    await expect(draw([account], "flows", "svg")).rejects.toThrow(
        "the stack dev has nothing that --show flows draws. Try --show rights.",
    );
    expect(await draw([account], "flows", "html")).toContain("<p>There is nothing to show.</p>");
});
