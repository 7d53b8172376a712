import { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import type * as pulumi from "@pulumi/pulumi";
import { customRoleLimits, permissionsOfOrganizations } from "../../facts/limits/iam";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";

/** A {@link https://cloud.google.com/iam/docs/creating-custom-roles custom role} of a project. */
export interface CustomRole {
    /**
     * The permissions: `["storage.objects.get", "storage.objects.list"]`. At most 3,000. Permissions of organizations and folders, and
     * `resourcemanager.projects.list`, are refused: {@link https://cloud.google.com/iam/docs/creating-custom-roles#project-or-org}.
     */
    permissions: string[];
    /**
     * The name that the console shows: up to 100 bytes.
     * @default the ID
     */
    displayName?: string;
    /**
     * What the role is for: up to 300 characters.
     * @default none
     */
    description?: string;
}

const limits = customRoleLimits.rows;

const customRole = check.options<CustomRole>(
    {
        permissions: check.pipe(
            check.list(
                check.pipe(
                    check.matching(
                        /^[a-z][a-zA-Z0-9]*(\.[a-zA-Z0-9_]+){2,}$/,
                        "must be a permission such as storage.objects.get",
                    ),
                    check.refine(
                        (permission) =>
                            !permissionsOfOrganizations.some((start) => String(permission).startsWith(start)),
                        "cannot be a permission of organizations or folders, which a role of a project cannot have",
                    ),
                ),
                "must be a list of permissions",
            ),
            check.refine((all) => (all as unknown[]).length > 0, "must have at least one permission"),
            check.atMost(limits.permissions),
        ),
        displayName: check.pipe(check.text(), check.longest(limits.title.max, "bytes")),
        description: check.pipe(check.text(), check.longest(limits.description.max)),
    },
    "permissions",
);

/** Checks the custom roles by ID. */
export const customRoleChecks = check.record(check.nameOf(nameFormats.rows.customRole), customRole);

/** Creates the custom roles, by ID. */
export function createCustomRoles(
    name: string,
    project: pulumi.Output<string>,
    customRoles: Record<string, CustomRole>,
    child: Child,
): Record<string, IAMCustomRole> {
    const created = Object.entries(customRoles).map(([roleId, { displayName = roleId, description, permissions }]) => {
        const args = { project, roleId, title: displayName, description, permissions };
        return [roleId, new IAMCustomRole(...child("customRole", `${name}-${roleId}`, args))] as const;
    });
    return Object.fromEntries(created);
}
