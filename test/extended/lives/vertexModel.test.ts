import { mkdirSync, writeFileSync } from "node:fs";
import type { Fault, Resource } from "../../../local";
import type { Entry } from "../../../local/simulator/cloud/store";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { Deployment } from "../../deploy/deployment";

const program = `"use strict";
const { VertexModel } = require("slipway");
const iris = new VertexModel("iris", {
    source: "./model",
    container: { framework: "scikit-learn", version: "1.6" },
    aliases: ["default", "champion"],
});
exports.name = iris.name;
exports.version = iris.version;
`;

const deployment = new Deployment({
    "Pulumi.yaml": "name: iris\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-iris\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "iris", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});
mkdirSync(deployment.file("model"));
const save = (model: string) => writeFileSync(deployment.file("model/model.joblib"), model);
save("A");
afterAll(() => deployment.remove());

interface Version {
    versionId: string;
    versionAliases: string[];
}

interface Properties {
    versions: Version[];
    uploaded: number;
}

/** The versions with the aliases that users see, and the number of those that were ever uploaded. */
function versions(): [Record<string, string[]>, number] {
    const [model] = deployment.resources().filter(({ type }) => type === "aiplatform.googleapis.com/models");
    const { versions, uploaded } = (model as Resource).properties as unknown as Properties;
    const aliases = ({ versionId, versionAliases }: Version): [string, string[]] => [
        versionId,
        versionAliases.filter((alias) => !alias.startsWith("slipway-")).sort(),
    ];
    return [Object.fromEntries(versions.map(aliases)), uploaded];
}

const both = ["champion", "default"];

test("a model is created as previewed in one up, and a second up and a refresh change nothing", async () => {
    const created = (await deployment.upAsPreviewed("dev")).length;
    expect(versions()).toEqual([{ 1: both }, 1]);
    expect(await deployment.again("dev")).toEqual({ unchanged: created });
    const { output } = await deployment.run(["stack", "output", "--json", "-s", "dev"]);
    const name = "projects/acme-iris/locations/europe-west1/models/iris";
    expect(JSON.parse(output)).toEqual({ name, version: `${name}@1` });
});

test("changed files are a new version with the aliases, and the earlier files get their version again", async () => {
    save("B");
    expect(await deployment.upAsPreviewed("dev")).toEqual(
        expect.arrayContaining(["update Model iris", expect.stringMatching(/^create BucketObject /)]),
    );
    expect(versions()).toEqual([{ 1: [], 2: both }, 2]);
    save("A");
    await deployment.up("dev");
    expect(versions()).toEqual([{ 1: both, 2: [] }, 2]);
});

const lost: Fault = { verb: "create", type: "aiplatform.projects.locations.models.upload", answer: "lose" };

/** Ends pulumi after an upload has taken effect, and before its answer. */
async function loseUpload(): Promise<void> {
    const { code } = await deployment.run(["up", "--yes", "--skip-preview", "-s", "dev"], {}, { faults: [lost] });
    expect(code).toBe(1);
    await deployment.succeed(["cancel", "dev", "--yes"]);
}

test("a version whose upload was not answered is found by the next up", async () => {
    save("C");
    await loseUpload();
    expect(versions()).toEqual([{ 1: [], 2: [], 3: both }, 3]);
    await deployment.up("dev");
    expect(versions()).toEqual([{ 1: [], 2: [], 3: both }, 3]);
});

test("versions beyond the last ones are deleted, and aliases that the program no longer names are removed", async () => {
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    edit('aliases: ["default", "champion"]', 'aliases: ["default"], keep: 2, description: "Species of irises"');
    expect(await deployment.upAsPreviewed("dev")).toEqual(["update Model iris"]);
    expect(versions()).toEqual([{ 2: [], 3: ["default"] }, 3]);
});

test("a version that was deleted and an alias that was moved by hand are restored after a refresh", async () => {
    const { store } = cloudOf(deployment.place);
    const name = "//aiplatform.googleapis.com/projects/acme-iris/locations/europe-west1/models/iris";
    const model = store.read(name) as Entry & { state: Properties };
    const left = model.state.versions.filter(({ versionId }) => versionId === "2");
    const versions = left.map((version) => ({ ...version, versionAliases: [...version.versionAliases, "default"] }));
    store.write({ ...model, state: { ...model.state, versions } });
    await deployment.succeed(["refresh", "--yes", "--skip-preview", "-s", "dev"]);
    expect(await deployment.upAsPreviewed("dev")).toEqual(["update Model iris"]);
    const { output } = await deployment.run(["stack", "output", "version", "-s", "dev"]);
    expect(output.trim()).toMatch(/@4$/);
});

test("a model whose creation was not answered is found by the next up, and deleted with its versions by destroy", async () => {
    const isModel = ({ type }: { type: string }) => type === "aiplatform.googleapis.com/models";
    await deployment.destroy("dev");
    expect(deployment.resources().filter(isModel)).toEqual([]);
    await loseUpload();
    await deployment.up("dev");
    expect(versions()).toEqual([{ 1: ["default"] }, 1]);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
});

test("a bucket in a multi-region and a folder without the model's file are refused at preview", async () => {
    const withBucket = (location: string, framework: string) =>
        deployment.edit(
            "index.js",
            () => `"use strict";
const { StorageBucket, VertexModel } = require("slipway");
const bucket = new StorageBucket("models", { location: "${location}", upload: { source: "./model", prefix: "iris/" } });
new VertexModel("iris", { source: { bucket, folder: "iris" }, container: ${framework} });
`,
        );
    const refusal = async () => (await deployment.run(["preview", "-s", "dev"])).output.replaceAll(/\s+/g, " ");
    withBucket("EU", '{ framework: "scikit-learn", version: "1.6" }');
    expect(await refusal()).toContain(
        'VertexModel "iris": source: is in a bucket in EU, and must be in the region of the model, europe-west1 (got "acme-iris-models"). Set the bucket\'s location, or the model\'s region. [vertex/artifacts-in-other-region]',
    );
    withBucket("europe-west1", '{ framework: "pytorch", version: "2.4" }');
    expect(await refusal()).toContain(
        'VertexModel "iris": source: must have exactly one of model.mar in the folder itself, which the container loads (got model.joblib). These are files of scikit-learn',
    );
    withBucket("europe-west1", '{ framework: "scikit-learn", version: "1.6" }');
});

test("a folder of the program's bucket is a new version with each change of its files", async () => {
    const created = (await deployment.upAsPreviewed("dev")).length;
    expect(await deployment.again("dev")).toEqual({ unchanged: created });
    save("D");
    await deployment.up("dev");
    expect(versions()).toEqual([{ 1: [], 2: ["default"] }, 2]);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
});
