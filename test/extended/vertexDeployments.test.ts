import { AdminApi, vertexAi } from "../../lib/internal/adminApi/adminApi";
import { deployedIdOf, deploymentsProvider } from "../../lib/vertex/admin/deployments";
import type { DeployedModelInputs, DeploymentsInputs, DeploymentsOutputs } from "../../lib/vertex/admin/inputs";
import { serve } from "../../local/runtime/emulator/server";
import { changeEndpoint, requireEndpoint } from "../../local/simulator/services/vertex/endpoints";
import { type Call, Discovery } from "../discovery";
import { endpointId, model, withEndpoint } from "../unit/local/endpointWorld";
import type { World } from "../unit/local/world";

let documents: Record<string, Discovery>;
beforeAll(async () => {
    documents = { v1: await Discovery.of("aiplatform.v1"), v1beta1: await Discovery.of("aiplatform.v1beta1") };
});

const metric = "aiplatform.googleapis.com/prediction/online/cpu/utilization";
const deployed = (version: number, replicas: [min: number, max: number] = [1, 3]): DeployedModelInputs => ({
    model: model(version),
    dedicatedResources: {
        machineSpec: { machineType: "n1-standard-2" },
        minReplicaCount: replicas[0],
        maxReplicaCount: replicas[1],
        autoscalingMetricSpecs: [{ metricName: metric, target: 60 }],
    },
    enableAccessLogging: false,
    disableContainerLogging: false,
});
const inputs = (version: number, split: Record<string, number> = { latest: 100 }): DeploymentsInputs => ({
    endpoint: endpointId,
    models: { latest: deployed(version) },
    split,
});
const idOf = (version: number) => deployedIdOf("latest", deployed(version));

/** What happens at a call: before it takes effect, or after. */
type Trouble = (method: string, phase: "before" | "after") => Response | undefined;

const trouble =
    (at: string, phase: "before" | "after", happen: () => Response | undefined): Trouble =>
    (method, when) =>
        method === at && when === phase ? happen() : undefined;

/** An operation that failed, as Google Cloud reports it. */
const failing = (code: number, message: string) => () =>
    Response.json({ name: `${endpointId}/operations/1`, done: true, error: { code, message } });
const lost = () => {
    throw new TypeError("fetch failed");
};

/** What an answer of a method has that Google's API does not have. */
function unanswered(verb: string, path: string, body: unknown): string[] {
    const document = documents[path.split("/")[0] as string] as Discovery;
    const form = (flat = "") => new RegExp(`^${flat.replaceAll(/\{[^}]+\}/g, "[^/:]+")}$`);
    const found = [...document.methods.values()].find(
        ({ httpMethod, flatPath }) => httpMethod === verb && form(flatPath).test(path),
    );
    return found ? document.unanswered(found.id, body) : [`there is no ${verb} ${path}`];
}

/** Runs against the local Google Cloud, and returns the changing calls after checking all against the discovery documents. */
async function calling<Result>(
    world: World,
    act: (provider: ReturnType<typeof deploymentsProvider>) => Promise<Result>,
    happens: Trouble = () => undefined,
): Promise<{ calls: string[]; result: Result | Error }> {
    const { url, close } = await serve(world.cloud);
    const calls: Call[] = [];
    const strangers: string[] = [];
    const recorded: typeof fetch = async (input, init) => {
        const { pathname, searchParams } = new URL(String(input));
        const body = init?.body === undefined || init.body === null ? undefined : JSON.parse(String(init.body));
        const method = init?.method ?? "GET";
        calls.push({ method, path: pathname.slice(1), query: Object.fromEntries(searchParams), body });
        const verb = method === "PATCH" ? "patch" : (/:(\w+)$/.exec(pathname)?.[1] ?? "get");
        const early = happens(verb, "before");
        if (early) {
            return early;
        }
        const answer = await fetch(input, init);
        strangers.push(...(answer.ok ? unanswered(method, pathname.slice(1), await answer.clone().json()) : []));
        return happens(verb, "after") ?? answer;
    };
    const environment = { GOOGLE_VERTEX_AI_CUSTOM_ENDPOINT: `${url}/v1/`, GOOGLE_OAUTH_ACCESS_TOKEN: "local" };
    const provider = deploymentsProvider(
        (location, version) => new AdminApi(environment, recorded, vertexAi(location, version)),
    );
    const result = await act(provider)
        .catch((error: Error) => error)
        .finally(close);
    for (const call of calls) {
        strangers.push(...(documents[call.path.split("/")[0] as string]?.problems(call) ?? ["no version"]));
    }
    expect(strangers).toEqual([]);
    const changes = calls.filter(({ method }) => method !== "GET");
    return {
        calls: changes.map(({ method, path }) => (method === "PATCH" ? "patch" : path.replace(/^.*:/, ""))),
        result,
    };
}

