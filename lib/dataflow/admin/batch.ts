import type { AdminApi } from "../../internal/adminApi/adminApi";
import { IncompleteError } from "../../internal/adminApi/awaitedJob";
import {
    activeJobs,
    consoleOf,
    contentOf,
    findJob,
    follow,
    hasEnded,
    isIn,
    isOwn,
    isStarting,
    type Job,
    launchOnce,
    request,
    stateOf,
} from "./dataflowApi";
import type { DataflowJobInputs, DataflowJobOutputs } from "./jobInputs";
import { failureOf, idOf, outputsOf } from "./streaming";

type Inputs = DataflowJobInputs;
type Outputs = Inputs & DataflowJobOutputs;
type Log = (message: string) => void;

/** The name of the job of a content, as jobs that run at the same time have different names. */
export const batchName = (inputs: Inputs): string => `${inputs.name}-${contentOf(inputs).slice(0, 8)}`;

const hasFailed = (job: Job) => hasEnded(job) && !isIn(job, "DONE");

/** Runs the job of a content, unless it has run or runs already. */
export async function run(api: AdminApi, inputs: Inputs, log: Log, before?: Outputs): Promise<Outputs> {
    const content = contentOf(inputs);
    if (before?.content === content && before.state === "JOB_STATE_DONE") {
        // Also if the job is gone: Dataflow keeps jobs for 30 days.
        const { jobId, state, console } = before;
        return { ...inputs, content, jobId, state, console };
    }
    const known = before?.content === content && !hasFailedBefore(before);
    const earlier = known ? await findJob(api, inputs, before.jobId) : undefined;
    const job = earlier ?? (await launchOnce(api, inputs, batchName(inputs), { isEarlier: (one) => !hasFailed(one) }));
    if (!hasEnded(job)) {
        log(`Dataflow job ${inputs.name}: ${consoleOf(inputs, job.id)}`);
    }
    // Without a wait, a job must at least start.
    const isReached = (one: Job) => hasEnded(one) || (!inputs.wait && !isStarting(one));
    const ended = await follow(api, inputs, job, isReached, { seconds: inputs.waitSeconds, log });
    const outputs = outputsOf(inputs, ended, content);
    if (hasFailed(ended)) {
        const message = await failureOf(api, inputs, ended, "The next 'pulumi up' runs it again.");
        throw new IncompleteError(idOf(inputs), outputs, message);
    }
    if (inputs.wait && !hasEnded(ended)) {
        const message = `the Dataflow job ${job.id} did not end within ${inputs.waitSeconds} seconds. It continues, and the next 'pulumi up' resumes waiting: ${consoleOf(inputs, job.id)}`;
        throw new IncompleteError(idOf(inputs), outputs, message);
    }
    return outputs;
}

export const hasFailedBefore = ({ state }: Outputs): boolean =>
    state === "JOB_STATE_FAILED" || state === "JOB_STATE_CANCELLED";

/** Cancels the batch jobs of a component, which cannot be drained: they have read from what stays where it is. */
export async function cancelAll(api: AdminApi, inputs: Inputs, log: Log): Promise<void> {
    const own = (await activeJobs(api, inputs)).filter((job) => isOwn(inputs, job));
    for (const job of own) {
        log(`Dataflow job ${job.name}: cancels ${job.id}`);
        await request(api, inputs, job, "JOB_STATE_CANCELLED");
        const after = await follow(api, inputs, job, hasEnded, { seconds: inputs.drainSeconds, log });
        if (!hasEnded(after)) {
            throw new Error(
                `the Dataflow job ${job.id} is still in ${stateOf(after)} after ${inputs.drainSeconds} seconds. Run this command again: ${consoleOf(inputs, job.id)}`,
            );
        }
    }
}
