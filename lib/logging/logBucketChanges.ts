import { deferredError, when } from "../internal/arguments/argumentsError";
import { daysIn } from "../internal/arguments/duration";
import type { ResolvedArgs } from "./logBucketArgs";

/** The arguments that Cloud Logging does not change back. The component keeps them in the state. */
export type TrackedArgs = ReturnType<typeof trackedArgs>;

export const trackedArgs = ({ name, location, period, locked, analytics, encryptionKey }: ResolvedArgs) => ({
    name,
    location,
    days: daysIn(period),
    locked,
    analytics,
    encrypted: encryptionKey !== undefined,
});

/**
 * A warning, at preview, about analytics, which the provider leaves enabled without a message. Throws for changes that Cloud Logging refuses.
 */
export function changeWarning(component: string, old: object, now: TrackedArgs): string | undefined {
    const before = old as Partial<TrackedArgs>;
    if (before.name !== now.name || before.location !== now.location) {
        return undefined;
    }
    const refusals = [
        when(
            before.locked && (!now.locked || before.days !== now.days),
            "retention",
            "logging/change-of-locked-bucket",
            `cannot be changed, as the log bucket is locked permanently with ${before.days} days. Undo the change, or create another LogBucket.`,
        ),
        when(
            before.encrypted !== undefined && before.encrypted !== now.encrypted,
            "encryptionKey",
            "logging/key-after-creation",
            "cannot be added to or removed from a log bucket that exists. Undo the change, or set another name, which replaces the log bucket.",
        ),
    ].filter((refusal) => refusal !== undefined);
    if (refusals.length > 0) {
        throw deferredError(component, refusals);
    }
    return before.analytics && !now.analytics
        ? `${component}: analytics stays enabled, as Cloud Logging cannot disable it.`
        : undefined;
}
