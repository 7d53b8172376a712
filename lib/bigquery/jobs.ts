import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { Environment } from "../environment/environment";
import type { Capability, Grant } from "../internal/access/capability";
import { roleGrant } from "../internal/access/roles";

/** One grant per project, so that a consumer of several datasets receives it once. */
const grants = new WeakMap<Environment, Grant>();

/** Adds the role to run queries, which exists only at the project level, to a capability. */
export function withJobUser(environment: Environment, data: Capability): Capability {
    return { ...data, grants: [...data.grants, jobUser(environment)] };
}

/** Grants running queries and load jobs, and viewing own jobs. */
function jobUser(environment: Environment): Grant {
    const { project } = environment;
    const role = "roles/bigquery.jobUser";
    const grant = grants.get(environment) ?? roleGrant("bigquery-job-user", role, IAMMember, { project });
    grants.set(environment, grant);
    return grant;
}
