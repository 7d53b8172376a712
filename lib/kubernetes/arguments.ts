import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import * as check from "../internal/check";
import { labels } from "../internal/labels";
import { type NodePool, nodePools } from "./nodePool";

/** The arguments of a {@link GkeCluster}. */
export interface GkeClusterArgs extends ComponentArgs {
    /**
     * Groups of machines of one type, by name; with them the cluster is a Standard one, whose nodes are these.
     * @default none: the cluster is an Autopilot one, for which Google makes nodes as the pods need them
     */
    nodePools?: Record<string, NodePool>;
    /**
     * Labels of the cluster and its nodes: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
}

const args = check.options<GkeClusterArgs>({ nodePools, labels, ...componentArgs });

/** The arguments of a cluster with the defaults for those that are left out. */
export type Decided = ReturnType<typeof decided>;

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(component: string, given: GkeClusterArgs, location: string) {
    return { ...check.checked(`GkeCluster "${component}"`, given, args), location };
}
