import { serve } from "../../../local/runtime/emulator/server";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { requireEndpoint } from "../../../local/simulator/services/vertex/endpoints";
import { endpointId, images, model, withEndpoint, withModel } from "./endpointWorld";
import { refusalOf, type World } from "./world";

const endpoint = { name: "iris", location: "europe-west1", displayName: "iris" };
const machines = (more: Inputs = {}, spec: Inputs = {}) => ({
    machineSpec: { machineType: "n1-standard-2", ...spec },
    minReplicaCount: 1,
    maxReplicaCount: 1,
    ...more,
});

/** Calls a method until its operation is done, and returns its answer or its error. */
async function call(world: World, method: string, body: object, version = "v1"): Promise<Inputs> {
    const { url, close } = await serve(world.cloud);
    const [verb, path] = method.startsWith("?")
        ? ["PATCH", `${endpointId}${method}`]
        : ["POST", `${endpointId}:${method}`];
    try {
        const answer = await fetch(`${url}/${version}/${path}`, { method: verb, body: JSON.stringify(body) });
        let result = (await answer.json()) as Inputs;
        for (let polls = 0; result.name?.includes("/operations/") && !result.done && polls < 10; polls++) {
            result = (await (await fetch(`${url}/${version}/${result.name}`)).json()) as Inputs;
        }
        return result;
    } finally {
        close();
    }
}

const deploy = (world: World, deployedModel: object, version?: string) =>
    call(
        world,
        "deployModel",
        { deployedModel: { model: model(1), dedicatedResources: machines(), ...deployedModel } },
        version,
    );

test("replicas keep the quota of a region, and so does a change of their minimum", async () => {
    // 2,200 CPUs in this region: https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/quotas
    const world = withEndpoint();
    const large = (count: number) => ({
        ...machines({ minReplicaCount: count, maxReplicaCount: 100 }),
        machineSpec: { machineType: "n2-standard-128" },
    });
    const exceeded = {
        code: 429,
        status: "RESOURCE_EXHAUSTED",
        message: "The following quota metrics exceed quota limits: aiplatform.googleapis.com/custom_model_serving_cpus",
    };
    expect((await deploy(world, { id: "7", dedicatedResources: large(18) })).error).toMatchObject(exceeded);
    expect((await deploy(world, { id: "7", dedicatedResources: large(10) })).error).toBeUndefined();
    expect((await deploy(world, { id: "8", dedicatedResources: large(8) })).error).toMatchObject(exceeded);
    const mutate = (minReplicaCount: number) =>
        call(world, "mutateDeployedModel", {
            deployedModel: { id: "7", dedicatedResources: { minReplicaCount } },
            updateMask: "dedicatedResources.minReplicaCount",
        });
    expect((await mutate(18)).error).toMatchObject(exceeded);
    expect((await mutate(17)).error).toBeUndefined();
});

test.each([
    [
        "AiDeploymentResourcePool",
        { name: "iris", region: "us-east5", dedicatedResources: machines({ minReplicaCount: 9 }) },
    ],
    [
        "AiEndpointWithModelGardenDeployment",
        {
            location: "us-east5",
            publisherModelName: "publishers/google/models/gemma@1",
            deployConfig: { dedicatedResources: machines({ minReplicaCount: 9, maxReplicaCount: 9 }) },
        },
    ],
] as const)("a new %s keeps the quota of its region", (type, inputs) => {
    // 16 CPUs in this region.
    expect(refusalOf(() => withEndpoint().make(type, inputs))).toContain(
        "Error 429: The following quota metrics exceed quota limits: aiplatform.googleapis.com/custom_model_serving_cpus",
    );
});

test("an endpoint has server defaults and a domain name of its own", () => {
    const { id, state } = withModel().make("AiEndpoint", { ...endpoint, dedicatedEndpointEnabled: true });
    expect({ id, state }).toEqual({
        id: endpointId,
        state: expect.objectContaining({
            ...endpoint,
            dedicatedEndpointEnabled: true,
            dedicatedEndpointDns: expect.stringMatching(/^iris\.europe-west1-\d+\.prediction\.vertexai\.goog$/),
            deployedModels: [],
            trafficSplit: "",
        }),
    });
});