const create = (world: World, wanted: DeploymentsInputs, happens?: Trouble) =>
    calling(world, async (provider) => (await provider.create(wanted)).outs as DeploymentsOutputs, happens);
const update = (world: World, olds: DeploymentsOutputs, news: DeploymentsInputs, happens?: Trouble) =>
    calling(world, async (provider) => (await provider.update?.("", olds, news))?.outs as DeploymentsOutputs, happens);

/** The traffic and the deployed models. */
function serving(world: World): [traffic: object, ids: string[]] {
    const { state } = requireEndpoint(world.cloud, endpointId);
    return [JSON.parse(state.trafficSplit || "{}"), state.deployedModels.map(({ id }) => id)];
}

test("a first version is deployed, gets traffic when it serves, and a second run changes nothing", async () => {
    const world = withEndpoint();
    const first = await create(world, inputs(1));
    expect(first.calls).toEqual(["deployModel", "patch"]);
    expect(first.result).toMatchObject({ latest: idOf(1), previous: "", serviceAttachment: "" });
    expect(serving(world)).toEqual([{ [idOf(1)]: 100 }, [idOf(1)]]);
    const { result } = await calling(world, async (provider) => {
        const read = await provider.read?.(endpointId, first.result as DeploymentsOutputs);
        return provider.diff?.(endpointId, read?.props as DeploymentsOutputs, inputs(1));
    });
    expect(result).toEqual({ changes: false, replaces: [] });
    expect((await update(world, first.result as DeploymentsOutputs, inputs(1))).calls).toEqual([]);
});

test("a timeout of requests is set before a model is deployed, changes alone, and becomes Google's again", async () => {
    const world = withEndpoint();
    const timeout = () => requireEndpoint(world.cloud, endpointId).state.clientConnectionConfig?.inferenceTimeout;
    const first = await create(world, { ...inputs(1), requestTimeout: "1800s" });
    expect([first.calls, timeout()]).toEqual([["update", "deployModel", "patch"], "1800s"]);
    const outs = first.result as DeploymentsOutputs;
    changeEndpoint(world.cloud, endpointId, { clientConnectionConfig: { inferenceTimeout: "60s" } });
    const { result } = await calling(world, async (provider) => {
        const { props } = (await provider.read?.(endpointId, outs)) ?? {};
        return provider.diff?.(endpointId, props as DeploymentsOutputs, outs);
    });
    expect(result).toEqual({ changes: true, replaces: [] });
    const second = await update(world, outs, { ...inputs(1), requestTimeout: "900s" });
    expect([second.calls, timeout()]).toEqual([["update"], "900s"]);
    const third = await update(world, second.result as DeploymentsOutputs, inputs(1));
    expect([third.calls, timeout()]).toEqual([["update"], "600s"]);
    expect((await update(world, third.result as DeploymentsOutputs, inputs(1))).calls).toEqual([]);
});

test.each([
    ["too long", "3601s", { dedicatedEndpointEnabled: true }, "must be between 1s and 3600s"],
    ["on a shared endpoint", "60s", {}, "is only supported by dedicated endpoints and Private Service Connect"],
])("a timeout of requests %s is refused, and no model is deployed", async (_, requestTimeout, endpoint, message) => {
    const { calls, result } = await create(withEndpoint(endpoint), { ...inputs(1), requestTimeout });
    expect(calls).toEqual(["update"]);
    expect((result as Error).message).toContain(`The inference_timeout ${message}.`);
});

