import * as pulumi from "@pulumi/pulumi";
import { CloudRunService, ServiceAccount, StorageBucket, VertexTrainingJob } from "slipway";
import { warnOfQuotas } from "../../../lib/stack/quotas";
import { registration, startProgram, urnOfChild } from "../engine";
import { registered } from "../registered";

let warn: jest.SpyInstance;
beforeEach(() => {
    warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
});

const account = "gcp:serviceaccount/account:Account";
const many = <Made>(count: number, make: (index: number) => Made) => Array.from({ length: count }, (_, at) => make(at));

/** The warnings for resources of one type, of which the state has the first ones. */
async function warnings(type: string, all: pulumi.Inputs[], deployed = 0): Promise<string[]> {
    const urns = all.map((_, index) => urnOfChild(type, `a${index}`));
    const state = Object.fromEntries(urns.slice(0, deployed).map((urn) => [urn, {}]));
    const { shop, provider } = await startProgram({ deployed: state, preview: true });
    await warnOfQuotas(
        all.map((inputs, index) => ({
            ...registration(type, `a${index}`, inputs, { parent: shop, provider }),
            resource: { urn: pulumi.output(urns[index]) } as pulumi.Resource,
        })),
    );
    return warn.mock.calls.map(([message]) => String(message));
}

const tooManyAccounts =
    "The stack has 101 service accounts, and a project can have 100 by default, including other stacks: https://cloud.google.com/iam/quotas. Let components share accounts with their argument account, request a higher quota of acme-dev, or use a second project.";

