import type { AdminApi, AdminError } from "../../internal/adminApi/adminApi";
import { IncompleteError } from "../../internal/adminApi/awaitedJob";
import { waitClock } from "../../internal/engine/waitingClock";
import {
    consoleOf,
    contentLabel,
    contentOf,
    errorsOf,
    follow,
    hasEnded,
    isIn,
    isOwn,
    isScaledInFlight,
    isStarting,
    type Job,
    jobsNamed,
    latestJob,
    launchOnce,
    parentOf,
    request,
    scale,
    stateOf,
} from "./dataflowApi";
import type { DataflowJobInputs, DataflowJobOutputs } from "./jobInputs";

type Inputs = DataflowJobInputs;
type Outputs = Inputs & DataflowJobOutputs;
type Log = (message: string) => void;

/** The longest wait for a job to start or to replace another job: the launcher of a Flex Template takes minutes. */
const startSeconds = 30 * 60;

/**
 * Parts of Dataflow's messages about a job that cannot take over the data of the running one.
 * https://cloud.google.com/dataflow/docs/guides/updating-a-pipeline#CCheck
 */
const incompatible =
    /not compatible with|original job has not been aborted|new job is missing steps|Coder or type for step \S+ has changed|compatibility check/i;

export const idOf = (inputs: Pick<Inputs, "project" | "location" | "name">): string =>
    `${parentOf(inputs)}/dataflowJobs/${inputs.name}`;

export const outputsOf = (inputs: Inputs, job: Job, content = contentOf(inputs)): Outputs => ({
    ...inputs,
    jobId: job.id,
    state: stateOf(job),
    content,
    console: consoleOf(inputs, job.id),
});

/** The error of a job that ended otherwise than it should, with its own messages. */
export async function failureOf(api: AdminApi, inputs: Inputs, job: Job, ...more: string[]): Promise<string> {
    const errors = await errorsOf(api, inputs, job);
    return [
        `the Dataflow job ${job.id} ended as ${stateOf(job)}`,
        ...errors,
        `All messages: ${consoleOf(inputs, job.id)}`,
        ...more,
    ].join("\n");
}

/** Launches a streaming job, or updates the one that an earlier deployment has launched. */
export async function start(api: AdminApi, inputs: Inputs, log: Log): Promise<Outputs> {
    const [active] = (await jobsNamed(api, inputs, inputs.name, "ACTIVE")).filter((job) => isOwn(inputs, job));
    return active === undefined ? launch(api, inputs, log) : replace(api, inputs, active, log);
}

/** Makes the job as the program wants it: by other numbers of workers, by a replacement job, or after a drain. */
export async function update(api: AdminApi, inputs: Inputs, before: Outputs, log: Log): Promise<Outputs> {
    const job = await latestJob(api, inputs, before.jobId);
    return job === undefined ? start(api, inputs, log) : replace(api, inputs, job, log);
}

async function replace(api: AdminApi, inputs: Inputs, current: Job, log: Log): Promise<Outputs> {
    if (hasEnded(current)) {
        return launch(api, inputs, log);
    }
    if (isIn(current, "DRAINING") || isIn(current, "CANCELLING")) {
        await drain(api, inputs, current, log);
        return launch(api, inputs, log);
    }
    const running = await started(api, inputs, current, log);
    if (running.labels?.[contentLabel] === contentOf(inputs)) {
        return scaled(api, inputs, running);
    }
    const next = await launchOnce(api, inputs, inputs.name, {
        isUpdate: true,
        isEarlier: (job) => !hasEnded(job),
    });
    log(`Dataflow job ${inputs.name}: updates ${running.id} by ${next.id}: ${consoleOf(inputs, next.id)}`);
    const updated = await follow(api, inputs, next, (job) => isIn(job, "RUNNING") || hasEnded(job), {
        seconds: startSeconds,
        log,
    });
    if (isIn(updated, "RUNNING")) {
        return scaled(api, inputs, updated);
    }
    return refused(api, inputs, { running, updated }, log);
}

/** Dataflow has refused a replacement job: the earlier one continues, and is drained if its data cannot be taken over. */
async function refused(
    api: AdminApi,
    inputs: Inputs,
    { running, updated }: Record<"running" | "updated", Job>,
    log: Log,
): Promise<Outputs> {
    const goesOn = `The job ${running.id} goes on with the code of before, and loses nothing.`;
    if (!hasEnded(updated)) {
        throw new Error(
            `the Dataflow job ${updated.id} is still in ${stateOf(updated)} after ${startSeconds / 60} minutes. ${goesOn} The next 'pulumi up' resumes waiting: ${consoleOf(inputs, updated.id)}`,
        );
    }
    const errors = (await errorsOf(api, inputs, updated)).join("\n");
    if (!incompatible.test(errors)) {
        throw new Error(await failureOf(api, inputs, updated, goesOn));
    }
    if (inputs.onIncompatible === "fail") {
        throw new Error(
            await failureOf(
                api,
                inputs,
                updated,
                goesOn,
                'Map renamed transforms with transformNames, or set onIncompatible: "drain".',
            ),
        );
    }
    log(`Dataflow job ${inputs.name}: cannot be updated in place. ${errors}`);
    await drain(api, inputs, running, log);
    return launch(api, inputs, log);
}

