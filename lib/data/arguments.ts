import type { DatasetArgs } from "@pulumi/gcp/bigquery/dataset";
import type { DatasetAccessArgs } from "@pulumi/gcp/bigquery/datasetAccess";
import type { DatasetIamMemberArgs } from "@pulumi/gcp/bigquery/datasetIamMember";
import type { DataTransferConfigArgs } from "@pulumi/gcp/bigquery/dataTransferConfig";
import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import type { EnvironmentDefaults } from "../environment/defaults";
import { encryptionKey } from "../identity/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration, inMilliseconds } from "../internal/duration";
import { labels } from "../internal/labels";
import { access, type DatasetAccessEntry } from "./access";
import { type ScheduledQuery, scheduledQuery } from "./scheduled";
import { type BigQueryTableDefinition, tableDefinition, tableId, tableProblems } from "./table";
import {
    type BigQueryViewDefinition,
    type MaterializedViewDefinition,
    materializedViewDefinition,
    viewDefinition,
} from "./view";

/** The arguments of a {@link BigQueryDataset}. */
export interface BigQueryDatasetArgs extends ComponentArgs {
    /**
     * The dataset's id in its project: up to 1024 letters, digits and `_` ("Name datasets").
     * @default the component's name, with `_` for `-`
     */
    datasetId?: pulumi.Input<string>;
    /**
     * A region such as `europe-west1`, or one of the multi-regions `US` and `EU` ("BigQuery locations"). Another one
     * makes another dataset.
     * @default the environment's region
     */
    location?: pulumi.Input<string>;
    /** What the dataset is for. */
    description?: pulumi.Input<string>;
    /**
     * Tables, by their id.
     * @default none
     */
    tables?: Record<string, BigQueryTableDefinition>;
    /**
     * Views, by their id; one may read those before it.
     * @default none
     */
    views?: Record<string, BigQueryViewDefinition>;
    /**
     * Views whose rows are kept, by their id.
     * @default none
     */
    materializedViews?: Record<string, MaterializedViewDefinition>;
    /**
     * Queries that BigQuery runs by itself, under an account of the dataset's own, by a name.
     * @default none
     */
    scheduledQueries?: Record<string, ScheduledQuery>;
    /**
     * Who has a role on the dataset, and what may read it for others, by a name.
     * @default who has it in the project, and who is given one of the capabilities
     */
    access?: Record<string, DatasetAccessEntry>;
    /**
     * How long after its creation a table is deleted with its rows, unless the table says it: from an hour on.
     * @default tables are kept
     */
    defaultTableExpiration?: Duration;
    /**
     * How long partitions are kept, unless their table says it: from an hour on.
     * @default partitions are kept
     */
    defaultPartitionExpiration?: Duration;
    /**
     * How far back what was changed or deleted can be read: `"2 days"` to `"7 days"`, whole days ("Time travel").
     * @default "7 days"
     */
    timeTravel?: Duration;
    /**
     * Whether bytes are billed as they are in a query or as they are stored ("Storage billing models"). It can be changed
     * every 14 days.
     * @default "LOGICAL", unless the organisation says otherwise
     */
    storageBillingModel?: "LOGICAL" | "PHYSICAL";
    /**
     * The Cloud KMS key that tables are encrypted with, by its id, in the location of the dataset. A table that is there
     * already gets it only when it is made anew.
     * @default a key of Google's
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * Labels of the dataset: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: {
        dataset?: Transform<DatasetArgs>;
        view?: Transform<TableArgs>;
        access?: Transform<DatasetIamMemberArgs | DatasetAccessArgs>;
        scheduledQuery?: Transform<DataTransferConfigArgs>;
        account?: Transform<AccountArgs>;
    };
}

const expiration = duration("1 hour", "36500 days");

const bigQueryDatasetArgs = check.options<BigQueryDatasetArgs>({
    datasetId: check.input(
        check.matching(/^\w{1,1024}$/, "must have up to 1024 letters, digits and _, and so no hyphen"),
    ),
    location: check.input(
        check.matching(/^([A-Za-z]+-[A-Za-z]+\d+|US|EU)$/i, "must be a region such as europe-west1, or US or EU"),
    ),
    description: check.input(check.text()),
    tables: check.record(tableId, tableDefinition),
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
        duration("2 days", "7 days"),
        check.refine(
            (given) =>
                inMilliseconds(given as Duration) % 86_400_000 === 0 || Number.isNaN(inMilliseconds(given as Duration)),
            "must be whole days",
        ),
    ),
    storageBillingModel: check.oneOf("LOGICAL", "PHYSICAL"),
    encryptionKey,
    labels,
    transform: transforms("dataset", "view", "access", "scheduledQuery", "account"),
    ...componentArgs,
});

type Parts = "tables" | "views" | "materializedViews" | "scheduledQueries" | "access";

/** The arguments of a dataset with everything decided that they leave open. */
export type Decided = BigQueryDatasetArgs & Required<Pick<BigQueryDatasetArgs, Parts | "datasetId" | "location">>;

/** Checks the arguments and decides what they leave open. */
export function decided(component: string, given: BigQueryDatasetArgs, region: string): Decided {
    const completed: Decided = check.completed(given, {
        datasetId: component.replaceAll("-", "_"),
        location: region,
        tables: {},
        views: {},
        materializedViews: {},
        scheduledQueries: {},
        access: {},
    });
    return check.checked(`BigQueryDataset "${component}"`, completed, bigQueryDatasetArgs, (args) => [
        ...Object.entries(args.tables).flatMap(([id, table]) => tableProblems(`tables.${id}`, table)),
        ...nameProblems(args),
    ]);
}

/** What has one id, or makes children of one name. */
function nameProblems({ tables, views, materializedViews, access }: Decided): check.Problem[] {
    const parts = { tables, views, materializedViews };
    const all = Object.entries(parts).flatMap(([part, items]) => Object.keys(items).map((id) => ({ part, id })));
    const doubles = all.filter(({ id }, index) => all.findIndex((other) => other.id === id) < index);
    const crowded = Object.keys(access).filter((key) => /-reads-/.test(key));
    return [
        ...doubles.map(({ part, id }) => ({
            path: `${part}.${id}`,
            reason: "is the id of another table or view too. Name one of the two otherwise.",
        })),
        ...crowded.map((key) => ({ path: `access.${key}`, reason: "is a name of the component's own." })),
    ];
}

/** The dataset, in the form of the provider. */
export function datasetArgs(args: Decided, { forceDestroy }: EnvironmentDefaults): DatasetArgs {
    const { defaultTableExpiration, defaultPartitionExpiration, timeTravel } = args;
    return {
        datasetId: args.datasetId,
        location: args.location,
        description: args.description,
        defaultTableExpirationMs: defaultTableExpiration && inMilliseconds(defaultTableExpiration),
        defaultPartitionExpirationMs: defaultPartitionExpiration && inMilliseconds(defaultPartitionExpiration),
        maxTimeTravelHours: timeTravel && String(inMilliseconds(timeTravel) / 3_600_000),
        storageBillingModel: args.storageBillingModel,
        defaultEncryptionConfiguration:
            args.encryptionKey === undefined ? undefined : { kmsKeyName: args.encryptionKey },
        deleteContentsOnDestroy: forceDestroy,
        labels: args.labels,
    };
}
