import * as check from "../internal/arguments/check";

/** Whether the job reads unbounded data and does not end, or ends once it has processed all. */
export interface Typed {
    /**
     * `"streaming"` for a job that runs until it is stopped, and is updated in place; `"batch"` for one that ends, and that runs again when it changes.
     * The code must agree: a streaming pipeline in Python sets `streaming=True` in its options.
     */
    type: "streaming" | "batch";
}

/** Checks each of {@link Typed}. */
export const typeChecks: check.Checks<Typed> = { type: check.oneOf("streaming", "batch") };

/** The options that only one type of jobs has. */
interface TypedOptions {
    streamingEngine?: boolean;
    atLeastOnce?: boolean;
    transformNames: object;
    onIncompatible?: "drain" | "fail";
    runOn: readonly unknown[];
    schedule?: unknown;
    runOnDeploy?: boolean;
    wait?: unknown;
}

/** Reports options of the other type of jobs. */
export function typeProblems(args: TypedOptions, type: Typed["type"]): check.Problem[] {
    const onlyStreaming = {
        streamingEngine: args.streamingEngine,
        atLeastOnce: args.atLeastOnce,
        transformNames: Object.keys(args.transformNames).length > 0 || undefined,
        onIncompatible: args.onIncompatible === "fail" || undefined,
    };
    const onlyBatch = {
        runOn: args.runOn.length > 0 || undefined,
        schedule: args.schedule,
        runOnDeploy: args.runOnDeploy === false || undefined,
        wait: args.wait === true ? undefined : args.wait,
    };
    const [others, kind] = type === "streaming" ? [onlyBatch, "batch"] : [onlyStreaming, "streaming"];
    const inDeployments = args.runOnDeploy === false ? { runOn: onlyBatch.runOn, wait: onlyBatch.wait } : {};
    return [
        ...Object.entries(others)
            .filter(([, value]) => value !== undefined)
            .map(([path]) =>
                check.problem(path, "dataflow/option-of-other-type", `is only for ${kind} jobs. Remove it.`),
            ),
        ...Object.entries(type === "batch" ? inDeployments : {})
            .filter(([, value]) => value !== undefined)
            .map(([path]) =>
                check.problem(
                    path,
                    "dataflow/option-of-deployed-jobs",
                    "is only for jobs of deployments. Remove it, or runOnDeploy.",
                ),
            ),
        ...(type === "batch" && args.runOnDeploy === false && args.schedule === undefined
            ? [
                  check.problem(
                      "schedule",
                      "dataflow/schedule-missing",
                      "is missing: without runOnDeploy, nothing else starts jobs.",
                  ),
              ]
            : []),
    ];
}
