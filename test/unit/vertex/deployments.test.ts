import { deployedIdOf, deploymentsProvider } from "../../../lib/vertex/admin/deployments";
import type { DeployedModelInputs, DeploymentsInputs, DeploymentsOutputs } from "../../../lib/vertex/admin/inputs";
import type { Answer } from "../../../local/runtime/emulator/http";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { changeEndpoint, requireEndpoint } from "../../../local/simulator/services/vertex/endpoints";
import { endpointId, model, withEndpoint } from "../local/endpointWorld";
import type { World } from "../local/world";
import { type Call, Calls, failureOf, lost, once, refusal, type Trouble } from "./calls";

const metric = "aiplatform.googleapis.com/prediction/online/cpu/utilization";
const machines = (more: Partial<Required<DeployedModelInputs>["dedicatedResources"]> = {}) => ({
    machineSpec: { machineType: "n1-standard-2" },
    minReplicaCount: 1,
    maxReplicaCount: 3,
    autoscalingMetricSpecs: [{ metricName: metric, target: 60 }],
    ...more,
});
const deployed = (version: number, more: Partial<DeployedModelInputs> = {}): DeployedModelInputs => ({
    model: model(version),
    dedicatedResources: machines(),
    enableAccessLogging: false,
    disableContainerLogging: false,
    ...more,
});
const inputs = (version: number, split: Record<string, number> = { latest: 100 }): DeploymentsInputs => ({
    endpoint: endpointId,
    models: { latest: deployed(version) },
    split,
});
const zero = (version: number): DeploymentsInputs => {
    const scaleToZeroSpec = { idleScaledownPeriod: "600s", minScaleupPeriod: "3600s" };
    const dedicatedResources = machines({ minReplicaCount: 0, initialReplicaCount: 1, scaleToZeroSpec });
    return { ...inputs(version), models: { latest: deployed(version, { dedicatedResources }) } };
};
const idOf = (version: number) => deployedIdOf("latest", deployed(version));
const settings = {
    disableContainerLogging: false,
    minReplicaCount: 1,
    maxReplicaCount: 3,
    autoscalingMetricSpecs: [{ metricName: metric, target: 60 }],
};

/** An endpoint, and the deployments of a program, whose outputs are kept like in a state. */
class Stack {
    readonly calls: Calls;
    readonly provider;
    outs?: DeploymentsOutputs;

    constructor(readonly world: World = withEndpoint()) {
        this.calls = new Calls(world);
        this.provider = deploymentsProvider(this.calls.apis);
    }

    async up(news: DeploymentsInputs) {
        this.outs = this.outs
            ? (await this.provider.update?.(endpointId, this.outs, news))?.outs
            : (await this.provider.create(news)).outs;
        return this.calls.changes();
    }

    /** Whether a refresh and a preview of these inputs show a change. */
    async isChanged(news: DeploymentsInputs) {
        const { props } = (await this.provider.read?.(endpointId, this.outs)) ?? {};
        return (await this.provider.diff?.(endpointId, props as DeploymentsOutputs, news))?.changes;
    }

    /** The traffic and the deployed models. */
    get serving() {
        const { trafficSplit, deployedModels } = this.state;
        return [JSON.parse(trafficSplit || "{}"), deployedModels.map(({ id }) => id)];
    }

    get state() {
        return requireEndpoint(this.world.cloud, endpointId).state;
    }
}

const deployment = (id: string, version: number, more: object = {}) => [
    "POST endpoints/iris:deployModel",
    {},
    {
        deployedModel: {
            id,
            displayName: `latest-${Number(id).toString(16).padStart(8, "0")}`,
            ...deployed(version),
            ...more,
        },
    },
];
const traffic = (trafficSplit: object) => ["PATCH endpoints/iris", { updateMask: "trafficSplit" }, { trafficSplit }];
const undeployment = (deployedModelId: string) => ["POST endpoints/iris:undeployModel", {}, { deployedModelId }];

