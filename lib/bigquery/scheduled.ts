import type { Dataset } from "@pulumi/gcp/bigquery/dataset";
import { DataTransferConfig, type DataTransferConfigArgs } from "@pulumi/gcp/bigquery/dataTransferConfig";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { accountOf } from "../iam/accountOf";
import { use } from "../internal/access/capability";
import { capability } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { isObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import type { AnyDataset } from "./anyDataset";
import { type Query, query, queryText, reads } from "./query";
import type { BigQueryRoutine } from "./routine";
import type { BigQueryView } from "./view";

/** When a scheduled query runs. */
export interface QuerySchedule {
    /** The schedule in UTC, in BigQuery's format: `"every day 03:00"`, `"every 6 hours"`, `"1st,3rd monday of month 15:30"`. */
    cron: string;
    /**
     * Pauses the schedule.
     * @default false
     */
    paused?: boolean;
}

/** A {@link https://cloud.google.com/bigquery/docs/scheduling-queries scheduled query}. */
export interface ScheduledQuery {
    /** The query, with the parameters `@run_time` and `@run_date` for the scheduled time. */
    query: Query;
    /**
     * When the query runs, in UTC: `"every day 03:00"`, `"every 6 hours"`, `"1st,3rd monday of month 15:30"`, at most every 5 minutes, or a
     * schedule with its options.
     */
    schedule: string | QuerySchedule;
    /**
     * The table of this dataset that receives the result, and whether it is appended (`WRITE_APPEND`) or replaces the
     * existing rows (`WRITE_TRUNCATE`).
     * @default none, for queries that write with DML or DDL
     */
    destination?: {
        /** The table ID, with `{run_date}` or `{run_time|"%Y%m%d"}` for one table per run. */
        table: string;
        /** Whether to append to the table or replace its rows. */
        write: "WRITE_APPEND" | "WRITE_TRUNCATE";
    };
    /**
     * Other datasets that the query reads, by name.
     * @default only this dataset
     */
    reads?: Record<string, AnyDataset>;
}

const cron = check.pipe(
    check.matching(
        /^(every .+|(1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|\d{1,2})(,\w+)* .*of .+)$/,
        'must be a schedule such as "every day 03:00" or "every 6 hours"',
    ),
    check.refine((value) => {
        const minutes = /^every (\d+) min/.exec(String(value))?.[1];
        return minutes === undefined || Number(minutes) >= 5;
    }, "must not be more often than every 5 minutes"),
);

const tableId = new RegExp(`^[^./\`]{1,${nameFormats.rows.bigQueryTable.max}}$`);

/** Checks a scheduled query. */
export const scheduledQuery = check.options<ScheduledQuery>(
    {
        query,
        schedule: check.either(isObject, check.options<QuerySchedule>({ cron, paused: check.flag() }, "cron"), cron),
        destination: check.options<Required<ScheduledQuery>["destination"]>(
            {
                table: check.matching(tableId, "must be the ID of a table of this dataset"),
                write: check.oneOf("WRITE_APPEND", "WRITE_TRUNCATE"),
            },
            "table",
            "write",
        ),
        reads,
    },
    "query",
    "schedule",
);

/** The scheduled queries of a dataset. */
export interface ScheduledQueries {
    /** The service account that runs the queries. */
    readonly account: Account;
    /** The transfer configurations, by name. */
    readonly configs: Readonly<Record<string, DataTransferConfig>>;
}

/** The dataset that has scheduled queries. */
interface QueriedDataset extends pulumi.ComponentResource, AnyDataset {
    readonly dataset: Dataset;
    /** The tables, by ID. */
    readonly tables: Readonly<Record<string, pulumi.Resource>>;
    /** The views and materialized views, by ID. */
    readonly views: Readonly<Record<string, BigQueryView>>;
    /** The routines, by ID. */
    readonly routines: Readonly<Record<string, BigQueryRoutine>>;
    /** The tables, views and routines, for queries to depend on. */
    contents(): pulumi.Resource[];
}

/** Creates the scheduled queries of a dataset and their service account. */
export function createScheduledQueries(
    name: string,
    queries: Record<string, ScheduledQuery>,
    context: { dataset: QueriedDataset; path: pulumi.Output<string>; child: Child; environment: Environment },
): ScheduledQueries | undefined {
    const { dataset, path, child, environment } = context;
    if (Object.keys(queries).length === 0) {
        return undefined;
    }
    const api = "bigquerydatatransfer.googleapis.com";
    const enabled = environment.enable(api, "iam.googleapis.com");
    const own = { part: "query", does: `Runs the scheduled queries of ${name}` };
    const account = accountOf(name, { name }, child, own, { dependsOn: enabled });
    const others = Object.values(queries).flatMap(({ reads = {} }) => Object.values(reads));
    const uses = [dataset.writer, ...others.map(({ reader }) => reader)];
    const { grants } = use(`${name}-query`, Object.fromEntries(uses.entries()), account.member, { parent: dataset });
    const role = "roles/iam.serviceAccountTokenCreator";
    const tokenCreator = capability(
        `${name}-query`,
        role,
        IAMMember,
        { serviceAccountId: account.name },
        account.email,
    );
    // The service agent impersonates the account for each run.
    const required = [...grants, ...environment.grantAgent(api, tokenCreator)];
    const configs = Object.entries(queries).map(([key, query]) => {
        const args = transferConfigArgs(`${name}-${key}`, query, dataset, path, account);
        const dependsOn = [...required, ...dataset.contents()];
        return [key, new DataTransferConfig(...child("scheduledQuery", `${name}-${key}`, args, { dependsOn }))];
    });
    return { account, configs: Object.fromEntries(configs) };
}

/** The arguments of a transfer configuration. */
function transferConfigArgs(
    displayName: string,
    scheduledQuery: ScheduledQuery,
    { dataset, tables, views, routines }: QueriedDataset,
    path: pulumi.Output<string>,
    account: Account,
): DataTransferConfigArgs {
    const { destination, schedule } = scheduledQuery;
    const { cron, paused }: QuerySchedule = typeof schedule === "string" ? { cron: schedule } : schedule;
    const text = queryText(scheduledQuery, path, Object.keys({ ...tables, ...views, ...routines }));
    return {
        displayName,
        dataSourceId: "scheduled_query",
        location: dataset.location as pulumi.Output<string>,
        // A query with DML or DDL must not have a destination.
        destinationDatasetId: destination && dataset.datasetId,
        params: {
            query: text,
            ...(destination && {
                destination_table_name_template: destination.table,
                write_disposition: destination.write,
            }),
        },
        schedule: cron,
        disabled: paused,
        serviceAccountName: account.email,
    };
}