const refusals: [string, Inputs, string][] = [
    ["another region", { location: "moon-west1" }, "404: Could not resolve host: moon-west1-aiplatform.googleapis.com"],
    ["an ID with capitals", { name: "Iris" }, '400: The endpoint ID "Iris" must match'],
    ["an ID that is a number of ten digits", { name: "1234567890" }, "400: The endpoint ID"],
    ["a long display name", { displayName: "i".repeat(129) }, "400: The display name must have 1 to 128 characters."],
    [
        "logs in a dataset that does not exist",
        {
            predictRequestResponseLoggingConfig: {
                enabled: true,
                samplingRate: 1,
                bigqueryDestination: { outputUri: "bq://acme-dev.logs.requests" },
            },
        },
        "404: Not found: Dataset acme-dev:logs",
    ],
    [
        "a split that is no object",
        { trafficSplit: "[]" },
        "json: cannot unmarshal array into Go value of type map[string]interface {}",
    ],
    ["a sampling rate of 0", { predictRequestResponseLoggingConfig: { enabled: true, samplingRate: 0 } }, "(0, 1]"],
    [
        "a key that the service agent cannot use",
        { encryptionSpec: { kmsKeyName: "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales" } },
        "cannot use the KMS key",
    ],
];

test.each(refusals)("an endpoint with %s is refused", (_, more, message) => {
    expect(refusalOf(() => withModel().make("AiEndpoint", { ...endpoint, ...more }))).toContain(message);
});

test("a name that exists is refused, and an endpoint with models is not deleted", async () => {
    const world = withModel();
    const made = world.make("AiEndpoint", endpoint);
    expect(refusalOf(() => world.make("AiEndpoint", endpoint))).toContain(
        `409: The Endpoint ${endpointId} already exists.`,
    );
    await deploy(world, { id: "7" });
    expect(refusalOf(() => world.remove(made))).toContain("has deployed or being-deployed DeployedModel(s): 7.");
    await call(world, "undeployModel", { deployedModelId: "7" });
    world.remove(made);
});

test("an update of an endpoint keeps its models, which the provider reads", async () => {
    const world = withModel();
    const made = world.make("AiEndpoint", endpoint);
    await deploy(world, { id: "7" });
    await call(world, "?updateMask=trafficSplit", { trafficSplit: { 7: 100 } });
    const updated = world.update(made, { ...endpoint, displayName: "Iris" });
    const read = world.refreshed(updated);
    expect(read?.state).toMatchObject({
        displayName: "Iris",
        trafficSplit: '{"7":100}',
        deployedModels: [
            {
                id: "7",
                modelVersionId: "1",
                dedicatedResources: [{ machineSpecs: [{ machineType: "n1-standard-2" }] }],
            },
        ],
    });
    expect(world.changed({ ...updated, state: read?.state ?? {} }, { ...endpoint, displayName: "Iris" })).toEqual([]);
});

