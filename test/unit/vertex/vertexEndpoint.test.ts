import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    Network,
    ServerlessFunction,
    ServiceAccount,
    StorageBucket,
    VertexDeploymentPool,
    VertexEndpoint,
    VertexModel,
} from "slipway";
import type { VertexEndpointArgs } from "slipway/vertex";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs, told } from "../registered";

/** The engine calls the hooks of what it would create. */
jest.mock("../../../lib/internal/engine/hooks", () => ({
    ...jest.requireActual("../../../lib/internal/engine/hooks"),
    previewHook: (name: string, run: () => unknown) => (name === "slipway: note" ? void run() : undefined),
}));

const model = "projects/acme-dev/locations/europe-west1/models/iris@3";
const latest = { model };
const serving = (args: object = {}, name = "iris") =>
    new VertexEndpoint(name, { models: { latest }, ...args } as VertexEndpointArgs);

const metric = (name: string, target: number) => ({
    metricName: `aiplatform.googleapis.com/prediction/online/${name}`,
    target,
});
const resources = {
    machineSpec: { machineType: "n1-standard-2" },
    minReplicaCount: 1,
    maxReplicaCount: 3,
    autoscalingMetricSpecs: [metric("cpu/utilization", 60)],
};
const deployed = { model, enableAccessLogging: false, disableContainerLogging: false, dedicatedResources: resources };
const bareEndpoint = {
    name: expect.stringMatching(/^iris-[0-9a-f]{6}$/),
    project: "acme-dev",
    location: "europe-west1",
    region: "europe-west1",
    displayName: "iris",
    dedicatedEndpointEnabled: true,
};
const withModel = (parts: object) => ({ latest: { ...deployed, ...parts } });

interface Made {
    endpoint: string;
    models: { latest: object };
    split: object;
}

async function deploymentsOf(program: () => unknown, stack: Parameters<typeof registered>[1] = {}): Promise<Made> {
    return (await registered(program, stack))["Deployments iris"] as Made;
}

test("a bare endpoint has an address of its own, one replica and no account", async () => {
    const all = await registered(() => serving());
    expect(all).toEqual({
        "AiEndpoint iris": bareEndpoint,
        "Deployments iris": {
            __provider: 'exports.handler = () => require("slipway/model/admin").deployments;',
            endpoint: expect.anything(),
            models: { latest: deployed },
            split: { latest: 100 },
        },
        "Provider iris": {},
    });
});

test("an endpoint in production is protected, and has two replicas for Google's service level agreement", async () => {
    const stack = { kind: "production" } as const;
    const { models } = await deploymentsOf(() => serving(), stack);
    expect(models.latest).toMatchObject({ dedicatedResources: { minReplicaCount: 2 } });
    const options = await registeredOptions(() => serving(), stack);
    expect(options["AiEndpoint iris"]).toMatchObject({
        protect: true,
        ignoreChanges: ["name"],
        deleteBeforeReplace: false,
    });
    expect(options["Deployments iris"]).toMatchObject({ protect: true });
});

const machines: [string, object, object][] = [
    ["a fixed number of replicas", { scaling: 4 }, { minReplicaCount: 4, maxReplicaCount: 4 }],
    ["bounds", { scaling: { min: 2, max: 9 } }, { minReplicaCount: 2, maxReplicaCount: 9 }],
    ["a minimum above the default maximum", { scaling: { min: 7 } }, { minReplicaCount: 7, maxReplicaCount: 7 }],
    ["a target of CPUs", { scaling: { cpu: 80 } }, { autoscalingMetricSpecs: [metric("cpu/utilization", 80)] }],
    [
        "a target of requests",
        { scaling: { requestsPerMinute: 90 } },
        { autoscalingMetricSpecs: [metric("request_count", 90)] },
    ],
    [
        "built-in GPUs",
        { machineType: "g2-standard-24" },
        {
            machineSpec: { machineType: "g2-standard-24", acceleratorType: "NVIDIA_L4", acceleratorCount: 2 },
            maxReplicaCount: 1,
            autoscalingMetricSpecs: [metric("cpu/utilization", 60), metric("accelerator/duty_cycle", 60)],
        },
    ],
    [
        "attached GPUs",
        { machineType: "n1-standard-8", gpu: { type: "nvidia-tesla-t4", count: 2 }, scaling: { gpu: 70 } },
        {
            machineSpec: { machineType: "n1-standard-8", acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 2 },
            maxReplicaCount: 1,
            autoscalingMetricSpecs: [metric("accelerator/duty_cycle", 70)],
        },
    ],
    ["Spot VMs", { spot: true }, { spot: true }],
    ["no Spot VMs", { spot: false }, {}],
    [
        "as many initial replicas as the maximum after scaling to zero",
        { scaling: { min: 0, max: 3, initial: 3, scaleToZeroAfter: "1 hour", keepFor: "10 minutes" } },
        {
            minReplicaCount: 0,
            maxReplicaCount: 3,
            initialReplicaCount: 3,
            scaleToZeroSpec: { idleScaledownPeriod: "3600s", minScaleupPeriod: "600s" },
        },
    ],
    [
        "scaling to zero",
        { scaling: { min: 0, scaleToZeroAfter: "10 minutes" } },
        {
            minReplicaCount: 0,
            initialReplicaCount: 1,
            scaleToZeroSpec: { idleScaledownPeriod: "600s", minScaleupPeriod: "3600s" },
        },
    ],
];

