import { usualRoles } from "../cloud/access";
import type { UsedPermission } from "../cloud/caller";
import { isPowerful, leastRoles, type SuggestedRole } from "./leastRoles";
import { permissionsOf } from "./permissions";

/** Permissions to grant roles on a project, which are only suggested under a condition. */
const granting = ["resourcemanager.projects.getIamPolicy", "resourcemanager.projects.setIamPolicy"];

/** What a program needs on a project, and the least predefined roles that contain it. */
export interface Explanation {
    /** Empty for resources above projects. */
    project: string;
    /** Whether the program creates the project: its creator is its owner, so that the role for that is not listed. */
    isCreated: boolean;
    /** By permission, the resources that it is needed on. */
    permissions: Map<string, string[]>;
    roles: SuggestedRole[];
    /** The roles that the program grants or revokes on the project. */
    granted: string[];
    /** Permissions that no suggested role contains. */
    missing: string[];
}

/** Explains recorded permissions, by project. */
export function explain(used: UsedPermission[]): Explanation[] {
    const projects = [...new Set(used.map(({ project }) => project))].sort();
    const owned = ["roles/owner", ...usualRoles].map(permissionsOf);
    const isOwned = (permission: string) => owned.some((each) => each?.has(permission));
    return projects.map((project) => {
        const isCreated = used.some(({ creates }) => creates === project && project !== "");
        const own = used.filter((each) => each.project === project && !(isCreated && isOwned(each.permission)));
        const names = [...new Set(own.map(({ permission }) => permission))].sort();
        const permissions = new Map(
            names.map((name) => [
                name,
                [
                    ...new Set(own.filter(({ permission }) => permission === name).map(({ resource }) => resource)),
                ].sort(),
            ]),
        );
        const granted = [
            ...new Set(own.flatMap((each) => (each.permission === granting[1] ? (each.roles ?? []) : []))),
        ].sort();
        const { roles, missing } = leastRoles(names.filter((name) => granted.length === 0 || !granting.includes(name)));
        return { project, isCreated, permissions, roles, granted, missing };
    });
}

/** https://cloud.google.com/iam/docs/setting-limits-on-granting-roles */
export const grantCondition = (roles: string[]): string =>
    `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${roles.map((role) => `'${role}'`).join(", ")}])`;

/** Formats explanations for the terminal. */
export function formatExplanations(explanations: Explanation[]): string {
    return explanations.length === 0
        ? "No call needed a permission. For a stack that is already deployed, add --refresh, or explain 'up' of a new one.\n"
        : explanations.map(formatExplanation).join("\n");
}

function formatExplanation({ project, isCreated, permissions, roles, granted, missing }: Explanation): string {
    const place =
        project === "" ? "above projects" : `on ${project}${isCreated ? ", which belongs to its creator" : ""}`;
    const surplus = [...new Set(roles.flatMap((each) => each.surplus.filter(isPowerful)))].sort();
    return [
        `Permissions used ${place} (${permissions.size})`,
        ...columns([...permissions].map(([name, resources]) => [name, summary(resources)])),
        "",
        `Least roles ${place}, without basic roles and those of service agents`,
        ...columns([
            ...roles.map(({ role, used, surplus: more }) => [role, `${used.length} used, ${more.length} more`]),
            ...(granted.length > 0
                ? [["roles/resourcemanager.projectIamAdmin", "only with a condition on the roles that it grants:"]]
                : []),
        ]),
        ...(granted.length > 0 ? [`    ${grantCondition(granted)}`] : []),
        ...(missing.length > 0 ? ["", "No such role contains", ...missing.map((name) => `  ${name}`)] : []),
        ...(surplus.length > 0
            ? [
                  "",
                  "They also allow to set policies, act as accounts or make keys, which is not used",
                  ...surplus.map((name) => `  ${name}`),
              ]
            : []),
        "",
    ].join("\n");
}

/** The first resource, and the number of others. */
function summary([first = "", ...others]: string[]): string {
    return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function columns(rows: string[][]): string[] {
    const width = Math.max(0, ...rows.map(([first = ""]) => first.length));
    return rows.map(([first = "", second]) => `  ${first.padEnd(width)}  ${second}`);
}
