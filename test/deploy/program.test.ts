import { stripVTControlCharacters } from "node:util";
import { Deployment } from "./deployment";

const preloaded = 'runtime: { name: nodejs, options: { typescript: false, nodeargs: "--require slipway/program" } }\n';
const tsconfig = JSON.stringify({
    compilerOptions: {
        target: "ES2022",
        module: "node16",
        moduleResolution: "node16",
        strict: true,
        skipLibCheck: true,
    },
});

/** A program that creates a dynamic resource, whose code captures modules, an enum, a class and functions of other files. */
const dynamic = {
    "Pulumi.dev.yaml": "{}\n",
    "tsconfig.json": tsconfig,
    "kinds.ts": `export enum Kind { Even = "even", Odd = "odd" }
export const kindOf = (value: number): Kind => (value % 2 === 0 ? Kind.Even : Kind.Odd);
export class Doubler {
    constructor(private readonly factor: number = 2) {}
    of(value: number): number { return value * this.factor; }
    static from(factor: number): Doubler { return new Doubler(factor); }
}
`,
    "index.ts": `import * as path from "node:path";
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";
import { Doubler, kindOf } from "./kinds";

interface Inputs { value: number }

const doubler = Doubler.from(2);
const named = (value: number): string => path.posix.join("values", String(value));

const provider: pulumi.dynamic.ResourceProvider = {
    async create({ value }: Inputs): Promise<pulumi.dynamic.CreateResult> {
        const major = semver.parse("3.2.1")?.major ?? 0;
        const digest = createHash("sha256").update(named(value)).digest("hex").slice(0, 8);
        return { id: named(value), outs: { doubled: doubler.of(value) + major, kind: kindOf(value), digest } };
    },
    async delete(id: string): Promise<void> {
        if (!id.startsWith("values/")) { throw new Error(id); }
    },
};

class Doubled extends pulumi.dynamic.Resource {
    declare readonly doubled: pulumi.Output<number>;
    declare readonly kind: pulumi.Output<string>;
    declare readonly digest: pulumi.Output<string>;
    constructor(name: string, inputs: Inputs) {
        super(provider, name, { ...inputs, doubled: undefined, kind: undefined, digest: undefined });
    }
}

export const { doubled, kind, digest } = new Doubled("doubled", { value: 3 });
`,
};

/** A deployment with Pulumi's own language host. */
const deployment = (files: Record<string, string>, typeCheck = false) =>
    new Deployment({ "package.json": '{ "name": "sources" }\n', ...files }, {}, { languageHost: undefined, typeCheck });

/** The serialized code of the dynamic resource in the state. */
const codeOf = async (deployed: Deployment) =>
    (await deployed.exported("dev")).find(({ type }) => type === "pulumi-nodejs:dynamic:Resource")?.inputs?.__provider;

test("dynamic resources have the same code as with ts-node, which compiles programs that do not name the preload", async () => {
    const deployed = deployment({ "Pulumi.yaml": "name: sources\nruntime: nodejs\n", ...dynamic });
    expect(await deployed.up("dev")).toEqual({ created: 2 });
    const code = await codeOf(deployed);
    expect(code).toContain("semver");
    const outputs = { doubled: 9, kind: "odd", digest: expect.stringMatching(/^[0-9a-f]{8}$/) };
    expect(await deployed.outputs("dev")).toMatchObject(outputs);
    // Nothing changes with the preload, and the existing resource can be deleted.
    deployed.edit("Pulumi.yaml", () => `name: sources\n${preloaded}`);
    expect(await deployed.up("dev")).toEqual({ unchanged: 2 });
    expect(await codeOf(deployed)).toBe(code);
    await deployed.destroy("dev");
    expect(await deployed.up("dev")).toEqual({ created: 2 });
    expect(await codeOf(deployed)).toBe(code);
    expect(await deployed.outputs("dev")).toMatchObject(outputs);
    await deployed.remove();
});

test("programs that are ES modules wait at their top, and import files of CommonJS and slipway", async () => {
    const deployed = deployment({
        "Pulumi.yaml": `name: sources\n${preloaded}`,
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "sources", "type": "module" }\n',
        "tsconfig.json": tsconfig,
        "old.cts": "export enum Old { Name = 'sales' }\n",
        "index.ts": `import { PubSubTopic } from "slipway";
import { Old } from "./old.cjs";
const name = await Promise.resolve<string>(Old.Name);
const { topic } = new PubSubTopic(name);
export const topicName = topic.name;
export const file = import.meta.url.split("/").at(-1);
`,
    });
    await deployed.up("dev");
    expect(await deployed.outputs("dev")).toEqual({ topicName: "sales", file: "index.ts" });
    await deployed.remove();
});

test("errors of programs have the lines of their sources", async () => {
    const deployed = deployment(
        {
            "Pulumi.yaml": `name: sources\n${preloaded}`,
            "Pulumi.dev.yaml": "{}\n",
            "tsconfig.json": tsconfig,
            "index.ts": `interface Unused {
    one: string;
}

function fail(unused: Unused): never {
    throw new Error(unused.one);
}

fail({ one: "does not work" });
`,
            "wrong.ts": "export const wrong = ;\n",
        },
        true,
    );
    const failed = await deployed.run(["preview", "-s", "dev"]);
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain("Error: does not work");
    expect(stripVTControlCharacters(failed.output)).toMatch(/at fail \(\S*index\.ts:6:11\)\n.*index\.ts:9:\d+\)/);
    deployed.edit("index.ts", (text) => text.replace("throw new", "throw throw"));
    const refused = await deployed.run(["preview", "-s", "dev"]);
    expect(refused.code).not.toBe(0);
    // The check finds it, too.
    expect(refused.output.split("index.ts(6,11): error TS1109: Expression expected.")).toHaveLength(2);
    expect(refused.output).not.toContain("at Module");
    // Also if the program catches the error, and if it is an ES module, which Node 20 loads in another thread.
    const wrong = "wrong.ts(1,22): error TS1109: Expression expected.";
    for (const [type, program] of [
        ["commonjs", 'try { require("./wrong"); } catch {}\ndeclare function require(name: string): unknown;\n'],
        ["module", 'import { wrong } from "./wrong.js";\nexport const result: number = wrong;\n'],
        ["module", 'try { await import("./wrong.js"); } catch {}\nexport {};\n'],
    ] as const) {
        deployed.edit("package.json", () => JSON.stringify({ name: "sources", type }));
        deployed.edit("index.ts", () => program);
        const { code, output } = await deployed.run(["preview", "-s", "dev"]);
        expect(code).not.toBe(0);
        expect(output.split(wrong)).toHaveLength(2);
        expect(output).toContain("TSError: ⨯ Unable to compile TypeScript:");
    }
    await deployed.remove();
});
