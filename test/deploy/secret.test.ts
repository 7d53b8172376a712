import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult } from "../../local/commands/engine/pulumiCommand";
import { Deployment } from "./deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-secret-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;
const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { Account } = require("@pulumi/gcp/serviceaccount/account");
const { Environment, PubSubTopic, Schedule, Secret } = require("slipway");
const config = new pulumi.Config();
const key = config.requireSecret("apiKey");
const rotations = new PubSubTopic("rotations");
const given = new Secret("given", { value: key });
const generated = new Secret("generated", {
    generate: { rotation: "1" },
    notifications: { topics: [rotations], rotation: { every: "30 days", start: "2098-01-01T00:00:00Z" } },
});
const external = new Secret("external", { external: true });
const environment = Environment.current();
const { provider } = environment;
const account = new Account("reader", { accountId: "reader" }, { provider, dependsOn: environment.enable("iam.googleapis.com") });
for (const { reader } of [given, generated, external]) {
    reader.grants.map((grant) => grant.to(\`reader-\${grant.name}\`, account.member, { provider }));
}
const version = ({ reader }) => reader.attachments[0].version;
new PubSubTopic("consumer", { labels: { given: version(given), generated: version(generated) } });
new Schedule("hook", {
    cron: "0 3 * * *",
    call: { url: "https://hooks.example", headers: { Authorization: pulumi.interpolate\`Bearer \${key}\` }, body: key },
});
new Schedule("message", { cron: "0 4 * * *", topic: rotations, message: { secret: key } });
exports.given = given.version.secretData;
exports.generated = generated.version.secretData;
`;

/** The contents of all files below a folder. */
function texts(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((path) => join(folder, path))
        .filter((path) => statSync(path).isFile())
        .map((path) => readFileSync(path, "utf8"));
}

/** A deployment that records the output of all commands. */
class Overheard extends Deployment {
    readonly heard: string[] = [];

    constructor(index = program) {
        super({
            "Pulumi.yaml": "name: secret\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
            "Pulumi.dev.yaml": stack("development"),
            "Pulumi.prod.yaml": stack("production"),
            "package.json": '{ "name": "secret", "version": "1.0.0", "main": "index.js" }\n',
            "index.js": index,
        });
    }

    override async run(...args: Parameters<Deployment["run"]>): Promise<CommandResult> {
        const ended = await super.run(...args);
        this.heard.push(ended.output);
        return ended;
    }

    give(value: string, to = "dev"): Promise<unknown> {
        return this.succeed(["config", "set", "--secret", "apiKey", value, "-s", to]);
    }

    /** The versions of a secret with their states: `["1 destroyed", "2 enabled"]`. */
    versions(secret: string): string[] {
        return this.resources()
            .filter(({ type, id }) => /:(Regional)?SecretVersion$/.test(type) && id.includes(`/secrets/${secret}/`))
            .map(({ id, properties: { enabled, destroyTime } }) => {
                return `${id.split("/").at(-1)} ${destroyTime ? "destroyed" : enabled ? "enabled" : "disabled"}`;
            })
            .sort();
    }
}

/** The encodings in which a value could be found. */
const forms = (value: string) => [value, Buffer.from(value).toString("base64"), encodeURIComponent(value)];

describe("secrets in development", () => {
    const deployment = new Overheard();
    const canaries = ["Canary-1-of-the-test", "Canary-2-of-the-test"];
    const values = new Set<string>();
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));

    /** The output of `pulumi stack output --show-secrets`, the only command that can show a secret. */
    async function value(output: string): Promise<string> {
        const { output: shown } = await deployment.run(["stack", "output", output, "--show-secrets", "-s", "dev"]);
        deployment.heard.pop();
        values.add(shown.trim());
        return shown.trim();
    }

    test("are created as previewed, and a second up and a refresh keep their values", async () => {
        await deployment.give(canaries[0] as string);
        const created = (await deployment.upAsPreviewed("dev")).length;
        const generated = await value("generated");
        expect([await value("given"), generated]).toEqual([canaries[0], expect.stringMatching(/^\w{32}$/)]);
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(await value("generated")).toBe(generated);
        expect([...deployment.versions("given"), ...deployment.versions("generated")]).toEqual([
            "1 enabled",
            "1 enabled",
        ]);
        expect(deployment.versions("external")).toEqual([]);
    });

    test("get a new version with a new rotation, which consumers use before the old one is destroyed", async () => {
        const before = await value("generated");
        edit('rotation: "1"', 'rotation: "2"');
        expect(await deployment.preview("dev")).toEqual(["replace SecretVersion generated", "update Topic consumer"]);
        const { output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        const order = ["SecretVersion generated replaced", "Topic consumer updated", "SecretVersion generated deleted"];
        const at = order.map((step) => output.search(new RegExp(step.replace(" ", " (\\S+ )*"))));
        expect(at).toEqual([...at].sort((one, other) => one - other));
        expect(at[0]).toBeGreaterThan(0);
        expect(await value("generated")).not.toBe(before);
        expect(deployment.versions("generated")).toEqual(["1 destroyed", "2 enabled"]);
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("get a new version with a new value, and can keep the old one", async () => {
        edit("{ value: key }", '{ value: key, replaced: "keep" }');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update SecretVersion given"]);
        await deployment.give(canaries[1] as string);
        const steps = await deployment.preview("dev");
        expect(steps).toContain("replace SecretVersion given");
        expect(steps.filter((step) => !step.endsWith("SecretVersion given"))).toEqual([
            "update Job hook",
            "update Job message",
            "update Topic consumer",
        ]);
        await deployment.up("dev");
        expect(deployment.versions("given")).toEqual(["1 enabled", "2 enabled"]);
    });

    test("are in no error message of Google Cloud", async () => {
        const fault = [{ verb: "create", type: "gcp:secretmanager/secretVersion:SecretVersion", call: 1, answer: 403 }];
        edit('rotation: "2"', 'rotation: "3"');
        const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview", "--diff"], {
            SLIPWAY_LOCAL_FAULTS: JSON.stringify(fault),
        });
        expect([code === 0, output]).toEqual([false, expect.stringContaining("403")]);
        await deployment.up("dev");
    });

    test("change from generated to given values, and back to a new generated value", async () => {
        edit('generate: { rotation: "3" }', "value: key");
        await deployment.up("dev");
        expect(await value("generated")).toBe(canaries[1]);
        edit("value: key,\n    notifications", "notifications");
        await deployment.up("dev");
        expect(await value("generated")).toMatch(/^\w{32}$/);
    });

    test("are updated in place, except for location and name", async () => {
        edit('"30 days"', '"31 days"');
        edit("2098-01-01", "2099-01-01");
        edit("{ external: true }", '{ external: true, annotations: { a: "b" }, destroyDelay: "2 days" }');
        expect(await deployment.preview("dev")).toEqual(["update Secret external", "update Secret generated"]);
        edit("{ external: true", '{ external: true, replicas: { "europe-west4": {} }');
        expect(await deployment.preview("dev")).toContain("replace Secret external");
    });

    test("are never stored or printed in plain text: not in the state, the configuration or the output of commands", async () => {
        await deployment.run(["stack", "export", "-s", "dev"]);
        await deployment.run(["preview", "-s", "dev", "--diff"]);
        // Everything is updated once more, to print all messages of the SDK and of the engine.
        edit("https://hooks.example", "https://hooks.example/all");
        const up = ["up", "-s", "dev", "--yes", "--skip-preview"];
        expect((await deployment.run([...up, "--debug"])).output).toContain("RegisterResource RPC finished");
        await deployment.run([...up, "--json", "--refresh"]);
        await deployment.run(["stack", "output", "-s", "dev"]);
        const told = [...deployment.heard, ...texts(deployment.file(".slipway/stacks"))];
        expect(told.some((text) => text.includes("ciphertext"))).toBe(true);
        const secrets = [...canaries, ...values].flatMap(forms);
        expect(secrets.filter((secret) => told.some((text) => text.includes(secret)))).toEqual([]);
        const files = ["Pulumi.dev.yaml", "index.js"].map((file) => readFileSync(deployment.file(file), "utf8"));
        expect(secrets.filter((secret) => files.some((text) => text.includes(secret)))).toEqual([]);
    });

    test("are deleted with the stack", async () => {
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /Secret|Job|Topic /.test(each))).toEqual([]);
    });
});

