import { contentAlias, modelProvider } from "../../../lib/vertex/admin/model";
import type { ModelInputs, ModelOutputs } from "../../../lib/vertex/admin/modelInputs";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { location, vertexWorld } from "../local/vertexWorld";
import { type Call, Calls, lost, once, refusal } from "./calls";
import { modelInputs as inputs } from "./inputs";

const id = `${location}/models/iris`;
const entryName = `//aiplatform.googleapis.com/${id}`;

/** A model of a program, whose outputs are kept like in a state. */
class Stack {
    readonly world = vertexWorld();
    readonly calls = new Calls(this.world);
    readonly provider = modelProvider(this.calls.apis);
    outs?: ModelOutputs;

    async up(news: ModelInputs): Promise<Call[]> {
        const { provider, outs } = this;
        this.outs = outs ? (await provider.update?.(id, outs, news))?.outs : (await provider.create(news)).outs;
        return this.calls.changes();
    }

    get versions(): Inputs[] {
        return this.world.cloud.store.read(entryName)?.state.versions as Inputs[];
    }

    get kept() {
        return this.versions.map(({ versionId }) => versionId);
    }

    /** Deploys a version, as an endpoint of somebody does. */
    serve(modelVersionId: string): void {
        this.world.make("AiEndpoint", { name: "serve", location: "europe-west1", displayName: "serve" });
        const entry = this.world.cloud.store.read(`//aiplatform.googleapis.com/${location}/endpoints/serve`);
        const state = { ...entry?.state, deployedModels: [{ id: "1", model: id, modelVersionId }] };
        this.world.cloud.store.write({ ...entry, state } as never);
    }
}

const upload = (news: ModelInputs, more: object) => [
    "POST models:upload",
    {},
    {
        model: {
            displayName: news.displayName,
            description: news.description,
            ...news.content,
            versionAliases: [contentAlias(news), ...news.aliases],
        },
        ...more,
    },
];
const merge = (version: number, ...versionAliases: string[]) => [
    `POST models/iris@${version}:mergeVersionAliases`,
    {},
    { versionAliases },
];

test("the first version is uploaded with its model, which gets its labels afterwards, and is up to date", async () => {
    const stack = new Stack();
    const created = await new Stack().provider.create(inputs);
    expect(created).toEqual({ id, outs: { ...inputs, versionId: "1" } });
    expect(await stack.up(inputs)).toEqual([
        upload(inputs, { modelId: "iris" }),
        ["PATCH models/iris", { updateMask: "labels" }, { labels: inputs.labels }],
    ]);
    const outs = { ...inputs, versionId: "1" };
    expect(stack.outs).toEqual(outs);
    expect(await stack.provider.read?.(id, outs)).toEqual({ id, props: outs });
    expect(await stack.provider.diff?.(id, outs, inputs)).toEqual({
        changes: false,
        replaces: [],
        deleteBeforeReplace: true,
    });
});

test("a second version is uploaded to the model, and takes its aliases; an earlier content gets its version again", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    const second = { ...inputs, files: "B" };
    expect(await stack.up(second)).toEqual([upload(second, { parentModel: id })]);
    expect(stack.outs?.versionId).toBe("2");
    expect(await stack.up(inputs)).toEqual([merge(1, "default", "champion")]);
    expect([stack.outs?.versionId, stack.kept]).toEqual(["1", ["1", "2"]]);
});

test("an alias that the program no longer names is taken from its version, but a model keeps its default version", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    expect(await stack.up({ ...inputs, aliases: ["stable"] })).toEqual([merge(1, "stable", "-champion")]);
    // Somebody has given the alias to nothing: there is nothing to take.
    expect(await stack.up({ ...inputs, aliases: [] })).toEqual([merge(1, "-stable")]);
    expect(await stack.up({ ...inputs, aliases: ["default"] })).toEqual([]);
});

