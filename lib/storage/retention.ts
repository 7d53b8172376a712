import { storageLimits } from "../facts/limits/storage";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../internal/arguments/duration";
import { isPlainObject } from "../internal/arguments/value";

/** A {@link https://cloud.google.com/storage/docs/bucket-lock retention policy}: how long objects cannot be deleted or replaced. */
export interface RetentionPolicy {
    /** How long an object cannot be deleted or replaced, counted from its creation: `"1 second"` to `"36500 days"`. */
    period: Duration;
    /**
     * Locks the policy permanently: nobody can shorten or remove it, and the bucket can be deleted only when every object has
     * met the retention period.
     * @default false
     */
    locked?: boolean;
}

const { rows: limits } = storageLimits;
const period = durationWithin(limits.retention);

/** Checks a period, or a policy. */
export const retention = check.either(
    isPlainObject,
    check.options<RetentionPolicy>({ period, locked: check.flag() }, "period"),
    period,
);

/** Checks how long deleted objects can be restored. */
export const softDelete = check.either(
    (value) => typeof value === "boolean",
    check.custom<false>((flag) => flag === false, "must be a duration, or false"),
    durationWithin(limits.softDelete),
);

/** How long objects are kept, in the form of the provider. */
export function retentionArgs({
    retention,
    softDelete,
}: {
    retention?: Duration | RetentionPolicy;
    softDelete?: Duration | false;
}) {
    const policy = typeof retention === "string" ? { period: retention, locked: false } : retention;
    return {
        softDeletePolicy:
            softDelete === undefined ? undefined : { retentionDurationSeconds: softDelete ? secondsIn(softDelete) : 0 },
        retentionPolicy: policy && {
            retentionPeriod: String(secondsIn(policy.period)),
            isLocked: policy.locked ?? false,
        },
    };
}