describe("secrets in production", () => {
    const deployment = new Overheard();
    afterAll(() => deployment.remove());

    test("refuse deletion and replacement, and a rotated value can be restored", async () => {
        await deployment.give("Canary-3-of-the-test", "prod");
        await deployment.up("prod");
        deployment.edit("index.js", (text) => text.replace('rotation: "1"', 'rotation: "2"'));
        await deployment.up("prod");
        expect(deployment.versions("generated")).toEqual(["1 disabled", "2 enabled"]);
        deployment.edit("index.js", (text) => text.replace("{ external: true }", '{ external: true, name: "other" }'));
        const { code, output } = await deployment.run(["preview", "-s", "prod"]);
        expect([code === 0, output.replaceAll(/\s+/g, " ")]).toEqual([
            false,
            expect.stringContaining(
                'unable to replace resource "urn:pulumi:prod::secret::slipway:index:Secret$gcp:secretmanager/secret:Secret::external"',
            ),
        ]);
    });

    test("are destroyed in two steps", async () => {
        deployment.edit("index.js", (text) => text.replace(', name: "other"', ""));
        await deployment.succeed(["config", "set", "-s", "prod", "slipway:protection", "off"]);
        await deployment.up("prod");
        await deployment.destroy("prod");
        expect(deployment.existing().filter((each) => /Secret|Job|Topic /.test(each))).toEqual([]);
    });
});

