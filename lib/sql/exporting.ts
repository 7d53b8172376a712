import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Workflow } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { use } from "../identity/capability";
import type { Child } from "../internal/children";
import { accountId, fitted } from "../internal/names";
import { Schedule } from "../workflow";
import { projectGrant } from "./client";
import type { SqlExport } from "./exports";
import type { Owner } from "./owner";

/** What makes the exports. */
export interface Exports {
    /** The workflow that makes a file for each database, one after the other. */
    workflow: Workflow;
    /** The account that it runs as. */
    account: Account;
    /** What starts it. */
    schedule: Schedule;
}

const apis = ["workflows.googleapis.com", "workflowexecutions.googleapis.com", "iam.googleapis.com"];

/** Makes the workflow and its schedule, with what each may do. */
export function exporting(owner: Owner, given: SqlExport, child: Child, environment: Environment): Exports {
    const { name: component, args, primary } = owner;
    const name = `${component}-export`;
    const dependsOn = environment.enable(...apis);
    const account = new Account(
        ...child(
            "exportAccount",
            name,
            { accountId: accountId(args.name, "export"), displayName: `Exports the databases of ${args.name}` },
            { dependsOn },
        ),
    );
    const viewer = projectGrant(owner, "viewer").to(name, account.member, { parent: owner.component });
    // The instance itself writes the files.
    const { grants } = use(
        `${component}-instance`,
        { BUCKET: given.bucket.writer },
        pulumi.interpolate`serviceAccount:${primary.instance.serviceAccountEmailAddress}`,
        { parent: owner.component },
    );
    const workflow = new Workflow(
        ...child(
            "workflow",
            name,
            {
                name: fitted(`${args.name}-export`, 63),
                region: args.region,
                description: `Exports the databases of ${args.name}`,
                serviceAccount: account.id,
                sourceContents: definition(owner, given),
                callLogLevel: "LOG_ERRORS_ONLY",
                deletionProtection: false,
            },
            { dependsOn: [...dependsOn, viewer, ...grants] },
        ),
    );
    return { workflow, account, schedule: started(owner, given, workflow) };
}

function started(owner: Owner, given: SqlExport, workflow: Workflow): Schedule {
    const { name: component, args } = owner;
    const name = `${component}-export`;
    const url = pulumi.interpolate`https://workflowexecutions.googleapis.com/v1/${workflow.id}/executions`;
    const schedule = new Schedule(
        name,
        {
            cron: given.schedule,
            timeZone: given.timeZone,
            paused: given.paused,
            call: { url, scope: "https://www.googleapis.com/auth/cloud-platform", body: {} },
            crossProject: args.crossProject,
            transform: { job: args.transform?.schedule },
        },
        { parent: owner.component },
    );
    // A workflow has no policy of its own: who may start it is decided on the project.
    new IAMMember(
        `${name}-invoker`,
        {
            project: workflow.project,
            role: "roles/workflows.invoker",
            member: (schedule.account as Account).member,
        },
        { parent: owner.component },
    );
    return schedule;
}

/** What the workflow works out. */
const expression = (text: string) => `\${${text}}`;

/** The workflow: a file that is there already is never written again, so that each has the time in its name. */
function definition({ args, primary: { instance } }: Owner, given: SqlExport): pulumi.Output<string> {
    const isSqlServer = args.engine === "sqlserver";
    const databases = given.databases ?? Object.keys(args.databases);
    const end = isSqlServer ? ".bak" : ".sql.gz";
    const exportContext = {
        fileType: isSqlServer ? "BAK" : "SQL",
        databases: [expression("database")],
        uri: expression(`folder + "/" + database + "/" + time + "${end}"`),
        offload: isSqlServer ? undefined : (given.offload ?? true),
    };
    return pulumi.jsonStringify({
        main: {
            steps: [
                {
                    init: {
                        assign: [
                            { folder: pulumi.interpolate`gs://${given.bucket.bucket.name}/${args.name}` },
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
