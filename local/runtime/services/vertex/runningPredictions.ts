import { setTimeout as sleep } from "node:timers/promises";
import { batchPredictionLimits, type DurationLimit } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { type Cloud, lastPart } from "../../../simulator";
import type { Deployed, EndpointEntry } from "../../../simulator/services/vertex/endpoints";
import { requireVersion } from "../../../simulator/services/vertex/models";
import { pathOf } from "../../../simulator/services/vertex/names";
import type { JobEntry } from "../../../simulator/services/vertex/trainingJob";
import type { Containers } from "../../emulator/containers/containers";
import type { RunningContainers } from "../../emulator/containers/launch";
import type { Terminal } from "../../emulator/terminal";
import { type BatchInput, type Instance, readInput } from "./batchInput";
import { type BatchResults, writeResults } from "./batchOutput";
import { type ModelContainer, modelContainer } from "./modelContainer";
import { type Outcome, RunningWork } from "./runningWork";

const defaultBatchSize = 64;

/** How often a request that fails is repeated, and the wait before, in milliseconds. */
const retries = { count: 3, pause: 200 };

/** What a run of a job has found. */
interface Predicted {
    failure?: string;
    stats?: { successfulCount: number; failedCount: number };
    partialFailures?: { code: number; message: string }[];
}

/** Batch predictions, whose models run in containers. */
export class RunningPredictions extends RunningWork {
    constructor(cloud: Cloud, containers: Containers, terminal: Terminal) {
        super(cloud, containers, terminal, "job");
    }

    protected async run(job: JobEntry, stopped: AbortSignal): Promise<Outcome> {
        const { failure, ...found } = await this.predict(job, stopped).catch(
            ({ message }: Error): Predicted => ({ failure: message }),
        );
        const { successfulCount = 0, failedCount = 0 } = found.stats ?? {};
        return {
            state: { ...found, ...(failure && { failure: { code: 3, message: failure }, log: [failure] }) },
            text: failure ?? `${successfulCount} instances have predictions, ${failedCount} failed.`,
        };
    }

    private async predict(job: JobEntry, stopped: AbortSignal): Promise<Predicted> {
        const input = readInput(this.cloud, job.state);
        const partialFailures = input.failures.map((message) => ({ code: 3, message }));
        const partly = partialFailures.length > 0 ? { partialFailures: partialFailures.slice(0, 20) } : {};
        if (input.instances.length === 0) {
            return { failure: input.failures[0] ?? "The input has no instances.", ...partly };
        }
        const results = await this.ask(job, input, stopped);
        if (stopped.aborted) {
            return {};
        }
        writeResults(this.cloud, job, input.columns, results);
        const successfulCount = results.predicted.flat().length;
        const failedCount = input.instances.length - successfulCount;
        return {
            ...(successfulCount === 0 && {
                failure: `All instances failed. ${results.failed[0]?.message ?? ""}`.trim(),
            }),
            stats: { successfulCount, failedCount },
            ...partly,
        };
    }

