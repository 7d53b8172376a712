import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../../internal/arguments/duration";
import type { ResolvedTemplate } from "../template/templateArgs";

/** Instances that are prepared, and stopped or suspended until the group grows. */
export interface StandbyPool {
    /**
     * The number of {@link https://cloud.google.com/compute/docs/instance-groups/suspended-and-stopped-vms-in-mig suspended} instances, whose
     * memory is kept. They resume faster, and are billed for their memory and disks.
     * @default 0
     */
    suspended?: number;
    /**
     * The number of stopped instances, which are billed for their disks.
     * @default 0
     */
    stopped?: number;
    /**
     * How long an instance runs after its creation before it is suspended or stopped: `"0 seconds"` to `"1 hour"`, so that its startup
     * script can end.
     * @default "0 seconds"
     */
    after?: Duration;
}

const { rows: limits } = instanceGroupLimits;

/** Checks the `standby` pool of a group. */
export const standbyPool = check.options<StandbyPool>({
    suspended: check.limit(limits.instances),
    stopped: check.limit(limits.instances),
    after: durationWithin(limits.standbyDelay),
});

/** https://cloud.google.com/compute/docs/instances/suspend-resume-instance#limitations */
export function standbyProblems(
    standby: StandbyPool | undefined,
    { gpu, confidential, spot }: Pick<ResolvedTemplate, "gpu" | "confidential" | "spot">,
): check.Problem[] {
    const path = "standby.suspended";
    const { suspended = 0 } = standby ?? {};
    const kind = gpu ? "GPUs" : confidential ? "confidential" : spot ? "spot" : undefined;
    return suspended > 0 && kind !== undefined
        ? [
              check.problem(
                  path,
                  "compute/suspended-unsupported",
                  `is not supported for machines with ${kind} (got ${suspended}). Use stopped.`,
              ),
          ]
        : [];
}

/** The standby pool in the form of the provider. */
export function standbyArgs({ suspended = 0, stopped = 0, after }: StandbyPool) {
    return {
        standbyPolicy: { mode: "SCALE_OUT_POOL", initialDelaySec: after === undefined ? 0 : secondsIn(after) },
        targetSuspendedSize: suspended,
        targetStoppedSize: stopped,
    };
}
