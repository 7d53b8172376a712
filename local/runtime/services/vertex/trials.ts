import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud, Inputs } from "../../../simulator";
import { suggestionsOf, type TrialParameter } from "../../../simulator/services/vertex/study";
import { changeJob, type JobEntry, timeOf } from "../../../simulator/services/vertex/trainingJob";
import type { Containers } from "../../emulator/containers/containers";
import { JobReplicas } from "./jobReplicas";

/** A trial as in the API: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/Trial */
interface Trial extends Inputs {
    id: string;
    state: "ACTIVE" | "SUCCEEDED" | "INFEASIBLE";
    parameters: TrialParameter[];
}

/** The trials of a tuning job, which run in containers. Those that ended before the command was started again are kept. */
export class Trials {
    private readonly trials: Map<string, Trial>;
    private readonly failed = new AbortController();
    private failure?: string;

    /** @param lines receives the last lines of the trial that fails the job */
    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly job: JobEntry,
        private readonly lines: string[],
    ) {
        const known: Trial[] = job.state.trials ?? [];
        this.trials = new Map(known.filter(({ state }) => state !== "ACTIVE").map((trial) => [trial.id, trial]));
    }

    /** Runs all trials, of which some at a time; returns why the job fails. */
    async run(stopped: AbortSignal): Promise<string | undefined> {
        const { state, id } = this.job;
        const suggestions = suggestionsOf(state, id);
        // "If set to 0, Vertex AI decides how many Trials must fail before the whole job fails": here, all.
        const limit = Number(state.maxFailedTrialCount || suggestions.length);
        const left = suggestions
            .map((parameters, index): Trial => ({ id: String(index + 1), state: "ACTIVE", parameters }))
            .filter((trial) => !this.trials.has(trial.id));
        const signal = AbortSignal.any([stopped, this.failed.signal]);
        const work = async () => {
            for (let next = left.shift(); next && !signal.aborted; next = left.shift()) {
                await this.runTrial(next, signal, stopped, limit);
            }
        };
        await Promise.all(Array.from({ length: Number(state.parallelTrialCount) }, work));
        return this.failure;
    }

    private async runTrial(trial: Trial, signal: AbortSignal, stopped: AbortSignal, limit: number): Promise<void> {
        const { cloud, containers, job } = this;
        const folder = containers.createFolder();
        const started = timeOf(cloud);
        const active = { ...trial, startTime: new Date(started).toISOString() };
        this.set(active);
        const lines: string[] = [];
        const args = trial.parameters.flatMap(({ parameterId, value }) => [`--${parameterId}`, String(value)]);
        const work = { id: job.id, project: job.project, spec: job.state.trialJobSpec, trial: { id: trial.id, args } };
        const began = Date.now() / 1000;
        let failure: string | undefined;
        try {
            failure = await new JobReplicas(cloud, containers, work, lines, folder).run(signal);
            if (stopped.reason === "close") {
                // It runs again with the next command.
                return;
            }
            const all = measurementsIn(join(folder, "output.metrics"), began);
            const final = finalOf(all, job.state.studySpec);
            const reason = signal.aborted ? "The trial was stopped." : (failure ?? (final ? undefined : noMetric(job)));
            this.set({
                ...active,
                state: reason === undefined ? "SUCCEEDED" : "INFEASIBLE",
                ...(final && reason === undefined && { finalMeasurement: final }),
                ...(all.length > 0 && { measurements: all }),
                ...(reason !== undefined && { infeasibleReason: reason }),
                endTime: new Date(timeOf(cloud)).toISOString(),
            });
            const infeasible = [...this.trials.values()].filter(({ state }) => state === "INFEASIBLE").length;
            if (reason !== undefined && infeasible >= limit && !signal.aborted) {
                this.failure = `${infeasible} of the trials failed, the last one, ${trial.id}, as follows: ${reason}`;
                this.lines.splice(0, this.lines.length, ...lines);
                this.failed.abort();
            }
        } finally {
            containers.removeFolder(folder);
        }
    }

    private set(trial: Trial): void {
        this.trials.set(trial.id, trial);
        const trials = [...this.trials.values()].sort((one, other) => Number(one.id) - Number(other.id));
        changeJob(this.cloud, this.job.name, { trials });
    }
}

/** "The service will set a Trial to INFEASIBLE when it's done but missing the final_measurement." */
const noMetric = ({ state }: JobEntry) =>
    `The trial did not report the metrics ${metricsOf(state.studySpec).join(", ")}.`;

const metricsOf = ({ metrics }: Inputs): string[] => metrics.map(({ metricId }: Inputs) => metricId);

/** A measurement as in the API. */
export interface Measurement {
    stepCount: string;
    elapsedDuration: string;
    metrics: { metricId: string; value: number }[];
}

/** Other fields of a line. */
const noMetrics = ["timestamp", "trial", "global_step", "checkpoint_path"];

/**
 * What a trial has reported with the package `cloudml-hypertune`, whose lines have one metric each: one measurement for each step.
 * https://github.com/GoogleCloudPlatform/cloudml-hypertune
 *
 * @param began the time of the trial's start in seconds
 */
export function measurementsIn(file: string, began: number): Measurement[] {
    const steps = new Map<number, { time: number; values: Map<string, number> }>();
    for (const line of linesOf(file)) {
        const step = Number(line.global_step ?? 0);
        const { values } = steps.get(step) ?? { values: new Map() };
        for (const name of Object.keys(line).filter((key) => !noMetrics.includes(key))) {
            values.set(name, Number(line[name]));
        }
        steps.set(step, { time: Number(line.timestamp), values });
    }
    return [...steps]
        .sort(([one], [other]) => one - other)
        .map(([step, { time, values }]) => ({
            stepCount: String(step),
            elapsedDuration: `${Math.max(0, time - began).toFixed(3)}s`,
            metrics: [...values].map(([metricId, value]) => ({ metricId, value })),
        }));
}

function linesOf(file: string): Inputs[] {
    try {
        return readFileSync(file, "utf8")
            .split("\n")
            .filter((line) => line.trim() !== "")
            .map((line) => JSON.parse(line));
    } catch {
        // Nothing was reported, or the file was being written when the trial ended.
        return [];
    }
}

/**
 * The last measurement with all metrics of a study, or the best one by the first metric.
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/StudySpec#measurementselectiontype
 */
export function finalOf(all: Measurement[], study: Inputs): Omit<Measurement, "elapsedDuration"> | undefined {
    const names = metricsOf(study);
    const complete = all.flatMap(({ stepCount, metrics }) => {
        const found = names.flatMap((name) => metrics.filter(({ metricId }) => metricId === name));
        return found.length === names.length ? [{ stepCount, metrics: found }] : [];
    });
    if (study.measurementSelectionType !== "BEST_MEASUREMENT") {
        return complete.at(-1);
    }
    const sign = study.metrics[0].goal === "MINIMIZE" ? -1 : 1;
    const rank = ({ metrics }: { metrics: Measurement["metrics"] }) => sign * (metrics[0]?.value ?? 0);
    return [...complete].sort((one, other) => rank(other) - rank(one))[0];
}
