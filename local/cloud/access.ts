import { permissionsOf } from "../permissions/permissions";
import type { Cloud } from "./cloud";
import { readCondition } from "./conditions";
import type { Grant } from "./iam";
import { projectName } from "./projects";

/** A resource that somebody needs a permission on. */
export interface Target {
    /** Its project, whose policy applies to it. */
    project: string;
    /** The names in the store of the resource, and of resources that contain it, whose policies apply to it. */
    policies: string[];
    /**
     * What conditions read of the resource.
     * https://cloud.google.com/iam/docs/conditions-resource-attributes
     */
    name: string;
    type: string;
    service: string;
}

export const projectTarget = (project: string): Target => ({
    project,
    policies: [],
    name: `projects/${project}`,
    type: "cloudresourcemanager.googleapis.com/Project",
    service: "cloudresourcemanager.googleapis.com",
});

/**
 * Whether a service account has a permission on a resource: by its roles on the resource, on what contains it, and on its project.
 * Roles that are not in the data grant nothing, and neither do conditions that cannot be evaluated.
 * https://cloud.google.com/iam/docs/resource-hierarchy-access-control
 */
export function isAllowed(cloud: Cloud, email: string, permission: string, target: Target): boolean {
    const members = membersOf(cloud, email, target.project);
    return (
        !cloud.iam.isDisabled(email) &&
        [...target.policies, projectName(target.project)]
            .flatMap((name) => cloud.iam.effective(name))
            .some(
                (grant) =>
                    members.includes(grant.member) &&
                    permissionsOf(grant.role)?.has(permission) &&
                    isFulfilled(grant, target),
            )
    );
}

/**
 * The members of policies that an account is. Cloud Storage has members for everyone with a basic role on a project.
 * https://cloud.google.com/storage/docs/access-control/iam#convenience-values
 */
function membersOf(cloud: Cloud, email: string, project: string): string[] {
    const member = `serviceAccount:${email}`;
    const basic = ["owner", "editor", "viewer"]
        .filter((role) => cloud.iam.has(projectName(project), [`roles/${role}`], member))
        .map((role) => `project${role[0]?.toUpperCase()}${role.slice(1)}:${project}`);
    return [member, "allUsers", "allAuthenticatedUsers", ...basic];
}

function isFulfilled({ condition }: Grant, { name, type, service }: Target): boolean {
    if (!condition) {
        return true;
    }
    return readCondition(condition.expression).evaluate({ resource: { name, type, service } }) === true;
}
