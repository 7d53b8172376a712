import { appEngineStandardLimits } from "../../facts/limits/appEngine";
import { latency as latencyWithin, millisecondsIn } from "../../internal/duration";

/** Formats a latency for Google's APIs: `"0.03s"`. */
export const latencyArg = (latency: string): string => `${millisecondsIn(latency) / 1000}s`;

const { min, max } = appEngineStandardLimits.rows.pendingLatency;

/** Checks a pending latency. */
export const latency = latencyWithin(`${min} millisecond`, `${max / 1000} seconds`);