const deployments: [string, Inputs, string, string?][] = [
    ["a model that does not exist", { model: `${model(1)}9` }, "The Model version `projects/"],
    ["an ID with letters", { id: "a1" }, 'The DeployedModel ID "a1" must have 1 to 10 digits.'],
    [
        "no machines",
        { dedicatedResources: undefined },
        "Exactly one of dedicated_resources, automatic_resources and shared_resources",
    ],
    [
        "automatic resources",
        { dedicatedResources: undefined, automaticResources: {} },
        "'automatic_resources' is not supported for Model",
    ],
    [
        "a pool that does not exist",
        {
            dedicatedResources: undefined,
            sharedResources: `${endpointId.replace(/endpoints.*/, "")}deploymentResourcePools/shared`,
        },
        "The DeploymentResourcePool `projects/",
    ],
    [
        "a machine type that does not exist",
        { dedicatedResources: machines({}, { machineType: "n1-standard-1" }) },
        'Machine type "n1-standard-1" is not supported.',
    ],
    [
        "machines without their GPUs",
        { dedicatedResources: machines({}, { machineType: "g2-standard-4" }) },
        'Machine type "g2-standard-4" requires the accelerator NVIDIA_L4',
    ],
    [
        "a GPU that the machine type cannot have",
        {
            dedicatedResources: machines(
                {},
                { machineType: "n1-standard-4", acceleratorType: "NVIDIA_TESLA_K80", acceleratorCount: 1 },
            ),
        },
        'Accelerator "NVIDIA_TESLA_K80" is not supported for machine type "n1-standard-4"',
    ],
    [
        "GPUs that are not in the region",
        {
            dedicatedResources: machines(
                {},
                { machineType: "a2-highgpu-1g", acceleratorType: "NVIDIA_TESLA_A100", acceleratorCount: 1 },
            ),
        },
        'Accelerator "NVIDIA_TESLA_A100" is not supported in region "europe-west1".',
    ],
    [
        "a number of GPUs",
        {
            dedicatedResources: machines(
                {},
                { machineType: "n1-standard-32", acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 },
            ),
        },
        'Accelerator count 1 of "NVIDIA_TESLA_T4" is not supported',
    ],
    [
        "no replicas in v1",
        { dedicatedResources: machines({ minReplicaCount: 0 }) },
        "must be greater than or equal to 1",
    ],
    [
        "no replicas at a shared address",
        { dedicatedResources: machines({ minReplicaCount: 0 }) },
        "not shared, and have a single DeployedModel",
        "v1beta1",
    ],
    [
        "a minimum above the maximum",
        { dedicatedResources: machines({ minReplicaCount: 3 }) },
        "must be greater than or equal to the min_replica_count",
    ],
    [
        "a target above 100 percent",
        {
            dedicatedResources: machines({
                autoscalingMetricSpecs: [
                    { metricName: "aiplatform.googleapis.com/prediction/online/cpu/utilization", target: 101 },
                ],
            }),
        },
        "is out of range",
    ],
    [
        "an account that does not exist",
        { serviceAccount: "serve@acme-dev.iam.gserviceaccount.com" },
        "You do not have permission to act as service_account",
    ],
];

const withVersions = deployments.map(
    ([name, model, message, version = "v1"]) => [name, model, message, version] as const,
);

test.each(withVersions)("a deployment with %s is refused", async (_, deployedModel, message, version) => {
    const world = withEndpoint({});
    expect((await deploy(world, deployedModel, version)).error?.message).toContain(message);
    expect(requireEndpoint(world.cloud, endpointId).state.deployedModels).toEqual([]);
});

test("a container runs as an account that the service agent administers", async () => {
    const world = withEndpoint({});
    const account = world.account("iris-serve").replace("serviceAccount:", "");
    const refused = await deploy(world, { serviceAccount: account });
    expect(refused.error.message).toContain("the iam.serviceAccountAdmin role on service account iris-serve@");
    const agent = world.make("ServiceIdentity", { service: "aiplatform.googleapis.com" });
    world.make("AccountIAMMember", {
        serviceAccountId: `projects/acme-dev/serviceAccounts/${account}`,
        role: "roles/iam.serviceAccountAdmin",
        member: `serviceAccount:${agent.state.email}`,
    });
    expect((await deploy(world, { id: "7", serviceAccount: account })).response.deployedModel).toMatchObject({
        id: "7",
    });
});

test("traffic must sum to 100, of models that exist, and a model with traffic is not undeployed", async () => {
    const world = withEndpoint();
    await deploy(world, { id: "7" });
    await deploy(world, { id: "8" });
    expect((await deploy(world, { id: "8" })).error).toMatchObject({ code: 409 });
    const split = (trafficSplit: object) => call(world, "?updateMask=trafficSplit", { trafficSplit });
    expect((await split({ 7: 60 })).error.message).toContain("add up to 100 (they add up to 60)");
    expect((await split({ 0: 100 })).error.message).toBe("The following DeployedModel ID(s) [0] do not exist.");
    expect((await split({ 7: 60, 8: 40 })).trafficSplit).toEqual({ 7: 60, 8: 40 });
    const undeploy = (body: object) => call(world, "undeployModel", body);
    expect((await undeploy({ deployedModelId: "7" })).error.message).toContain("has traffic");
    expect((await undeploy({ deployedModelId: "7", trafficSplit: { 8: 100 } })).error).toBeUndefined();
    // The last one is undeployed with its traffic.
    expect((await undeploy({ deployedModelId: "8" })).error).toBeUndefined();
    expect(requireEndpoint(world.cloud, endpointId).state).toMatchObject({ deployedModels: [], trafficSplit: "{}" });
});

