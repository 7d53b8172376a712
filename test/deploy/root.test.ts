import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as fields from "../../lib";
import { inChild } from "../unit/child";

test("importing the package loads nothing that a program has not loaded, and using a name loads only what it needs", async () => {
    const loaded = `Object.keys(require.cache).map((file) => file.split("/lib/")[1]).filter((file) => file?.endsWith(".ts"))`;
    const { before, modules, after } = await inChild(`
        require("@pulumi/pulumi");
        require("@pulumi/pulumi");
        const count = Object.keys(require.cache).length;
        const slipway = require("./lib/lazy.ts");
        const before = ${loaded};
        const modules = Object.keys(require.cache).length - count;
        slipway.PubSubTopic;
        console.log(JSON.stringify({ before, modules, after: ${loaded} }));
    `);
    expect({ before, modules }).toEqual({
        before: ["lazy.ts", "stack/transformations.ts", "internal/engine/pulumiSdk.ts", "stack/compiler.ts"],
        modules: 4,
    });
    expect(new Set(after.map((file: string) => file.split("/")[0]))).toEqual(
        new Set([
            "lazy.ts",
            "pubsub",
            "component",
            "environment",
            "internal",
            "monitoring",
            "stack",
            "facts",
            "formats",
        ]),
    );
    // Only the facts of the field are loaded.
    expect(after.filter((file: string) => file.startsWith("facts/")).sort()).toEqual([
        "facts/facts.ts",
        "facts/iamConditions.ts",
        "facts/limits/bigQuery.ts",
        "facts/limits/iam.ts",
        "facts/limits/labels.ts",
        "facts/limits/monitoring.ts",
        "facts/limits/pubSub.ts",
        "facts/limits/tags.ts",
        "facts/names.ts",
        "facts/regions.ts",
    ]);
});

test("parsers and compression are loaded when they are first used", async () => {
    const packages = /[/\\]node_modules[/\\](yaml|fflate|protobufjs|@pulumi[/\\]docker(-build)?)[/\\]/;
    const loaded = `Object.keys(require.cache).filter((file) => ${packages}.test(file))`;
    const { before, names, after } = await inChild(`
        require("@pulumi/pulumi");
        const before = ${loaded};
        const names = Object.values(require("./lib/lazy.ts")).length;
        console.log(JSON.stringify({ before, names, after: ${loaded} }));
    `);
    expect(names).toBe(Object.keys(fields).length);
    expect(after).toEqual(before);
});

test("names load few files: a new import of another component is noticed", () => {
    // A few more than today.
    const most: Record<string, [slipway: number, gcp: number]> = {
        AppEngineApp: [145, 46],
        CloudSqlInstance: [145, 41],
        PubSubTopic: [63, 18],
        ServerlessFunction: [104, 25],
    };
    const bench = join(__dirname, "..", "..", "judges", "bench", "load.mjs");
    const output = execFileSync(process.execPath, [bench, "--json", ...Object.keys(most)], { encoding: "utf8" });
    const rows: Loaded[] = JSON.parse(output);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(most));
    for (const { name, slipway, gcp } of rows) {
        const [files = 0, resources = 0] = most[name] ?? [];
        expect({ name, files: slipway > 10 && slipway <= files, resources: gcp > 10 && gcp <= resources }).toEqual({
            name,
            files: true,
            resources: true,
        });
    }
});

/** A row of `judges/bench/load.mjs`. */
interface Loaded {
    name: string;
    slipway: number;
    gcp: number;
}

test("the complete package does not load all of @pulumi/gcp", async () => {
    const loaded = await inChild(`
        Object.values(require("./lib/lazy.ts"));
        console.log(JSON.stringify(Object.keys(require.cache).filter((file) => file.includes("/@pulumi/gcp/"))));
    `);
    const names = loaded.map((file: string) => file.split("/@pulumi/gcp/")[1]);
    expect(names).toContain("pubsub/topic.js");
    expect(names).not.toContain("index.js");
    expect(names).not.toContain("pubsub/index.js");
    // Of more than 2,000.
    expect(names.length).toBeLessThan(220);
});

test("a program that is an ES module imports the compiled package by name", async () => {
    const imports = Object.keys(fields).join(", ");
    const types = await inChild(
        `import { ${imports} } from "slipway"; console.log(JSON.stringify([${imports}].map((one) => typeof one)));`,
        {},
        "--input-type=module",
    );
    expect(types).toEqual(Object.values(fields).map((one) => typeof one));
});
