import { ProjectSink, type ProjectSinkArgs } from "@pulumi/gcp/logging/projectSink";
import * as pulumi from "@pulumi/pulumi";
import type { AnyDataset } from "../bigquery/anyDataset";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { type Environment, inEnvironment } from "../environment/environment";
import { loggingLimits } from "../facts/limits/logging";
import { nameFormats } from "../facts/names";
import { type Capability, forService } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";
import { typeOf } from "../internal/engine/pulumiSdk";
import type { AnyTopic } from "../pubsub/anyTopic";
import type { AnyBucket } from "../storage";
import type { AnyLogBucket } from "./anyLogBucket";
import { description, filter } from "./filter";

/** Where a sink writes log entries: a log bucket, hourly files in a bucket, tables of a dataset, or messages of a topic. */
export type LogDestination = AnyLogBucket | AnyBucket | AnyDataset | AnyTopic;

/** The arguments of a {@link LogSink}. */
export interface LogSinkArgs extends ComponentArgs {
    /**
     * Where to write the log entries: a log bucket, a bucket, which receives files every hour, a dataset or a topic. Changing this updates the
     * sink; what was written stays.
     */
    to: LogDestination;
    /**
     * Which log entries to write, in the {@link https://cloud.google.com/logging/docs/view/logging-query-language Logging query language},
     * at most 20,000 characters: `resource.type="cloud_run_revision" AND severity>=WARNING`.
     * @default all log entries of the project
     */
    filter?: pulumi.Input<string>;
    /**
     * Filters of log entries that are left out nevertheless, by name: `{ health: 'httpRequest.requestUrl:"/healthz"' }`. At most
     * {@link https://cloud.google.com/logging/quotas 50}.
     * @default none
     */
    exclusions?: Record<string, pulumi.Input<string>>;
    /**
     * Only for datasets: writes to one partitioned table for each log, instead of one table for each log and day.
     * @default true for a dataset
     */
    partitionedTables?: boolean;
    /**
     * The name of the sink: up to 100 letters, digits and `_-.`. Changing this replaces the sink.
     * @default the component's name
     */
    name?: string;
    /**
     * The description of the sink: at most 8,000 characters.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Pauses the sink: log entries of this time are not written later.
     * @default false
     */
    paused?: boolean;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { sink?: Transform<ProjectSinkArgs> };
}

const kindOf = (value: unknown): string | undefined =>
    ["LogBucket", "StorageBucket", "BigQueryDataset", "PubSubTopic"].find(
        (type) =>
            check.isResource(value) &&
            (typeOf(value) === `slipway:index:${type}` || Reflect.get(value as object, "existing") === type),
    );

const logSinkArgs = check.options<LogSinkArgs>(
    {
        to: check.custom<LogDestination>(
            (value) => kindOf(value) !== undefined,
            "must be a LogBucket, a StorageBucket, a BigQueryDataset or a PubSubTopic",
        ),
        filter,
        exclusions: check.pipe(
            check.record(check.nameOf(nameFormats.rows.logSink), filter),
            check.atMost(loggingLimits.rows.exclusions),
        ),
        partitionedTables: check.flag(),
        name: check.nameOf(nameFormats.rows.logSink),
        description,
        paused: check.flag(),
        transform: transforms("sink"),
        ...componentArgs,
    },
    "to",
);

const isLogBucket = (to: LogDestination): to is AnyLogBucket => kindOf(to) === "LogBucket";

/** A destination as the API names it, and what its writer needs. */
function destinationOf(to: LogDestination): { destination: pulumi.Output<string>; write: Capability } {
    if (isLogBucket(to)) {
        return { destination: pulumi.interpolate`logging.googleapis.com/${to.id}`, write: to.writer };
    }
    if ("bucket" in to) {
        return { destination: pulumi.interpolate`storage.googleapis.com/${to.bucket.name}`, write: to.creator };
    }
    if ("dataset" in to) {
        const { project, datasetId } = to.dataset;
        const destination = pulumi.interpolate`bigquery.googleapis.com/projects/${project}/datasets/${datasetId}`;
        return { destination, write: to.role("roles/bigquery.dataEditor") };
    }
    return { destination: pulumi.interpolate`pubsub.googleapis.com/${to.topic.id}`, write: to.publisher };
}

/**
 * Writes log entries of the project to a log bucket, a bucket, a BigQuery dataset or a Pub/Sub topic, in addition to the log bucket
 * `_Default`. The service agent of Cloud Logging writes the entries, and can write only to that destination.
 * @example
 * ```ts
 * new LogSink("warnings", { to: new BigQueryDataset("logs"), filter: "severity>=WARNING" });
 * ```
 */
export class LogSink extends pulumi.ComponentResource {
    /** The sink itself. */
    readonly sink: ProjectSink;

    constructor(name: string, args: LogSinkArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = check.checked(
            `LogSink "${name}"`,
            check.withDefaults(args, { name }),
            logSinkArgs,
            ({ to, partitionedTables }) => [tablesProblem(to, partitionedTables)],
        );
        super("slipway:index:LogSink", name, {}, inEnvironment(options, resolved.crossProject));
        const { destination, write } = destinationOf(resolved.to);
        const { environment, child } = component(this, name, resolved, { apis: ["logging.googleapis.com"] });
        const isDataset = kindOf(resolved.to) === "BigQueryDataset";
        this.sink = new ProjectSink(
            ...child("sink", name, {
                name: resolved.name,
                destination,
                filter: resolved.filter,
                exclusions: Object.entries(resolved.exclusions ?? {}).map(([exclusion, filter]) => {
                    return { name: exclusion, filter };
                }),
                uniqueWriterIdentity: true,
                bigqueryOptions: isDataset ? { usePartitionedTables: resolved.partitionedTables ?? true } : undefined,
                description: resolved.description,
                disabled: resolved.paused,
            }),
        );
        if (
            !isLogBucket(resolved.to) ||
            resolved.to.project !== environment.project ||
            this.isOfAnotherProject(environment)
        ) {
            environment.grantLogSink(forService(write), this.sink.writerIdentity, resolved.crossProject);
        }
        this.registerOutputs({ sink: this.sink });
    }

    /** Whether the sink has the provider of another project. A sink has no writer identity for a log bucket of its own project. */
    private isOfAnotherProject({ provider }: Environment): boolean {
        return this.getProvider("gcp:index:any") !== provider;
    }
}

function tablesProblem(to: LogDestination, partitionedTables?: boolean): check.Problem | undefined {
    return check.when(
        partitionedTables !== undefined && kindOf(to) !== "BigQueryDataset",
        "partitionedTables",
        "logging/partitioned-tables-of-other",
        "only has an effect with a BigQueryDataset. Remove it.",
    );
}
