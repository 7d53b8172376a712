import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requiredPulumi } from "../../lib/stack/pulumiVersion";
import { oldestPulumi } from "../../local/toolchain";
import { Deployment } from "./deployment";

const root = join(__dirname, "..", "..");

/** A program whose engine or SDK is another one: before it loads slipway, the lines change what these say. */
function program(...lines: string[]): Deployment {
    return new Deployment({
        "Pulumi.yaml": "name: old\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "old", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `"use strict";\n${lines.join("\n")}\nnew (require("slipway").PubSubTopic)("sales");\n`,
    });
}

const remedy = "Upgrade the CLI: https://www.pulumi.com/docs/install/.";

// The CLI answers in these words: https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/go/common/resource/plugin/plugin.go
const answer = "Pulumi CLI version 3.230.0 does not satisfy the version range";

test.each([
    [
        "a CLI without error hooks",
        'require("@pulumi/pulumi/runtime/state").getStore().supportsErrorHooks = false;',
        `slipway: Pulumi 3.248.0 or newer is needed (the Pulumi CLI is older than 3.217.0, and @pulumi/pulumi is 3.248.0). ${remedy} [stack/pulumi-too-old]`,
    ],
    [
        "a CLI with error hooks that do not get all errors",
        `require("@pulumi/pulumi/runtime/settings").getEngine().requirePulumiVersion = (request, callback) =>
            callback({ code: 2, message: "2 UNKNOWN: ${answer} '" + request.getPulumiVersionRange() + "'" });`,
        `slipway: Pulumi 3.248.0 or newer is needed (the Pulumi CLI is 3.230.0, and @pulumi/pulumi is 3.248.0). ${remedy} [stack/pulumi-too-old]`,
    ],
    [
        "an SDK that loses error hooks",
        'require("@pulumi/pulumi/version").version = "3.244.0";',
        "slipway: Pulumi 3.248.0 or newer is needed (@pulumi/pulumi is 3.244.0). Run 'npm install @pulumi/pulumi@^3.248.0'. [stack/pulumi-too-old]",
    ],
])("a preview with %s is refused, and names the versions", async (_, line, message) => {
    const old = program(line);
    const { code, output } = await old.run(["preview", "-s", "dev"]);
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    expect(output).not.toMatch(/at .*\(|unhandled/i);
    await old.remove();
});

test("the pinned Pulumi is accepted", async () => {
    const current = program();
    const { code, output } = await current.run(["preview", "-s", "dev"]);
    expect([code, output]).toEqual([0, expect.stringContaining("to create")]);
    await current.remove();
});

test("the package, its tools, the starters and the pages require the same Pulumi", () => {
    const required = requiredPulumi();
    const short = required.replace(/\.0$/, "");
    const starters = readdirSync(join(root, "examples")).filter((name) => !/\./.test(name) && name !== "node_modules");
    const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
    const versionIn = (text: string) =>
        /Pulumi\S* (?:\S*\) )?(3\.[\d.]+) or newer|\/install\/\) (3\.[\d.]+) or newer/.exec(text);
    const texts = [
        "README.md",
        "docs/install.md",
        "docs/start.md",
        "docs/first-deployment.md",
        ...starters.map((name) => join("examples", name, "README.md")),
    ];
    expect(Object.fromEntries(texts.map((file) => [file, versionIn(read(file))?.slice(1).find(Boolean)]))).toEqual(
        Object.fromEntries(texts.map((file) => [file, short])),
    );
    expect(starters.length).toBeGreaterThan(10);
    const packages = ["local", ...starters.map((name) => join("examples", name))].map((folder) => {
        const { dependencies, peerDependencies } = JSON.parse(read(folder, "package.json"));
        return { ...dependencies, ...peerDependencies }["@pulumi/pulumi"];
    });
    expect([...new Set(packages)]).toEqual([`^${required}`]);
    expect(oldestPulumi()).toBe(required);
});