    /** Divides the instances into batches, which the replicas predict. */
    private async ask(job: JobEntry, { instances }: BatchInput, stopped: AbortSignal): Promise<BatchResults> {
        const { dedicatedResources, manualBatchTuningParameters } = job.state;
        const size = manualBatchTuningParameters?.batchSize ?? defaultBatchSize;
        const batches = Array.from({ length: Math.ceil(instances.length / size) }, (_, at) =>
            instances.slice(at * size, (at + 1) * size),
        );
        const count = Math.min(dedicatedResources.startingReplicaCount ?? 1, batches.length);
        // Each replica has its part of the input from the start.
        const parts = Array.from({ length: count }, (_, at) => {
            const from = Math.floor((at * batches.length) / count);
            return batches.slice(from, Math.floor(((at + 1) * batches.length) / count));
        });
        const model = this.modelOf(job);
        const started: RunningContainers[] = [];
        const failed: BatchResults["failed"] = [];
        try {
            const starts = await Promise.allSettled(parts.map(() => this.containers.start(model.launch)));
            started.push(...starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : [])));
            const refused = starts.find((start) => start.status === "rejected");
            if (refused) {
                throw refused.reason;
            }
            const predicted = await Promise.all(
                parts.map(async (part, at) => {
                    const made: BatchResults["predicted"][number] = [];
                    for (const batch of part) {
                        if (stopped.aborted) {
                            break;
                        }
                        const request = new Request(model, started[at] as RunningContainers, job.state.modelParameters);
                        const answer = await request.predictions(batch, stopped);
                        if (typeof answer === "string") {
                            failed.push({ message: answer, instances: batch });
                        } else {
                            made.push(...batch.map((instance, index) => ({ instance, prediction: answer[index] })));
                        }
                    }
                    return made;
                }),
            );
            return { predicted, failed };
        } finally {
            await Promise.all(started.map((each) => each.stop()));
        }
    }

    /** The model is deployed to an endpoint of Google's, which only the job has. */
    private modelOf(job: JobEntry): ModelContainer {
        const { model, modelVersionId, serviceAccount, dedicatedResources } = job.state;
        const id = lastPart(job.id);
        const path = String(model).replace(/@.*$/, "");
        const endpoint = { ...job, id: job.id.replace(/\/batchPredictionJobs\//, "/endpoints/") } as EndpointEntry;
        const deployed = { id, model: path, modelVersionId, serviceAccount, dedicatedResources } as Deployed;
        const made = modelContainer(this.cloud, endpoint, deployed);
        const [, version] = requireVersion(this.cloud, `${pathOf(path, this.cloud)}@${modelVersionId}`);
        return { ...made, launch: { ...made.launch, title: `${id} ${version.versionId}`, name: `vertex-batch-${id}` } };
    }
}

/** A request with a batch of instances to a replica. */
class Request {
    constructor(
        private readonly model: ModelContainer,
        private readonly replica: RunningContainers,
        private readonly parameters: unknown,
    ) {}

    /** Returns the predictions, or why there are none. */
    async predictions(batch: Instance[], stopped: AbortSignal): Promise<unknown[] | string> {
        const begun = Date.now();
        const { parameters } = this;
        const instances = batch.map(({ sent }) => sent);
        const body = JSON.stringify({ instances, ...(parameters !== undefined && { parameters }) });
        let answer = await this.post(body, stopped);
        for (let retry = 0; typeof answer === "string" && retry < retries.count && !stopped.aborted; retry++) {
            await sleep(retries.pause);
            answer = await this.post(body, stopped);
        }
        if (typeof answer !== "string" && answer.length !== batch.length) {
            return `Post request fails. Cannot get predictions. Error: The response has ${answer.length} predictions for ${batch.length} instances.`;
        }
        // https://docs.cloud.google.com/vertex-ai/docs/general/troubleshooting
        return typeof answer === "string"
            ? `Post request fails. Cannot get predictions. Error: Exceeded retries: ${answer} from server, retry=${retries.count}, elapsed=${((Date.now() - begun) / 1000).toFixed(2)}s.`
            : answer;
    }

    private async post(body: string, stopped: AbortSignal): Promise<unknown[] | string> {
        const { max }: DurationLimit = batchPredictionLimits.rows.request;
        try {
            const answer = await fetch(`http://127.0.0.1:${this.replica.port}${this.model.predictRoute}`, {
                method: "POST",
                headers: { "content-type": "application/json" },
                body,
                redirect: "manual",
                signal: AbortSignal.any([stopped, AbortSignal.timeout(secondsIn(max ?? "10 minutes") * 1000)]),
            });
            const content = await answer.text();
            if (!answer.ok) {
                return `Non-OK result ${answer.status} (${content})`;
            }
            const { predictions } = JSON.parse(content);
            return Array.isArray(predictions) ? predictions : `Non-OK result 200 (predictions are missing: ${content})`;
        } catch (error) {
            return `Non-OK result ${(error as Error).name === "TimeoutError" ? "504 (upstream request timeout)" : "503 (connection failure)"}`;
        }
    }
}