describe("several versions, and regional secrets", () => {
    const deployment = new Overheard(`"use strict";
const pulumi = require("@pulumi/pulumi");
const { PubSubTopic, RegionalSecret, Secret } = require("slipway");
const key = new pulumi.Config().requireSecret("apiKey");
const several = new Secret("several", { versions: { old: { value: key }, new: { generate: {} } }, version: "old" });
const regional = new RegionalSecret("regional", { region: "europe-west3", versions: { one: { value: key } } });
const [{ version }] = several.reader.attachments;
new PubSubTopic("consumer", { labels: { several: version } });
exports.regional = regional.accessor.value;
`);
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    const consumed = () => {
        const topic = deployment.resources().find(({ type }) => type.endsWith(":Topic"));
        return (topic?.properties.labels as { several?: string } | undefined)?.several;
    };

    test("are created as previewed, in the order of the program, and a second up changes nothing", async () => {
        await deployment.give("Canary-4-of-the-test");
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect([deployment.versions("several"), deployment.versions("regional"), consumed()]).toEqual([
            ["1 enabled", "2 enabled"],
            ["1 enabled"],
            "1",
        ]);
        const { output } = await deployment.run(["stack", "output", "regional", "-s", "dev"]);
        expect(output.trim()).toBe("projects/acme-secret-deve/locations/europe-west3/secrets/regional/versions/1");
    });

    test("are rotated step by step, and the old version ends after its consumers", async () => {
        edit('version: "old"', 'version: "new"');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Topic consumer"]);
        expect(consumed()).toBe("2");
        edit("old: { value: key }", "old: { value: key, disabled: true }");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update SecretVersion several-old"]);
        expect(deployment.versions("several")).toEqual(["1 disabled", "2 enabled"]);
        expect(await deployment.preview("dev")).toEqual([]);
        edit("old: { value: key, disabled: true }, ", "");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["delete SecretVersion several-old"]);
        expect(deployment.versions("several")).toEqual(["1 destroyed", "2 enabled"]);
    });

    test("get a new version with a new value in their region, and another region replaces the secret", async () => {
        await deployment.give("Canary-5-of-the-test");
        expect(await deployment.preview("dev")).toEqual(["replace RegionalSecretVersion regional-one"]);
        await deployment.up("dev");
        expect(deployment.versions("regional")).toEqual(["1 destroyed", "2 enabled"]);
        edit("europe-west3", "europe-west4");
        expect(await deployment.preview("dev")).toContain("replace RegionalSecret regional");
    });

    test("are deleted with the stack", async () => {
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /Secret|Topic /.test(each))).toEqual([]);
    });
});
