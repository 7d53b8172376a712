import { getJob } from "@pulumi/gcp/cloudrunv2/getJob";
import * as pulumi from "@pulumi/pulumi";
import { deferredError, problem } from "../internal/arguments/argumentsError";
import { secondsIn } from "../internal/arguments/duration";
import { canonicalJson } from "../internal/arguments/json";
import { hashOf } from "../internal/arguments/names";
import type { ResolvedArgs } from "./jobArgs";
import { lookUpDeployed } from "./revision";

/** A deployed job, before the running update. */
export interface DeployedJob {
    /** The execution of its last deployment: the hash of its content, and its number. */
    execution?: string;
    /**
     * The token of that execution, unless there was another execution since
     * ({@link https://github.com/GoogleCloudPlatform/magic-modules/pull/19060}).
     */
    token?: string;
    /** Whether that execution has succeeded, has failed, or has not ended. */
    state?: "succeeded" | "failed" | "running";
}

/** The annotation with the execution of the last deployment: the API forgets its token. */
export const executionAnnotation = "slipway/execution";

const stateOf = (condition: string | undefined, isReconciling: boolean): DeployedJob["state"] =>
    condition === "CONDITION_SUCCEEDED" && !isReconciling
        ? "succeeded"
        : condition === "CONDITION_FAILED"
          ? "failed"
          : "running";

/**
 * Looks up a job, at preview as well: what the program runs next depends on what has run.
 *
 * @param component the component in errors: `CloudRunJob "migrate"`
 */
export function lookUpJob(
    component: string,
    place: { project: string; location: string; name: string },
    options: pulumi.InvokeOptions,
): Promise<DeployedJob> {
    return lookUpDeployed<DeployedJob>(component, { ...place, kind: "job" }, {}, async () => {
        const { effectiveAnnotations, runExecutionToken, terminalConditions, reconciling } = await getJob(
            place,
            options,
        );
        const [{ state } = {}] = terminalConditions ?? [];
        return {
            execution: effectiveAnnotations?.[executionAnnotation],
            token: runExecutionToken || undefined,
            state: stateOf(state, reconciling),
        };
    });
}

/** The execution of a deployment, and the token that starts it. */
export interface Execution {
    name: string;
    token?: string;
}

/**
 * The execution for a job's content: the one of the last deployment, if it had the same content and has succeeded, else a new execution.
 * Its number makes its name unique, because the API refuses the token of an execution that exists.
 */
export function nextExecution(content: unknown, { execution = "", token, state }: DeployedJob): Execution {
    const hash = hashOf(canonicalJson(content), 8);
    const [, last, number = 0] = /^([0-9a-f]+)-(\d+)$/.exec(execution) ?? [];
    const next = `${hash}-${Number(number) + 1}`;
    return last === hash && state === "succeeded" ? { name: execution, token } : { name: next, token: next };
}

/** Refuses to start an execution while another has not ended, because two migrations at the same time could harm a database. */
export function refuseBeside(component: string, job: string, { execution, state }: DeployedJob): void {
    if (execution !== undefined && state === "running" && !pulumi.runtime.isDryRun()) {
        const name = `${job}-${execution}`;
        throw deferredError(component, [
            problem(
                "",
                "run/execution-not-ended",
                `the execution of its last deployment, ${name}, has not ended. Wait for it, or cancel it with gcloud run jobs executions cancel ${name}.`,
            ),
        ]);
    }
}

const [start, longest] = [600, 30 * 24 * 3600];

/** How long an execution may take, with time for its start: the provider waits for 20 minutes by default. */
export function executionTimeouts({ tasks, parallelism = tasks, retries, timeout }: ResolvedArgs) {
    const seconds = Math.ceil(tasks / parallelism) * (retries + 1) * secondsIn(timeout) + start;
    const limit = `${Math.min(seconds, longest)}s`;
    return { create: limit, update: limit };
}