test("a first version is deployed, gets all traffic, and is up to date", async () => {
    const stack = new Stack();
    expect(await stack.up(inputs(1))).toEqual([deployment(idOf(1), 1), traffic({ [idOf(1)]: 100 })]);
    const state = { shares: { [idOf(1)]: 100 }, settings: { [idOf(1)]: settings } };
    const outs = {
        ...inputs(1),
        ...{ latest: idOf(1), previous: "", serviceAttachment: "", address: "" },
        wanted: state,
        current: state,
    };
    // Pulumi's server of dynamic resources refuses undefined outputs.
    expect(stack.outs).toStrictEqual(outs);
    expect(await new Stack(stack.world).provider.create(inputs(1))).toEqual({ id: endpointId, outs });
    expect(await stack.provider.read?.(endpointId, stack.outs)).toEqual({ id: endpointId, props: outs });
    expect(await stack.provider.diff?.("", outs, inputs(1))).toEqual({ changes: false, replaces: [] });
    expect(await stack.up(inputs(1))).toEqual([]);
});

test.each<[string, Partial<DeploymentsInputs>, string[]]>([
    ["another endpoint", { endpoint: `${endpointId}2` }, ["endpoint"]],
    ["another model", { models: { latest: deployed(2) } }, []],
    ["another split", { split: { latest: 10, previous: 90 } }, []],
    ["a timeout of requests", { requestTimeout: "60s" }, []],
])("%s is a change", async (_, change, replaces) => {
    const stack = new Stack();
    await stack.up(inputs(1));
    const diff = await stack.provider.diff?.("", stack.outs as DeploymentsOutputs, { ...inputs(1), ...change });
    expect(diff).toEqual({ changes: true, replaces });
});

test("a canary is deployed next to the serving version, which is undeployed when the canary has all traffic", async () => {
    const stack = new Stack();
    await stack.up(inputs(1));
    expect(await stack.up(inputs(2, { latest: 10, previous: 90 }))).toEqual([
        deployment(idOf(2), 2),
        traffic({ [idOf(2)]: 10, [idOf(1)]: 90 }),
    ]);
    expect(stack.outs).toMatchObject({ latest: idOf(2), previous: idOf(1) });
    // A canary never becomes the previous version.
    expect(await stack.up(inputs(3, { latest: 10, previous: 90 }))).toEqual([
        deployment(idOf(3), 3),
        traffic({ [idOf(3)]: 10, [idOf(1)]: 90 }),
        undeployment(idOf(2)),
    ]);
    expect(await stack.up(inputs(3, { latest: 100, previous: 0 }))).toEqual([traffic({ [idOf(3)]: 100 })]);
    expect(stack.serving[1]).toEqual([idOf(1), idOf(3)]);
    expect(await stack.up(inputs(3))).toEqual([undeployment(idOf(1))]);
    expect(stack.serving).toEqual([{ [idOf(3)]: 100 }, [idOf(3)]]);
});

test("a previous version that is not deployed anymore has no share", async () => {
    const stack = new Stack();
    await stack.up(inputs(1));
    const state = stack.state;
    await stack.up(inputs(2, { latest: 10, previous: 90 }));
    changeEndpoint(stack.world.cloud, endpointId, {
        deployedModels: stack.state.deployedModels.filter(({ id }) => id !== state.deployedModels[0]?.id),
        trafficSplit: JSON.stringify({ [idOf(2)]: 100 }),
    });
    await stack.up(inputs(2, { latest: 10, previous: 90 }));
    expect([stack.outs?.previous, stack.serving]).toEqual(["", [{ [idOf(2)]: 100 }, [idOf(2)]]]);
});

test.each<[string, Partial<DeployedModelInputs>, { deployedModel: object; updateMask: string }]>([
    [
        "replicas",
        { dedicatedResources: machines({ minReplicaCount: 2, maxReplicaCount: 5 }) },
        {
            updateMask: "dedicatedResources.minReplicaCount,dedicatedResources.maxReplicaCount",
            deployedModel: {
                dedicatedResources: {
                    minReplicaCount: 2,
                    maxReplicaCount: 5,
                    autoscalingMetricSpecs: [{ metricName: metric, target: 60 }],
                },
                disableContainerLogging: false,
            },
        },
    ],
    [
        "the target of autoscaling",
        { dedicatedResources: machines({ autoscalingMetricSpecs: [{ metricName: metric, target: 70 }] }) },
        {
            updateMask: "dedicatedResources.autoscalingMetricSpecs",
            deployedModel: {
                dedicatedResources: {
                    minReplicaCount: 1,
                    maxReplicaCount: 3,
                    autoscalingMetricSpecs: [{ metricName: metric, target: 70 }],
                },
                disableContainerLogging: false,
            },
        },
    ],
    [
        "logs",
        { disableContainerLogging: true },
        {
            updateMask: "disableContainerLogging",
            deployedModel: {
                dedicatedResources: {
                    minReplicaCount: 1,
                    maxReplicaCount: 3,
                    autoscalingMetricSpecs: [{ metricName: metric, target: 60 }],
                },
                disableContainerLogging: true,
            },
        },
    ],
])("a change of %s changes the deployed model, and nothing else", async (_, change, { deployedModel, updateMask }) => {
    const stack = new Stack();
    await stack.up(inputs(1));
    const news = { ...inputs(1), models: { latest: deployed(1, change) } };
    expect(await stack.up(news)).toEqual([
        [
            "POST endpoints/iris:mutateDeployedModel",
            {},
            { deployedModel: { id: idOf(1), ...deployedModel }, updateMask },
        ],
    ]);
    expect(await stack.isChanged(news)).toBe(false);
});

