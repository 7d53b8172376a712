import { secretManagerLimits } from "../facts/limits/secretManager";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, inSeconds, secondsIn } from "../internal/arguments/duration";
import type { AnyTopic } from "../pubsub/anyTopic";
import { time } from "./expiration";

/** A {@link https://cloud.google.com/secret-manager/docs/secret-rotation rotation schedule}. */
export interface SecretRotation {
    /** How often a message says to rotate the secret: `"1 hour"` to `"36500 days"`. */
    every: Duration;
    /**
     * The time of the first message, such as `"2027-01-01T00:00:00Z"`, at least 5 minutes in the future. Secret Manager advances it
     * after each message, so later changes of the argument have no effect.
     * @default `every` after the deployment that sets it, at the next full hour
     */
    start?: string;
}

/** {@link https://cloud.google.com/secret-manager/docs/event-notifications Event notifications} of a secret. */
export interface SecretNotifications {
    /** Up to 10 topics. The service agent of Secret Manager receives the publisher role on each. */
    topics: AnyTopic[];
    /**
     * When a message says to rotate the secret. The subscriber rotates it.
     * @default no rotation messages
     */
    rotation?: check.Short<SecretRotation, Duration>;
}

export const { topics: topicsLimit, rotationPeriod } = secretManagerLimits.rows;

const topics = check.pipe(
    check.list(check.component("PubSubTopic"), "must be a list of topics"),
    check.refine(
        (all) => (all as unknown[]).length >= topicsLimit.min && (all as unknown[]).length <= topicsLimit.max,
        `must be ${topicsLimit.min} to ${topicsLimit.max} topics`,
    ),
);

/** Checks the notifications. */
export const notifications = check.options<SecretNotifications>(
    {
        topics,
        rotation: check.short(
            check.options<SecretRotation>({ every: durationWithin(rotationPeriod), start: time }, "every"),
            (every: Duration) => ({ every }),
        ),
    },
    "topics",
);

/** The notifications in the form of the provider. */
export function notificationArgs({ topics, rotation }: Partial<check.Long<SecretNotifications>> = {}) {
    return {
        topics: topics?.map(({ topic }) => ({ name: topic.id })),
        rotation: rotation && rotationArgs(rotation),
    };
}

const hour = 3_600_000;

/** The first time is only registered once: changes of it are ignored. */
function rotationArgs({ every, start }: SecretRotation) {
    const first = () => new Date(Math.ceil((Date.now() + secondsIn(every) * 1000) / hour) * hour);
    return {
        rotationPeriod: inSeconds(every),
        nextRotationTime: start ?? first().toISOString().replace(".000", ""),
    };
}
