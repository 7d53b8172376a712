import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";

/** The time until which a bucket's retention policy, or the object's own configuration, keeps an object. */
export function retentionExpiration({ state }: Entry, bucket: Entry | undefined): string | undefined {
    const { generation, eventBasedHold, holdReleased, retention }: Inputs = state;
    const { retentionPeriod }: Inputs = bucket?.state.retentionPolicy ?? {};
    // "Object holds": the retention period of an object begins when its event-based hold is released.
    // https://cloud.google.com/storage/docs/object-holds
    const from = holdReleased ? Date.parse(holdReleased) : Number(generation) / 1000;
    const times = [
        ...(retentionPeriod && !eventBasedHold ? [from + Number(retentionPeriod) * 1000] : []),
        ...(retention?.retainUntilTime ? [Date.parse(retention.retainUntilTime)] : []),
    ];
    return times.length > 0 ? new Date(Math.max(...times)).toISOString() : undefined;
}

/** Why an object cannot be deleted or replaced, if it cannot: https://cloud.google.com/storage/docs/bucket-lock */
export function refusedRemoval(
    object: Entry | undefined,
    bucket: Entry,
    now: Date,
): { reason: string; text: string } | undefined {
    if (!object) {
        return undefined;
    }
    const name = `${bucket.id}/${object.state.name}`;
    const hold = object.state.temporaryHold ? "Temporary" : object.state.eventBasedHold ? "Event-Based" : undefined;
    if (hold) {
        return {
            reason: "objectUnderActiveHold",
            text: `Object '${name}' is under active ${hold} hold and cannot be deleted, overwritten or archived until hold is removed.`,
        };
    }
    const expiration = retentionExpiration(object, bucket);
    return expiration && Date.parse(expiration) > now.getTime()
        ? {
              reason: "retentionPolicyNotMet",
              text: `Object '${name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${expiration}`,
          }
        : undefined;
}
