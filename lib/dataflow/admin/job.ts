import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi } from "../../internal/adminApi/adminApi";
import { canonicalJson } from "../../internal/arguments/json";
import { cancelAll, hasFailedBefore, run } from "./batch";
import { contentOf, dataflowApi, hasEnded, latestJob, plain, stateOf } from "./dataflowApi";
import type { DataflowJobInputs, DataflowJobOutputs } from "./jobInputs";
import { drain, idOf, start, update } from "./streaming";

type Inputs = DataflowJobInputs;
type Outputs = Inputs & DataflowJobOutputs;

const results = ["jobId", "state", "content", "console"];

/** The inputs that are compared, as text. */
function recorded(inputs: object): string {
    const own = Object.entries(inputs).filter(([name]) => !name.startsWith("__") && !results.includes(name));
    return canonicalJson(plain(Object.fromEntries(own)));
}

/**
 * The provider of Dataflow jobs.
 *
 * The resources of Google's provider cannot do this: they end a job that Dataflow cannot update, replace it when its number of workers
 * changes, cancel it on deletion by default, wait for a drain without limit, and forget batch jobs that have ended, to run them
 * again with the next deployment.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/dataflow/resource_dataflow_flex_template_job.go
 */
export function dataflowJobProvider(
    apis: () => AdminApi = dataflowApi,
    log: (message: string) => void = (message) => console.log(message),
): dynamic.ResourceProvider<Inputs, Outputs> {
    /** Whether the job of the state is no longer what the state says. */
    const isOutdated = async (olds: Outputs, news: Inputs): Promise<boolean> => {
        const isBatch = olds.type === "batch";
        if (isBatch && (olds.state === "JOB_STATE_DONE" || hasFailedBefore(olds))) {
            return olds.state !== "JOB_STATE_DONE";
        }
        const job = await latestJob(apis(), olds, olds.jobId).catch(() => undefined);
        const isOver = job === undefined || hasEnded(job);
        return isBatch ? news.wait || isOver : isOver || stateOf(job) === "JOB_STATE_DRAINING";
    };

    return {
        async diff(_id, olds, news) {
            const isChanged = recorded(olds) !== recorded(news) || olds.content !== contentOf(news);
            return {
                changes: isChanged || (await isOutdated(olds, news)),
                replaces: (["project", "location", "name", "type"] as const).filter((key) => olds[key] !== news[key]),
            };
        },
        async create(inputs) {
            const api = apis();
            const outs = inputs.type === "streaming" ? await start(api, inputs, log) : await run(api, inputs, log);
            return { id: idOf(inputs), outs };
        },
        async update(_id, olds, news) {
            const api = apis();
            const isStreaming = news.type === "streaming";
            return { outs: await (isStreaming ? update(api, news, olds, log) : run(api, news, log, olds)) };
        },
        async read(id, props) {
            if (props === undefined || props.jobId === undefined) {
                return { id, props };
            }
            const job = await latestJob(apis(), props, props.jobId);
            if (job !== undefined) {
                return { id, props: { ...props, jobId: job.id, state: stateOf(job) } };
            }
            // The results of a batch job stay after Dataflow has forgotten it.
            return props.type === "batch" && props.state === "JOB_STATE_DONE" ? { id, props } : { id: "" };
        },
        async delete(_id, props) {
            const api = apis();
            if (props.type === "batch") {
                await cancelAll(api, props, log);
                return;
            }
            const job = await latestJob(api, props, props.jobId);
            if (job !== undefined) {
                await drain(api, props, job, log);
            }
        },
    };
}
