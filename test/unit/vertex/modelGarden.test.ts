import * as pulumi from "@pulumi/pulumi";
import { CloudRunService, ModelGardenEndpoint, Network } from "slipway";
import type { ModelGardenEndpointArgs } from "slipway/vertex";
import { refused, registered, registeredOptions } from "../registered";
import { image } from "../serving";

const gemma = "google/gemma3@gemma-3-1b-it";
const garden = (args: object = {}) =>
    new ModelGardenEndpoint("gemma", { model: gemma, ...args } as ModelGardenEndpointArgs);
const key = "AiEndpointWithModelGardenDeployment gemma";
const metric = (name: string, target: number) => ({
    metricName: `aiplatform.googleapis.com/prediction/online/${name}`,
    target,
});

const bare = {
    project: "acme-dev",
    location: "europe-west1",
    publisherModelName: "publishers/google/models/gemma3@gemma-3-1b-it",
    modelConfig: { modelDisplayName: "gemma" },
    endpointConfig: { endpointDisplayName: "gemma", dedicatedEndpointEnabled: true },
};

test("a model of Model Garden has the machines that it recommends, and an address of its own", async () => {
    expect(await registered(() => garden())).toEqual({ [key]: bare });
});

const connection = (network: string) => ({
    enablePrivateServiceConnect: true,
    projectAllowlists: ["acme-dev"],
    pscAutomationConfigs: { projectId: "acme-dev", network },
});

const variants: [string, object, object][] = [
    ["an accepted license", { acceptEula: true }, { modelConfig: { modelDisplayName: "gemma", acceptEula: true } }],
    [
        "a model of Hugging Face from the cache",
        { model: { huggingFace: "Qwen/Qwen3-0.6B", cached: true } },
        {
            publisherModelName: undefined,
            huggingFaceModelId: "Qwen/Qwen3-0.6B",
            modelConfig: { modelDisplayName: "gemma", huggingFaceCacheEnabled: true },
        },
    ],
    ["a license that is not accepted", { acceptEula: false }, {}],
    [
        "a model of Hugging Face that is not cached",
        { model: { huggingFace: "Qwen/Qwen3-0.6B", cached: false } },
        { publisherModelName: undefined, huggingFaceModelId: "Qwen/Qwen3-0.6B" },
    ],
    [
        "machines that are no Spot VMs",
        { machineType: "n1-standard-4", scaling: 2, spot: false },
        {
            deployConfig: {
                dedicatedResources: {
                    machineSpec: { machineType: "n1-standard-4" },
                    minReplicaCount: 2,
                    maxReplicaCount: 2,
                    autoscalingMetricSpecs: [metric("cpu/utilization", 60)],
                },
            },
        },
    ],
    [
        "machines",
        { machineType: "g2-standard-24", scaling: { min: 1, max: 2 }, spot: true },
        {
            deployConfig: {
                dedicatedResources: {
                    machineSpec: { machineType: "g2-standard-24", acceleratorType: "NVIDIA_L4", acceleratorCount: 2 },
                    minReplicaCount: 1,
                    maxReplicaCount: 2,
                    autoscalingMetricSpecs: [metric("cpu/utilization", 60), metric("accelerator/duty_cycle", 60)],
                    spot: true,
                },
            },
        },
    ],
    [
        "Private Service Connect",
        { access: { privateServiceConnect: [], network: { network: "projects/acme-dev/global/networks/apps" } } },
        {
            endpointConfig: {
                endpointDisplayName: "gemma",
                privateServiceConnectConfig: connection("projects/acme-dev/global/networks/apps"),
            },
        },
    ],
];

test.each(variants)("%s", async (_, args, expected) => {
    expect(await registered(() => garden(args))).toEqual({ [key]: { ...bare, ...expected } });
});

test("without a network, the program creates the rules to the service attachment itself", async () => {
    expect(await registered(() => garden({ access: { privateServiceConnect: ["acme-apps"] } }))).toEqual({
        [key]: {
            ...bare,
            endpointConfig: {
                endpointDisplayName: "gemma",
                privateServiceConnectConfig: { enablePrivateServiceConnect: true, projectAllowlists: ["acme-apps"] },
            },
        },
    });
});

