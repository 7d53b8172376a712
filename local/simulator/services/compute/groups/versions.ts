import { isDeepStrictEqual } from "node:util";
import { type Inputs, lastPart } from "../../../rules/rules";

/** A number of instances, or a percentage of the group. */
export interface FixedOrPercent {
    fixed?: number;
    percent?: number;
}

/** A version of a group. */
export interface Version {
    /** The path of its template. */
    template: string;
    name?: string;
    /** Undefined of the version that all other instances have. */
    targetSize?: FixedOrPercent;
}

/**
 * A number of instances. "If there is a remainder, the number is rounded": `FixedOrPercent` of
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers
 */
export const countOf = ({ fixed, percent }: FixedOrPercent, size: number): number =>
    percent === undefined ? (fixed ?? 0) : Math.round((percent * size) / 100);

/**
 * The number of instances of each version, in their order; a share is rounded in favor of its version. "If expressed as a fixed number, the minimum of either targetSize.fixed or
 * instanceGroupManager.targetSize is used"; "if unset, this version will update any remaining instances not updated by another version":
 * `InstanceGroupManagerVersion` of https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers
 */
export function countsOf(versions: readonly Version[], size: number): number[] {
    const sized = versions.map(({ targetSize: { fixed, percent } = {} }) =>
        Math.min(size, percent === undefined ? (fixed ?? 0) : Math.ceil((percent * size) / 100)),
    );
    const left = size - sized.reduce((sum, each) => sum + each, 0);
    return versions.map(({ targetSize }, index) => (targetSize ? (sized[index] as number) : Math.max(0, left)));
}

/** What is done with an instance for an update, from the least to the most disruptive. */
export const updateActions = ["NONE", "REFRESH", "RESTART", "REPLACE"] as const;
export type UpdateAction = (typeof updateActions)[number];

/**
 * What a change of a property of the template requires; all others require another instance.
 * https://cloud.google.com/compute/docs/instances/update-instance-properties#updatable-properties
 */
const requiredActions: Record<string, UpdateAction> = {
    advancedMachineFeatures: "RESTART",
    canIpForward: "REFRESH",
    confidentialInstanceConfig: "RESTART",
    labels: "REFRESH",
    machineType: "RESTART",
    metadata: "REFRESH",
    minCpuPlatform: "RESTART",
    scheduling: "RESTART",
    serviceAccount: "RESTART",
    shieldedInstanceConfig: "RESTART",
    tags: "REFRESH",
};

/** What differs between all templates, or follows from other properties. */
const ownProperties =
    /^(name|namePrefix|description|creationTimestamp|numericId|selfLink|selfLinkUnique|uniqueId|id|.*Fingerprint|effectiveLabels|pulumiLabels)$/;

/** The least disruptive action that gives an instance another template. */
export function requiredAction(before: Inputs, after: Inputs): UpdateAction {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const changed = names.filter((name) => !ownProperties.test(name) && !isDeepStrictEqual(before[name], after[name]));
    return mostDisruptive(changed.map((name) => requiredActions[name] ?? "REPLACE"));
}

export const mostDisruptive = (actions: readonly UpdateAction[]): UpdateAction =>
    updateActions[Math.max(0, ...actions.map((action) => updateActions.indexOf(action)))] as UpdateAction;

/** Whether a template path is the same, without the form in which it was given. */
export const isSameTemplate = (one: string, other: string): boolean => templateKey(one) === templateKey(other);

/** The region and the name of a template, or `global` and the name. */
export function templateKey(path: string): string {
    const [, region = "global"] = /\/regions\/([^/]+)\//.exec(path) ?? [];
    return `${region}/${lastPart(path)}`;
}
