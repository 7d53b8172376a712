import { agentMetrics, guestMetrics } from "./agent";
import { dataMetrics } from "./data";
import { kubernetesMetrics } from "./kubernetes";
import { machinesMetrics } from "./machines";
import type { Metric } from "./metric";
import { servingMetrics } from "./serving";

export * from "./agent";
export * from "./data";
export * from "./kubernetes";
export * from "./machines";
export * from "./metric";
export * from "./resources";
export * from "./serving";

const rows = {
    ...servingMetrics.rows,
    ...dataMetrics.rows,
    ...machinesMetrics.rows,
    ...agentMetrics.rows,
    ...guestMetrics.rows,
    ...kubernetesMetrics.rows,
};

/** The type of a published metric, such as `run.googleapis.com/request_count`. */
export type MetricType = keyof typeof rows;

/** The metrics by their types. */
export const metrics: Record<MetricType, Metric> = rows;
