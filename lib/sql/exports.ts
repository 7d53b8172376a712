import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Workflow } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { forService, use } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { accountId, accountTitle, shortenName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { alertsOfRuns } from "../monitoring/alerts/componentAlerts";
import type { Schedule } from "../scheduler";
import { type CronSchedule, cronOptions, cronSchedule } from "../scheduler/job";
import type { AnyBucket } from "../storage";
import { executionCall, executionsUrl, grantInvoker, prepareWorkflows } from "../workflows/call";
import { projectGrant } from "./client";
import type { InstanceContext } from "./context";

/**
 * A scheduled {@link https://cloud.google.com/sql/docs/postgres/import-export export} of databases to a bucket, to a new file each
 * time.
 */
export interface SqlExport {
    /**
     * The bucket of the files `<instance>/<database>/<time>.sql.gz`; for SQL Server `.bak`. The bucket's `lifecycleRules` decide
     * when they are deleted.
     */
    bucket: AnyBucket;
    /** When the export runs: a cron expression, `"0 2 * * *"` for 2:00 each day in UTC, or a {@link CronSchedule}. */
    schedule: pulumi.Input<string> | CronSchedule;
    /**
     * The databases to export.
     * @default all of `databases`
     */
    databases?: string[];
    /**
     * Exports from a temporary instance, so that this instance has no load
     * ({@link https://cloud.google.com/sql/docs/postgres/import-export#serverless serverless export}, billed separately). Not for
     * SQL Server.
     * @default true
     */
    offload?: boolean;
}

export const sqlExport = check.options<SqlExport>(
    {
        bucket: check.component("StorageBucket"),
        schedule: cronSchedule,
        databases: check.pipe(
            check.list(check.text()),
            check.refine((all) => (all as string[]).length > 0, "must name a database at least"),
        ),
        offload: check.flag(),
    },
    "bucket",
    "schedule",
);

/** The problems of an export with the engine and the databases. */
export function exportProblems(
    args: SqlExport | undefined,
    engine: string,
    databases: object,
): (check.Problem | undefined)[] {
    const names = Object.keys(databases);
    return [
        check.when(
            args && args.databases === undefined && names.length === 0,
            "exports.databases",
            "sql/export-databases-missing",
            "is missing, and the instance has no databases. Name the databases to export.",
        ),
        check.when(
            args?.offload && engine === "sqlserver",
            "exports.offload",
            "sql/export-offload-of-sql-server",
            "must be false for SQL Server, which does not support serverless exports.",
        ),
    ];
}

/** The resources that export databases. */
export interface Exports {
    /** The workflow, which exports one database after the other. */
    workflow: Workflow;
    /** The service account of the workflow. */
    account: Account;
    /** The schedule, which starts the workflow. */
    schedule: Schedule;
}

/** Creates the workflow and its schedule with their grants. */
export function createExports(
    context: InstanceContext,
    args: SqlExport,
    child: Child,
    environment: Environment,
): Exports {
    const { name: component, resolved, primary } = context;
    const name = `${component}-export`;
    const dependsOn = prepareWorkflows(environment);
    const account = new Account(
        ...child(
            "exportAccount",
            name,
            {
                accountId: accountId(resolved.name, "export"),
                displayName: accountTitle(`Exports the databases of ${resolved.name}`),
            },
            { dependsOn },
        ),
    );
    // The narrowest predefined role that may export, since Google removed the permission from the role cloudsql.viewer:
    // https://docs.cloud.google.com/sql/docs/release-notes#September_28_2026
    const editor = projectGrant(context, "editor").to(name, account.member, { parent: context.component });
    // Errors of calls are logged as the workflow's account: https://cloud.google.com/workflows/docs/log-workflow#call-logging
    const logWriter = environment
        .role("roles/logging.logWriter")
        .grants.map((grant) => grant.to(`${name}-logs`, account.member, { parent: context.component }));
    // The files are written by the service account of the instance.
    const { grants } = use(
        `${component}-instance`,
        { BUCKET: forService(args.bucket.writer) },
        pulumi.interpolate`serviceAccount:${primary.instance.serviceAccountEmailAddress}`,
        { parent: context.component },
    );
    const workflow = new Workflow(
        ...child(
            "workflow",
            name,
            {
                name: shortenName(`${resolved.name}-export`, 63),
                region: resolved.region,
                description: `Exports the databases of ${resolved.name}`,
                serviceAccount: account.id,
                sourceContents: workflowDefinition(context, args),
                callLogLevel: "LOG_ERRORS_ONLY",
                deletionProtection: false,
            },
            { dependsOn: [...dependsOn, editor, ...logWriter, ...grants] },
        ),
    );
    return { workflow, account, schedule: createSchedule(context, args, workflow) };
}

function createSchedule(context: InstanceContext, args: SqlExport, workflow: Workflow): Schedule {
    const { name: component, resolved } = context;
    const name = `${component}-export`;
    const { Schedule }: typeof import("../scheduler/schedule") = require("../scheduler/schedule");
    const schedule = new Schedule(
        name,
        {
            ...cronOptions(args.schedule),
            alerts: alertsOfRuns(resolved.alerts),
            call: executionCall(executionsUrl(workflow)),
            crossProject: resolved.crossProject,
            transform: { job: resolved.transform?.schedule },
        },
        { parent: context.component },
    );
    grantInvoker(`${name}-invoker`, workflow, (schedule.account as Account).member, { parent: context.component });
    return schedule;
}

/** An expression that the workflow evaluates. */
const expression = (text: string) => `\${${text}}`;

/** The source of the workflow. Exports do not overwrite files, so the name of each file contains the time. */
function workflowDefinition(
    { resolved, primary: { instance } }: InstanceContext,
    args: SqlExport,
): pulumi.Output<string> {
    const isSqlServer = resolved.engine === "sqlserver";
    const databases = args.databases ?? Object.keys(resolved.databases);
    const extension = isSqlServer ? ".bak" : ".sql.gz";
    const exportContext = {
        fileType: isSqlServer ? "BAK" : "SQL",
        databases: [expression("database")],
        uri: expression(`folder + "/" + database + "/" + time + "${extension}"`),
        offload: isSqlServer ? undefined : (args.offload ?? true),
    };
    return pulumi.jsonStringify({
        main: {
            steps: [
                {
                    init: {
                        assign: [
                            { folder: pulumi.interpolate`gs://${args.bucket.bucket.name}/${resolved.name}` },
                            { time: expression("time.format(sys.now())") },
                        ],
                    },
                },
                {
                    each: {
                        for: {
                            value: "database",
                            in: databases,
                            steps: [
                                {
                                    export: {
                                        call: "googleapis.sqladmin.v1.instances.export",
                                        args: {
                                            project: instance.project,
                                            instance: instance.name,
                                            body: { exportContext },
                                            connector_params: { timeout: 86_400 },
                                        },
                                    },
                                },
                            ],
                        },
                    },
                },
            ],
        },
    });
}
