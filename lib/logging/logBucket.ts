import { getLogView } from "@pulumi/gcp/logging/getLogView";
import { LinkedDataset } from "@pulumi/gcp/logging/linkedDataset";
import { ProjectBucketConfig } from "@pulumi/gcp/logging/projectBucketConfig";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { keyBlock } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type ExistingLocationArgs, lookUp, type Place } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { Capability, Grant } from "../internal/access/capability";
import { sharedOffers } from "../internal/access/roles";
import { argumentsError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { daysIn } from "../internal/arguments/duration";
import { withChangeWarning } from "../internal/engine/changeWarning";
import { noted } from "../internal/engine/creationNote";
import { freshName } from "../internal/engine/freshName";
import { projectId } from "../stack/settings/projectId";
import type { AnyLogBucket, ExistingLogBucket, LogBucketView } from "./anyLogBucket";
import { defaultBucket, type LogBucketArgs, maxName, type ResolvedArgs, resolveArgs } from "./logBucketArgs";
import { changeWarning, trackedArgs } from "./logBucketChanges";
import { createViews, viewOffers } from "./view";

const api = "logging.googleapis.com";

/** The view of all log entries that Google Cloud creates in each log bucket. */
const allLogs = "_AllLogs";

const { logBucket } = nameFormats.rows;
const existingName = check.matching(new RegExp(`^_(Default|Required)$|${logBucket.pattern.source}`), logBucket.rule);
const viewNameCheck = check.options<{ name: string }>(
    { name: check.matching(new RegExp(`^_(Default|AllLogs)$|${logBucket.pattern.source}`), logBucket.rule) },
    "name",
);

/** A capability that is a role of the project, limited by a condition, as a log bucket has no policy. */
function writerOf(component: string, id: pulumi.Output<string>, project: string): Capability {
    const condition = { title: "log bucket", expression: pulumi.interpolate`resource.name.endsWith("${id}")` };
    const to: Grant["to"] = (child, member, options) =>
        new IAMMember(child, { project, role: "roles/logging.bucketWriter", member, condition }, options);
    return { value: id, grants: [{ name: `${component}-bucket-writer`, to }], attachments: [] };
}

/**
 * A {@link https://cloud.google.com/logging/docs/buckets log bucket}: it stores the log entries that a {@link LogSink} writes to it, for as long
 * as needed, with readers of its own. Its name has a random suffix, because the name of a deleted log bucket is reserved for 7 days. In
 * production it is protected from deletion.
 * @example
 * ```ts
 * const audit = new LogBucket("audit", { retention: "400 days" });
 * new LogSink("audit", { to: audit, filter: 'logName:"cloudaudit.googleapis.com"' });
 * ```
 */
export class LogBucket extends pulumi.ComponentResource implements AnyLogBucket {
    /** The log bucket itself. */
    readonly bucket: ProjectBucketConfig;
    /** The ID of the log bucket: `projects/acme-dev/locations/europe-west1/buckets/audit-1a2b3c`. */
    readonly id: pulumi.Output<string>;
    /** The region or multi-region of the log bucket, or `"global"`. */
    readonly location: string;
    /** The dataset in BigQuery, with `analytics: { datasetId }`. */
    readonly dataset?: LinkedDataset;
    /** Grants reading all log entries, by the view `_AllLogs`; the consumer receives the ID of that view. */
    readonly viewer: Capability;
    /** Grants writing log entries, which sinks of other projects need; the consumer receives the {@link id} of the log bucket. */
    readonly writer: Capability;
    /** The ID of the project that contains the log bucket. @internal */
    readonly project: string;
    private readonly component: string;
    private readonly views: ReadonlyMap<string, pulumi.Input<string>>;
    private readonly offered = new Map<string, LogBucketView>();

    /**
     * A log bucket that exists already and is not managed by the stack, to which sinks write and whose views are granted:
     * `LogBucket.existing("_Default", { location: "global" })`. The preview fails if there is none, or none with the view `_AllLogs`.
     */
    static existing(name: string, args: ExistingLocationArgs = {}): ExistingLogBucket {
        const checks = { project: projectId, location: check.text() };
        const { project: owner, location: place } = checkExisting("LogBucket", name, existingName, args, checks);
        const environment = Environment.current();
        const location = place ?? environment.region;
        const project = owner ?? environment.project;
        const find = async (at: Place, options: pulumi.InvokeOptions) => {
            const parent = `projects/${at.project}`;
            await getLogView({ parent, location: at.location, bucket: name, name: allLogs }, options);
            return { id: `${parent}/locations/${at.location}/buckets/${name}` };
        };
        const { id } = lookUp("LogBucket", name, existingName, { project: owner, region: place }, find, "id");
        const offered = new Map<string, LogBucketView>();
        const view = (key: string) => {
            check.checked(`LogBucket "${name}"`, { name: key }, viewNameCheck);
            const { id: viewId, ...offers } = viewOffers(name, { bucket: id, location, project }, key, key);
            return onceFor(offered, key, () => ({ id: viewId, ...sharedOffers(offers) }));
        };
        const writer = writerOf(name, id, project);
        return {
            existing: "LogBucket",
            bucket: { id },
            id,
            location,
            project,
            viewer: view(allLogs).viewer,
            writer,
            view,
        };
    }

    constructor(name: string, args: LogBucketArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        const title = `LogBucket "${name}"`;
        super(
            "slipway:index:LogBucket",
            name,
            trackedArgs(resolved),
            withChangeWarning(inEnvironment(options, resolved.crossProject), title, changeWarning),
        );
        const { child } = component(this, name, resolved, { apis: [api], encryptedBy: [api] });
        this.component = name;
        this.location = resolved.location;
        this.project = environment.project;

        const { project } = this;
        const own = ownOptions(resolved, environment);
        const inputs = { bucketId: own.name, project, ...bucketInputs(resolved) };
        const note = `${title} is locked permanently once it is created: nobody can change its retention or delete it.`;
        const bucketChild = noted(child, resolved.locked ? note : undefined);
        this.bucket = new ProjectBucketConfig(...bucketChild("bucket", name, inputs, own.options));
        this.id = this.bucket.id;

        const views = createViews(name, this.id, resolved.views, child);
        this.views = new Map<string, pulumi.Input<string>>([
            [allLogs, allLogs],
            ...(resolved.name === defaultBucket ? [[defaultBucket, defaultBucket] as const] : []),
            ...[...views].map(([key, view]) => [key, view.name] as const),
        ]);
        if (resolved.datasetId !== undefined) {
            const dependsOn = environment.enable("bigquery.googleapis.com");
            const linked = { linkId: resolved.datasetId, bucket: this.id };
            // The ID is taken until the old dataset is deleted.
            const options = { deleteBeforeReplace: true, dependsOn };
            this.dataset = new LinkedDataset(...child("dataset", name, linked, options));
        }
        this.viewer = this.view(allLogs).viewer;
        this.writer = writerOf(name, this.id, project);
        this.registerOutputs({ id: this.id });
    }

    /** A view of the log bucket: one of `views`, or one that Google Cloud created, `_AllLogs` and, in `_Default`, `_Default`. */
    view(name: string): LogBucketView {
        const { component, location, project, id: bucket } = this;
        const view = this.views.get(name);
        if (view === undefined) {
            const reason = `${JSON.stringify(name)} is not a view of the log bucket, which has ${[...this.views.keys()].join(", ")}.`;
            throw argumentsError(`LogBucket "${component}"`, [check.problem("views", "logging/view-unknown", reason)]);
        }
        return onceFor(this.offered, name, () => viewOffers(component, { bucket, location, project }, view, name));
    }
}

/** The same capabilities for each call, so that a consumer receives a grant once. */
function onceFor(offered: Map<string, LogBucketView>, name: string, make: () => LogBucketView): LogBucketView {
    const made = offered.get(name) ?? make();
    offered.set(name, made);
    return made;
}

/** The name of a log bucket, and the options that follow from how it can be deleted. */
function ownOptions({ name, locked }: ResolvedArgs, { defaults }: Environment) {
    if (name === defaultBucket) {
        return { name, options: {} };
    }
    const fresh = freshName("bucketId", name, maxName);
    return {
        name: fresh.name,
        // Cloud Logging refuses to delete a locked log bucket.
        options: {
            ...fresh.options,
            protect: defaults.protect || (locked && defaults.protectKeys),
            retainOnDelete: locked,
        },
    };
}

/** The arguments of the log bucket, without its name and its project. */
function bucketInputs({ location, period, locked, analytics, indexes, description, encryptionKey }: ResolvedArgs) {
    return {
        location,
        retentionDays: daysIn(period),
        locked: locked || undefined,
        enableAnalytics: analytics || undefined,
        indexConfigs: Object.entries(indexes).map(([fieldPath, type]) => {
            return { fieldPath, type: `INDEX_TYPE_${type.toUpperCase()}` };
        }),
        description,
        cmekSettings: keyBlock(encryptionKey, "kmsKeyName"),
    };
}
