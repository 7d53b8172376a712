import { dataMetrics } from "./data";
import { machinesMetrics } from "./machines";
import type { Metric } from "./metric";
import { servingMetrics } from "./serving";

export * from "./data";
export * from "./machines";
export * from "./metric";
export * from "./resources";
export * from "./serving";

const rows = { ...servingMetrics.rows, ...dataMetrics.rows, ...machinesMetrics.rows };

/** The type of a published metric, such as `run.googleapis.com/request_count`. */
export type MetricType = keyof typeof rows;

/** The metrics by their types. */
export const metrics: Record<MetricType, Metric> = rows;
