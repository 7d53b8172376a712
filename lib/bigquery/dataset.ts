import { Dataset, type DatasetArgs } from "@pulumi/gcp/bigquery/dataset";
import { getDataset } from "@pulumi/gcp/bigquery/getDataset";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { encryptionGrants, idOfKey, keyBlock } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { type ExistingArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { inMilliseconds } from "../internal/arguments/duration";
import { signalsOfScheduledQuery } from "../monitoring/signals/data";
import type { EnvironmentDefaults } from "../stack/settings/defaults";
import { createAccess } from "./access";
import type { AnyDataset, ExistingDataset } from "./anyDataset";
import { type BigQueryDatasetArgs, type ResolvedArgs, resolveArgs } from "./datasetArgs";
import { DatasetGrant } from "./datasetGrant";
import { withJobUser } from "./jobs";
import { type BigQueryRoutine, createRoutine } from "./routine";
import { createScheduledQueries, type ScheduledQueries } from "./scheduled";
import { BigQueryTable } from "./table";
import { type BigQueryView, createMaterializedView, createView } from "./view";

/** The capabilities of a dataset. */
function offers(
    environment: Environment,
    name: string,
    { project, datasetId }: { project: pulumi.Output<string>; datasetId: pulumi.Output<string> },
    dataset?: Dataset,
) {
    const path = pulumi.interpolate`${project}.${datasetId}`;
    const { offered, role } = rolesOn(name, DatasetGrant, { project, datasetId, dataset }, path);
    const withQueries = (id: string) => withJobUser(environment, offered(id));
    return { reader: withQueries("roles/bigquery.dataViewer"), writer: withQueries("roles/bigquery.dataEditor"), role };
}

/**
 * A BigQuery dataset with its tables, views, routines and scheduled queries. Only principals with a role on it can read it. In
 * production it is protected from deletion, and cannot be deleted while it has tables; elsewhere it is deleted with all its
 * tables.
 * @example
 * ```ts
 * const sales = new BigQueryDataset("sales", {
 *     tables: { orders: { schema: "./orders.json", partition: { time: { field: "sold_at" } } } },
 *     access: { analysts: { reader: "group:analysts@acme.com" } },
 * });
 * ```
 */
export class BigQueryDataset extends pulumi.ComponentResource implements AnyDataset {
    /** The dataset itself. */
    readonly dataset: Dataset;
    /** The tables, by ID. */
    readonly tables: Readonly<Record<string, BigQueryTable>>;
    /** The routines, by ID. */
    readonly routines: Readonly<Record<string, BigQueryRoutine>>;
    /** The views and materialized views, by ID. */
    readonly views: Readonly<Record<string, BigQueryView>>;
    /** The scheduled queries and their service account; undefined without scheduled queries. */
    readonly scheduledQueries?: ScheduledQueries;
    /** The Cloud KMS key that encrypts tables; undefined for a Google-managed key. */
    readonly encryptionKey?: pulumi.Input<string>;
    /** Grants reading every table and running queries; the consumer receives the dataset name, `acme-dev.sales`. */
    readonly reader: Capability;
    /**
     * Grants reading, writing, creating and deleting tables, and running queries and load jobs; the consumer receives the
     * dataset name.
     */
    readonly writer: Capability;
    /** A capability of any role on the dataset, for roles that no other one has; the consumer receives the dataset name. */
    readonly role: (role: string) => Capability;

    /**
     * A dataset that exists already and is not managed by the stack, which only grants access to it: `BigQueryDataset.existing("sales")`.
     * The preview fails if there is none.
     */
    static existing(datasetId: string, args: ExistingArgs = {}): ExistingDataset {
        requireKnown("BigQueryDataset", datasetId, args);
        const format = check.nameOf(nameFormats.rows.bigQueryDataset);
        const find = async ({ project }: Place, options: pulumi.InvokeOptions) => {
            const { location, defaultEncryptionConfigurations: keys } = await getDataset(
                { datasetId, project },
                options,
            );
            return { project, datasetId, location, encryptionKey: keys[0]?.kmsKeyName ?? "" };
        };
        const properties = ["project", "datasetId", "location", "encryptionKey"] as const;
        const found = lookUp("BigQueryDataset", datasetId, format, args, find, ...properties);
        const { encryptionKey, ...dataset } = found;
        const all = offers(Environment.current(), datasetId, dataset);
        return { existing: "BigQueryDataset", dataset, encryptionKey, ...sharedOffers(all) };
    }

    constructor(name: string, args: BigQueryDatasetArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:BigQueryDataset", name, {}, inEnvironment(options, resolved.crossProject));
        const { defaults } = environment;
        const api = "bigquery.googleapis.com";
        const { child, observe, bindTags } = component(this, name, resolved, { apis: [api] });

        this.encryptionKey = idOfKey(resolved.encryptionKey);
        this.dataset = new Dataset(
            ...child("dataset", name, datasetArgs(resolved, defaults), {
                protect: defaults.protect,
                // The replacement has the same ID.
                deleteBeforeReplace: true,
                dependsOn: encryptionGrants(environment, name, resolved, api),
            }),
        );
        const { project, datasetId } = this.dataset;
        const path = pulumi.interpolate`${project}.${datasetId}`;
        ({
            reader: this.reader,
            writer: this.writer,
            role: this.role,
        } = offers(environment, name, this.dataset, this.dataset));
        this.tables = Object.fromEntries(
            Object.entries(resolved.tables).map(([id, table]) => {
                const tableArgs = { ...table, tableId: id, dataset: this, crossProject: resolved.crossProject };
                return [id, new BigQueryTable(`${name}-${id}`, tableArgs, { parent: this })];
            }),
        );
        // Materialized views read only tables; routines can read materialized views, and views can call routines.
        const context = { name, dataset: this, path, child, environment };
        const tables = resourcesOf(this.tables);
        const stored = createAll(resolved.materializedViews, createMaterializedView, tables, context);
        const readable = { ...tables, ...resourcesOf(stored) };
        this.routines = createAll(resolved.routines, createRoutine, readable, context);
        const callable = { ...readable, ...resourcesOf(this.routines) };
        this.views = { ...stored, ...createAll(resolved.views, createView, callable, context) };
        createAccess(name, resolved.access, this, child);
        this.scheduledQueries = createScheduledQueries(name, resolved.scheduledQueries, {
            dataset: this,
            path,
            child,
            environment,
        });
        const queries = Object.entries(this.scheduledQueries?.configs ?? {}).flatMap(([key, { name: path }]) =>
            signalsOfScheduledQuery(
                key,
                path.apply((config: string | undefined) => config?.split("/").at(-1) ?? ""),
            ),
        );
        observe("Data", queries, args.alerts);
        bindTags(this.dataset);
        this.registerOutputs({ dataset: this.dataset });
    }

    /** Returns the table, view and routine resources, for readers to depend on. */
    contents(): pulumi.Resource[] {
        return Object.values(resourcesOf({ ...this.tables, ...this.views, ...this.routines }));
    }
}

type Content = BigQueryTable | BigQueryView | BigQueryRoutine;

/** The resources of tables, views and routines, by ID. */
function resourcesOf(contents: Readonly<Record<string, Content>>): Record<string, pulumi.Resource> {
    const all = Object.entries(contents);
    return Object.fromEntries(all.map(([id, each]) => [id, "routine" in each ? each.routine : each.table]));
}

/** Creates views or routines, each of which can read those before it. */
function createAll<Definition, Made extends Content, Context>(
    definitions: Record<string, Definition>,
    create: (id: string, definition: Definition, context: Context & Readable) => Made,
    readable: Record<string, pulumi.Resource>,
    context: Context,
): Record<string, Made> {
    const created: Record<string, Made> = {};
    for (const [id, definition] of Object.entries(definitions)) {
        created[id] = create(id, definition, { ...context, readable: { ...readable, ...resourcesOf(created) } });
    }
    return created;
}

/** The tables, views and routines that a query can read and call, by ID. */
interface Readable {
    readable: Record<string, pulumi.Resource>;
}

/** The arguments of the dataset resource. */
function datasetArgs(args: ResolvedArgs, { forceDestroy }: EnvironmentDefaults): DatasetArgs {
    const { defaultTableExpiration, defaultPartitionExpiration, timeTravel } = args;
    return {
        datasetId: args.datasetId,
        location: args.location,
        friendlyName: args.displayName,
        description: args.description,
        defaultTableExpirationMs: defaultTableExpiration && inMilliseconds(defaultTableExpiration),
        defaultPartitionExpirationMs: defaultPartitionExpiration && inMilliseconds(defaultPartitionExpiration),
        maxTimeTravelHours: timeTravel && String(inMilliseconds(timeTravel) / 3_600_000),
        storageBillingModel: args.storageBillingModel,
        defaultEncryptionConfiguration: keyBlock(args.encryptionKey, "kmsKeyName"),
        deleteContentsOnDestroy: forceDestroy,
        labels: args.labels,
    };
}
