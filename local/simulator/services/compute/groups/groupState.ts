import { type Inputs, lastPart } from "../../../rules/rules";
import { type FixedOrPercent, requiredAction, type UpdateAction, type Version } from "./versions";

/** An instance of a group. Times are in milliseconds. */
export interface GroupInstance {
    name: string;
    zone: string;
    /** The path of the template that it has. */
    template: string;
    /** When it was started the last time, by its creation, or because it was created again. */
    started: number;
    status: "STAGING" | "RUNNING" | "STOPPING" | "STOPPED" | "SUSPENDED";
    /** What the group does with it: https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers/listManagedInstances */
    action:
        | "NONE"
        | "CREATING"
        | "VERIFYING"
        | "RECREATING"
        | "RESTARTING"
        | "RESUMING"
        | "STARTING"
        | "STOPPING"
        | "SUSPENDING"
        | "DELETING";
    /** By the health check for autohealing; undefined without one. */
    health?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
    /** Whether it was healthy once since it was started. */
    wasHealthy?: boolean;
    /** Whether it ended, which the group has not caused. */
    hasFailed?: boolean;
    /** The signal by which the group is scaled, such as its CPU utilization. */
    load?: number;
    /** Its part of the standby pool; undefined for one that counts for the size of the group. */
    pool?: Pool;
}

export type Pool = "STOPPED" | "SUSPENDED";

/** What a group shall be. */
export interface GroupSettings {
    targetSize: number;
    zones: readonly string[];
    shape: string;
    versions: readonly Version[];
    update: {
        type: string;
        minimalAction: UpdateAction;
        mostDisruptiveAllowedAction: UpdateAction;
        replacementMethod: string;
        instanceRedistributionType: string;
        maxSurge: FixedOrPercent;
        maxUnavailable: FixedOrPercent;
    };
    /** In milliseconds; undefined without a health check. */
    healthDelay?: number;
    lifecycle: { defaultActionOnFailure: string; onFailedHealthCheck: string; forceUpdateOnRepair: string };
    /** The delay in milliseconds. */
    standby: { mode: string; delay: number; sizes: Record<Pool, number> };
    /** The action that gives an instance another template. */
    requiredAction(from: string, to: string): UpdateAction;
}

/** What a group does now. */
export type Step =
    | { kind: "create"; zone: string; template: string; pool?: Pool }
    | { kind: "delete" | "resume"; name: string }
    | {
          kind: "recreate" | "restart" | "refresh";
          name: string;
          template: string;
          reason: "failed" | "unhealthy" | "update";
      }
    | { kind: "park"; name: string; pool: Pool };

/**
 * Whether an instance is available: "The instance's status is RUNNING. If there is a health check on the instance group, the instance's health
 * check status must be HEALTHY at least once": `maxUnavailable` of
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers. One that the group changes is not.
 */
export function isAvailable(
    { status, action, wasHealthy, hasFailed }: GroupInstance,
    settings: GroupSettings,
): boolean {
    return (
        status === "RUNNING" &&
        !hasFailed &&
        (action === "NONE" || (action === "VERIFYING" && settings.healthDelay === undefined)) &&
        (settings.healthDelay === undefined || wasHealthy === true)
    );
}

/**
 * What a group shall be, by its state in the store.
 *
 * @param templateOf the state of a template; undefined if it does not exist
 */
export function settingsOf(state: Inputs, templateOf: (path: string) => Inputs | undefined): GroupSettings {
    const {
        versions = [],
        updatePolicy: update = {},
        autoHealingPolicies: healing,
        standbyPolicy = {},
    }: Inputs = state;
    const limit = (name: string): FixedOrPercent =>
        update[`${name}Percent`] === undefined
            ? { fixed: update[`${name}Fixed`] }
            : { percent: update[`${name}Percent`] };
    return {
        targetSize: Number(state.targetSize ?? 0),
        zones: (state.distributionPolicyZones ?? []).map(lastPart),
        shape: state.distributionPolicyTargetShape ?? "EVEN",
        versions: versions.map(({ instanceTemplate, name, targetSize }: Inputs) => ({
            template: String(instanceTemplate),
            name,
            targetSize,
        })),
        update: {
            type: update.type,
            minimalAction: update.minimalAction,
            mostDisruptiveAllowedAction: update.mostDisruptiveAllowedAction,
            replacementMethod: update.replacementMethod,
            instanceRedistributionType: update.instanceRedistributionType,
            maxSurge: limit("maxSurge"),
            maxUnavailable: limit("maxUnavailable"),
        },
        ...(healing && { healthDelay: (healing.initialDelaySec ?? 0) * 1000 }),
        lifecycle: state.instanceLifecyclePolicy,
        standby: {
            mode: standbyPolicy.mode ?? "MANUAL",
            delay: (standbyPolicy.initialDelaySec ?? 0) * 1000,
            sizes: { SUSPENDED: state.targetSuspendedSize ?? 0, STOPPED: state.targetStoppedSize ?? 0 },
        },
        requiredAction: (from, to) => requiredAction(templateOf(from) ?? {}, templateOf(to) ?? {}),
    };
}
