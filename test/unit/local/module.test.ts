import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalCloud } from "slipway-local";
import { parse } from "yaml";
import { workspace } from "../../../local/machine/workspace";
import { run } from "./process";
import { newFolder } from "./world";

/** A program folder with these files. */
function program(files: Record<string, string>): string {
    const folder = newFolder();
    for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(folder, path, ".."), { recursive: true });
        writeFileSync(join(folder, path), text);
    }
    return folder;
}

/** The project file and the stack files for the engine. */
function projectFiles(cloud: LocalCloud, ...files: string[]): unknown[] {
    return files.map((file) => parse(readFileSync(join(cloud.home, "..", file), "utf8")));
}

test("the engine gets the program's project and configuration, with overrides by the test", async () => {
    const folder = program({
        "Pulumi.yaml": "name: sales\nruntime: nodejs\nmain: source\nstackConfigDir: stacks\n",
        "stacks/Pulumi.dev.yaml":
            "encryptionsalt: v1:salt\nconfig:\n  gcp:project: acme-dev\n  sales:old: 1\n  sales:tree: { a: 1 }\n",
        // The project of another stack, which the program's environments can name.
        "stacks/Pulumi.prod.yaml": "config:\n  gcp:project: acme-prod\n",
        "source/index.ts": "",
    });
    await using cloud = new LocalCloud(join(folder, "source"));
    cloud.stack("dev", { "gcp:project": "acme-test", "sales:old": undefined, "sales:list": [1, "2"] });
    cloud.stack("new", { "gcp:project": "acme-new" });
    expect(
        projectFiles(
            cloud,
            "Pulumi.yaml",
            "Pulumi.dev.yaml",
            "Pulumi.new.yaml",
            "Pulumi.prod.yaml",
            "program/Pulumi.yaml",
        ),
    ).toEqual([
        { name: "sales", runtime: "nodejs", main: "program/source" },
        { config: { "gcp:project": "acme-test", "sales:tree": { a: 1 }, "sales:list": [1, "2"] } },
        { config: { "gcp:project": "acme-new" } },
        { config: { "gcp:project": "acme-prod" } },
        parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")),
    ]);
});

test("a workspace that is used in place is configured with its own files", () => {
    const cloud = new LocalCloud(workspace(program({ "Pulumi.yaml": "name: sales\nruntime: nodejs\n" }), {}));
    expect(() => cloud.stack("dev", { "gcp:project": "acme-dev" })).toThrow(
        /^the stack "dev" uses the configuration in \S+: set it there\.$/,
    );
    expect(cloud.existing()).toEqual([]);
});

test("loading the module loads neither Pulumi nor a parser", async () => {
    const { output } = await run(`
        const before = new Set(Object.keys(require.cache));
        require("./local");
        const loaded = Object.keys(require.cache).filter((file) => !before.has(file));
        const packages = loaded.flatMap((file) => /node_modules.((?:@[^/]+.)?[^/]+)/.exec(file)?.[1] ?? []);
        process.stdout.write(JSON.stringify([...new Set(packages)]));
    `);
    expect(JSON.parse(output)).toEqual(["fastest-levenshtein"]);
});
