import type { Entry } from "../../../cloud/store";
import { HttpError } from "../../../emulator/http";
import type { Inputs } from "../../../rules/rules";

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

/** Throws if an object cannot be deleted or replaced: https://cloud.google.com/storage/docs/bucket-lock */
export function requireReleased(object: Entry | undefined, bucket: Entry): void {
    if (!object) {
        return;
    }
    const name = `${bucket.id}/${object.state.name}`;
    const hold = object.state.temporaryHold ? "Temporary" : object.state.eventBasedHold ? "Event-Based" : undefined;
    if (hold) {
        throw new HttpError(
            403,
            "objectUnderActiveHold",
            `Object '${name}' is under active ${hold} hold and cannot be deleted, overwritten or archived until hold is removed.`,
        );
    }
    const expiration = retentionExpiration(object, bucket);
    if (expiration && Date.parse(expiration) > Date.now()) {
        throw new HttpError(
            403,
            "retentionPolicyNotMet",
            `Object '${name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${expiration}`,
        );
    }
}