test.each<[string, Partial<DeployedModelInputs>]>([
    ["machines", { dedicatedResources: machines({ machineSpec: { machineType: "n1-standard-4" } }) }],
    ["Spot VMs", { dedicatedResources: machines({ spot: true }) }],
    ["a version", { model: model(2) }],
    ["an account", { serviceAccount: "serve@acme-dev.iam.gserviceaccount.com" }],
    [
        "a pool",
        {
            dedicatedResources: undefined,
            sharedResources: "projects/acme-dev/locations/europe-west1/deploymentResourcePools/p",
        },
    ],
    ["logs of requests", { enableAccessLogging: true }],
    ["scaling to zero", { dedicatedResources: machines({ minReplicaCount: 0 }) }],
])("other %s are another deployment", (_, change) => {
    expect(deployedIdOf("latest", deployed(1, change))).not.toBe(idOf(1));
});

test.each<[string, Partial<DeployedModelInputs>]>([
    ["replicas", { dedicatedResources: machines({ minReplicaCount: 2, maxReplicaCount: 5 }) }],
    ["targets of autoscaling", { dedicatedResources: machines({ autoscalingMetricSpecs: [] }) }],
    ["logs of containers", { disableContainerLogging: true }],
])("other %s are the same deployment", (_, change) => {
    expect(deployedIdOf("latest", deployed(1, change))).toBe(idOf(1));
});

test("IDs of deployed models stay, by which existing stacks find theirs", () => {
    expect([idOf(1), deployedIdOf("canary", deployed(1))]).toEqual(["94362864", "3910843433"]);
});

test("a timeout of requests is set before a model is deployed, and becomes Google's again", async () => {
    const stack = new Stack();
    const update = (inferenceTimeout: string) => [
        "POST endpoints/iris:update",
        {},
        { endpoint: { name: endpointId, clientConnectionConfig: { inferenceTimeout } } },
    ];
    const [first] = await stack.up({ ...inputs(1), requestTimeout: "1800s" });
    expect(first).toEqual(update("1800s"));
    expect(stack.outs).toMatchObject({ wanted: { requestTimeout: "1800s" }, current: { requestTimeout: "1800s" } });
    changeEndpoint(stack.world.cloud, endpointId, { clientConnectionConfig: { inferenceTimeout: "60s" } });
    expect(await stack.isChanged({ ...inputs(1), requestTimeout: "1800s" })).toBe(true);
    expect(await stack.up({ ...inputs(1), requestTimeout: "1800s" })).toEqual([update("1800s")]);
    expect(await stack.up(inputs(1))).toEqual([update("600s")]);
    expect(stack.outs?.current).toEqual(stack.outs?.wanted);
    expect(await stack.up(inputs(1))).toEqual([]);
});

test("a timeout of requests that is Google's is not set", async () => {
    const stack = new Stack();
    expect(await stack.up({ ...inputs(1), requestTimeout: "600s" })).toHaveLength(2);
    expect(stack.outs?.current.requestTimeout).toBe("600s");
});

