import { isFlexStart, type TrainingGpu, trainingGpus, trainingLimits } from "../../facts/vertex/training";
import * as check from "../../internal/arguments/check";
import { type Duration, duration, inSeconds, secondsIn } from "../../internal/arguments/duration";
import { gpuOf, type TrainingMachines } from "./machines";

/** How a job gets its machines, how long it may run, and when it is repeated. */
export interface TrainingScheduling {
    /**
     * How machines are obtained: `"spot"` uses {@link https://cloud.google.com/vertex-ai/docs/training/use-spot-vms Spot VMs}, which
     * Google Cloud may take away, `"flex-start"` waits for GPUs with
     * {@link https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws Dynamic Workload Scheduler}.
     * @default "standard"
     */
    strategy?: "standard" | "spot" | "flex-start";
    /**
     * How long a job with `"flex-start"` waits for its machines; `"0 seconds"` is without limit.
     * @default "1 day"
     */
    maxWait?: Duration;
    /**
     * How long the job may run.
     * @default "7 days"
     */
    timeout?: Duration;
    /**
     * Restarts the whole job when one of its machines is restarted, for code that cannot go on with a new worker.
     * @default false
     */
    restartOnWorkerRestart?: boolean;
    /**
     * Retries a job that stops by an internal error of Vertex AI.
     * @default true
     */
    retries?: boolean;
}

/** Checks each of {@link TrainingScheduling}. */
export const schedulingChecks: check.Checks<TrainingScheduling> = {
    strategy: check.oneOf("standard", "spot", "flex-start"),
    maxWait: duration("0 seconds", "365 days"),
    timeout: duration("1 minute", "365 days"),
    restartOnWorkerRestart: check.flag(),
    retries: check.flag(),
};

/** Scheduling with its defaults. */
export type ResolvedScheduling = TrainingScheduling & Required<Pick<TrainingScheduling, "strategy" | "timeout">>;

/** The defaults of {@link TrainingScheduling}. */
export const schedulingDefaults = { strategy: "standard", timeout: "7 days" } as const;

/** {@link https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws#requirements Requirements} of Dynamic Workload Scheduler. */
export function schedulingProblems({
    strategy,
    maxWait,
    timeout,
    ...machines
}: ResolvedScheduling & TrainingMachines): (check.Problem | undefined)[] {
    if (strategy !== "flex-start") {
        return [
            check.when(
                maxWait !== undefined,
                "maxWait",
                "vertex/max-wait-without-flex-start",
                'is only for strategy "flex-start". Remove it, or set the strategy.',
            ),
        ];
    }
    const gpu = gpuOf(machines);
    const types = (Object.keys(trainingGpus.rows) as TrainingGpu[]).filter(isFlexStart);
    const { max } = trainingLimits.rows.flexStartTimeout;
    return [
        check.when(
            !(gpu && isFlexStart(gpu.type)),
            "strategy",
            "vertex/flex-start-gpu",
            `"flex-start" needs one of these GPUs: ${types.join(", ")} (got ${gpu?.type ?? "none"}).`,
        ),
        check.when(
            secondsIn(timeout) > secondsIn(max),
            "timeout",
            "vertex/flex-start-timeout",
            `must be ${max} at most with strategy "flex-start" (got "${timeout}").`,
        ),
    ];
}

/** Scheduling in the form of the API. */
export function schedulingSpec({ strategy, maxWait, timeout, restartOnWorkerRestart, retries }: ResolvedScheduling) {
    return {
        timeout: inSeconds(timeout),
        ...(strategy !== "standard" && { strategy: strategy === "spot" ? "SPOT" : "FLEX_START" }),
        ...(maxWait !== undefined && { maxWaitDuration: inSeconds(maxWait) }),
        ...(restartOnWorkerRestart && { restartJobOnWorkerRestart: true }),
        ...(retries === false && { disableRetries: true }),
    };
}