test.each(machines)("machines with %s", async (_, given, expected) => {
    const { models } = await deploymentsOf(() => serving({ models: { latest: { ...latest, ...given } } }));
    expect(models).toEqual(withModel({ dedicatedResources: { ...resources, ...expected } }));
});

test.each([
    ["g9-standard-8", "g2-standard-8"],
    ["n1-standard-3", "n1-standard-2"],
])("%s, which is not listed, is passed on with its GPUs, which are unknown", async (machineType, nearest) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const machines = { machineType, gpu: { type: "nvidia-tesla-t4", count: 3 } };
    const { models } = await deploymentsOf(() => serving({ models: { latest: { ...latest, ...machines } } }));
    expect(models.latest).toMatchObject({
        dedicatedResources: {
            machineSpec: { machineType, acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 3 },
        },
    });
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
        `VertexEndpoint "iris": models.latest.machineType: is not a machine type that this release of slipway lists; the nearest is ${nearest} (got "${machineType}"). It is passed on.`,
    ]);
    warn.mockRestore();
});

const endpoints: [string, object, object][] = [
    ["a shared address", { access: "shared" }, { dedicatedEndpointEnabled: undefined }],
    [
        "Private Service Connect from its own project",
        { access: { privateServiceConnect: [] } },
        {
            dedicatedEndpointEnabled: undefined,
            privateServiceConnectConfig: { enablePrivateServiceConnect: true, projectAllowlists: ["acme-dev"] },
        },
    ],
    [
        "Private Service Connect in a network of another project",
        {
            access: {
                privateServiceConnect: ["acme-shop"],
                network: { network: "projects/acme-net/global/networks/apps" },
            },
        },
        {
            dedicatedEndpointEnabled: undefined,
            privateServiceConnectConfig: {
                enablePrivateServiceConnect: true,
                projectAllowlists: ["acme-shop", "acme-net"],
                pscAutomationConfigs: [{ projectId: "acme-net", network: "projects/acme-net/global/networks/apps" }],
            },
        },
    ],
    [
        "a name and labels",
        { displayName: "Iris", description: "Flowers", labels: { team: "ml" } },
        { displayName: "Iris", description: "Flowers", labels: { team: "ml" } },
    ],
];

test.each(endpoints)("an endpoint with %s", async (_, given, expected) => {
    expect((await registered(() => serving(given)))["AiEndpoint iris"]).toEqual({ ...bareEndpoint, ...expected });
});

test("Vertex AI connects a network of the program, and a timeout of requests is set", async () => {
    const access = () => ({ privateServiceConnect: [], network: new Network("apps") });
    const all = await registered(() => serving({ access: access(), timeout: "30 minutes" }));
    expect(all["AiEndpoint iris"]).toMatchObject({
        privateServiceConnectConfig: {
            projectAllowlists: ["acme-dev"],
            pscAutomationConfigs: [{ projectId: "acme-dev", network: "projects/acme-dev/global/networks/apps" }],
        },
    });
    expect(all["Deployments iris"]).toMatchObject({ requestTimeout: "1800s" });
});

