import { DataTransferConfig, type DataTransferConfigArgs } from "@pulumi/gcp/bigquery/dataTransferConfig";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { capability, use } from "../identity/capability";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { accountId } from "../internal/names";
import type { BigQueryDataset } from "./dataset";
import { type Query, query, queryText, reads } from "./query";

/** A query that BigQuery runs again and again: "Scheduling queries". */
export interface ScheduledQuery {
    /** The query; `@run_time` and `@run_date` in it are when it was to run. */
    query: Query;
    /**
     * When it runs, in UTC: `every day 03:00`, `every 6 hours`, `1st,3rd monday of month 15:30`, not more often than every
     * 5 minutes.
     */
    schedule: string;
    /**
     * The table of this dataset that gets the rows, and what becomes of those that it has: `WRITE_APPEND` keeps them,
     * `WRITE_TRUNCATE` replaces them.
     * @default none, where the query itself writes
     */
    destination?: {
        /** The table's id, with `{run_date}` or `{run_time|"%Y%m%d"}` for a table a run. */
        table: string;
        write: "WRITE_APPEND" | "WRITE_TRUNCATE";
    };
    /**
     * Other datasets that it reads, by a name of its own.
     * @default this one alone
     */
    reads?: Record<string, BigQueryDataset>;
    /**
     * Whether it no longer runs by itself.
     * @default false
     */
    disabled?: boolean;
}

const schedule = check.pipe(
    check.matching(
        /^(every .+|(1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|\d{1,2})(,\w+)* .*of .+)$/,
        'must be a schedule such as "every day 03:00" or "every 6 hours"',
    ),
    check.refine(
        (given) => Number(/^every (\d+) min/.exec(String(given))?.[1] ?? 5) >= 5,
        "must not be more often than every 5 minutes",
    ),
);

/** Checks a scheduled query. */
export const scheduledQuery: check.Check = check.options<ScheduledQuery>(
    {
        query,
        schedule,
        destination: check.options<Required<ScheduledQuery>["destination"]>(
            {
                table: check.matching(/^[^./`]{1,1024}$/, "must be the id of a table of this dataset"),
                write: check.oneOf("WRITE_APPEND", "WRITE_TRUNCATE"),
            },
            "table",
            "write",
        ),
        reads,
        disabled: check.flag(),
    },
    "query",
    "schedule",
);

/** What runs the scheduled queries of a dataset. */
export interface ScheduledQueries {
    /** The account that they run as. */
    readonly account: Account;
    readonly configs: Readonly<Record<string, DataTransferConfig>>;
}

/** Registers the scheduled queries of a dataset, and the account that they run as. */
export function scheduled(
    name: string,
    queries: Record<string, ScheduledQuery>,
    within: { dataset: BigQueryDataset; path: pulumi.Output<string>; child: Child; environment: Environment },
): ScheduledQueries | undefined {
    const { dataset, path, child, environment } = within;
    if (Object.keys(queries).length === 0) {
        return undefined;
    }
    const api = "bigquerydatatransfer.googleapis.com";
    const ready = environment.enable(api, "iam.googleapis.com");
    const account = new Account(
        ...child(
            "account",
            `${name}-query`,
            { accountId: accountId(name, "query"), displayName: `Runs the scheduled queries of ${name}` },
            { dependsOn: ready },
        ),
    );
    const others = Object.values(queries).flatMap(({ reads = {} }) => Object.values(reads));
    const uses = [dataset.writer, ...others.map(({ reader }) => reader)];
    const { grants } = use(`${name}-query`, Object.fromEntries(uses.entries()), account.member, { parent: dataset });
    const role = "roles/iam.serviceAccountTokenCreator";
    const asAccount = capability(`${name}-query`, role, IAMMember, { serviceAccountId: account.name }, account.email);
    // The service takes on the account for each run.
    const needs = [...grants, ...environment.grantAgent(api, asAccount)];
    const configs = Object.entries(queries).map(([key, given]) => {
        const args = definition(`${name}-${key}`, given, dataset, path, account);
        const dependsOn = [...needs, ...dataset.contents()];
        return [key, new DataTransferConfig(...child("scheduledQuery", `${name}-${key}`, args, { dependsOn }))];
    });
    return { account, configs: Object.fromEntries(configs) };
}

function definition(
    displayName: string,
    given: ScheduledQuery,
    { dataset, tables, views }: BigQueryDataset,
    path: pulumi.Output<string>,
    account: Account,
): DataTransferConfigArgs {
    const { destination, schedule, disabled } = given;
    const text = queryText(given, path, Object.keys({ ...tables, ...views }));
    return {
        displayName,
        dataSourceId: "scheduled_query",
        location: dataset.location.apply((location) => location ?? ""),
        // A query that writes by itself must have no destination.
        destinationDatasetId: destination && dataset.datasetId,
        params: {
            query: text,
            ...(destination && {
                destination_table_name_template: destination.table,
                write_disposition: destination.write,
            }),
        },
        schedule,
        disabled,
        serviceAccountName: account.email,
    };
}
