import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { type Capability, roleGrant, roleName } from "./capability";

/** Checks the name of a predefined or custom role. */
export const role = check.matching(
    /^(roles|(projects|organizations)\/[^/\s]+\/roles)\/[A-Za-z0-9_.]+$/,
    "must be the name of a role: roles/storage.objectViewer, projects/acme-dev/roles/modelReader or organizations/123456789012/roles/modelReader",
);

/** The capability that is a role on a whole project; the consumer receives the project ID. */
export function projectRole(
    project: pulumi.Input<string>,
    name: string,
    options?: pulumi.CustomResourceOptions,
): Capability {
    check.checked(`role "${name}"`, { role: name }, check.options<{ role: string }>({ role }, "role"));
    const grant = roleGrant(`project-${roleName(name)}`, name, IAMMember, { project });
    return { value: project, grants: [{ ...grant, options }], attachments: [] };
}
