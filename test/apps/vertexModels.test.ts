import { AdminApi, vertexAi } from "../../lib/internal/adminApi/adminApi";
import { contentAlias, modelProvider } from "../../lib/vertex/admin/model";
import type { ModelOutputs } from "../../lib/vertex/admin/modelInputs";
import { serve } from "../../local/runtime/emulator/server";
import { methods } from "../../local/runtime/services/vertex/api";
import type { Entry } from "../../local/simulator/cloud/store";
import type { Inputs } from "../../local/simulator/rules/rules";
import { Discovery } from "../discovery";
import { location, vertexWorld } from "../unit/local/vertexWorld";
import type { World } from "../unit/local/world";
import { modelInputs as inputs } from "../unit/vertex/inputs";

let document: Discovery;
beforeAll(async () => {
    document = await Discovery.of("aiplatform.v1");
});

/** The method of a request, such as `models.upload`. */
function methodOf(verb: string, path: string): string {
    const isPath = (form: string) => new RegExp(`^${form.replaceAll(/\{\w+\}/g, "[^/:]+")}$`).test(path);
    return methods.find((method) => method.verb === verb && isPath(method.path))?.id ?? `${verb} ${path}`;
}

/**
 * Returns the methods that change something, after checking all requests and answers against Google's discovery document. A fault
 * answers a method instead, or loses its answer.
 */
async function calling(
    world: World,
    act: (provider: Provider) => Promise<unknown>,
    fault?: (id: string) => Response | "lost" | undefined,
): Promise<string[]> {
    const { url, close } = await serve(world.cloud);
    const called: string[] = [];
    const problems: string[] = [];
    const recorded: typeof fetch = async (input, init) => {
        const { pathname, searchParams } = new URL(String(input));
        const [method, path] = [init?.method ?? "GET", decodeURIComponent(pathname.slice(1))];
        const body = init?.body ? JSON.parse(String(init.body)) : undefined;
        problems.push(...document.problems({ method, path, query: Object.fromEntries(searchParams), body }));
        const id = methodOf(method, path);
        const trouble = fault?.(id);
        if (trouble instanceof Response) {
            return trouble;
        }
        const answer = await fetch(input, init);
        if (answer.ok) {
            const value = (await answer.clone().json()) as Inputs;
            problems.push(...document.unanswered(id, value));
            for (const { "@type": type, ...part } of [value.metadata, value.response].filter(Boolean)) {
                const name = type.split(".").at(-1);
                problems.push(...(name === "Empty" ? [] : document.strangers(`GoogleCloudAiplatformV1${name}`, part)));
            }
        }
        called.push(...(method === "GET" ? [] : [id.replace("aiplatform.projects.locations.", "")]));
        if (trouble === "lost") {
            throw new TypeError("fetch failed");
        }
        return answer;
    };
    const environment = { GOOGLE_VERTEX_AI_CUSTOM_ENDPOINT: `${url}/v1/`, GOOGLE_OAUTH_ACCESS_TOKEN: "local" };
    const provider = modelProvider((region) => new AdminApi(environment, recorded, vertexAi(region)));
    await act(provider).finally(close);
    expect(problems).toEqual([]);
    return called;
}

type Provider = ReturnType<typeof modelProvider>;

const id = `${location}/models/iris`;
const [upload, patch, merge] = ["models.upload", "models.patch", "models.mergeVersionAliases"];

test("a model is uploaded, changed, read and deleted by calls that Google's API has", async () => {
    const world = vertexWorld();
    let now = inputs as ModelOutputs;
    const made = await calling(world, async (provider) => {
        now = (await provider.create(inputs)).outs as ModelOutputs;
        expect(now).toEqual({ ...inputs, versionId: "1" });
        expect(await provider.read?.(id, now)).toEqual({ id, props: now });
        expect(await provider.diff?.(id, now, inputs)).toEqual({
            changes: false,
            replaces: [],
            deleteBeforeReplace: true,
        });
    });
    expect(made).toEqual([upload, patch]);
    const changed = await calling(world, async (provider) => {
        for (const [files, aliases] of [
            ["B", ["default"]],
            ["C", ["default"]],
            ["", ["default", "champion"]],
        ] as const) {
            const news = { ...inputs, files, aliases: [...aliases] };
            now = (await provider.update?.(id, now, news))?.outs as ModelOutputs;
        }
        expect(now.versionId).toBe("1");
    });
    expect(changed).toEqual([upload, upload, merge, "models.deleteVersion"]);
    const gone = await calling(world, async (provider) => {
        await provider.delete?.(id, now);
        expect(await provider.read?.(id, now)).toEqual({ id: "" });
        // The second deletion finds nothing to delete.
        await provider.delete?.(id, now);
    });
    expect(gone).toEqual(["models.delete"]);
});