test("a private endpoint has an address and a service attachment, once a model is deployed", async () => {
    const network = "projects/acme-dev/global/networks/apps";
    const stack = new Stack(
        withEndpoint({
            privateServiceConnectConfig: {
                enablePrivateServiceConnect: true,
                projectAllowlists: ["acme-dev"],
                pscAutomationConfigs: [{ projectId: "acme-dev", network }],
            },
        }),
    );
    await stack.up(inputs(1));
    const connection = {
        address: expect.stringMatching(/^10\.127\.1\.\d+$/),
        serviceAttachment: expect.stringMatching(/\/serviceAttachments\//),
    };
    expect(stack.outs).toMatchObject(connection);
    const read = await stack.provider.read?.(endpointId, {
        ...stack.outs,
        address: "",
        serviceAttachment: "",
    } as never);
    expect(read?.props).toMatchObject(connection);
});

test("a model that scales to zero is deployed and changed by the API in preview, with its own field for logs", async () => {
    const stack = new Stack();
    const calls = await stack.up(zero(1));
    expect(calls.map(([call]) => call)).toEqual([
        "POST v1beta1 endpoints/iris:deployModel",
        "PATCH v1beta1 endpoints/iris",
    ]);
    const [[, , body]] = calls as [[string, object, { deployedModel: object }]];
    expect(body.deployedModel).toMatchObject({ enableContainerLogging: true });
    expect(body.deployedModel).not.toHaveProperty("disableContainerLogging");
    const scaling = {
        ...{ minReplicaCount: 0, maxReplicaCount: 3, initialReplicaCount: 1 },
        scaleToZeroSpec: { idleScaledownPeriod: "600s", minScaleupPeriod: "3600s" },
    };
    const id = stack.outs?.latest as string;
    expect(stack.outs?.wanted.settings).toEqual({ [id]: { ...settings, ...scaling } });
    expect(await stack.isChanged(zero(1))).toBe(false);
    const quiet = zero(1);
    (quiet.models.latest as DeployedModelInputs).disableContainerLogging = true;
    expect(await stack.up(quiet)).toEqual([
        [
            "POST v1beta1 endpoints/iris:mutateDeployedModel",
            {},
            {
                deployedModel: {
                    id,
                    dedicatedResources: { autoscalingMetricSpecs: settings.autoscalingMetricSpecs, ...scaling },
                    enableContainerLogging: false,
                },
                updateMask: "enableContainerLogging",
            },
        ],
    ]);
    expect(await stack.isChanged(quiet)).toBe(false);
    // Such an endpoint has one model.
    expect((await stack.up(zero(2))).map(([call]) => call.replace(/.*:/, ""))).toEqual([
        "undeployModel",
        "deployModel",
        "PATCH v1beta1 endpoints/iris",
    ]);
    await stack.provider.delete?.(endpointId, stack.outs as DeploymentsOutputs);
    expect(stack.calls.changes().map(([call]) => call)).toEqual([
        "PATCH v1beta1 endpoints/iris",
        "POST v1beta1 endpoints/iris:undeployModel",
    ]);
});

test("a refused deployment leaves the traffic where it was, and the next update continues", async () => {
    const stack = new Stack();
    await stack.up(inputs(1));
    const first = stack.outs as DeploymentsOutputs;
    stack.calls.trouble = once("POST endpoints/iris:deployModel", () =>
        refusal(400, "Model server never became ready."),
    );
    const error = await failureOf<DeploymentsOutputs>(stack.up(inputs(2)));
    const name = `latest-${Number(idOf(1)).toString(16).padStart(8, "0")}`;
    expect(error.message).toBe(
        `POST ${endpointId}:deployModel: Model server never became ready. Traffic goes to ${name} (100 %). The next update continues.`,
    );
    expect([error.id, error.reasons]).toEqual([endpointId, [error.message]]);
    expect(error.properties).toMatchObject({ ...inputs(2), latest: first.latest, previous: "" });
    expect(error.properties.current).toEqual({ shares: { [idOf(1)]: 100 }, settings: {} });
    stack.calls.changes();
    stack.outs = error.properties;
    expect((await stack.up(inputs(2))).map(([call]) => call.replace(/.*:/, ""))).toEqual([
        "deployModel",
        "PATCH endpoints/iris",
        "undeployModel",
    ]);
});

test("a refused first deployment has no traffic, and no deployed model", async () => {
    const stack = new Stack();
    stack.calls.trouble = (call) => (call.endsWith(":deployModel") ? refusal(400, "Quota.") : undefined);
    const error = await failureOf<DeploymentsOutputs>(stack.up(inputs(1)));
    expect(error.message).toContain("Quota. No model has traffic. The next update continues.");
    expect(error.properties).toMatchObject({ latest: "", previous: "" });
    let isDenied = false;
    stack.calls.trouble = (call) => {
        isDenied ||= call.endsWith(":deployModel");
        return isDenied ? refusal(403, "Denied.") : undefined;
    };
    const denied = await failureOf(stack.up(inputs(1)));
    expect([denied.message, denied.properties]).toEqual([`POST ${endpointId}:deployModel: Denied.`, undefined]);
});

test("a lost answer of a deployment does not deploy twice", async () => {
    const stack = new Stack();
    stack.calls.trouble = once("POST endpoints/iris:deployModel", lost);
    expect(await stack.up(inputs(1))).toEqual([deployment(idOf(1), 1), traffic({ [idOf(1)]: 100 })]);
    expect(stack.serving).toEqual([{ [idOf(1)]: 100 }, [idOf(1)]]);
});

test("a deployed model of somebody else stays until the endpoint is destroyed", async () => {
    const stack = new Stack();
    await stack.up(inputs(1));
    for (const displayName of ["by-hand-12345678", "mine", undefined]) {
        const manual = { ...stack.state.deployedModels[0], id: "7", displayName } as never;
        changeEndpoint(stack.world.cloud, endpointId, {
            deployedModels: [...stack.state.deployedModels.filter(({ id }) => id !== "7"), manual],
        });
        await stack.up(inputs(stack.outs?.latest === idOf(2) ? 1 : 2));
        expect(stack.serving[1]).toContain("7");
    }
    changeEndpoint(stack.world.cloud, endpointId, { trafficSplit: JSON.stringify({ 7: 100 }) });
    stack.calls.trouble = (call) => (call.endsWith(":deployModel") ? refusal(400, "Quota.") : undefined);
    await expect(stack.up(inputs(3))).rejects.toThrow("Quota. Traffic goes to 7 (100 %).");
    stack.calls.changes();
    await stack.provider.delete?.(endpointId, stack.outs as DeploymentsOutputs);
    expect([stack.calls.changes()[0], stack.serving]).toEqual([traffic({}), [{}, []]]);
});

/** Answers to looks at the endpoint, with a change. */
const seen = (change: (endpoint: Inputs) => Inputs) => (call: string, ask: () => Promise<Answer>) =>
    call === "GET endpoints/iris"
        ? ask().then(({ status, body }) => ({ status, body: change(body as Inputs) }))
        : undefined;

test("an endpoint without models and traffic, whose fields the API leaves out, can be read and destroyed", async () => {
    const stack = new Stack();
    stack.calls.trouble = seen(({ deployedModels: _, trafficSplit: __, ...rest }) => rest);
    const current = { shares: {}, settings: {} };
    const props = { current, serviceAttachment: "", address: "" };
    expect(await stack.provider.read?.(endpointId, undefined)).toEqual({ id: endpointId, props });
    await stack.provider.delete?.(endpointId, props as DeploymentsOutputs);
    expect(stack.calls.changes()).toEqual([]);
});

test("numbers that are zero, which the API leaves out, and another order of metrics are no changes", async () => {
    const other = "aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle";
    const autoscalingMetricSpecs = [
        { metricName: metric, target: 60 },
        { metricName: other, target: 70 },
    ];
    const news = (order: typeof autoscalingMetricSpecs) => {
        const dedicatedResources = machines({ minReplicaCount: 0, autoscalingMetricSpecs: order });
        return { ...inputs(1), models: { latest: deployed(1, { dedicatedResources }) } };
    };
    for (const order of [autoscalingMetricSpecs, [...autoscalingMetricSpecs].reverse()]) {
        const stack = new Stack();
        await stack.up(news(order));
        stack.calls.trouble = (call, ask) =>
            seen(({ deployedModels: [{ dedicatedResources, ...model }], ...rest }) => {
                const { minReplicaCount: _, ...resources } = dedicatedResources;
                const specs = [...resources.autoscalingMetricSpecs].reverse();
                return {
                    ...rest,
                    deployedModels: [{ ...model, dedicatedResources: { ...resources, autoscalingMetricSpecs: specs } }],
                };
            })(call.replace("v1beta1 ", ""), ask);
        expect(await stack.isChanged(news(order))).toBe(false);
        expect(await stack.up(news(order))).toEqual([]);
    }
});

test("a model that the API does not show yet gets all of its settings", async () => {
    const stack = new Stack();
    const hidden = seen(({ deployedModels: _, ...rest }) => rest);
    stack.calls.trouble = (call, ask) =>
        call.endsWith(":mutateDeployedModel") ? refusal(404, "not found") : hidden(call, ask);
    await expect(stack.up(inputs(1))).rejects.toThrow("not found");
    const { machineSpec: _, ...dedicatedResources } = machines();
    expect(stack.calls.changes()).toEqual([
        deployment(idOf(1), 1),
        [
            "POST endpoints/iris:mutateDeployedModel",
            {},
            {
                deployedModel: { id: idOf(1), dedicatedResources, disableContainerLogging: false },
                updateMask: Object.keys(settings)
                    .map((name) => (name === "disableContainerLogging" ? name : `dedicatedResources.${name}`))
                    .join(","),
            },
        ],
    ]);
});

test("a model in a pool is deployed without machines of its own, and its logs can change", async () => {
    const world = withEndpoint({});
    const pool = (name: string) => {
        const dedicatedResources = { machineSpec: { machineType: "n1-standard-2" }, minReplicaCount: 1 };
        world.make("AiDeploymentResourcePool", { name, region: "europe-west1", dedicatedResources });
        return `${endpointId.replace(/endpoints.*/, "")}deploymentResourcePools/${name}`;
    };
    const [one, other] = [pool("one"), pool("other")];
    const pooled = (sharedResources: string, disableContainerLogging = false): DeploymentsInputs => {
        const { dedicatedResources: _, ...rest } = deployed(2, { sharedResources, disableContainerLogging });
        return { ...inputs(1), models: { latest: rest } };
    };
    const stack = new Stack(world);
    const [[, , body]] = (await stack.up(pooled(one))) as [Required<Call>];
    expect(body).toEqual({
        deployedModel: {
            id: stack.outs?.latest,
            displayName: expect.stringMatching(/^latest-/),
            model: model(2),
            sharedResources: one,
            enableAccessLogging: false,
            disableContainerLogging: false,
        },
    });
    const id = stack.outs?.latest as string;
    expect(stack.outs?.wanted.settings).toEqual({ [id]: { disableContainerLogging: false } });
    expect(stack.outs?.current).toEqual(stack.outs?.wanted);
    expect(await stack.up(pooled(one, true))).toEqual([
        [
            "POST endpoints/iris:mutateDeployedModel",
            {},
            { deployedModel: { id, disableContainerLogging: true }, updateMask: "disableContainerLogging" },
        ],
    ]);
    expect(await stack.isChanged(pooled(one, true))).toBe(false);
    await stack.up(pooled(other));
    expect(stack.outs?.latest).not.toBe(id);
});

test("without a state, the previous version is the one with the most traffic besides named models", async () => {
    const stack = new Stack();
    const named = (version: number, split: Record<string, number>): DeploymentsInputs => ({
        ...inputs(version, split),
        models: { latest: deployed(version), champion: deployed(3) },
    });
    await stack.up(named(1, { latest: 40, champion: 60 }));
    stack.outs = undefined;
    await stack.up(named(2, { latest: 1, previous: 39, champion: 60 }));
    const champion = deployedIdOf("champion", deployed(3));
    expect(stack.outs).toMatchObject({ latest: idOf(2), previous: idOf(1) });
    expect(stack.serving[0]).toEqual({ [idOf(2)]: 1, [idOf(1)]: 39, [champion]: 60 });
});

test("deployments take two hours at most", async () => {
    const stack = new Stack();
    const running =
        (method: string): Trouble =>
        (call) => {
            const isLook = call.endsWith("/operations/1");
            isLook && stack.calls.pass(10 * 60_000);
            return isLook || call === `POST endpoints/iris:${method}`
                ? { status: 200, body: { name: `${endpointId}/operations/1` } }
                : undefined;
        };
    const late = async (method: string, news: DeploymentsInputs) => {
        stack.calls.trouble = running(method);
        await expect(stack.up(news)).rejects.toThrow(`:${method} is not done after 120 minutes.`);
        stack.calls.trouble = undefined;
    };
    await late("deployModel", inputs(1));
    await stack.up(inputs(1));
    await late("mutateDeployedModel", {
        ...inputs(1),
        models: { latest: deployed(1, { disableContainerLogging: true }) },
    });
    await late("undeployModel", inputs(2));
});

test("an endpoint that is gone has nothing to read or to delete", async () => {
    const stack = new Stack();
    await stack.up(inputs(1));
    stack.world.cloud.store.remove(requireEndpoint(stack.world.cloud, endpointId).name);
    expect(await stack.provider.read?.(endpointId, stack.outs)).toEqual({ id: "" });
    await stack.provider.delete?.(endpointId, stack.outs as DeploymentsOutputs);
    expect(stack.calls.changes()).toEqual([]);
});