test.each<[string, Partial<ModelInputs>, object]>([
    ["the name", { displayName: "Iris" }, { displayName: "Iris" }],
    ["the description", { description: "" }, { description: "" }],
    ["labels", { labels: { team: "trees" } }, { labels: { team: "trees" } }],
    [
        "all of them",
        { displayName: "Iris", description: "Plants", labels: {} },
        { displayName: "Iris", description: "Plants", labels: {} },
    ],
])("a change of %s changes only this of the model", async (_, change, body) => {
    const stack = new Stack();
    await stack.up(inputs);
    expect(await stack.up({ ...inputs, ...change })).toEqual([
        ["PATCH models/iris", { updateMask: Object.keys(body).join(",") }, body],
    ]);
    expect(stack.versions).toHaveLength(1);
});

test.each<[string, Partial<ModelInputs>, boolean, string[], boolean]>([
    ["displayName", { displayName: "Iris" }, true, [], true],
    ["description", { description: "" }, true, [], true],
    ["labels", { labels: {} }, true, [], true],
    ["content", { content: { ...inputs.content, artifactUri: "gs://other" } }, true, [], true],
    ["files", { files: "B" }, true, [], true],
    ["aliases", { aliases: ["default"] }, true, [], true],
    ["keep", { keep: 3 }, true, [], true],
    ["encryptionKey", { encryptionKey: "k" }, true, ["encryptionKey"], true],
    ["project", { project: "other" }, true, ["project"], false],
    ["location", { location: "europe-west4" }, true, ["location"], false],
    ["modelId", { modelId: "rose" }, true, ["modelId"], false],
])("another %s is a change", async (_, change, changes, replaces, deleteBeforeReplace) => {
    const stack = new Stack();
    await stack.up(inputs);
    const diff = await stack.provider.diff?.(id, stack.outs as ModelOutputs, { ...inputs, ...change });
    expect(diff).toEqual({ changes, replaces, deleteBeforeReplace });
});

test("the encryption key of a model that an endpoint serves cannot change, except with another ID", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.serve("1");
    const outs = stack.outs as ModelOutputs;
    await expect(stack.provider.diff?.(id, outs, { ...inputs, encryptionKey: "k" })).rejects.toThrow(
        `the encryption key of the model ${id} cannot be changed, because an endpoint serves version 1. Set another modelId as well.`,
    );
    expect(await stack.provider.diff?.(id, outs, { ...inputs, encryptionKey: "k", modelId: "rose" })).toEqual({
        changes: true,
        replaces: ["modelId", "encryptionKey"],
        deleteBeforeReplace: false,
    });
});

test("a model that an endpoint serves can change, except for its key", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.serve("1");
    const looks = stack.calls.all.length;
    const diff = await stack.provider.diff?.(id, stack.outs as ModelOutputs, { ...inputs, displayName: "Iris" });
    expect([diff?.changes, stack.calls.all.length]).toEqual([true, looks]);
});

test("a content is looked up once, if nothing goes on", async () => {
    const stack = new Stack();
    await stack.provider.create(inputs);
    const alias = contentAlias(inputs);
    expect(stack.calls.all.filter(([call]) => call.endsWith(`@${alias}`))).toHaveLength(1);
});

test("a description and labels that are empty, which the API leaves out, are not set again", async () => {
    const stack = new Stack();
    const bare = { ...inputs, description: "", labels: {} };
    stack.calls.trouble = (call, ask) =>
        call === "GET models/iris"
            ? ask().then(({ status, body }) => {
                  const { description: _, labels: __, ...rest } = body as Inputs;
                  return { status, body: rest };
              })
            : undefined;
    expect(await stack.up(bare)).toEqual([upload(bare, { modelId: "iris" })]);
    expect((await stack.provider.read?.(id, stack.outs))?.props).toEqual(stack.outs);
});

test("a model with a key is uploaded with it", async () => {
    const stack = new Stack();
    const name = "projects/acme-dev/locations/europe-west1/keyRings/r/cryptoKeys/k";
    stack.calls.trouble = once("POST models:upload", () => refusal(400, "no such key"));
    await expect(stack.up({ ...inputs, encryptionKey: name })).rejects.toThrow("no such key");
    const [[, , body]] = stack.calls.changes() as [Required<Call>];
    expect(body).toMatchObject({ model: { encryptionSpec: { kmsKeyName: name } } });
});