test("logs, uses and a key are granted to Vertex AI and to the endpoint's account before models are deployed", async () => {
    const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";
    const program = () => {
        const dataset = new BigQueryDataset("logs");
        const features = new StorageBucket("features");
        serving({ requestLogs: { dataset, sampling: 10 }, uses: [features.reader], encryptionKey: key });
    };
    const all = await registered(program, { environment: true, config: { "slipway:environments": undefined } });
    expect(all["AiEndpoint iris"]).toEqual({
        ...bareEndpoint,
        encryptionSpec: { kmsKeyName: key },
        predictRequestResponseLoggingConfig: {
            enabled: true,
            samplingRate: 0.1,
            bigqueryDestination: { outputUri: "bq://acme-dev.logs.request_response_logging" },
        },
    });
    expect(all["Account iris-serve"]).toMatchObject({ accountId: "iris-serve" });
    expect(all["BucketIAMMember iris-features-object-viewer"]).toMatchObject({
        role: "roles/storage.objectViewer",
        member: "serviceAccount:iris-serve@acme-dev.iam.gserviceaccount.com",
    });
    const ofAgent = Object.entries(all).filter(([, { member }]: [string, { member?: string }]) =>
        member?.includes("gcp-sa-aiplatform"),
    );
    expect(ofAgent.map(([, { role }]: [string, { role?: string }]) => role).sort()).toEqual([
        "roles/bigquery.dataEditor",
        "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        "roles/iam.serviceAccountAdmin",
    ]);
    const made = all["Deployments iris"] as Made;
    expect(made.models).toEqual(withModel({ serviceAccount: "iris-serve@acme-dev.iam.gserviceaccount.com" }));
    const options = await registeredOptions(program);
    expect(options["Account iris-serve"]?.after).toContain("Service iam");
    const { after } = options["Deployments iris"] ?? {};
    expect(after).toEqual(expect.arrayContaining(["AiEndpoint iris", "BucketIAMMember iris-features-object-viewer"]));
});

test("all requests are logged unless a part is chosen", async () => {
    const all = await registered(() =>
        serving({ requestLogs: { dataset: new BigQueryDataset("logs"), table: "iris" } }),
    );
    expect(all["AiEndpoint iris"]).toMatchObject({
        predictRequestResponseLoggingConfig: {
            samplingRate: 1,
            bigqueryDestination: { outputUri: "bq://acme-dev.logs.iris" },
        },
    });
});

test("models of a pool have its machines, and an account of the program is used", async () => {
    const program = () => {
        const pool = new VertexDeploymentPool("shared", { machineType: "n1-standard-4" });
        const account = new ServiceAccount("models");
        serving({ models: { latest, rare: { model, pool } }, account, traffic: { split: { latest: 90, rare: 10 } } });
    };
    const all = await registered(program);
    expect(all["AiDeploymentResourcePool shared"]).toEqual({
        name: expect.stringMatching(/^shared-[0-9a-f]{6}$/),
        project: "acme-dev",
        region: "europe-west1",
        dedicatedResources: { ...resources, machineSpec: { machineType: "n1-standard-4" } },
    });
    const { models, split } = all["Deployments iris"] as Made & { models: { rare: object } };
    expect(split).toEqual({ latest: 90, rare: 10 });
    expect(models.latest).toMatchObject({ serviceAccount: "models@acme-dev.iam.gserviceaccount.com" });
    expect(models.rare).toEqual({
        model,
        enableAccessLogging: false,
        disableContainerLogging: false,
        sharedResources: "shared-id",
    });
    expect((await registeredOutputs(program))["VertexDeploymentPool shared"]).toEqual({
        pool: { resource: "AiDeploymentResourcePool shared" },
    });
});

test("a function that uses the predictor gets a role on the endpoint alone, and the endpoint's name", async () => {
    const source = folderOf({
        "main.py": "def predict(request):\n    return 'ok'\n",
        "requirements.txt": "functions-framework\n",
    });
    const all = await registered(() => {
        const { predictor } = serving();
        new ServerlessFunction("ask", {
            source,
            runtime: "python313",
            entryPoint: "predict",
            trigger: { http: {} },
            uses: { MODEL: predictor },
        } as never);
    });
    expect(all["AiEndpointIamMember ask-iris-user"]).toMatchObject({
        role: "roles/aiplatform.user",
        member: "serviceAccount:ask-run@acme-dev.iam.gserviceaccount.com",
        location: "europe-west1",
    });
});

test("another role on the endpoint can be used", async () => {
    const source = folderOf({ "main.py": "def ask(request):\n    return 'ok'\n" });
    const all = await registered(() => {
        const uses = { MODEL: serving().role("roles/aiplatform.viewer") };
        new ServerlessFunction("ask", { source, trigger: { http: {} }, uses });
    });
    const grants = Object.keys(all).filter((key) => key.startsWith("AiEndpointIamMember"));
    expect(grants.map((key) => all[key])).toMatchObject([{ role: "roles/aiplatform.viewer" }]);
});

