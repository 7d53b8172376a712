import type { DatasetArgs } from "@pulumi/gcp/bigquery/dataset";
import type { DatasetAccessArgs } from "@pulumi/gcp/bigquery/datasetAccess";
import type { DatasetIamMemberArgs } from "@pulumi/gcp/bigquery/datasetIamMember";
import type { DataTransferConfigArgs } from "@pulumi/gcp/bigquery/dataTransferConfig";
import type { RoutineArgs } from "@pulumi/gcp/bigquery/routine";
import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyOf } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import type { Environment } from "../environment/environment";
import { bigQueryLimits } from "../facts/limits/bigQuery";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { type Duration, duration, durationWithin, inMilliseconds } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runSignals } from "../monitoring/signals/data";
import { access, type DatasetAccessEntry } from "./access";
import { type BigQueryRoutineDefinition, routineDefinition, routineProblems } from "./routine";
import { type ScheduledQuery, scheduledQuery } from "./scheduled";
import { type BigQueryTableDefinition, tableDefinition, tableId, tableProblems } from "./table";
import {
    type BigQueryViewDefinition,
    type MaterializedViewDefinition,
    materializedViewDefinition,
    viewDefinition,
} from "./view";

/** The arguments of a {@link BigQueryDataset}. */
export interface BigQueryDatasetArgs extends ComponentArgs, TaggedArgs {
    /**
     * The {@link https://cloud.google.com/bigquery/docs/datasets#dataset-naming dataset ID}: up to 1024 letters, digits and
     * `_`.
     * @default the component's name, with `_` for `-`
     */
    datasetId?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/locations location}: a region such as `europe-west1`, or the
     * multi-region `US` or `EU`. Changing this replaces the dataset.
     * @default the environment's region
     */
    location?: pulumi.Input<string>;
    /**
     * The name that the console shows.
     * @default none
     */
    displayName?: pulumi.Input<string>;
    /** A description of the dataset. */
    description?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/tables-intro tables}, by ID.
     * @default none
     */
    tables?: Record<string, BigQueryTableDefinition>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/routines-intro routines}, by ID: up to 256 letters, digits and `_`. Functions in SQL
     * and JavaScript, table functions and stored procedures. A routine can read the tables and materialized views, and call the routines
     * before it.
     * @default none
     */
    routines?: Record<string, BigQueryRoutineDefinition>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/views-intro views}, by ID. A view can read the views before it, and call routines.
     * @default none
     */
    views?: Record<string, BigQueryViewDefinition>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/materialized-views-intro materialized views}, by ID.
     * @default none
     */
    materializedViews?: Record<string, MaterializedViewDefinition>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/scheduling-queries scheduled queries}, by name. They run as a
     * service account of the dataset.
     * @default none
     */
    scheduledQueries?: Record<string, ScheduledQuery>;
    /**
     * Additional {@link https://cloud.google.com/bigquery/docs/control-access-to-resources-iam access}: roles of principals, and
     * authorized views, datasets and routines, by name.
     * @default only roles of the project and grants of the component's capabilities
     * @example
     * ```ts
     * access: { analysts: { reader: "group:analysts@acme.com" } }
     * ```
     */
    access?: Record<string, DatasetAccessEntry>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/updating-datasets default table expiration}: tables without an
     * expiration of their own are deleted this long after their creation. At least an hour.
     * @default tables do not expire
     */
    defaultTableExpiration?: Duration;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/updating-datasets default partition expiration} of tables without
     * one of their own. At least an hour.
     * @default partitions do not expire
     */
    defaultPartitionExpiration?: Duration;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/time-travel time travel} window, in which changed and deleted data
     * can be queried: `"2 days"` to `"7 days"`, in whole days.
     * @default "7 days"
     */
    timeTravel?: Duration;
    /**
     * The
     * {@link https://cloud.google.com/bigquery/docs/datasets-intro#dataset_storage_billing_models storage billing model}:
     * uncompressed (logical) or compressed (physical) bytes. It can be changed every 14 days.
     * @default "LOGICAL", unless the organization sets another default
     */
    storageBillingModel?: "LOGICAL" | "PHYSICAL";
    /**
     * The {@link https://cloud.google.com/bigquery/docs/customer-managed-encryption Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or an ID,
     * that encrypts tables, in the location of the dataset. Existing tables receive it only when they are replaced.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * Labels of the dataset: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about failed runs of scheduled queries to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, failedRuns: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"failedRuns">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        dataset?: Transform<DatasetArgs>;
        routine?: Transform<RoutineArgs>;
        view?: Transform<TableArgs>;
        access?: Transform<DatasetIamMemberArgs | DatasetAccessArgs>;
        scheduledQuery?: Transform<DataTransferConfigArgs>;
        account?: Transform<AccountArgs>;
    };
}

const limits = bigQueryLimits.rows;
const expiration = duration(limits.tableExpiration.min, "36500 days");

const bigQueryDatasetArgs = check.options<BigQueryDatasetArgs>({
    datasetId: check.publicInput(check.nameOf(nameFormats.rows.bigQueryDataset)),
    location: check.input(
        check.matching(/^([A-Za-z]+-[A-Za-z]+\d+|US|EU)$/i, "must be a region such as europe-west1, or US or EU"),
    ),
    displayName: check.input(check.text()),
    description: check.input(check.text()),
    tables: check.record(tableId, tableDefinition),
    routines: check.record(check.nameOf(nameFormats.rows.bigQueryRoutine), routineDefinition),
    views: check.record(tableId, viewDefinition),
    materializedViews: check.record(tableId, materializedViewDefinition),
    scheduledQueries: check.record(
        check.matching(/^[A-Za-z][\w-]{0,62}$/, "must be a name of letters, digits, _ and -, starting with a letter"),
        scheduledQuery,
    ),
    access,
    defaultTableExpiration: expiration,
    defaultPartitionExpiration: expiration,
    timeTravel: check.pipe(
        durationWithin(limits.timeTravel),
        check.refine(
            (value) =>
                inMilliseconds(value as Duration) % 86_400_000 === 0 || Number.isNaN(inMilliseconds(value as Duration)),
            "must be whole days",
        ),
    ),
    storageBillingModel: check.oneOf("LOGICAL", "PHYSICAL"),
    encryptionKey: encryptionKeyOf("bigquery.googleapis.com/Dataset"),
    labels,
    alerts: componentAlerts(...runSignals),
    transform: transforms("dataset", "routine", "view", "access", "scheduledQuery", "account"),
    ...componentArgs,
    ...taggedArgs,
});

type Defaulted =
    | "datasetId"
    | "location"
    | "tables"
    | "routines"
    | "views"
    | "materializedViews"
    | "scheduledQueries"
    | "access";

/** Validated arguments with their defaults. */
export type ResolvedArgs = BigQueryDatasetArgs & Required<Pick<BigQueryDatasetArgs, Defaulted>>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: BigQueryDatasetArgs, { region }: Environment): ResolvedArgs {
    const completed: ResolvedArgs = check.withDefaults(args, {
        datasetId: component.replaceAll("-", "_"),
        location: region,
        tables: {},
        routines: {},
        views: {},
        materializedViews: {},
        scheduledQueries: {},
        access: {},
    });
    return check.checked(`BigQueryDataset "${component}"`, completed, bigQueryDatasetArgs, (checked) => [
        ...Object.entries(checked.tables).flatMap(([id, table]) => tableProblems(`tables.${id}`, table)),
        ...Object.entries(checked.routines).flatMap(([id, routine]) => routineProblems(`routines.${id}`, routine)),
        ...nameProblems(checked),
    ]);
}

/** Refuses IDs that tables, views and routines share, because queries have one name for each, and access names that conflict with child resources of the component. */
function nameProblems({ tables, routines, views, materializedViews, access }: ResolvedArgs): check.Problem[] {
    const parts = { tables, views, materializedViews, routines };
    const all = Object.entries(parts).flatMap(([part, items]) => Object.keys(items).map((id) => ({ part, id })));
    const duplicates = all.filter(({ id }, index) => all.findIndex((other) => other.id === id) < index);
    const reserved = Object.keys(access).filter((key) => /-reads-/.test(key));
    return [
        ...duplicates.map(({ part, id }) =>
            check.problem(
                `${part}.${id}`,
                "bigquery/table-id-twice",
                "is also the ID of another table, view or routine. Rename one of them.",
            ),
        ),
        ...reserved.map((key) =>
            check.problem(
                `access.${key}`,
                "bigquery/access-name-reserved",
                "is a name that the component itself uses. Choose another name.",
            ),
        ),
    ];
}