test("only replicas, their scaling and container logs of a deployed model can be changed", async () => {
    const world = withEndpoint();
    await deploy(world, { id: "7" });
    const mutate = (updateMask: string, id = "7") =>
        call(world, "mutateDeployedModel", {
            deployedModel: { id, dedicatedResources: machines({ maxReplicaCount: 4 }) },
            updateMask,
        });
    expect((await mutate("dedicatedResources.machineSpec")).error.message).toContain("cannot be updated");
    expect((await mutate("dedicatedResources.maxReplicaCount", "8")).error.message).toContain("[8] do not exist");
    expect(
        (await mutate("dedicated_resources.max_replica_count")).response.deployedModel.dedicatedResources,
    ).toMatchObject({
        minReplicaCount: 1,
        maxReplicaCount: 4,
    });
});

test("models of a pool have the same prebuilt container, and a pool with models is not deleted", async () => {
    const world = withEndpoint();
    const pool = { name: "shared", region: "europe-west1", dedicatedResources: machines() };
    const made = world.make("AiDeploymentResourcePool", pool);
    const shared = (version: number, id: string) =>
        deploy(world, { id, model: model(version), dedicatedResources: undefined, sharedResources: made.id });
    expect((await shared(1, "7")).error.message).toContain("needs a prebuilt container of TensorFlow or PyTorch");
    expect((await shared(2, "7")).error).toBeUndefined();
    expect((await shared(3, "8")).error.message).toContain(`has models with the image ${images[1]}, not ${images[2]}`);
    expect((await shared(2, "8")).error).toBeUndefined();
    expect(refusalOf(() => world.remove(made))).toContain("is in use by DeployedModel(s): 7, 8.");
    await call(world, "undeployModel", { deployedModelId: "7" });
    await call(world, "undeployModel", { deployedModelId: "8" });
    world.remove(made);
});

test("a private endpoint has one model, which has an address in its network", async () => {
    const world = withEndpoint({ network: "projects/123/global/networks/main" });
    const { response } = await deploy(world, { id: "7" });
    expect(response.deployedModel.privateEndpoints).toEqual({
        predictHttpUri: "http://iris.aiplatform.googleapis.com/v1/models/7:predict",
    });
    expect((await deploy(world, { id: "8" })).error.message).toContain("can have one DeployedModel only");
});

test.each([
    ["an initial number above the maximum", { initialReplicaCount: 3, maxReplicaCount: 2 }, "initial_replica_count"],
    [
        "an idle time of a minute",
        { scaleToZeroSpec: { idleScaledownPeriod: "60s" } },
        "must be from 5 minutes to 8 hours",
    ],
    ["a minimum, and an initial number", { minReplicaCount: 1, initialReplicaCount: 1 }, "initial_replica_count"],
])("scaling to zero with %s is refused", async (_, resources, message) => {
    const dedicatedResources = machines({ minReplicaCount: 0, ...resources });
    const { error } = await deploy(withEndpoint(), { dedicatedResources }, "v1beta1");
    expect(error.message).toContain(message);
});

test("a member of an endpoint's policy can ask that endpoint alone", () => {
    const world = withEndpoint();
    const member = world.account("iris-caller");
    const grant = { location: "europe-west1", endpoint: "iris", role: "roles/aiplatform.user", member };
    expect(world.make("AiEndpointIamMember", grant).id).toBe(`${endpointId}/roles/aiplatform.user/${member}`);
    const none = refusalOf(() => world.make("AiEndpointIamMember", { ...grant, endpoint: "roses" }));
    expect(none).toContain("404: The Endpoint");
    const other = refusalOf(() => world.make("AiEndpointIamMember", { ...grant, role: "roles/storage.objectViewer" }));
    expect(other).toContain("roles/storage.objectViewer");
});
