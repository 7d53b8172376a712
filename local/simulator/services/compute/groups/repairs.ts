import type { GroupInstance, GroupSettings, Step } from "./groupState";
import { isSameTemplate } from "./versions";

type Repair = Extract<Step, { reason: string }>;

/**
 * Instances that failed, or whose application does, are created again with their name.
 * https://cloud.google.com/compute/docs/instance-groups/about-repair
 *
 * "During a VM's initial delay period, the MIG ignores unsuccessful health checks […]. If the health check receives a healthy response during
 * the initial delay, it indicates that the startup process is complete": `initialDelaySec` of
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers
 */
export function repairsOf(settings: GroupSettings, instances: readonly GroupInstance[], now: number): Repair[] {
    const { lifecycle, healthDelay, versions } = settings;
    const onUnhealthy =
        lifecycle.onFailedHealthCheck === "DEFAULT_ACTION"
            ? lifecycle.defaultActionOnFailure
            : lifecycle.onFailedHealthCheck;
    const idle = instances.filter(
        ({ action, pool }) => pool === undefined && (action === "NONE" || action === "VERIFYING"),
    );
    const failed = lifecycle.defaultActionOnFailure === "REPAIR" ? idle.filter(({ hasFailed }) => hasFailed) : [];
    const unhealthy =
        onUnhealthy === "REPAIR" && healthDelay !== undefined
            ? idle.filter(
                  ({ hasFailed, health, wasHealthy, started }) =>
                      !hasFailed && health === "UNHEALTHY" && (wasHealthy || now - started >= healthDelay),
              )
            : [];
    // "By default, updates are not forcefully applied during repair": `forceUpdateOnRepair` of the same page.
    const latest = versions.find(({ targetSize }) => targetSize === undefined)?.template;
    const isForced = lifecycle.forceUpdateOnRepair === "YES";
    const repair =
        (reason: "failed" | "unhealthy") =>
        (each: GroupInstance): Repair => ({
            kind: "recreate",
            name: each.name,
            template:
                isForced &&
                latest !== undefined &&
                !versions.some(({ template }) => isSameTemplate(template, each.template))
                    ? latest
                    : each.template,
            reason,
        });
    return [
        ...failed.map(repair("failed")),
        ...unhealthy.slice(0, healedAtOnce(settings, instances)).map(repair("unhealthy")),
    ];
}

/**
 * How many more instances are autohealed now. "By default, number of concurrently autohealed instances is smaller than the managed instance
 * group target size. However, if […] a regional managed instance group has only one instance per zone, autohealing will recreate these
 * instances when they become unhealthy": `autoHealingPolicies[].maxUnavailable` of
 * https://cloud.google.com/compute/docs/reference/rest/alpha/regionInstanceGroupManagers
 */
function healedAtOnce({ targetSize, zones }: GroupSettings, instances: readonly GroupInstance[]): number {
    const healing = instances.filter(({ action }) => action === "RECREATING").length;
    return targetSize <= zones.length ? targetSize : targetSize - 1 - healing;
}
