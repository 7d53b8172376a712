import type { RegionInstanceGroupManagerArgs } from "@pulumi/gcp/compute/regionInstanceGroupManager";
import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../../internal/arguments/duration";
import type { GroupShape } from "./zones";

/** A number of instances, or a percentage of them. */
export type InstanceShare = number | `${number} %`;

/** How existing instances get another template. */
export interface GroupUpdate {
    /**
     * `rolling` replaces the instances immediately, a few at a time. `opportunistic` uses the template for new instances only: those that
     * exist keep theirs until they are replaced for another reason, or with
     * `gcloud compute instance-groups managed update-instances`.
     * @default "rolling"
     */
    type?: "rolling" | "opportunistic";
    /**
     * How many instances are added at most during an update: 0, at least the number of zones, or in groups with 10 or more instances a
     * percentage, `"20 %"`.
     * @default the number of zones; 0 with stateful disks, and with the shape `ANY_SINGLE_ZONE`
     */
    surge?: InstanceShare;
    /**
     * How many instances can be unavailable at most during an update: 0, at least the number of zones, or in groups with 10 or more
     * instances a percentage.
     * @default 0; the number of zones without a surge
     */
    unavailable?: InstanceShare;
    /**
     * How long a new instance runs, and is healthy, before it counts as available: `"0 seconds"` to `"1 hour"`.
     * @default "0 seconds"
     */
    minReady?: Duration;
}

const { rows: limits } = instanceGroupLimits;

const share = check.either(
    (value) => typeof value === "string",
    check.matching<`${number} %`>(/^(\d{1,2}|100) ?%$/, 'must be a number, or a percentage such as "20 %"'),
    check.limit(limits.instances),
);

/** Checks the `update` of a group. */
export const groupUpdate = check.options<GroupUpdate>({
    type: check.oneOf("rolling", "opportunistic"),
    surge: share,
    unavailable: share,
    minReady: durationWithin(limits.minReady),
});

/** What decides the defaults of an update. */
export interface UpdatePlace {
    /** The number of zones. */
    zones: number;
    shape: GroupShape;
    isStateful: boolean;
    /** The maximum number of instances. */
    most: number;
}

export type ResolvedUpdate = Required<Omit<GroupUpdate, "minReady">> & Pick<GroupUpdate, "minReady">;

/** Completes an update: without a surge, instances must be able to be unavailable. */
export function resolveUpdate(update: GroupUpdate, { zones, shape, isStateful }: UpdatePlace): ResolvedUpdate {
    const surge = update.surge ?? (isStateful || shape === "ANY_SINGLE_ZONE" ? 0 : zones);
    return { type: "rolling", ...update, surge, unavailable: update.unavailable ?? (isNone(surge) ? zones : 0) };
}

const isNone = (share: InstanceShare) => Number.parseInt(String(share), 10) === 0;

/**
 * Checks an update against the API: "Fixed updatePolicy.maxSurge for regional managed instance group has to be either 0 or at least equal to
 * the number of zones", https://github.com/terraform-google-modules/terraform-example-foundation/pull/427; percentages "if the group has 10
 * or more instances", https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers; "maxSurge must be equal to 0 when
 * replacement method is set to RECREATE", https://github.com/GoogleCloudPlatform/magic-modules/pull/8210, which stateful groups need.
 */
export function updateProblems(update: ResolvedUpdate, place: UpdatePlace): (check.Problem | undefined)[] {
    const { surge, unavailable } = update;
    const { zones, shape, isStateful, most } = place;
    const shares = Object.entries({ surge, unavailable }).flatMap(([key, value]) => {
        const path = `update.${key}`;
        if (typeof value === "string") {
            const { min } = limits.percentages;
            const reason = `can be a percentage only in groups with ${min} or more instances (got "${value}"). Write a number.`;
            return most < min ? [check.problem(path, "compute/update-percentage-of-small-group", reason)] : [];
        }
        return value > 0 && value < zones
            ? [
                  check.problem(
                      path,
                      "compute/update-below-zones",
                      `must be 0, or at least the number of zones, ${zones} (got ${value}).`,
                  ),
              ]
            : [];
    });
    return [
        ...shares,
        check.when(
            !isNone(surge) && isStateful,
            "update.surge",
            "compute/surge-with-stateful-disks",
            `must be 0 with statefulDisks, as an instance is created again with its disks (got ${surge}).`,
        ),
        check.when(
            !isNone(surge) && !isStateful && shape === "ANY_SINGLE_ZONE",
            "update.surge",
            "compute/surge-in-single-zone",
            `must be 0 with the shape "ANY_SINGLE_ZONE" (got ${surge}).`,
        ),
        ...(isNone(surge) && isNone(unavailable)
            ? [
                  check.problem(
                      "update.unavailable",
                      "compute/update-without-room",
                      "must be above 0 if surge is 0 (got 0).",
                  ),
              ]
            : []),
    ];
}

const fixedOrPercent = (name: "maxSurge" | "maxUnavailable", share: InstanceShare) =>
    typeof share === "number" ? { [`${name}Fixed`]: share } : { [`${name}Percent`]: Number.parseInt(share, 10) };

/**
 * The update policy. "You must disable proactive instance redistribution" for other shapes than `EVEN`, and for stateful groups:
 * https://cloud.google.com/compute/docs/instance-groups/distributing-instances-with-regional-instance-groups#proactive_instance_redistribution
 */
export function updateArgs(
    { type, surge, unavailable, minReady }: ResolvedUpdate,
    { shape, isStateful }: UpdatePlace,
): NonNullable<RegionInstanceGroupManagerArgs["updatePolicy"]> {
    return {
        type: type === "rolling" ? "PROACTIVE" : "OPPORTUNISTIC",
        minimalAction: "REPLACE",
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: isStateful ? "RECREATE" : "SUBSTITUTE",
        instanceRedistributionType: shape === "EVEN" && !isStateful ? "PROACTIVE" : "NONE",
        ...fixedOrPercent("maxSurge", surge),
        ...fixedOrPercent("maxUnavailable", unavailable),
        minReadySec: minReady === undefined ? undefined : secondsIn(minReady),
    };
}
