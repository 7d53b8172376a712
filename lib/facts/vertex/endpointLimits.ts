import { facts } from "../facts";
import type { DurationLimit, Limit } from "../limits/limit";

/** Limits of Vertex AI endpoints. */
export const vertexEndpointLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Vertex AI endpoints",
    source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints",
    checked: "2026-11-22",
    rows: {
        displayName: { min: 1, max: 128, unit: "characters" },
        /** Of an ID that starts with a letter. */
        endpointId: {
            min: 1,
            max: 63,
            unit: "characters",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/create",
        },
        /** Of the ID of a deployed model. */
        deployedModelId: { min: 1, max: 10, unit: "digits" },
        /** Of a deployed model. The maximum comes from the field's type; the quota of CPUs and GPUs is lower. */
        replicas: {
            min: 1,
            max: 2_147_483_647,
            unit: "replicas",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/DedicatedResources",
        },
        /** Of a machine: `a2-megagpu-16g`. */
        gpus: {
            min: 1,
            max: 16,
            unit: "GPUs",
            source: "https://cloud.google.com/vertex-ai/docs/predictions/configure-compute",
        },
        /** Of an autoscaling metric that is a percentage. */
        utilization: {
            min: 1,
            max: 100,
            unit: "percent",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/DedicatedResources#AutoscalingMetricSpec",
        },
        /** Without requests before a deployed model is scaled to zero, and after it was scaled up. */
        scaleToZero: {
            min: "5 minutes",
            max: "8 hours",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/autoscaling",
            checked: "2026-08-22",
        },
        /** Of a request or a response of a shared endpoint. */
        payload: {
            max: 1_500_000,
            unit: "bytes",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/choose-endpoint-type",
            checked: "2026-08-22",
        },
        /** Of a request or a response of another endpoint. */
        dedicatedPayload: {
            max: 10_000_000,
            unit: "bytes",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/choose-endpoint-type",
            checked: "2026-08-22",
        },
        /** Of a request to a shared endpoint, or to a private one of a peered network. */
        requestTime: {
            max: "60 seconds",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/choose-endpoint-type",
            checked: "2026-08-22",
        },
        /** Of a request to a dedicated endpoint, or to one of Private Service Connect: 10 minutes, unless another timeout is set. */
        dedicatedRequestTime: {
            min: "1 second",
            max: "1 hour",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/choose-endpoint-type",
            checked: "2026-08-22",
        },
        /** Between analyses of requests: "rounded up to next full hour". */
        monitoringInterval: {
            min: "1 hour",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.modelDeploymentMonitoringJobs",
            checked: "2026-08-22",
        },
        poolId: {
            min: 1,
            max: 63,
            unit: "characters",
            source: "https://cloud.google.com/vertex-ai/docs/predictions/model-co-hosting",
        },
        /** Deployments to a pool at a time. */
        deploymentsOfPool: {
            max: 20,
            unit: "deployments",
            source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/model-co-hosting",
            checked: "2026-08-22",
        },
    },
});
