import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { Environment } from "../environment/environment";
import type { Capability, Grant } from "../identity/capability";

/** One grant for each project, so that a consumer of two datasets makes it once. */
const grants = new WeakMap<Environment, Grant>();

/** A capability with the role to run queries, which are jobs of a project: there is no narrower level for it. */
export function withJobs(environment: Environment, data: Capability): Capability {
    return { ...data, grants: [...data.grants, jobs(environment)] };
}

/** The role to run queries and load jobs, and to see one's own. */
export function jobs(environment: Environment): Grant {
    const { project } = environment;
    const role = "roles/bigquery.jobUser";
    const made: Grant = grants.get(environment) ?? {
        name: "bigquery-job-user",
        to: (name, member, options) => new IAMMember(name, { project, role, member }, options),
    };
    grants.set(environment, made);
    return made;
}