test("a refresh shows what somebody changed, except for labels of others", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    const entry = stack.world.cloud.store.read(entryName) as { state: Inputs };
    const { labels: _, description: __, ...rest } = entry.state;
    const versions = stack.versions.map((version) => ({ ...version, versionAliases: ["default", "other"] }));
    const state = { ...rest, displayName: "Iris", labels: { other: "label" }, versions };
    stack.world.cloud.store.write({ ...entry, state } as never);
    const changed = {
        ...inputs,
        displayName: "Iris",
        description: "",
        labels: {},
        aliases: ["default"],
        versionId: "1",
    };
    expect(await stack.provider.read?.(id, stack.outs)).toEqual({ id, props: changed });
});

test("a version that somebody deleted is uploaded again, and so is a model", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    await stack.up({ ...inputs, files: "B" });
    const outs = stack.outs as ModelOutputs;
    const entry = stack.world.cloud.store.read(entryName) as { state: Inputs };
    const versions = stack.versions.slice(0, 1).map((version) => ({ ...version, versionAliases: ["default"] }));
    stack.world.cloud.store.write({ ...entry, state: { ...entry.state, versions } } as never);
    const read = await stack.provider.read?.(id, outs);
    expect(read?.props).toEqual({ ...outs, aliases: [], versionId: "" });
    expect(await stack.provider.diff?.(id, { ...outs, versionId: "" }, outs)).toMatchObject({ changes: true });
    // An import has no version yet.
    const imported = await stack.provider.read?.(id, undefined);
    expect(imported?.props).toEqual({ ...inputs, labels: {}, aliases: [], versionId: "", ...without(inputs) });
    stack.world.cloud.store.remove(entryName);
    expect(await stack.provider.read?.(id, outs)).toEqual({ id: "" });
});

/** What is not read from a model. */
const without = (all: object) =>
    Object.fromEntries(
        Object.keys(all)
            .filter((key) => !["displayName", "description", "labels", "aliases"].includes(key))
            .map((key) => [key, undefined]),
    );

test("versions that are no longer kept are deleted, except for those that are deployed or have an alias", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    const news = (files: string, keep: number) => ({ ...inputs, files, keep, aliases: ["default"] });
    await stack.up(news("B", 5));
    await stack.up(news("C", 5));
    await stack.up(news("D", 5));
    const named = (versionId: string, alias: string) => {
        const entry = stack.world.cloud.store.read(entryName) as { state: Inputs };
        const versions = stack.versions.map((version) =>
            version.versionId === versionId
                ? { ...version, versionAliases: [...version.versionAliases, alias] }
                : version,
        );
        stack.world.cloud.store.write({ ...entry, state: { ...entry.state, versions } } as never);
    };
    named("1", "champion");
    stack.serve("2");
    expect(await stack.up(news("E", 2))).toEqual([
        upload(news("E", 2), { parentModel: id }),
        ["DELETE models/iris@3:deleteVersion"],
    ]);
    expect(stack.kept).toEqual(["1", "2", "4", "5"]);
    // Going back, the version in use is not counted among the others.
    expect((await stack.up(news("D", 2))).map(([call]) => call)).toEqual(["POST models/iris@4:mergeVersionAliases"]);
    expect(stack.kept).toEqual(["1", "2", "4", "5"]);
    expect((await stack.up(news("D", 1))).map(([call]) => call)).toEqual(["DELETE models/iris@5:deleteVersion"]);
});

test.each([
    ["that has taken effect", 409, true, undefined],
    ["that has had no effect", 409, false, /aborted/],
    ["of a version that is in use since", 400, false, undefined],
])("a deletion of a version with an error %s", async (_, status, isDone, error) => {
    const stack = new Stack();
    await stack.up({ ...inputs, keep: 1 });
    stack.calls.trouble = (call, ask) =>
        call.endsWith(":deleteVersion")
            ? (async () => {
                  isDone && (await ask());
                  return refusal(status, "aborted");
              })()
            : undefined;
    const update = stack.up({ ...inputs, keep: 1, files: "B" });
    if (error) {
        await expect(update).rejects.toThrow(error);
    } else {
        await update;
    }
    expect(stack.kept).toEqual(isDone ? ["2"] : ["1", "2"]);
});

