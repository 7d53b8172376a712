import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { type Capability, roleCheck, roleGrant, wholeRoleName } from "./capability";

/** The capability that is a role on a whole project; the consumer receives the project ID. */
export function projectRole(
    project: pulumi.Input<string>,
    name: string,
    options?: pulumi.CustomResourceOptions,
): Capability {
    check.checked(`role "${name}"`, { role: name }, check.options<{ role: string }>({ role: roleCheck }, "role"));
    const grant = roleGrant(`project-${wholeRoleName(name)}`, name, IAMMember, { project });
    return { value: project, grants: [{ ...grant, options }], attachments: [] };
}
