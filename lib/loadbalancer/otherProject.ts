import { Environment } from "../environment/environment";
import type { Existing } from "../environment/existing";
import * as check from "../internal/arguments/check";
import { projectIn } from "../internal/arguments/locations";
import { componentsOf, type ResolvedBackend, type Target } from "./backend";
import type { AnyGroup } from "./group";
import { isExisting } from "./health";
import { isOwnPolicy, type SecurityPolicyOption } from "./securityPolicy";

/** The project of what exists already in another project. */
const projectOf = (component: object, own: string): string | undefined => {
    const { inProject = own } = component as Partial<Existing>;
    return inProject === own ? undefined : inProject;
};

/**
 * The project of a backend service in another project: where its groups and services are, so are its health check and serverless endpoint groups
 * (https://cloud.google.com/load-balancing/docs/l7-internal, "Shared VPC"). The routes lead to it across projects.
 */
function backendProject(target: Target, own: string): string | undefined {
    const [first] = target.kind === "bucket" || target.kind === "app" ? [] : componentsOf(target);
    return first && projectOf(first, own);
}

/** The argument of the resources of a backend that is in another project. */
export function inProjectOf(target: Target): { project?: string } {
    const project = backendProject(target, Environment.current().project);
    return project === undefined ? {} : { project };
}

/** A group in another project, which only routes of application load balancers lead to. */
export const networkGroupProblem = (groups: readonly AnyGroup[], own: string): check.Problem | undefined => {
    const project = groups.map((group) => projectOf(group, own)).find((one) => one !== undefined);
    return check.when(
        project !== undefined,
        "group",
        "loadbalancer/network-group-of-other-project",
        `must be in the environment's project, where the backend service is (got one in ${project}). Create the load balancer in that project.`,
    );
};

/** What is wrong with a backend in another project, whose policy, health check and access are managed there. */
export function otherProjectProblems(
    { path, target, iap }: ResolvedBackend,
    own: string,
    securityPolicy: SecurityPolicyOption | undefined,
): (check.Problem | undefined)[] {
    const project = backendProject(target, own);
    const projects = target.kind === "group" ? target.groups.map((group) => projectOf(group, own)) : [];
    const { health } = (target.kind === "group" ? target : {}) as { health?: unknown };
    const healthProject = isExisting(health) ? projectIn(health.existing) : undefined;
    const policyProject = projectIn(securityPolicy);
    return [
        check.when(
            new Set(projects).size > 1,
            path,
            "loadbalancer/groups-of-projects",
            "must have groups of one project, because a backend service only has groups of its own project. Use a route for each.",
        ),
        check.when(
            project !== undefined && isOwnPolicy(securityPolicy),
            path,
            "loadbalancer/policy-of-other-project",
            `is in the project ${project}, where only a Cloud Armor policy of that project protects it. Set securityPolicy to the ID of one, or to false.`,
        ),
        check.when(
            project !== undefined && policyProject !== undefined && policyProject !== project,
            path,
            "loadbalancer/existing-policy-of-other-project",
            `is in the project ${project}, but the Cloud Armor policy is in ${policyProject}. Set securityPolicy to the ID of a policy in ${project}, or to false.`,
        ),
        check.when(
            project !== undefined && iap.length > 0,
            `${path}.iap`,
            "loadbalancer/iap-of-other-project",
            `is only for backends in the environment's project, and this one is in ${project}. Set iap: false on the route.`,
        ),
        check.when(
            healthProject !== undefined && projects.length > 0 && healthProject !== (project ?? own),
            `${path}.health.existing`,
            "loadbalancer/health-of-other-project",
            `must be a health check in ${project ?? own}, as the groups are (got one in ${healthProject}).`,
        ),
    ];
}
