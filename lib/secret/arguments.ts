import type { SecretArgs as SecretResourceArgs } from "@pulumi/gcp/secretmanager/secret";
import type { SecretVersionArgs } from "@pulumi/gcp/secretmanager/secretVersion";
import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../environment";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { encryptionKey } from "../identity/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration } from "../internal/duration";
import { labels } from "../internal/labels";
import { region } from "../internal/places";
import type { PubSubTopic } from "../messaging";
import { annotations, problemsTogether, secretId, time } from "./limits";
import { characters, givenValue } from "./value";

/** A value that the component makes at random, once. */
export interface GeneratedValue {
    /**
     * How the value is made. Every kind of character that `characters` has (small letters, capitals, digits, others)
     * is in it. Any change here makes a new value.
     * @default 32 letters and digits
     */
    generate?: {
        /**
         * How many characters: 16 to 65,536.
         * @default 32
         */
        length?: number;
        /**
         * The characters to choose from: at least 10, all of them printable ASCII, none twice.
         * @default the letters and digits
         */
        characters?: string;
        /**
         * A text such as `"2026-03"`; changing it makes a new value and so rotates the secret.
         * @default the value stays
         */
        rotation?: string;
    };
}

/** A value that the program is given. */
export interface GivenValue {
    /**
     * The value, which only an output can be: `config.requireSecret("apiKey")`, or another resource's secret output. It
     * has 1 to 65,536 bytes ("Quotas and limits"). Another value makes another version.
     */
    value: pulumi.Output<string>;
}

/** A value that is put into the secret by hand or by another system. */
export interface ExternalValue {
    /** The component makes no version: `gcloud secrets versions add api-key --data-file=-`. */
    external: true;
}

/** When Secret Manager deletes a secret by itself, with all of its versions. */
export type SecretExpiration = check.OneOf<
    | {
          /** The time, in the form of RFC 3339: `"2027-01-01T00:00:00Z"`. */
          at: pulumi.Input<string>;
      }
    | {
          /** The time from when this is set: `"1 minute"` to `"36500 days"`. */
          after: Duration;
      }
>;

/** Messages that Secret Manager publishes about a secret. */
export interface SecretNotifications {
    /** Up to 10 topics ("Set up notifications on a secret"). Secret Manager's own account may publish to them. */
    topics: PubSubTopic[];
    /**
     * How often it reminds of rotating the secret: `"1 hour"` to `"36500 days"` ("Create rotation schedules"). Whoever gets
     * the message rotates it.
     * @default there are no reminders; messages tell of changes alone
     */
    rotationPeriod?: Duration;
    /**
     * The time of the first reminder, as `"2027-01-01T00:00:00Z"`, at least 5 minutes ahead; it is needed with
     * `rotationPeriod`. Secret Manager moves it on, so that a change of it is not looked at.
     * @default there are no reminders
     */
    nextRotationTime?: string;
}

/** The arguments of a {@link Secret}. */
export type SecretArgs = check.OneOf<GeneratedValue | GivenValue | ExternalValue> &
    ComponentArgs & {
        /**
         * The secret's id in its project: up to 255 letters, digits, `-` and `_` ("Create a secret"); another one makes another
         * secret.
         * @default the component's name
         */
        name?: pulumi.Input<string>;
        /**
         * Which version consumers read: a number, or `"latest"`, which a function resolves when an instance starts, so that a
         * new version reaches its instances one by one as they are replaced.
         * @default the version that this component makes, by its number, so that a new value rolls out a new revision of every
         * consumer; `"latest"` for an external one
         */
        version?: pulumi.Input<string>;
        /**
         * What becomes of a version when its value is replaced, after all consumers have the new one: it is destroyed,
         * disabled, or kept as it is. A version costs as long as it is not destroyed.
         * @default "destroy"
         */
        replaced?: "destroy" | "disable" | "keep";
        /**
         * How long a destroyed version is only disabled, so that it can be brought back: `"1 day"` to `"1000 days"` ("Delay
         * destruction of secret versions").
         * @default "7 days" in production, elsewhere "none", with which it is destroyed at once
         */
        destroyDelay?: Duration | "none";
        /**
         * Where values are stored, by region, each with a Cloud KMS key of the region or all without: `{ "europe-west1": {} }`.
         * Other regions make another secret ("Choose a replication policy").
         * @default wherever Google chooses
         */
        replicas?: Record<string, { encryptionKey?: pulumi.Input<string> }>;
        /**
         * The id of a Cloud KMS key in the location `global` that encrypts values which are stored where Google chooses
         * ("Enable customer-managed encryption keys").
         * @default a key of Google's
         */
        encryptionKey?: pulumi.Input<string>;
        /**
         * When Secret Manager deletes the secret by itself.
         * @default never
         */
        expiration?: SecretExpiration;
        /**
         * Topics that are told of changes and of when to rotate.
         * @default none
         */
        notifications?: SecretNotifications;
        /**
         * Notes for other systems, 16 KiB in all: keys of up to 63 letters, digits, `-`, `_` and `.`.
         * @default none
         */
        annotations?: Record<string, pulumi.Input<string>>;
        /**
         * Labels of the secret: at most 64 ("Requirements for labels").
         * @default those of the environment
         */
        labels?: Record<string, pulumi.Input<string>>;
        /** The last word on a child's arguments. */
        transform?: { secret?: Transform<SecretResourceArgs>; version?: Transform<SecretVersionArgs> };
    };

const topics = check.pipe(
    check.list(check.component("PubSubTopic"), "must be a list of topics"),
    check.refine((all) => (all as unknown[]).length >= 1 && (all as unknown[]).length <= 10, "must be 1 to 10 topics"),
);

const args = check.options<SecretArgs>({
    generate: check.options<Required<GeneratedValue>["generate"]>({
        length: check.whole(16, 65_536, "characters"),
        characters,
        rotation: check.text(),
    }),
    value: givenValue,
    external: check.custom((given) => given === true, "must be true, or left out"),
    name: check.input(secretId),
    version: check.input(
        check.matching(/^(latest|[1-9]\d*)$/, 'must be a version\'s number, such as "3", or "latest"'),
    ),
    replaced: check.oneOf("destroy", "disable", "keep"),
    destroyDelay: check.either((given) => given === "none", check.text(), duration("1 day", "1000 days")),
    replicas: check.record(region, check.options<{ encryptionKey?: pulumi.Input<string> }>({ encryptionKey })),
    encryptionKey,
    expiration: check.variant({
        at: check.options<{ at: string }>({ at: check.input(time) }, "at"),
        after: check.options<{ after: string }>({ after: duration("1 minute", "36500 days") }, "after"),
    }),
    notifications: check.options<SecretNotifications>(
        {
            topics,
            rotationPeriod: duration("1 hour", "36500 days"),
            nextRotationTime: time,
        },
        "topics",
    ),
    annotations,
    labels,
    transform: transforms("secret", "version"),
    ...componentArgs,
});

/** The arguments of a secret with the defaults for those that are left out. */
export type Decided = ReturnType<typeof decided>;

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(name: string, given: SecretArgs, { destroyDelay }: EnvironmentDefaults) {
    const completed = check.completed(given, { name, destroyDelay, replaced: "destroy" as const });
    return check.checked(`Secret "${name}"`, completed, args, problemsTogether);
}
