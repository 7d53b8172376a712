import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const location = "europe-west1";

export function prepare(world: World): void {
    world.enable("aiplatform");
    world.make("AiEndpoint", { name: "iris", location, displayName: "Irises" });
}

const dedicatedResources = { machineSpec: { machineType: "n1-standard-4" }, minReplicaCount: 1 };

export const examples: Record<string, Inputs[]> = {
    "gcp:vertex/aiEndpoint:AiEndpoint": [
        { name: "roses", location, displayName: "Roses" },
        {
            name: "roses",
            location,
            displayName: "Roses",
            description: "Names flowers",
            region: location,
            labels: { team: "flowers" },
            dedicatedEndpointEnabled: true,
        },
    ],
    "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool": [
        { name: "shared", region: location, dedicatedResources },
        {
            name: "shared",
            region: location,
            dedicatedResources: {
                machineSpec: { machineType: "n1-standard-4", acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 },
                minReplicaCount: 1,
                maxReplicaCount: 3,
                autoscalingMetricSpecs: [
                    { metricName: "aiplatform.googleapis.com/prediction/online/cpu/utilization", target: 70 },
                ],
            },
        },
    ],
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": [
        { location, publisherModelName: "publishers/google/models/gemma3@gemma-3-1b-it" },
        {
            location,
            publisherModelName: "publishers/google/models/gemma3@gemma-3-1b-it",
            modelConfig: { acceptEula: true, modelDisplayName: "Gemma" },
            endpointConfig: { endpointDisplayName: "Gemma", dedicatedEndpointEnabled: true },
            deployConfig: {
                dedicatedResources: {
                    machineSpec: { machineType: "g2-standard-12", acceleratorType: "NVIDIA_L4", acceleratorCount: 1 },
                    minReplicaCount: 1,
                    maxReplicaCount: 2,
                },
            },
        },
    ],
    ...policyExamples("gcp:vertex/aiEndpointIam", { endpoint: "iris", location }, "roles/aiplatform.user"),
};