test.each([
    [undefined, ""],
    [{}, ""],
    [{ privateServiceConnectConfig: {} }, ""],
    [
        { privateServiceConnectConfig: { serviceAttachment: "projects/t/serviceAttachments/s" } },
        "projects/t/serviceAttachments/s",
    ],
])("the service attachment of an endpoint with %j is %j", async (endpointConfig, expected) => {
    let found: unknown;
    await registered(async () => {
        const { serviceAttachment } = garden({
            transform: {
                endpoint: (args: object) => {
                    Object.assign(args, { endpointConfig });
                },
            },
        });
        found = await new Promise((resolve) => serviceAttachment.apply(resolve));
    });
    expect(found).toBe(expected);
});

test("a network of the program is connected", async () => {
    const all = await registered(() => garden({ access: { privateServiceConnect: [], network: new Network("apps") } }));
    expect(all[key]).toMatchObject({
        endpointConfig: { privateServiceConnectConfig: connection("projects/acme-dev/global/networks/apps") },
    });
});

test("the token of a gated model is a secret in the inputs and in the outputs", async () => {
    const token = "hf_" + "canary";
    const program = () => garden({ model: { huggingFace: "google/gemma-2-2b-it", accessToken: pulumi.output(token) } });
    const { modelConfig } = (await registered(program))[key] as { modelConfig: { huggingFaceAccessToken: object } };
    expect(modelConfig.huggingFaceAccessToken).toEqual({ secret: token });
});

test("consumers of the predictor get a role on the endpoint alone, and its name", async () => {
    const all = await registered(() => new CloudRunService("ask", { image, uses: { GEMMA: garden().predictor } }));
    expect(all["AiEndpointIamMember ask-gemma-user"]).toMatchObject({
        role: "roles/aiplatform.user",
        member: "serviceAccount:ask-run@acme-dev.iam.gserviceaccount.com",
        location: "europe-west1",
    });
    expect(all["Service ask"]).toMatchObject({
        template: {
            containers: [
                {
                    envs: [
                        {
                            name: "GEMMA",
                            value: expect.stringMatching(
                                /^projects\/acme-dev\/locations\/europe-west1\/endpoints\/\d+$/,
                            ),
                        },
                    ],
                },
            ],
        },
    });
});

test("in production it is protected, and has two replicas", async () => {
    const stack = { kind: "production" } as const;
    const program = () => garden({ machineType: "g2-standard-12" });
    expect((await registeredOptions(program, stack))[key]).toMatchObject({ protect: true });
    expect((await registered(program, stack))[key]).toMatchObject({
        deployConfig: { dedicatedResources: { minReplicaCount: 2 } },
    });
});

const refusals: [string, object, string][] = [
    [
        "a model without a version",
        { model: "google/gemma3" },
        "model: must be a publisher, a model and a version, such as google/gemma3@gemma-3-1b-it",
    ],
    [
        "a model of Hugging Face without its author",
        { model: { huggingFace: "gemma" } },
        "model.huggingFace: must be the ID of a model such as Qwen/Qwen3-0.6B",
    ],
    [
        "a token in the program's text",
        { model: { huggingFace: "google/gemma-2-2b-it", accessToken: "hf_canary" } },
        "model.accessToken: must be a secret output",
    ],
    [
        "a GPU with another number than the machine can have",
        { machineType: "g2-standard-24", gpu: { type: "nvidia-l4", count: 1 } },
        "gpu: [vertex/endpoint-gpu-count-of-machine]",
    ],
    ["a GPU of unknown machines", { gpu: "nvidia-l4" }, "gpu: [vertex/option-without-machine-type]"],
    ["Spot VMs of unknown machines", { spot: true }, "spot: [vertex/option-without-machine-type]"],
    ["replicas of unknown machines", { scaling: 2 }, "scaling: [vertex/option-without-machine-type]"],
    [
        "a GPU that the machine cannot have",
        { machineType: "g2-standard-12", gpu: "nvidia-tesla-t4" },
        "gpu: [vertex/endpoint-gpu-of-machine]",
    ],
    ["a shared address", { access: "shared" }, 'access: must be one of dedicated (got "shared")'],
];

test.each(refusals)("%s is refused", async (_, args, message) => {
    const text = await refused(() => garden(args));
    expect(text).toContain(message);
    expect(text).not.toContain("hf_canary");
});
