import { Deployment } from "./deployment";

const existing = { name: "acme-old-models", location: "EU" };
const made = `new gcp.storage.Bucket("old", {
    ...${JSON.stringify(existing)}, uniformBucketLevelAccess: true, publicAccessPrevention: "enforced",
}, { retainOnDelete: true });`;

const program = (line: string) => `"use strict";
const gcp = require("@pulumi/gcp");
const { StorageBucket } = require("slipway");
${line}
`;

const deployment = new Deployment({
    "Pulumi.yaml": "name: adoption\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-adoption\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "adoption", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program(made),
});
afterAll(() => deployment.remove());

const write = (line: string) => deployment.edit("index.js", () => program(line));
const bucket = (args: object, transform = "") =>
    `new StorageBucket("models", { ...${JSON.stringify(args)}, ${transform} });`;
const adopted = 'transform: { bucket: (_, options) => { options.import = "acme-old-models"; } }';

test("an existing bucket is adopted with an import, whose line can be removed", async () => {
    await deployment.up("dev");
    write("");
    await deployment.up("dev");
    write(bucket(existing, adopted));
    await deployment.up("dev");
    expect(deployment.existing("acme-adoption").filter((each) => each.startsWith("Bucket "))).toEqual([
        "Bucket acme-old-models",
    ]);
    write(bucket(existing));
    expect(await deployment.preview("dev")).toEqual([]);
});

test("a preview in development warns that the bucket is replaced without the arguments that identify it", async () => {
    write(bucket({}));
    const { code, output } = await deployment.run(["preview", "-s", "dev"]);
    expect(code).toBe(0);
    expect(output.replaceAll(/\s+/g, " ")).toContain(
        'warning: Bucket "models": changing location from "EU" to "europe-west1", name from "acme-old-models" to "acme-adoption-models" replaces it, and its objects are lost. To keep them, undo the change, or copy them to another resource first.',
    );
    expect(output.split("Diagnostics:")[1]?.match(/warning: Bucket/g)).toHaveLength(1);
});

test("a new bucket has no warning", async () => {
    write(`${bucket(existing)}\nnew StorageBucket("others");`);
    const { output } = await deployment.run(["preview", "-s", "dev"]);
    expect(output).not.toContain("warning");
});