test("an upload whose answer is lost is not repeated", async () => {
    const made = await calling(
        vertexWorld(),
        async (provider) => expect((await provider.create(inputs)).outs).toMatchObject({ versionId: "1" }),
        once("models.upload", () => "lost"),
    );
    expect(made).toEqual([upload, patch]);
});

/** A fault of the first call of a method. */
function once(method: string, fault: () => Response | "lost") {
    let isDone = false;
    return (id: string) => {
        const isHit = !isDone && id === `aiplatform.projects.locations.${method}`;
        isDone ||= isHit;
        return isHit ? fault() : undefined;
    };
}

test("an upload that an interrupted deployment has started is awaited, and not repeated", async () => {
    const world = vertexWorld();
    const act = async (provider: Provider) => {
        const { url, close } = await serve(world.cloud);
        const model = { displayName: "Irises", ...inputs.content, versionAliases: [contentAlias(inputs)] };
        const body = JSON.stringify({ model, modelId: "iris" });
        await fetch(`${url}/v1/${location}/models:upload`, { method: "POST", body });
        await close();
        expect((await provider.create(inputs)).outs).toMatchObject({ versionId: "1", aliases: inputs.aliases });
    };
    // Until the operation is done, the version is not found.
    const isNotFound = once("models.get", () => failure(404, "NOT_FOUND"));
    expect(await calling(world, act, isNotFound)).toEqual([merge, patch]);
});

const failure = (code: number, status: string) =>
    Response.json({ error: { code, message: status, status } }, { status: code });

test("a deletion of a version that answers with an error after it has taken effect has succeeded", async () => {
    const world = vertexWorld();
    const name = `//aiplatform.googleapis.com/${id}`;
    const deleted = () => {
        const model = world.cloud.store.read(name) as Entry & { state: { versions: { versionId: string }[] } };
        const versions = model.state.versions.filter(({ versionId }) => versionId !== "1");
        world.cloud.store.write({ ...model, state: { ...model.state, versions } });
        return failure(409, "ABORTED");
    };
    const act = async (provider: Provider) => {
        const { outs } = await provider.create({ ...inputs, keep: 1 });
        const changed = await provider.update?.(id, outs as ModelOutputs, { ...inputs, files: "B", keep: 1 });
        expect(changed?.outs).toMatchObject({ versionId: "2" });
    };
    expect(await calling(world, act, once("models.deleteVersion", deleted))).toEqual([upload, patch, upload]);
});

test("a deletion that is refused although nothing is deployed is repeated", async () => {
    const sleeps: number[] = [];
    const clock = { now: () => 0, sleep: async (ms: number) => void sleeps.push(ms) };
    Reflect.set(globalThis, Symbol.for("slipway.clock"), clock);
    const act = async (provider: Provider) => {
        const { outs } = await provider.create(inputs);
        await provider.delete?.(id, outs as ModelOutputs);
    };
    const refusal = () => failure(400, "FAILED_PRECONDITION");
    const made = await calling(vertexWorld(), act, once("models.delete", refusal)).finally(() =>
        Reflect.deleteProperty(globalThis, Symbol.for("slipway.clock")),
    );
    expect([made, sleeps.includes(10_000)]).toEqual([[upload, patch, "models.delete"], true]);
});

test("a model that others uploaded is not adopted, and another region or key replaces the model", async () => {
    const world = vertexWorld();
    await calling(world, async (provider) => {
        await provider.create(inputs);
        const found = world.cloud.store.read(`//aiplatform.googleapis.com/${id}`);
        const state = JSON.parse(JSON.stringify(found?.state).replaceAll(/slipway-/g, "other-"));
        world.cloud.store.write({ ...found, state } as never);
        await expect(provider.create(inputs)).rejects.toThrow(
            /exists, and none of its versions was uploaded by slipway/,
        );
        const olds = { ...inputs, versionId: "1" };
        expect(await provider.diff?.(id, olds, { ...inputs, location: "europe-west4", encryptionKey: "k" })).toEqual({
            changes: true,
            replaces: ["location", "encryptionKey"],
            deleteBeforeReplace: false,
        });
    });
});
