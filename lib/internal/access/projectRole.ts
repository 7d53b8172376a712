import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Capability } from "./capability";
import { rolesOn } from "./roles";

/**
 * The roles on a whole project as capabilities; the consumer receives the project ID.
 *
 * @param optionsOf the options of a role's grants, if they are not the environment's
 */
export const projectRoles = (
    project: pulumi.Input<string>,
    optionsOf?: (role: string) => pulumi.CustomResourceOptions,
): ((role: string) => Capability) => rolesOn("project", IAMMember, { project }, project, optionsOf).role;
