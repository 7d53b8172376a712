import type { Inputs } from "../../rules/rules";
import type { JobEntry } from "./jobs";

/** A step of a pipeline, with what an update must not change. */
export interface Step {
    sideInputs: number;
    /** The types of its outputs. */
    coders: string[];
}

/** The graph of a pipeline, which is known of jobs that run on this machine. */
export interface JobGraph {
    streaming: boolean;
    /** By full names such as `Write predictions/Insert`. */
    steps: Record<string, Step>;
    /** The subscriptions that it reads: `projects/acme-dev/subscriptions/sales`. */
    subscriptions: string[];
}

/** The message of a job that cannot replace the running one. */
const refusal = (running: JobEntry, changes: string[]): string =>
    `Workflow failed. Causes: The new job is not compatible with ${running.state.id}. The original job has not been aborted., ${changes.join(", ")}`;

/**
 * What the compatibility check finds in the options of the jobs.
 *
 * @param isFailing whether a fault lets the check refuse the job
 */
export function incompatibleOptions(
    running: JobEntry,
    environment: Inputs,
    type: string,
    isFailing: boolean,
): string | undefined {
    const before = running.state.environment as Inputs;
    const changes = [
        Boolean(before.enableStreamingEngine) === Boolean(environment.enableStreamingEngine)
            ? undefined
            : "The new job changes whether Streaming Engine is used.",
        before.kmsKeyName === environment.kmsKeyName ? undefined : "The new job changes the Cloud KMS key.",
        running.state.type === type ? undefined : "The new job is not a streaming job.",
        isFailing ? missingSteps(["Window"]) : undefined,
    ].filter((each) => each !== undefined);
    return changes.length === 0 ? undefined : refusal(running, changes);
}

const missingSteps = (names: string[]) =>
    `The new job is missing steps ${names.join(", ")}. If these steps have been renamed or deleted, please specify them with the update command.`;

/**
 * What the compatibility check finds in the graphs of the jobs. "The Dataflow service attempts to match the transforms in your prior job to
 * the transforms in the replacement job". Adding or removing side inputs, and changing the coder of a step, also let it fail. Windows and
 * triggers do not. https://cloud.google.com/dataflow/docs/guides/updating-a-pipeline#CCheck
 *
 * @param names new names by old ones; an empty name is that of a deleted step
 */
export function incompatibleGraph(
    running: JobEntry,
    graph: JobGraph,
    names: Record<string, string> = {},
): string | undefined {
    const before = (running.state.graph as JobGraph | undefined)?.steps;
    if (before === undefined) {
        return undefined;
    }
    const missing: string[] = [];
    const changes: string[] = [];
    for (const [old, step] of Object.entries(before)) {
        const name = names[old] ?? old;
        const now = graph.steps[name];
        if (now === undefined) {
            missing.push(...(name === "" ? [] : [old]));
        } else if (now.sideInputs !== step.sideInputs) {
            changes.push(`The side inputs of step ${old} have changed.`);
        } else if (now.coders.join() !== step.coders.join()) {
            changes.push(`The Coder or type for step ${old} has changed.`);
        }
    }
    const all = [...(missing.length > 0 ? [missingSteps(missing)] : []), ...changes];
    return all.length === 0 ? undefined : refusal(running, all);
}