/** What the preview of a program warns of quotas. */
async function previewed(make: () => unknown, count = 1): Promise<unknown[]> {
    await registered(make, { root: true, preview: true });
    const told = () => warn.mock.calls.map(([message]) => message).filter((message) => /can have/.test(message));
    for (let times = 0; times < 100 && told().length < count; times++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return told();
}

test("components with GPUs use their quotas", async () => {
    const make = () => {
        const image = `europe-docker.pkg.dev/acme-dev/app/predict@sha256:${"a1".repeat(32)}`;
        const machines = { machineType: "g2-standard-4", gpu: "nvidia-l4", region: "europe-west4" } as const;
        new VertexTrainingJob("train", { image, output: new StorageBucket("models"), ...machines });
        new CloudRunService("predict", { image, gpu: "nvidia-l4", region: "europe-west4", scaling: { max: 4 } });
    };
    expect((await previewed(make, 2)).sort()).toEqual([
        "The stack has 1 NVIDIA_L4 GPU for training, and europe-west4 can have 0 by default, including other stacks: https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/quotas#custom-trained_model_quotas. Request a higher quota of acme-dev.",
        "The stack has 4 nvidia-l4 GPUs for Cloud Run, and europe-west4 can have 3 by default, including other stacks: https://cloud.google.com/run/docs/configuring/services/gpu. Request a higher quota of acme-dev, or use a second project.",
    ]);
});

test("a preview warns once of more service accounts than a project can have", async () => {
    const make = () => many(101, (index) => new ServiceAccount(`caller-${index}`));
    expect(await previewed(make)).toEqual([tooManyAccounts]);
    warn.mockClear();
    await registered(make, { root: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(warn).not.toHaveBeenCalled();
});

const instance = (zone: string, machineType: string, ...gpus: number[]) => ({
    zone,
    machineType,
    guestAccelerators: gpus.map((count) => ({ type: "nvidia-tesla-t4", count })),
});
const gpuMachine = (acceleratorType: string) => ({
    machineType: "a2-ultragpu-1g",
    acceleratorType,
    acceleratorCount: 1,
});
/** 32 CPUs. */
const serving = { machineSpec: { machineType: "n1-standard-16" }, minReplicaCount: 2 };
const training = (location: string, acceleratorType?: string, acceleratorCount = 0) => ({
    project: "acme-dev",
    location,
    spec: {
        workerPoolSpecs: [
            { machineSpec: { machineType: "n1-standard-16", acceleratorType, acceleratorCount }, replicaCount: "1" },
            ...(acceleratorType ? [] : [{ machineSpec: { machineType: "n1-standard-16" }, replicaCount: "1" }]),
        ],
    },
});
const exceeded: [string, string, pulumi.Inputs[], string][] = [
    ["service accounts", account, many(101, () => ({})), "101 service accounts, and a project can have 100"],
    ["networks", "gcp:compute/network:Network", many(6, () => ({})), "6 networks, and a project can have 5"],
    [
        "Cloud Run services in a region",
        "gcp:cloudrunv2/service:Service",
        many(1001, () => ({ location: "europe-west4" })),
        "1001 services, and europe-west4 can have 1000",
    ],
    [
        "schedules in another region than the provider's",
        "gcp:cloudscheduler/job:Job",
        many(5001, () => ({ region: "europe-west4" })),
        "5001 jobs, and europe-west4 can have 5000",
    ],
    [
        "triggers of functions in the provider's region",
        "gcp:cloudfunctionsv2/function:Function",
        many(501, () => ({ eventTrigger: {} })),
        "501 triggers, and europe-west1 can have 500",
    ],
    [
        "CPUs of series with one quota in all zones of a region",
        "gcp:compute/instance:Instance",
        [instance("europe-west1-b", "e2-standard-16"), instance("europe-west1-c", "n1-standard-16")],
        "32 vCPUs, and europe-west1 of E2, N1, T2D and T2A can have 24",
    ],
    [
        "GPUs",
        "gcp:compute/instance:Instance",
        [instance("europe-west1-b", "n1-standard-4", 1), instance("us-central1-a", "n1-standard-4", 1)],
        "2 GPUs, and a project can have 1",
    ],
    [
        "environments of Cloud Composer 2, whose clusters have 22 groups each",
        "gcp:composer/environment:Environment",
        many(7, () => ({ config: { softwareConfig: { imageVersion: "composer-2-airflow-2" } } })),
        "154 instance group managers, and europe-west1 can have 150",
    ],
    [
        "Dataflow jobs",
        "gcp:dataflow/flexTemplateJob:FlexTemplateJob",
        many(26, () => ({})),
        "26 Dataflow jobs, and a project can have 25",
    ],
    [
        "GPUs of Cloud Run services",
        "gcp:cloudrunv2/service:Service",
        many(2, () => ({
            location: "europe-west4",
            template: { nodeSelector: { accelerator: "nvidia-l4" }, scaling: { maxInstanceCount: 2 } },
        })),
        "4 nvidia-l4 GPUs for Cloud Run, and europe-west4 can have 3",
    ],
    [
        "GPUs of a Cloud Run job",
        "gcp:cloudrunv2/job:Job",
        [{ template: { parallelism: 4, template: { nodeSelector: { accelerator: "nvidia-l4" } } } }],
        "4 nvidia-l4 GPUs for Cloud Run, and europe-west1 can have 3",
    ],
    [
        "GPUs for training, of which new projects have none",
        "pulumi-nodejs:dynamic/model:TrainingJob",
        [training("us-central1", "NVIDIA_L4", 1)],
        "1 NVIDIA_L4 GPU for training, and us-central1 can have 0",
    ],
    [
        "CPUs for training in a region with fewer",
        "pulumi-nodejs:dynamic/model:TrainingJob",
        [training("us-east4")],
        "32 vCPUs for training, and us-east4 can have 20",
    ],
    [
        "CPUs of pools for predictions",
        "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool",
        [{ region: "us-east5", dedicatedResources: serving }],
        "32 vCPUs for predictions, and us-east5 can have 16",
    ],
    [
        "GPUs of models of Model Garden",
        "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
        many(2, () => ({
            deployConfig: { dedicatedResources: { machineSpec: gpuMachine("NVIDIA_A100_80GB"), minReplicaCount: 1 } },
        })),
        "2 NVIDIA_A100_80GB GPUs for predictions, and europe-west1 can have 1",
    ],
];
test.each(exceeded)("a program that exceeds the quota of %s alone is told", async (_, type, all, told) => {
    const [message, ...others] = await warnings(type, all);
    expect([message?.startsWith(`The stack has ${told} by default, `), others]).toEqual([true, []]);
});

const allowed: [string, string, pulumi.Inputs[], number?][] = [
    ["as many service accounts as a project can have", account, many(100, () => ({}))],
    ["what is deployed, with a higher quota", account, many(101, () => ({})), 101],
    ["resources of several projects", account, many(102, (index) => ({ project: `acme-${index % 2}` }))],
    [
        "services in several regions",
        "gcp:cloudrunv2/service:Service",
        many(1002, (index) => ({ location: index % 2 ? "europe-west1" : "europe-west4" })),
    ],
    [
        "many versions of one App Engine service",
        "gcp:appengine/standardAppVersion:StandardAppVersion",
        many(211, () => ({ service: "default" })),
    ],
    [
        "CPUs of several series",
        "gcp:compute/instance:Instance",
        [instance("europe-west1-b", "e2-standard-16"), instance("europe-west1-b", "n2-standard-16")],
    ],
];
test.each(allowed)("%s cause no warning", async (_, type, all, deployed = 0) => {
    expect(await warnings(type, all, deployed)).toEqual([]);
});

const routerType = "gcp:compute/router:Router";
test("the routers of a network in a region have a limit that nobody raises, also while its ID is not known", async () => {
    const network = new pulumi.ComponentResource("gcp:compute/network:Network", "main");
    const id = Reflect.construct(pulumi.Output as unknown as new (...all: unknown[]) => pulumi.Output<string>, [
        new Set([network]),
        Promise.resolve(undefined),
        Promise.resolve(false),
        Promise.resolve(false),
        Promise.resolve(new Set([network])),
    ]);
    const routers = (count: number, region: string) => many(count, () => ({ region, network: id }));
    expect(await warnings(routerType, [...routers(5, "europe-west1"), ...routers(5, "europe-west4")])).toEqual([]);
    expect(await warnings(routerType, routers(6, "europe-west1"))).toEqual([
        "The stack has 6 routers, and europe-west1 in the network main can have 5, including other stacks: https://cloud.google.com/network-connectivity/docs/router/quotas. Let the gateways of a network share the router of a region.",
    ]);
});

test("deployed models count in the region of their endpoint", async () => {
    const { shop, provider } = await startProgram({ preview: true });
    const at = { parent: shop, provider };
    const registrations = [
        registration("gcp:vertex/aiEndpoint:AiEndpoint", "a", { location: "us-east5", project: "acme-dev" }, at),
        registration(
            "pulumi-nodejs:dynamic/model:Deployments",
            "a",
            { models: { iris: { dedicatedResources: serving } } },
            { parent: shop },
        ),
    ];
    await warnOfQuotas(registrations.map((one) => ({ ...one, resource: unknownUrn })));
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
        "The stack has 32 vCPUs for predictions, and us-east5 can have 16 by default, including other stacks: https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/quotas#custom-trained_model_quotas. Request a higher quota of acme-dev, or use a second project.",
    ]);
});
const unknownUrn = { urn: pulumi.output(undefined) } as unknown as pulumi.Resource;
