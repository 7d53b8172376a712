import { permissionsOf } from "../permissions/permissions";
import { readCondition } from "./conditions";
import type { Grant } from "./grants";
import type { Iam } from "./iam";
import { type Organization, resourceManagerName } from "./organization";
import { type Projects, projectName } from "./projects";
import type { Store } from "./store";

/** The parts of a cloud that decide who may do what. */
export interface AccessControl {
    readonly store: Store;
    readonly projects: Projects;
    readonly iam: Iam;
    readonly organization: Organization;
    /** Whether everybody may do everything. */
    readonly isLenient: boolean;
    /** The clock for conditions. */
    readonly now: () => Date;
}

/** A resource that somebody needs a permission on. */
export interface Target {
    /** Its project, whose policy applies to it; empty for resources above projects. */
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
    /** The ID of a project that the request creates. */
    creates?: string;
    /** What conditions read of the request, such as the roles that a change of a policy grants or revokes. */
    attributes?: Record<string, string[]>;
}

export const projectTarget = (project: string): Target => ({
    project,
    policies: [],
    name: `projects/${project}`,
    type: "cloudresourcemanager.googleapis.com/Project",
    service: "cloudresourcemanager.googleapis.com",
});

/** The target of a resource with a name in the store: its policy and those of all resources that contain it apply. */
export function targetOf(cloud: AccessControl, project: string, fullName: string): Target {
    if (fullName === projectName(project)) {
        return projectTarget(project);
    }
    const [, service = "", path = ""] = /^\/\/([^/]+)\/(.*)$/s.exec(fullName) ?? [];
    const parts = path.split("/");
    const named = conditionServices[service] ?? service;
    return {
        project,
        policies: [
            ...endsOf(parts).map((end) => `//${service}/${parts.slice(0, end).join("/")}`),
            ...managedFoldersOf(fullName),
        ],
        name: conditionName(cloud, service, path),
        type: `${named}/${typeName(parts.at(-2) ?? "")}`,
        service: named,
    };
}

/** Services that conditions name differently: https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-service */
const conditionServices: Record<string, string> = { "cloudsql.googleapis.com": "sqladmin.googleapis.com" };

/** The managed folders that contain an object, if they exist: https://cloud.google.com/storage/docs/managed-folders */
export function managedFoldersOf(fullName: string): string[] {
    const [, bucket, object = ""] =
        /^(\/\/storage\.googleapis\.com\/buckets\/[^/]+)\/objects\/(.*)$/s.exec(fullName) ?? [];
    const folders = object.split("/").slice(0, -1);
    return folders.map((_, index) => managedFolderName(String(bucket), `${folders.slice(0, index + 1).join("/")}/`));
}

/** The name of a managed folder of a bucket: one part for its path, so that nothing of a folder in it is below it. */
export const managedFolderName = (bucket: string, folder: string): string =>
    `${bucket}/managedFolders/${encodeURIComponent(folder)}`;

/** Where the names of the resources end in a path that have a policy: locations have none, and objects none of their own. */
function endsOf(parts: string[]): number[] {
    const ends: number[] = [];
    for (let at = 0; at + 1 < parts.length; ) {
        const collection = parts[at] as string;
        // The location of global resources of Compute Engine has no ID: `projects/acme-dev/global/backendServices/web`.
        at += collection === "global" ? 1 : 2;
        if (!/^(projects|locations|regions|zones|global|objects)$/.test(collection)) {
            ends.push(at);
        }
    }
    return ends;
}

