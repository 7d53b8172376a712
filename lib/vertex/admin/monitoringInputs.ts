/** Thresholds by feature, and of all others. */
type Thresholds<Name extends string> = { [Key in `default${Name}Threshold`]?: { value: number } } & {
    [Key in `${Uncapitalize<Name>}Thresholds`]?: Record<string, { value: number }>;
};

/** What is detected, as in the {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelMonitoringObjectiveConfig API}. */
export interface ObjectiveConfig {
    trainingDataset?: {
        gcsSource?: { uris: string[] };
        bigquerySource?: { inputUri: string };
        dataFormat?: string;
        targetField: string;
    };
    trainingPredictionSkewDetectionConfig?: Thresholds<"Skew">;
    predictionDriftDetectionConfig?: Thresholds<"Drift">;
}

/** The inputs of the monitoring of an endpoint. */
export interface MonitoringInputs {
    /** The full name: `projects/acme-dev/locations/europe-west1/endpoints/iris-1a2b3c`. */
    endpoint: string;
    /** The IDs of the deployed models; empty ones are left out. */
    deployedModels: string[];
    objective: ObjectiveConfig;
    /** The settings of the job. */
    job: {
        displayName: string;
        labels: Record<string, string>;
        loggingSamplingStrategy: { randomSampleConfig: { sampleRate: number } };
        modelDeploymentMonitoringScheduleConfig: { monitorInterval: string; monitorWindow?: string };
        modelMonitoringAlertConfig: object;
        logTtl?: string;
    };
    /** The schema of an instance; empty if it is derived from requests. */
    schema: string;
    /** Empty for a Google-managed key. */
    encryptionKey: string;
}

export type MonitoringOutputs = MonitoringInputs;