/** Launches a job while no job is active. */
async function launch(api: AdminApi, inputs: Inputs, log: Log): Promise<Outputs> {
    const begun = await launchOnce(api, inputs, inputs.name, { isEarlier: (job) => !hasEnded(job) });
    log(`Dataflow job ${inputs.name}: ${consoleOf(inputs, begun.id)}`);
    const job = await follow(api, inputs, begun, (one) => !isStarting(one), { seconds: startSeconds, log });
    if (isIn(job, "RUNNING")) {
        return scaled(api, inputs, job);
    }
    const message = isStarting(job)
        ? `the Dataflow job ${job.id} is still in ${stateOf(job)} after ${startSeconds / 60} minutes. The next 'pulumi up' resumes waiting: ${consoleOf(inputs, job.id)}`
        : await failureOf(api, inputs, job, "The next 'pulumi up' launches it again.");
    throw new IncompleteError(idOf(inputs), outputsOf(inputs, job), message);
}

/** Waits until a job can be updated or drained: only running ones can. */
async function started(api: AdminApi, inputs: Inputs, job: Job, log: Log): Promise<Job> {
    const after = await follow(api, inputs, job, (one) => !isStarting(one), { seconds: startSeconds, log });
    if (isStarting(after)) {
        throw new Error(
            `the Dataflow job ${job.id} is still in ${stateOf(after)} after ${startSeconds / 60} minutes, and can only be changed once it runs. Run this command again: ${consoleOf(inputs, job.id)}`,
        );
    }
    return after;
}

/** Sets the numbers of workers of a running job, if they differ. */
async function scaled(api: AdminApi, inputs: Inputs, job: Job): Promise<Outputs> {
    const { min, max } = inputs.workers;
    const { minNumWorkers = 0, maxNumWorkers = 0 } = job.runtimeUpdatableParams ?? {};
    const isChanged = (min > 0 && min !== minNumWorkers) || (max > 0 && max !== maxNumWorkers);
    if (isScaledInFlight(inputs) && isChanged) {
        await scale(api, inputs, job);
    }
    return outputsOf(inputs, job);
}

/** Before that, Dataflow answers that the job is not ready for it: https://github.com/hashicorp/terraform-provider-google/pull/855 */
const notReady = /not yet ready/i;

/**
 * Drains a job: it stops reading, and processes all that it has read. A drain that takes too long continues, and nothing is cancelled.
 */
export async function drain(api: AdminApi, inputs: Inputs, job: Job, log: Log): Promise<void> {
    const running = await started(api, inputs, job, log);
    if (hasEnded(running)) {
        return;
    }
    if (isIn(running, "RUNNING")) {
        log(
            `Dataflow job ${inputs.name}: drains ${job.id}. It processes everything that it has read. Windows that are open close early, so that their results lack what arrives later`,
        );
        await requestDrain(api, inputs, running);
    }
    const { drainSeconds } = inputs;
    const after = await follow(api, inputs, running, hasEnded, { seconds: drainSeconds, log });
    if (!hasEnded(after)) {
        throw new Error(
            `the Dataflow job ${job.id} has not drained within ${drainSeconds} seconds, and is in ${stateOf(after)}. It continues, and nothing is cancelled: the next 'pulumi up' or 'pulumi destroy' resumes waiting. ${consoleOf(inputs, job.id)}`,
        );
    }
    if (!isIn(after, "DRAINED")) {
        log(await failureOf(api, inputs, after));
    }
}

async function requestDrain(api: AdminApi, inputs: Inputs, job: Job): Promise<void> {
    const clock = waitClock();
    const end = clock.now() + inputs.drainSeconds * 1000;
    for (;;) {
        try {
            await request(api, inputs, job, "JOB_STATE_DRAINED");
            return;
        } catch (error) {
            const { message } = error as AdminError;
            if (/has terminated/i.test(message)) {
                return;
            }
            if (!notReady.test(message) || clock.now() > end) {
                throw error;
            }
            await clock.sleep(5_000);
        }
    }
}