/** Names of resources in conditions that differ from their paths. */
function conditionName(cloud: AccessControl, service: string, path: string): string {
    switch (service) {
        case "storage.googleapis.com":
            return `projects/_/${path}`;
        case "iam.googleapis.com":
            return path.replace(/^serviceAccounts\//, "projects/-/serviceAccounts/");
        case "secretmanager.googleapis.com":
            return path.replace(/^projects\/([^/]+)/, (all, id) =>
                cloud.projects.find(id) ? `projects/${cloud.projects.number(id)}` : all,
            );
        default:
            return path;
    }
}

/** `Repository` of `repositories`. */
function typeName(collection: string): string {
    const singular = collection
        .replace(/ies$/, "y")
        .replace(/(ss)es$/, "$1")
        .replace(/([^s])s$/, "$1");
    return singular.charAt(0).toUpperCase() + singular.slice(1);
}

/**
 * Whether a service account has a permission on a resource: by its roles on the resource, on what contains it, and on its project.
 * Roles that are not in the data grant nothing, and neither do conditions that cannot be evaluated.
 * https://cloud.google.com/iam/docs/resource-hierarchy-access-control
 */
export function isAllowed(cloud: AccessControl, email: string, permission: string, target: Target): boolean {
    if (cloud.isLenient) {
        return true;
    }
    return missingPermission(cloud, { member: `serviceAccount:${email}` }, [permission], target) === undefined;
}

/**
 * Whether somebody has a permission on a resource with a name in the store.
 *
 * @param who a service account's email, or a member as in policies
 */
export function isAllowedOn(cloud: AccessControl, who: string, permission: string, fullName: string): boolean {
    const member = /^all(Authenticated)?Users$|:/.test(who) ? who : `serviceAccount:${who}`;
    const target = targetOf(cloud, projectOf(cloud, fullName), fullName);
    return cloud.isLenient || missingPermission(cloud, { member }, [permission], target) === undefined;
}

/** The project in a full name, or of the resource with that name. */
export function projectOf(cloud: AccessControl, fullName: string): string {
    const [, project] = /^\/\/[^/]+\/projects\/([^/]+)/.exec(fullName) ?? [];
    return project ?? cloud.store.read(fullName.replace(/\/objects\/.*$/s, ""))?.project ?? "";
}

/** Somebody who needs a permission. */
export interface Principal {
    /** As in policies, such as `serviceAccount:deployer@acme-dev.iam.gserviceaccount.com`. */
    member: string;
    /** Whether it is an owner of all projects, and administers the organization. */
    isOwner?: boolean;
}

/** The first of several permissions that a principal does not have on a resource. */
export function missingPermission(
    cloud: AccessControl,
    who: Principal,
    permissions: string[],
    target: Target,
): string | undefined {
    const email = /^serviceAccount:(.*)$/s.exec(who.member)?.[1];
    if (email !== undefined && cloud.iam.isDisabled(email)) {
        return permissions[0];
    }
    const roles = who.isOwner ? ownerRoles(target) : [];
    let left = permissions.filter((permission) => !roles.some((role) => permissionsOf(role)?.has(permission)));
    // Policies are only read as far as they are needed.
    const members = left.length > 0 ? membersOf(cloud, who, target.project) : [];
    const resources = left.length > 0 ? policiesOn(cloud, target) : [];
    left = left.filter((permission) => !resources.some((name) => isUsual(cloud, name, members, permission)));
    for (const name of left.length > 0 ? resources : []) {
        const earlier = cloud.iam.earlierGrants(target.project, name).filter(({ member }) => members.includes(member));
        const grants = [...cloud.iam.effective(name, members), ...earlier];
        left = left.filter(
            (permission) =>
                !grants.some((grant) => includes(cloud, grant.role, permission) && isFulfilled(cloud, grant, target)),
        );
        if (left.length === 0) {
            return undefined;
        }
    }
    return left[0];
}

/** Whether a predefined or custom role has a permission. */
function includes({ store }: AccessControl, role: string, permission: string): boolean {
    const custom = role.startsWith("roles/")
        ? undefined
        : store.read(`//iam.googleapis.com/${role}`)?.state.permissions;
    return permissionsOf(role)?.has(permission) ?? (Array.isArray(custom) && custom.includes(permission));
}

/** The resources whose policies apply to a target: its project, where most roles are, the resource, and all that contains it. */
function policiesOn({ organization }: AccessControl, { project, policies }: Target): string[] {
    const own = [...policies].reverse();
    const node = project ? `projects/${project}` : (own[0]?.replace(/^\/\/[^/]+\//, "") ?? "");
    const above = organization.above(node).map(resourceManagerName);
    return [...(project ? [projectName(project)] : []), ...own, ...above];
}

/**
 * The roles of who runs a foundation, on the organization and its billing account.
 * https://cloud.google.com/resource-manager/docs/access-control-org
 */
const administrator = [
    "resourcemanager.organizationAdmin",
    "resourcemanager.folderAdmin",
    "resourcemanager.projectCreator",
    "resourcemanager.tagAdmin",
    "resourcemanager.tagUser",
]
    .concat("billing.admin", "orgpolicy.policyAdmin", "compute.xpnAdmin", "cloudkms.autokeyAdmin")
    .map((name) => `roles/${name}`);

const ownerRoles = ({ project }: Target) => (project ? ["roles/owner", ...administrator] : administrator);

/**
 * Members for everyone with a basic role on a project, in policies of buckets and datasets.
 * https://cloud.google.com/storage/docs/access-control/iam#convenience-values
 * https://cloud.google.com/bigquery/docs/access-control-basic-roles
 */
const convenience: Record<string, (project: string) => string[]> = {
    "roles/owner": (project) => [`projectOwner:${project}`, "projectOwners"],
    "roles/editor": (project) => [`projectEditor:${project}`, "projectWriters"],
    "roles/viewer": (project) => [`projectViewer:${project}`, "projectReaders"],
};

/** The roles of owners in policies of new buckets. */
export const usualRoles = ["roles/storage.legacyBucketOwner", "roles/storage.legacyObjectOwner"];

/** Whether an owner has a permission by them; this does not read the other grants, of which there can be many. */
function isUsual(cloud: AccessControl, resource: string, members: string[], permission: string): boolean {
    const owners = members.find((member) => member.startsWith("projectOwner:"));
    const roles = usualRoles.filter((role) => permissionsOf(role)?.has(permission));
    return owners !== undefined && resource.startsWith("//storage.") && cloud.iam.has(resource, roles, owners);
}

/** The members of policies that a principal is. */
function membersOf(cloud: AccessControl, { member, isOwner }: Principal, project: string): string[] {
    const pool = /^principal(:\/\/iam\.googleapis\.com\/.+\/workloadIdentityPools\/[^/]+)\/subject\//s.exec(
        member,
    )?.[1];
    const basic = Object.entries(convenience)
        .filter(([role]) => (isOwner ? role === "roles/owner" : cloud.iam.has(projectName(project), [role], member)))
        .flatMap(([, members]) => members(project));
    const everyone = member === "allUsers" ? [] : ["allUsers", "allAuthenticatedUsers"];
    const set = `principalSet${pool}/*`;
    // Access entries of BigQuery's datasets have a prefix.
    const federated = pool ? [set, `iamMember:${member}`, `iamMember:${set}`] : [];
    return [member, ...everyone, ...federated, ...basic];
}

function isFulfilled(
    cloud: AccessControl,
    { condition }: Grant,
    { name, type, service, attributes = {} }: Target,
): boolean {
    if (!condition) {
        return true;
    }
    const variables = { api: attributes, request: { time: cloud.now() }, resource: { name, type, service } };
    return readCondition(condition.expression).evaluate(variables) === true;
}
