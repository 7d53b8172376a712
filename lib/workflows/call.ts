import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { Workflow } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";

/** The parts of the environment that workflows need. */
interface Project {
    enable(...apis: string[]): pulumi.Resource[];
    makeAgent(api: string): pulumi.Resource[];
}

/** What a workflow with its own account waits for: the APIs, and the service agent, without which the first workflow can be refused. */
export function prepareWorkflows(environment: Project): pulumi.Resource[] {
    return [
        ...environment.enable("workflows.googleapis.com", "workflowexecutions.googleapis.com", "iam.googleapis.com"),
        ...environment.makeAgent("workflows.googleapis.com"),
    ];
}

/** The URL that starts an execution: {@link https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions/create}. */
export const executionsUrl = ({ id }: Pick<Workflow, "id">): pulumi.Output<string> =>
    pulumi.interpolate`https://workflowexecutions.googleapis.com/v1/${id}/executions`;

/** The call of Cloud Scheduler that starts an execution. */
export const executionCall = (url: pulumi.Output<string>) => ({
    url,
    scope: "https://www.googleapis.com/auth/cloud-platform",
    body: {},
});

/**
 * Lets an account start executions. Workflows have no IAM policy of their own, so the role is granted on the project, and applies to all of
 * its workflows: {@link https://cloud.google.com/workflows/docs/access-control}.
 */
export function grantInvoker(
    name: string,
    { project }: Pick<Workflow, "project">,
    member: pulumi.Input<string>,
    options: pulumi.CustomResourceOptions,
): IAMMember {
    return new IAMMember(name, { project, role: invokerRole, member }, options);
}

export const invokerRole = "roles/workflows.invoker";