test("the outputs are the name and the URL", async () => {
    const outputs = await registeredOutputs(() => serving());
    expect(Object.keys(outputs["VertexEndpoint iris"] ?? {})).toEqual(["name", "url"]);
});

const zero = { ...latest, scaling: { min: 0 } };

test.each<[string, object, string[]]>([
    ["no machine", { latest: zero }, []],
    ["a machine", { latest }, ["1 n1-standard-2 (models.latest.scaling.min)"]],
    [
        "the machines of two models",
        { latest, rare: { model, scaling: 2 } },
        ["1 n1-standard-2 (models.latest.scaling.min), 2 n1-standard-2 (models.rare.scaling.min)"],
    ],
])("a preview notes %s as always billed", async (_, models, machines) => {
    const info = jest.spyOn(pulumi.log, "info").mockResolvedValue();
    const split = "rare" in models ? { latest: 90, rare: 10 } : { latest: 100 };
    await registered(() => serving({ models, traffic: { split } }), { preview: true });
    expect(info.mock.calls.map(([text]) => text)).toEqual(
        machines.map(
            (all) => `The endpoint "iris" is billed for the machines that always run, also without requests: ${all}.`,
        ),
    );
    info.mockRestore();
});

const refusals: [string, object, string][] = [
    [
        "a timeout above an hour",
        { models: { latest }, timeout: "2 hours" },
        'timeout: must be from 1 second to 1 hour (got "2 hours").',
    ],
    [
        "fewer replicas than Google sells machines of a type",
        { models: { latest: { ...latest, machineType: "a4x-highgpu-4g", scaling: { min: 2, max: 20 } } } },
        "models.latest.scaling.min: [vertex/replicas-of-machine]",
    ],
    [
        "a timeout of a shared endpoint",
        { models: { latest }, timeout: "2 minutes", access: "shared" },
        "timeout: [vertex/timeout-of-shared]",
    ],
    [
        "a network by its name",
        { models: { latest }, access: { privateServiceConnect: [], network: { network: "a/apps" } } },
        "access.network.network: must be a Network, or a network's name or ID such as projects/acme-dev/global/networks/apps",
    ],
    ["no models", { models: {} }, "models: [vertex/latest-missing]"],
    [
        "a model without a version",
        { models: { latest: { model: model.split("@")[0] } } },
        "models.latest.model: must be a VertexModel, or the full name of a version such as",
    ],
    [
        "a model in another region",
        { models: { latest: { model: model.replace("europe-west1", "us-central1") } } },
        "models.latest.model: [place/other-region]",
    ],
    ["shares that do not sum to 100", { traffic: { split: { latest: 90 } } }, "traffic.split: [traffic/split-sum]"],
    [
        "parts of a percent",
        { traffic: { split: { latest: 99.5, previous: 0.5 } } },
        "traffic.split.latest: [traffic/split-too-fine]",
    ],
    [
        "shares of an unknown model",
        { traffic: { split: { latest: 90, next: 10 } } },
        "traffic.split.next: [vertex/split-unknown-model]",
    ],
    [
        "a model with the name of the version before",
        { models: { latest, previous: latest } },
        "must have up to 40 lower-case letters, digits and hyphens, start with a letter, and not be previous",
    ],
    [
        "a minimum above the maximum",
        { models: { latest: { ...latest, scaling: { min: 3, max: 2 } } } },
        "models.latest.scaling.min: [range/min-above-max]",
    ],
    [
        "no replicas",
        { models: { latest: { ...latest, scaling: 0 } } },
        "models.latest.scaling: must be a whole number from 1 to",
    ],
    [
        "a GPU that is not in the region",
        { models: { latest: { ...latest, machineType: "a2-highgpu-1g" } } },
        "models.latest.gpu: [vertex/endpoint-gpu-in-region]",
    ],
    [
        "a GPU that the machine cannot have",
        { models: { latest: { ...latest, machineType: "e2-standard-4", gpu: "nvidia-tesla-t4" } } },
        "models.latest.gpu: [vertex/endpoint-gpu-of-machine]",
    ],
    [
        "a number of GPUs that the machine cannot have",
        { models: { latest: { ...latest, machineType: "n1-standard-32", gpu: "nvidia-tesla-t4" } } },
        "models.latest.gpu: [vertex/endpoint-gpu-count-of-machine]",
    ],
    [
        "a target of GPUs without GPUs",
        { models: { latest: { ...latest, scaling: { gpu: 60 } } } },
        "models.latest.scaling.gpu: [vertex/gpu-target-without-gpu]",
    ],
    [
        "scaling to zero at a shared address",
        { access: "shared", models: { latest: zero } },
        "models.latest.scaling.min: [vertex/zero-in-shared]",
    ],
    [
        "scaling to zero of several models",
        { models: { latest: zero, other: latest } },
        "models.latest.scaling.min: [vertex/zero-with-several-models]",
    ],
    [
        "scaling to zero beside the version before",
        { models: { latest: zero }, traffic: { split: { latest: 90, previous: 10 } } },
        "models.latest.scaling.min: [vertex/zero-with-previous]",
    ],
    [
        "a time of scaling to zero with a minimum",
        { models: { latest: { ...latest, scaling: { min: 1, keepFor: "10 minutes" } } } },
        "models.latest.scaling.keepFor: [vertex/option-without-scaling-to-zero]",
    ],
    [
        "a pause before scaling to zero with a minimum",
        { models: { latest: { ...latest, scaling: { min: 1, scaleToZeroAfter: "10 minutes" } } } },
        "models.latest.scaling.scaleToZeroAfter: [vertex/option-without-scaling-to-zero]",
    ],
    [
        "initial replicas with a minimum",
        { models: { latest: { ...latest, scaling: { initial: 2 } } } },
        "models.latest.scaling.initial: [vertex/option-without-scaling-to-zero]",
    ],
    [
        "more initial replicas than the maximum",
        { models: { latest: { ...latest, scaling: { min: 0, max: 2, initial: 3 } } } },
        "models.latest.scaling.initial: [vertex/initial-above-max]",
    ],
    [
        "a pause that is too short",
        { models: { latest: { ...latest, scaling: { min: 0, scaleToZeroAfter: "1 minute" } } } },
        "models.latest.scaling.scaleToZeroAfter: must be from 5 minutes to 8 hours",
    ],
    [
        "a sampling rate of 0",
        { requestLogs: { dataset: "logs", sampling: 0 } },
        "requestLogs.sampling: must be a whole number from 1 to 100 percent",
    ],
    ["an unknown option", { model }, 'model: unknown option "model"; did you mean "models"?'],
];

