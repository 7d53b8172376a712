import { customRoleLimits, nameFormats, permissionsOfOrganizations } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { allPermissions } from "../../permissions/permissions";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api } from "./pool";

const pathOf = ({ project, roleId }: Inputs) => `projects/${project}/roles/${roleId}`;

const refused = (message: string) => new GoogleError(400, message, { reason: "badRequest" });

/** Permissions that no predefined role has: https://cloud.google.com/storage/docs/bypass-ip-filter */
const ofNoRole = ["storage.buckets.exemptFromIpFilter"];

/** A custom role of a project: https://docs.cloud.google.com/iam/docs/creating-custom-roles */
export const customRole: TypeRules = {
    noun: "custom project role",
    cost: "free",
    errorPrefix: (verb, inputs) =>
        verb === "create"
            ? `Error creating the custom project role ${pathOf(inputs)}`
            : `Error updating the custom project role ${inputs.title}`,
    api,
    id: pathOf,
    validators: {
        roleId: (id) =>
            nameFormats.rows.customRole.pattern.test(id)
                ? undefined
                : `"role_id" ("${id}") doesn't match regexp "${nameFormats.rows.customRole.pattern.source}"`,
    },
    verify: (inputs, { cloud }, old) => {
        const { permissions = [], title, description = "" } = inputs;
        // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/resourcemanager/resource_google_project_iam_custom_role.go
        if (!old && cloud.store.read(`//${api}/${pathOf(inputs)}`)) {
            throw new Error(`Custom project role ${pathOf(inputs)} already exists and must be imported`);
        }
        const known = new Set([...allPermissions().permissions, ...ofNoRole]);
        const unknown = permissions.find(
            (permission: string) =>
                !known.has(permission) || permissionsOfOrganizations.some((start) => permission.startsWith(start)),
        );
        if (unknown !== undefined) {
            throw refused(`Permission ${unknown} is not valid.`);
        }
        const limits = customRoleLimits.rows;
        if (
            permissions.length > limits.permissions.max ||
            Buffer.byteLength(title) > limits.title.max ||
            Buffer.byteLength(description) > limits.description.max
        ) {
            throw refused("Request contains an invalid argument.");
        }
    },
    state: (inputs) => ({ name: pathOf(inputs), deleted: false }),
};