test("an upload whose answer is lost is not repeated, and an upload that goes on is awaited", async () => {
    const stack = new Stack();
    stack.calls.trouble = once("POST models:upload", lost);
    expect((await stack.up(inputs)).filter(([call]) => call === "POST models:upload")).toHaveLength(1);
    // An interrupted deployment has begun an upload: until its operation is done, no version is found.
    const other = new Stack();
    await other.up(inputs);
    let isDone = false;
    other.calls.trouble = (call) => {
        if (call.endsWith("/operations")) {
            const operations = [{ name: `${id}/operations/1` }, { name: `${id}/operations/2`, done: true }];
            return { status: 200, body: { operations } };
        }
        if (/operations\/1$/.test(call)) {
            isDone = true;
            return { status: 200, body: { name: `${id}/operations/1`, done: true } };
        }
        if (/operations\/2$/.test(call)) {
            throw new Error("This one is done.");
        }
        return isDone || !call.startsWith("GET models/iris@slipway-") ? undefined : refusal(404, "not found");
    };
    expect(await other.up(inputs)).toEqual([]);
    expect([isDone, other.outs?.versionId]).toEqual([true, "1"]);
});

test("an upload is not awaited that has failed, or that the account may not list", async () => {
    const stack = new Stack();
    stack.calls.trouble = (call) =>
        call.endsWith("/operations")
            ? { status: 200, body: { operations: [{ name: `${id}/operations/1` }] } }
            : call === "GET models/iris/operations/1"
              ? { status: 200, body: { done: true, error: { code: 3, message: "bad" } } }
              : undefined;
    expect((await stack.up(inputs))[0]?.[0]).toBe("POST models:upload");
    const other = new Stack();
    other.calls.trouble = (call) => (call.endsWith("/operations") ? refusal(403, "denied") : undefined);
    expect((await other.up(inputs))[0]?.[0]).toBe("POST models:upload");
});

test("a model that others uploaded is not used", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    const entry = stack.world.cloud.store.read(entryName);
    const state = JSON.parse(JSON.stringify(entry?.state).replaceAll(/slipway-/g, "other-"));
    stack.world.cloud.store.write({ ...entry, state } as never);
    await expect(stack.provider.create(inputs)).rejects.toThrow(
        `the model ${id} exists, and none of its versions was uploaded by slipway. Choose another modelId, or delete the model.`,
    );
});

test("a model is deleted with its versions, after the API has noticed that none is deployed", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.calls.trouble = once("DELETE models/iris", () => refusal(400, "It is deployed."));
    await stack.provider.delete?.(id, stack.outs as ModelOutputs);
    expect([stack.calls.changes(), stack.calls.waits.includes(10_000)]).toEqual([
        [["DELETE models/iris"], ["DELETE models/iris"]],
        true,
    ]);
    await stack.provider.delete?.(id, stack.outs as ModelOutputs);
    expect(stack.calls.changes()).toEqual([]);
});

test.each([
    ["another error", 403, false],
    ["an error of a model that is deployed", 400, true],
])("a deletion is not repeated after %s", async (_, status, isDeployed) => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.calls.trouble = (call, ask) =>
        call === "DELETE models/iris"
            ? refusal(status, "refused")
            : isDeployed && call.endsWith(":listVersions")
              ? (async () => {
                    const answer = await ask();
                    const { models } = answer.body as { models: object[] };
                    return { ...answer, body: { models: models.map((one) => ({ ...one, deployedModels: [{}] })) } };
                })()
              : undefined;
    await expect(stack.provider.delete?.(id, stack.outs as ModelOutputs)).rejects.toThrow("refused");
    expect(stack.calls.changes()).toHaveLength(1);
});

test("a deletion that the API refuses for more than five minutes fails", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    stack.calls.trouble = (call) => (call === "DELETE models/iris" ? refusal(400, "refused") : undefined);
    const start = stack.calls.waits.length;
    await expect(stack.provider.delete?.(id, stack.outs as ModelOutputs)).rejects.toThrow("refused");
    const waited = stack.calls.waits.slice(start);
    expect(waited).toEqual(Array(31).fill(10_000));
});

test("the alias of a content stays, by which existing stacks find their versions", () => {
    expect(contentAlias(inputs)).toBe("slipway-8810b8aec48ab998");
    expect(contentAlias({ ...inputs, aliases: [], labels: {} } as ModelInputs)).toBe(contentAlias(inputs));
});