test.each(refusals)("%s is refused", async (_, given, message) => {
    expect(await refused(() => serving(given))).toContain(message);
});

test("a model of the program in another region is refused before the endpoint is created", async () => {
    const program = () => {
        const container = { image: `europe-docker.pkg.dev/acme-dev/app/iris@sha256:${"0a".repeat(32)}` };
        const elsewhere = new VertexModel("far", { container, region: "europe-west4" });
        serving({ models: { latest: { model: elsewhere } } });
    };
    expect(await told(program, {}, ["Model far", "Provider far"])).toContain(
        'VertexEndpoint "iris": models.latest.model: is in europe-west4, and must be in europe-west1, as the endpoint is. Set region: "europe-west4". [vertex/model-in-other-region]',
    );
});

test("uses need a model outside of a pool, or an account of the program", async () => {
    const used = (args: (pool: VertexDeploymentPool) => object) => () => {
        const pool = new VertexDeploymentPool("shared");
        serving({ models: { latest: { ...latest, pool } }, ...args(pool) });
    };
    const uses = () => [new StorageBucket("b").reader];
    const accepted = [
        used(() => ({})),
        used(() => ({ uses: uses(), account: new ServiceAccount("models") })),
        used((pool) => ({
            uses: uses(),
            models: { latest: { ...latest, pool }, other: latest },
            traffic: { split: { latest: 50, other: 50 } },
        })),
    ];
    for (const program of accepted) {
        expect(await registered(program)).toHaveProperty("AiEndpoint iris");
    }
    await expect(registered(used(() => ({ uses: uses() })))).rejects.toThrow("[vertex/uses-in-pool]");
});

test("machines beside a pool are refused", async () => {
    const program = () => {
        const pool = new VertexDeploymentPool("shared");
        serving({
            models: { latest: { ...latest, pool, machineType: "n1-standard-4" } },
            uses: [new StorageBucket("b").reader],
        });
    };
    const { message } = (await registered(program).catch((error: Error) => error)) as Error;
    expect(message).toContain(
        "models.latest.machineType: cannot be combined with pool, because the pool sets it. Remove it. [vertex/option-with-pool]",
    );
    expect(message).toContain("[vertex/uses-in-pool]");
});
