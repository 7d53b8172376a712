import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { WorkflowArgs } from "@pulumi/gcp/workflows/workflow";
import { Workflow } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { accountOf } from "../iam/accountOf";
import { type Capability, use } from "../internal/access/capability";
import { childrenOf, type Transform } from "../internal/engine/children";
import { prepareWorkflows } from "../workflows/call";

/** Jobs of Vertex AI that a workflow starts and waits for. */
export interface WatchedRun {
    /** The name of the jobs. */
    name: string;
    location: pulumi.Input<string>;
    /** The URL that creates a job. */
    url: pulumi.Input<string>;
    /** Grants letting jobs run as their account; undefined if they run as one of Google's. */
    runAs?: Capability;
    transform?: { workflow?: Transform<WorkflowArgs>; workflowAccount?: Transform<AccountArgs> };
}

/** The seconds between two looks at the state of a job. An execution has up to 100,000 steps, and so can wait for months. */
const seconds = 60;

const expression = (text: string) => `\${${text}}`;

/**
 * The {@link https://cloud.google.com/workflows/docs/reference/syntax definition}: it creates a job from its argument, waits for its end, and
 * fails if the job has failed. Only a call that reads is repeated, so that no job is created twice.
 */
function definition(url: string): string {
    const auth = { type: "OAuth2" };
    const address = `"${new URL(url).origin}/v1/" + created.body.name`;
    const failure = 'created.body.name + ": " + default(map.get(found.body, ["error", "message"]), found.body.state)';
    return JSON.stringify({
        main: {
            params: ["job"],
            steps: [
                { create: { call: "http.post", args: { url, auth, body: expression("job") }, result: "created" } },
                { wait: { call: "sys.sleep", args: { seconds } } },
                {
                    look: {
                        try: { call: "http.get", args: { url: expression(address), auth }, result: "found" },
                        retry: expression("http.default_retry"),
                    },
                },
                {
                    judge: {
                        switch: [
                            {
                                condition: expression(
                                    'found.body.state == "JOB_STATE_FAILED" or found.body.state == "JOB_STATE_EXPIRED"',
                                ),
                                raise: expression(failure),
                            },
                            {
                                condition: expression(
                                    'found.body.state == "JOB_STATE_SUCCEEDED" or found.body.state == "JOB_STATE_PARTIALLY_SUCCEEDED" or found.body.state == "JOB_STATE_CANCELLED"',
                                ),
                                return: expression("created.body.name"),
                            },
                        ],
                        next: "wait",
                    },
                },
            ],
        },
    });
}

/**
 * A workflow that starts a job and ends with it. Vertex AI has no metrics of the state of training jobs and batch predictions, and its log
 * entries do not identify the component of a job
 * ({@link https://cloud.google.com/logging/docs/api/platform-logs#vertex_ai_api log entries}); the executions of a workflow have both.
 */
export function createWatchedRun(
    component: string,
    { name, location, url, runAs, transform }: WatchedRun,
    environment: Environment,
    parent: pulumi.ComponentResource,
): Workflow {
    const child = childrenOf(parent, transform, { dependsOn: prepareWorkflows(environment) });
    const account = accountOf(component, { name }, child, {
        part: "watch",
        does: `Starts the jobs ${name} and waits for their end`,
        key: "workflowAccount",
    });
    const needed = {
        JOBS: environment.role("roles/aiplatform.user"),
        LOGS: environment.role("roles/logging.logWriter"),
        ...(runAs && { ACCOUNT: runAs }),
    };
    const { grants } = use(`${component}-watch`, needed, account.member, { parent });
    const args: WorkflowArgs = {
        name: `${name}-watch`,
        project: environment.project,
        region: location,
        description: `Starts ${name} and waits for its end`,
        serviceAccount: account.id,
        sourceContents: pulumi.output(url).apply(definition),
        callLogLevel: "LOG_ERRORS_ONLY",
        deletionProtection: false,
    };
    return new Workflow(...child("workflow", `${component}-watch`, args, { dependsOn: grants }));
}
