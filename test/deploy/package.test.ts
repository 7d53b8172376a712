import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

const files = {
    ".npmrc": "fund=false\naudit=false\nprefer-offline=true\n",
    "package.json": '{ "name": "empty", "version": "1.0.0", "private": true }\n',
    "Pulumi.yaml": "name: empty\nruntime: nodejs\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-empty\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "index.ts": [
        'import { PubSubTopic } from "slipway";',
        'import { StorageBucket } from "slipway/storage";',
        'export const topic = new PubSubTopic("sales").topic.id;',
        'export const bucket = new StorageBucket("models").bucket.url;',
        "",
    ].join("\n"),
    "deployed.ts": [
        'import { type Deployed, LocalCloud, type Resource } from "slipway/local";',
        "export async function deployed(): Promise<Deployed & { topics: Resource[] }> {",
        '    await using cloud = new LocalCloud(".");',
        '    const changes = await cloud.stack("dev", { "gcp:project": "acme-tested" }).up();',
        '    return { ...changes, topics: cloud.resources("Topic") };',
        "}",
        "void deployed().then((found) => process.stdout.write(JSON.stringify(found)));",
        "",
    ].join("\n"),
};

/** Settings of TypeScript that Pulumi's own templates have had: the older one does not read `exports`. */
const settings = {
    node10: { module: "commonjs", moduleResolution: "node10" },
    node16: { module: "node16", moduleResolution: "node16" },
};

describe("the packed package in an empty Pulumi program", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-package-"));
    const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: folder, encoding: "utf8" });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("is installed with nothing but what a Pulumi program has", () => {
        for (const [path, text] of Object.entries(files)) {
            writeFileSync(join(folder, path), text);
        }
        const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
            cwd: root,
            encoding: "utf8",
        });
        const [{ filename, files: content }] = JSON.parse(packed);
        expect(content.map(({ path }: { path: string }) => path)).toEqual(
            expect.arrayContaining(["dist/lib/lazy.js", "LICENSE"]),
        );
        const wanted = ["@pulumi/pulumi", "@pulumi/gcp", "typescript", "@types/node"].map((name) => {
            const version = require(`${name}/package.json`).version;
            return `${name}@${version}`;
        });
        run("npm", "install", "--loglevel=error", join(folder, filename), ...wanted);
    });

    test.each(Object.entries(settings))("is found by TypeScript with %s", (_, compilerOptions) => {
        const libraries = { target: "es2022", lib: ["es2022", "esnext.disposable"], types: ["node"] };
        const options = { ...compilerOptions, ...libraries, strict: true, skipLibCheck: true, outDir: "compiled" };
        const settings = { compilerOptions: options, files: ["index.ts", "deployed.ts"] };
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
        expect(run("npx", "tsc", "-p", ".")).toBe("");
    });

    test("is deployed by its own command", () => {
        expect(run("npx", "slipway", "local", "up", "-s", "dev", "--yes", "--skip-preview")).toContain(
            "acme-empty-models",
        );
        expect(run("npx", "slipway", "local", "ls")).toContain("projects/acme-empty/topics/sales");
    });

    test("deploys it to a fresh cloud for its tests, and leaves nothing of that", () => {
        const temporary = mkdtempSync(join(folder, "temporary-"));
        const env = { ...process.env, TMPDIR: temporary };
        const script = join("compiled", "deployed.js");
        const found = execFileSync(process.execPath, [script], { cwd: folder, encoding: "utf8", env });
        const { outputs, created, topics } = JSON.parse(found);
        expect(outputs.topic).toBe("projects/acme-tested/topics/sales");
        expect(created).toEqual(expect.arrayContaining(["Bucket models", "Topic sales"]));
        expect(topics.map(({ id }: { id: string }) => id)).toEqual([outputs.topic]);
        expect(readdirSync(temporary).filter((name) => name.startsWith("slipway-"))).toEqual([]);
        expect(run("npx", "slipway", "local", "ls")).not.toContain("acme-tested");
    });
});
