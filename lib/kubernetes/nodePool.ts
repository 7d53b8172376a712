import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";

/** A group of machines of one type in a Standard cluster, of which there are as many as the pods need. */
export interface NodePool {
    /** The type of the machines, such as `e2-standard-4` ("Machine families resource"). */
    machineType: pulumi.Input<string>;
    /**
     * Machines at least, in all zones together.
     * @default 1
     */
    minNodes?: number;
    /**
     * Machines at most, in all zones together.
     * @default 3
     */
    maxNodes?: number;
}

/** Checks the node pools of a cluster. */
export const nodePools: check.Check = check.record(
    check.matching(/^[a-z][a-z0-9-]*$/, "must be a name of lower-case letters, digits and hyphens"),
    check.options<NodePool>(
        { machineType: check.input(check.text()), minNodes: check.whole(0, 15000), maxNodes: check.whole(1, 15000) },
        "machineType",
    ),
);