test("a private endpoint has an address in the network that it is connected to, once a model is deployed", async () => {
    const network = "projects/acme-dev/global/networks/apps";
    const world = withEndpoint({
        privateServiceConnectConfig: {
            enablePrivateServiceConnect: true,
            projectAllowlists: ["acme-dev"],
            pscAutomationConfigs: [{ projectId: "acme-dev", network }],
        },
    });
    const { result } = await create(world, inputs(1));
    expect(result).toMatchObject({
        address: expect.stringMatching(/^10\.127\.1\.\d+$/),
        serviceAttachment: expect.stringMatching(/\/serviceAttachments\//),
    });
});

test("a new version is deployed beside the old one, which is undeployed when the new one has all traffic", async () => {
    const world = withEndpoint();
    const first = (await create(world, inputs(1))).result as DeploymentsOutputs;
    const canary = await update(world, first, inputs(2, { latest: 10, previous: 90 }));
    expect(canary.calls).toEqual(["deployModel", "patch"]);
    expect(canary.result).toMatchObject({ latest: idOf(2), previous: idOf(1) });
    expect(serving(world)).toEqual([{ [idOf(2)]: 10, [idOf(1)]: 90 }, [idOf(1), idOf(2)]]);
    // A canary never becomes the previous version.
    const third = await update(world, canary.result as DeploymentsOutputs, inputs(3, { latest: 10, previous: 90 }));
    expect(third.calls).toEqual(["deployModel", "patch", "undeployModel"]);
    expect(serving(world)).toEqual([{ [idOf(3)]: 10, [idOf(1)]: 90 }, [idOf(1), idOf(3)]]);
    const all = await update(world, third.result as DeploymentsOutputs, inputs(3, { latest: 100, previous: 0 }));
    expect(all.calls).toEqual(["patch"]);
    // The way back: the version that served before is still deployed.
    const back = await update(world, all.result as DeploymentsOutputs, inputs(1));
    expect(back.calls).toEqual(["patch", "undeployModel"]);
    expect(serving(world)).toEqual([{ [idOf(1)]: 100 }, [idOf(1)]]);
});

test("a change of replicas alone changes the deployed model, and what autoscaling does is left alone", async () => {
    const world = withEndpoint();
    const first = (await create(world, inputs(1))).result as DeploymentsOutputs;
    const more = { ...inputs(1), models: { latest: { ...deployed(1, [2, 5]), disableContainerLogging: true } } };
    const changed = await update(world, first, more);
    expect(changed.calls).toEqual(["mutateDeployedModel"]);
    const [now] = requireEndpoint(world.cloud, endpointId).state.deployedModels;
    expect(now).toMatchObject({
        id: idOf(1),
        disableContainerLogging: true,
        dedicatedResources: { minReplicaCount: 2, maxReplicaCount: 5 },
    });
    const autoscaled = [{ ...now, status: { availableReplicaCount: 4 } }];
    const entry = requireEndpoint(world.cloud, endpointId);
    world.cloud.store.write({ ...entry, state: { ...entry.state, deployedModels: autoscaled } });
    const outs = changed.result as DeploymentsOutputs;
    const differs = (provider: ReturnType<typeof deploymentsProvider>) =>
        provider
            .read?.(endpointId, outs)
            .then((read) => provider.diff?.(endpointId, read.props as DeploymentsOutputs, more)) as Promise<unknown>;
    expect((await calling(world, differs)).result).toEqual({ changes: false, replaces: [] });
    // Somebody lowers the maximum: the next update sets it again.
    const lowered = [{ ...now, dedicatedResources: { ...now?.dedicatedResources, maxReplicaCount: 2 } }];
    world.cloud.store.write({ ...entry, state: { ...entry.state, deployedModels: lowered } });
    expect((await calling(world, differs)).result).toMatchObject({ changes: true });
    expect((await update(world, outs, more)).calls).toEqual(["mutateDeployedModel"]);
});

const neverReady =
    "Model server never became ready. Please validate that your model file or container configuration are valid.";
const quota = "The following quota metrics exceed quota limits: aiplatform.googleapis.com/custom_model_serving_cpus";
const failures: [string, Trouble][] = [
    ["a server that never becomes ready", trouble("deployModel", "before", failing(9, neverReady))],
    ["an exceeded quota", trouble("deployModel", "before", failing(8, quota))],
];

test.each(failures)("%s leaves traffic where it was, and the next update continues", async (_, happens) => {
    const world = withEndpoint();
    const first = (await create(world, inputs(1))).result as DeploymentsOutputs;
    const failed = await update(world, first, inputs(2), happens);
    expect(failed.calls).toEqual(["deployModel"]);
    const error = failed.result as Error & { id: string; properties: DeploymentsOutputs };
    expect(error.message).toMatch(/Traffic goes to latest-[0-9a-f]{8} \(100 %\)\. The next update continues\.$/);
    expect(serving(world)).toEqual([{ [idOf(1)]: 100 }, [idOf(1)]]);
    expect(error).toMatchObject({ id: endpointId, properties: { latest: idOf(1) } });
    const next = await update(world, error.properties, inputs(2));
    expect(next.calls).toEqual(["deployModel", "patch", "undeployModel"]);
    expect(serving(world)).toEqual([{ [idOf(2)]: 100 }, [idOf(2)]]);
});

test("a failed first deployment is continued, and can be destroyed", async () => {
    const world = withEndpoint();
    const two = { ...inputs(1, { latest: 50, other: 50 }), models: { latest: deployed(1), other: deployed(2) } };
    let count = 0;
    const second: Trouble = (method, phase) =>
        method === "deployModel" && phase === "before" && count++ === 1 ? failing(9, neverReady)() : undefined;
    const failed = (await create(world, two, second)).result as Error & { properties: DeploymentsOutputs };
    expect(failed.message).toContain("No model has traffic. The next update continues.");
    expect(serving(world)).toEqual([{}, [idOf(1)]]);
    const next = await update(world, failed.properties, two);
    expect(next.calls).toEqual(["deployModel", "patch"]);
    const removed = await calling(
        world,
        (provider) => provider.delete?.(endpointId, failed.properties) as Promise<void>,
    );
    expect(removed.calls).toEqual(["patch", "undeployModel", "undeployModel"]);
    expect(serving(world)).toEqual([{}, []]);
});

const steps = ["deployModel", "patch", "undeployModel"];

test.each(steps.flatMap((step) => (["before", "after"] as const).map((phase) => [step, phase] as const)))(
    "a deployment that is killed at %s, %s it takes effect, is continued without a second deployment",
    async (step, phase) => {
        const world = withEndpoint();
        const first = (await create(world, inputs(1))).result as DeploymentsOutputs;
        let isDead = false;
        const killed: Trouble = (method, when) => {
            isDead ||= method === step && when === phase;
            return isDead ? Response.json({ error: { code: 400, message: "killed" } }, { status: 400 }) : undefined;
        };
        await update(world, first, inputs(2), killed);
        // The state is still that of the last complete update.
        const next = await update(world, first, inputs(2));
        const isBegun = phase === "after" || step !== "deployModel";
        expect(next.calls.filter((call) => call === "deployModel")).toHaveLength(isBegun ? 0 : 1);
        expect(serving(world)).toEqual([{ [idOf(2)]: 100 }, [idOf(2)]]);
        expect(next.result).toMatchObject({ latest: idOf(2) });
    },
);

test("a lost answer of a deployment does not deploy twice", async () => {
    const world = withEndpoint();
    let count = 0;
    const once: Trouble = (method, phase) =>
        method === "deployModel" && phase === "after" && count++ === 0 ? lost() : undefined;
    const made = await create(world, inputs(1), once);
    expect(made.calls).toEqual(["deployModel", "patch"]);
    expect(serving(world)).toEqual([{ [idOf(1)]: 100 }, [idOf(1)]]);
});

test("a model that somebody deployed stays until the endpoint is destroyed", async () => {
    const world = withEndpoint();
    const first = (await create(world, inputs(1))).result as DeploymentsOutputs;
    const entry = requireEndpoint(world.cloud, endpointId);
    const manual = { ...entry.state.deployedModels[0], id: "7", displayName: "by-hand-12345678" } as never;
    world.cloud.store.write({
        ...entry,
        state: { ...entry.state, deployedModels: [...entry.state.deployedModels, manual] },
    });
    await update(world, first, inputs(2));
    expect(serving(world)).toEqual([{ [idOf(2)]: 100 }, ["7", idOf(2)]]);
    await calling(world, (provider) => provider.delete?.(endpointId, first) as Promise<void>);
    expect(serving(world)).toEqual([{}, []]);
    const world2 = withEndpoint();
    world2.cloud.store.remove(requireEndpoint(world2.cloud, endpointId).name);
    expect((await calling(world2, (provider) => provider.delete?.(endpointId, first) as Promise<void>)).calls).toEqual(
        [],
    );
});

test("a model that scales to zero replaces the one before, with the API in preview", async () => {
    const world = withEndpoint();
    const zero = (version: number): DeploymentsInputs => ({
        ...inputs(version),
        models: {
            latest: {
                ...deployed(version),
                dedicatedResources: {
                    ...(deployed(version).dedicatedResources as Required<DeployedModelInputs>["dedicatedResources"]),
                    minReplicaCount: 0,
                    initialReplicaCount: 1,
                    scaleToZeroSpec: { idleScaledownPeriod: "600s", minScaleupPeriod: "3600s" },
                },
            },
        },
    });
    const first = await create(world, zero(1));
    expect(first.calls).toEqual(["deployModel", "patch"]);
    const outs = first.result as DeploymentsOutputs;
    const { result } = await calling(world, async (provider) => {
        const read = await provider.read?.(endpointId, outs);
        return provider.diff?.(endpointId, read?.props as DeploymentsOutputs, zero(1));
    });
    expect(result).toEqual({ changes: false, replaces: [] });
    const next = await update(world, outs, zero(2));
    expect(next.calls).toEqual(["undeployModel", "deployModel", "patch"]);
    // After thirty days without requests, Google undeploys it.
    const entry = requireEndpoint(world.cloud, endpointId);
    world.cloud.store.write({ ...entry, state: { ...entry.state, deployedModels: [], trafficSplit: "{}" } });
    expect((await update(world, next.result as DeploymentsOutputs, zero(2))).calls).toEqual(["deployModel", "patch"]);
});
