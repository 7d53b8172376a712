import type { Shares } from "../../internal/arguments/traffic";

/** Machines of a deployed model: {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/DedicatedResources}. */
export interface DedicatedResources {
    machineSpec: { machineType: string; acceleratorType?: string; acceleratorCount?: number };
    minReplicaCount: number;
    maxReplicaCount: number;
    autoscalingMetricSpecs: { metricName: string; target: number }[];
    spot?: boolean;
    initialReplicaCount?: number;
    scaleToZeroSpec?: { idleScaledownPeriod?: string; minScaleupPeriod?: string };
}

/** A model that an endpoint serves. */
export interface DeployedModelInputs {
    /** The full name with the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    model: string;
    /** Either machines of its own, or the full name of a pool. */
    dedicatedResources?: DedicatedResources;
    sharedResources?: string;
    serviceAccount?: string;
    enableAccessLogging: boolean;
    disableContainerLogging: boolean;
}

/** The inputs of the deployments of an endpoint. */
export interface DeploymentsInputs {
    /** The full name: `projects/acme-dev/locations/europe-west1/endpoints/iris-1a2b3c`. */
    endpoint: string;
    /** By the names of `split`; one is `latest`. */
    models: Record<string, DeployedModelInputs>;
    /** Percentages by `latest`, `previous` and other names of `models`. */
    split: Shares;
    /** The timeout of requests, such as `900s`; without one, the endpoint has Google's default. */
    requestTimeout?: string;
}

/** What can be changed of a deployed model. */
export type Settings = Partial<Omit<DedicatedResources, "machineSpec" | "spot">> &
    Pick<DeployedModelInputs, "disableContainerLogging">;

/** What changes without another deployment, by the IDs of deployed models. */
export interface DeploymentsState {
    shares: Shares;
    settings: Record<string, Settings>;
    /** If the program sets one. */
    requestTimeout?: string;
}

/** The outputs of the deployments: the inputs and their results. */
export interface DeploymentsOutputs extends DeploymentsInputs {
    /** The ID of the deployed model of `latest`. */
    latest: string;
    /** The ID of the deployed model that served before; empty if there is none. */
    previous: string;
    /** The service attachment of a private endpoint; empty for others. */
    serviceAttachment: string;
    /** The address of a private endpoint in the network in which Vertex AI connects it; empty for others. */
    address: string;
    /** What was set. */
    wanted: DeploymentsState;
    /** What is there. */
    current: DeploymentsState;
}
