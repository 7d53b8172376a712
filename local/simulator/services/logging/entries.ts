import { createHash } from "node:crypto";
import { type Comparison, isQueryMet, parseExtractor, parseQuery, type QueryLeaf } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { jobsIn } from "../dataflow/jobs";
import { dataflowLog } from "../dataflow/log";
import { type PipelineEntry, pipelineLog } from "../vertex/pipelineJob";
import { type JobEntry, type JobKind, jobKinds, jobLog } from "../vertex/trainingJob";

/** The log of a revision, which is empty unless it did not start. */
function revisionLog({ name, project, state }: Entry): Inputs[] {
    const [, location, service, revision] =
        /\/locations\/([^/]+)\/(?:services|workerPools)\/([^/]+)\/revisions\/([^/]+)$/.exec(name) ?? [];
    const type = name.includes("/workerPools/") ? "cloud_run_worker_pool" : "cloud_run_revision";
    const labels = {
        project_id: project,
        location,
        revision_name: revision,
        ...(type === "cloud_run_revision" ? { service_name: service } : { worker_pool_name: service }),
    };
    return ((state.log ?? []) as string[]).map((textPayload, index) => ({
        logName: `projects/${project}/logs/run.googleapis.com%2Fvarlog%2Fsystem`,
        insertId: `${revision}-${index}`,
        timestamp: new Date(Date.parse(String(state.createTime)) + index).toISOString(),
        severity: "ERROR",
        resource: { type, labels },
        textPayload,
    }));
}

/** The log entries of a project: those of revisions that did not start, and of jobs of Vertex AI and Dataflow that failed. */
export function logEntriesOf(project: string, cloud: Cloud): Inputs[] {
    const vertex = (kind: string) =>
        cloud.store.list(`//aiplatform.googleapis.com/projects/${project}/locations`, kind) as JobEntry[];
    return [
        ...cloud.store.list(`//run.googleapis.com/projects/${project}/locations`, "revisions").flatMap(revisionLog),
        ...(Object.keys(jobKinds) as JobKind[]).flatMap(vertex).flatMap((job) => jobLog(job, cloud)),
        ...(vertex("pipelineJobs") as PipelineEntry[]).flatMap((job) => pipelineLog(job, cloud)),
        ...jobsIn(cloud, project).flatMap((job) => dataflowLog(cloud, job)),
    ];
}

/** Logs whose entries the sink `_Required` stores: https://docs.cloud.google.com/logging/docs/routing/overview#required-bucket */
const required =
    /\/logs\/(cloudaudit\.googleapis\.com%2F(activity|system_event|access_transparency)|externalaudit\.googleapis\.com%2F)/;

/**
 * Whether an entry of a project is stored, and not left out by an exclusion of the sink `_Default`. Excluded entries are not shown, but
 * count in log-based metrics: https://docs.cloud.google.com/logging/docs/routing/overview#exclusions
 */
export function isStored(project: string, cloud: Cloud): (entry: Inputs) => boolean {
    const exclusions = cloud.store
        .list(`//logging.googleapis.com/projects/${project}`, "exclusions")
        .filter(({ state }) => !state.disabled)
        .map(({ state }) => entryMatcher(String(state.filter)));
    return (entry) => required.test(String(entry.logName)) || !exclusions.some((isExcluded) => isExcluded(entry));
}

/** https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
const severities = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"];

/** Whether an entry matches a part of a query: https://docs.cloud.google.com/logging/docs/view/logging-query-language */
function isMatch(entry: Inputs, leaf: QueryLeaf): boolean {
    if ("text" in leaf) {
        return textsOf(entry).some((text) => contains(text, leaf.text));
    }
    if ("call" in leaf) {
        return isCallMatch(entry, leaf);
    }
    return isComparisonMatch(fieldOf(entry, leaf.field), leaf);
}

/** Compiles a query: returns whether an entry matches it. */
export function entryMatcher(filter: string): (entry: Inputs) => boolean {
    const query = parseQuery(filter);
    return (entry) => isQueryMet(query, (leaf) => isMatch(entry, leaf));
}

function isCallMatch(entry: Inputs, { call, args }: { call: string; args: string[] }): boolean {
    const { logName = "" } = entry;
    if (call === "sample") {
        return isSampled(fieldOf(entry, String(args[0])), Number(args[1]));
    }
    if (call !== "log_id") {
        throw new Error(`The local Google Cloud does not support the function ${call} of the Logging query language.`);
    }
    return decodeURIComponent(logName.split("/logs/")[1] ?? "") === args[0];
}

/** A fraction of entries by the hash of a field: https://docs.cloud.google.com/logging/docs/view/logging-query-language#sample */
function isSampled(value: unknown, fraction: number): boolean {
    const number = createHash("sha256").update(String(value)).digest().readUInt32BE();
    return value !== undefined && number < fraction * 2 ** 32;
}

const contains = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

const textsOf = (value: unknown): string[] =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [String(value)];

/** The value of a field such as `resource.labels.service_name` or `labels."k8s-pod/app"`. */
export function fieldOf(entry: Inputs, field: string): unknown {
    const keys = (field.match(/"(?:[^"\\]|\\.)*"|[^."]+/g) ?? []).map((key) => key.replace(/^"|"$/g, ""));
    return keys.reduce<Inputs | undefined>((value, key) => value?.[key], entry);
}

/** Texts are compared without regard to case, but by regular expressions. */
function isComparisonMatch(actual: unknown, { field, operator, value }: Comparison): boolean {
    if (typeof value !== "string") {
        throw new Error(
            `The local Google Cloud does not support the function ${value.call} of the Logging query language.`,
        );
    }
    if (operator === "!=" || operator === "!~") {
        return !isComparisonMatch(actual, { field, operator: operator === "!=" ? "=" : "=~", value });
    }
    if (actual === undefined) {
        return false;
    }
    if (operator === "=~") {
        return new RegExp(value).test(String(actual));
    }
    if (operator === ":") {
        return value === "*" || textsOf(actual).some((text) => contains(text, value));
    }
    if (operator === "=") {
        return String(actual).toLowerCase() === value.toLowerCase();
    }
    const [left, right] =
        field === "severity" ? [rankOf(String(actual)), rankOf(value)] : ordered(String(actual), value);
    const isMet = { "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right };
    return isMet[operator];
}

const rankOf = (severity: string) => severities.indexOf(severity.toUpperCase());

/** Numbers, times or texts. */
function ordered(left: string, right: string): [number, number] | [string, string] {
    const numbers = [Number(left), Number(right)] as [number, number];
    const times = [Date.parse(left), Date.parse(right)] as [number, number];
    const isOf = (all: number[]) => all.every((one) => !Number.isNaN(one));
    return isOf(numbers) ? numbers : isOf(times) ? times : [left, right];
}

/**
 * What an extractor such as `REGEXP_EXTRACT(textPayload, "run (\\d+)")` finds in an entry; empty if nothing.
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics#LogMetric
 */
export function extracted(entry: Inputs, text: string): string {
    const extractor = parseExtractor(text);
    const value = extractor && fieldOf(entry, extractor.field);
    if (value === undefined) {
        return "";
    }
    const { pattern } = extractor ?? {};
    return pattern === undefined ? String(value) : (new RegExp(pattern).exec(String(value))?.[1] ?? "");
}
