import type { ModelInputs } from "../../../lib/vertex/admin/modelInputs";
import type { MonitoringInputs } from "../../../lib/vertex/admin/monitoringInputs";
import { endpointId } from "../local/endpointWorld";
import { pipelineSpec } from "../local/pipelineWorld";
import { account } from "../local/vertexJobs";
import { artifactUri, sklearn } from "../local/vertexWorld";

/** Inputs of dynamic resources of Vertex AI, as components register them. */

export const monitoringInputs = (
    more: Partial<MonitoringInputs> = {},
    job: Partial<MonitoringInputs["job"]> = {},
): MonitoringInputs => ({
    endpoint: endpointId,
    deployedModels: ["1", ""],
    objective: { predictionDriftDetectionConfig: { defaultDriftThreshold: { value: 0.3 } } },
    schema: "",
    encryptionKey: "",
    ...more,
    job: {
        displayName: "iris",
        labels: { environment: "dev" },
        loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 0.5 } },
        modelDeploymentMonitoringScheduleConfig: { monitorInterval: "3600s" },
        modelMonitoringAlertConfig: { emailAlertConfig: { userEmails: ["ml@acme.com"] }, enableLogging: true },
        ...job,
    },
});

export const modelInputs: ModelInputs = {
    project: "acme-dev",
    location: "europe-west1",
    modelId: "iris",
    displayName: "Irises",
    description: "Species",
    labels: { team: "flowers" },
    encryptionKey: "",
    content: { artifactUri, containerSpec: { imageUri: sklearn, ports: [{ containerPort: 8080 }] } },
    files: "",
    aliases: ["default", "champion"],
    keep: 2,
};

/** What runs and schedules of pipelines have in common. */
export const pipelineInputs = {
    project: "acme-dev",
    location: "europe-west1",
    name: "forecast",
    spec: JSON.stringify(pipelineSpec()),
    template: "",
    parameters: { source: "sales", weeks: 8 },
    root: "gs://models/forecast",
    failurePolicy: "",
    serviceAccount: account,
    labels: { team: "forecast" },
};
