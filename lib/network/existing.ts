import type { ExistingArgs } from "../environment/existing";
import { projectId } from "../environment/projectId";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { type NetworkArgs, partChecks } from "./arguments";
import { type ExistingSubnet, type Subnet, subnetsOfExisting } from "./subnets";

/** Where a network exists, and what the component adds to it. */
export interface ExistingNetworkArgs extends ExistingArgs, Omit<NetworkArgs, "name" | "subnets"> {
    /**
     * The prefix of the names of what the component adds, so that several stacks can add rules and endpoints of the same keys: up to 63
     * lower-case letters, digits and hyphens, starting with a letter. Changing this replaces them.
     * @default the name of the network
     */
    prefix?: string;
    /**
     * The subnets that the component adds, by the suffix of their names, and those that exist already, which other components can use.
     * @default none
     */
    subnets?: Record<string, Subnet | ExistingSubnet>;
}

/** Checks the arguments of an existing network. */
export const existingNetworkArgs = check.explainedOptions<ExistingNetworkArgs>(
    { name: "The stack does not manage an existing network. The names of its new parts start with prefix." },
    {
        project: projectId,
        prefix: check.nameOf(nameFormats.rows.computeResource),
        subnets: subnetsOfExisting,
        ...partChecks,
    },
);
