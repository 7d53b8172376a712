import { chooseModel } from "../../../local/runtime/services/vertex/predict";
import { inventory } from "../../../local/simulator/inventory";
import type { EndpointEntry } from "../../../local/simulator/services/vertex/endpoints";
import {
    removeModel,
    removeVersion,
    requireVersion,
    storeUpload,
} from "../../../local/simulator/services/vertex/models";
import { artifactUri, location, sklearn, vertexWorld } from "./vertexWorld";

const world = vertexWorld();
const { cloud } = world;

const endpoint = (split: Record<string, number>): EndpointEntry => ({
    name: `//aiplatform.googleapis.com/${location}/endpoints/iris`,
    project: "acme-dev",
    id: `${location}/endpoints/iris`,
    state: {
        deployedModels: ["1", "2", "3"].map((id) => ({ id, model: "iris", modelVersionId: id })),
        trafficSplit: JSON.stringify(split),
    },
});

test.each([
    ["the first share", { 1: 90, 2: 10 }, "123", 0, "1"],
    ["the end of the first share", { 1: 90, 2: 10 }, "123", 0.899, "1"],
    ["the second share", { 1: 90, 2: 10 }, "123", 0.9, "2"],
    ["a model without traffic", { 1: 0, 2: 100 }, "123", 0, "2"],
    ["a model that has not served", { 1: 90, 2: 10 }, "1", 0.95, "1"],
    ["models that have not served in proportion", { 1: 50, 2: 25, 3: 25 }, "23", 0.49, "2"],
    ["no model that has served", { 1: 90, 2: 10 }, "", 0.95, "2"],
])("traffic is split with %s", (_, split, served, random, expected) => {
    expect(chooseModel(cloud, endpoint(split), (id) => served.includes(id), random).id).toBe(expected);
});

test("an endpoint without traffic refuses requests", () => {
    expect(() => chooseModel(cloud, endpoint({}), () => true)).toThrow(
        `Endpoint \`${location.replace("acme-dev", world.number)}/endpoints/iris\` doesn't have traffic_split.`,
    );
});

test("the files of a version are copied, and the copy is deleted with the version", () => {
    const path = `${location}/models/iris`;
    const model = { displayName: "Irises", artifactUri: `${artifactUri}/`, containerSpec: { imageUri: sklearn } };
    const copies = () =>
        cloud.store.list("//storage.googleapis.com/buckets").filter(({ id }) => id.startsWith("caip-tenant-"));
    const listed = inventory(cloud).length;
    const folders = ["1", "2"].map((version) => {
        storeUpload(cloud, path, model);
        return requireVersion(cloud, `${path}@${version}`)[1].copies.folder;
    });
    const objects = copies().filter(({ content }) => content !== undefined);
    const uris = objects.map(({ state }) => `gs://${state.bucket}/${state.name}`);
    expect(uris.sort()).toEqual(folders.map((folder) => `${folder}/model.joblib`).sort());
    expect(objects.map(({ content }) => String(cloud.store.content(content as string)))).toEqual([
        "a model",
        "a model",
    ]);
    // Only the model is added.
    expect(inventory(cloud)).toHaveLength(listed + 1);
    removeVersion(cloud, `${path}@2`);
    expect(copies().filter(({ content }) => content !== undefined)).toHaveLength(1);
    removeModel(cloud, path);
    expect(copies()).toEqual([]);
});
