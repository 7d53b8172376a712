import type { SecretArgs as SecretResourceArgs } from "@pulumi/gcp/secretmanager/secret";
import type { SecretVersionArgs } from "@pulumi/gcp/secretmanager/secretVersion";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { secretManagerLimits } from "../facts/limits/secretManager";
import { nameFormats } from "../facts/names";
import { encryptionKey } from "../iam/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration, durationWithin } from "../internal/duration";
import { labels } from "../internal/labels";
import { region } from "../internal/places";
import type { AnyTopic } from "../pubsub/anyTopic";
import { type GeneratedValue, generate, secretOutput } from "./value";

/** A value that the program receives, from its configuration or another resource. */
export interface GivenValue {
    /**
     * The value, as a secret output: `config.requireSecret("apiKey")`, or the secret output of another resource.
     * {@link https://cloud.google.com/secret-manager/quotas 1 to 65,536 bytes}. Changing this creates a new version.
     */
    value: pulumi.Output<string>;
}

/** A value that is added to the secret outside of the program, by hand or by another system. */
export interface ExternalValue {
    /** Creates no version. Add one with `gcloud secrets versions add api-key --data-file=-`. */
    external: true;
}

/** When a secret expires: Secret Manager then deletes it with all its versions. */
export type SecretExpiration = check.OneOf<
    | {
          /** The time, in RFC 3339 format: `"2027-01-01T00:00:00Z"`. */
          at: pulumi.Input<string>;
      }
    | {
          /** The time to live, from when this is set: `"1 minute"` to `"36500 days"`. */
          after: Duration;
      }
>;

/** A {@link https://cloud.google.com/secret-manager/docs/secret-rotation rotation schedule}. */
export interface SecretRotation {
    /** How often a message says to rotate the secret: `"1 hour"` to `"36500 days"`. */
    every: Duration;
    /**
     * The time of the first message, such as `"2027-01-01T00:00:00Z"`, at least 5 minutes in the future. Secret Manager advances it
     * after each message, so later changes of the argument have no effect.
     */
    start: string;
}

/** {@link https://cloud.google.com/secret-manager/docs/event-notifications Event notifications} of a secret. */
export interface SecretNotifications {
    /** Up to 10 topics. The service agent of Secret Manager receives the publisher role on each. */
    topics: AnyTopic[];
    /**
     * When a message says to rotate the secret. The subscriber rotates it.
     * @default no rotation messages
     */
    rotation?: SecretRotation;
}

/** The arguments of a {@link Secret}. */
export type SecretArgs = check.OneOf<GeneratedValue | GivenValue | ExternalValue> &
    ComponentArgs & {
        /**
         * The {@link https://cloud.google.com/secret-manager/docs/creating-and-accessing-secrets secret ID} in the project: up
         * to 255 letters, digits, `-` and `_`. Changing this replaces the secret.
         * @default the component's name
         */
        name?: pulumi.Input<string>;
        /**
         * The version that consumers read: a number, or `"latest"`. A function resolves `"latest"` when an instance starts, so
         * running instances keep the old version until they are replaced.
         * @default the number of the version that this component creates, so that a new value deploys a new revision of each
         * consumer; `"latest"` for an external secret
         */
        version?: pulumi.Input<string>;
        /**
         * What happens to the old version when the value changes, after all consumers use the new one. A version is billed
         * until it is destroyed.
         * @default "destroy"
         */
        replaced?: "destroy" | "disable" | "keep";
        /**
         * Delays the {@link https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions destruction} of
         * versions: `"1 day"` to `"1000 days"`, during which a version is disabled and can be restored. `"none"` destroys it
         * immediately.
         * @default "7 days" in production; "none" in other environments
         */
        destroyDelay?: Duration | "none";
        /**
         * Stores values only in these regions
         * ({@link https://cloud.google.com/secret-manager/docs/choosing-replication user-managed replication}):
         * `{ "europe-west1": {} }`. Either each region or none has a Cloud KMS key in that region. Changing the regions
         * replaces the secret.
         * @default automatic replication
         */
        replicas?: Record<string, { encryptionKey?: pulumi.Input<string> }>;
        /**
         * The ID of the {@link https://cloud.google.com/secret-manager/docs/cmek Cloud KMS key} that encrypts values with
         * automatic replication, in the location `global`.
         * @default a Google-managed key
         */
        encryptionKey?: pulumi.Input<string>;
        /**
         * When the secret expires.
         * @default never
         */
        expiration?: SecretExpiration;
        /**
         * Topics that receive messages about changes and due rotations.
         * @default none
         */
        notifications?: SecretNotifications;
        /**
         * {@link https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets Annotations}, 16 KiB in total:
         * keys of up to 63 letters, digits, `-`, `_` and `.`.
         * @default none
         */
        annotations?: Record<string, pulumi.Input<string>>;
        /**
         * Labels of the secret: at most 64
         * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
         * @default the environment's labels
         */
        labels?: Record<string, pulumi.Input<string>>;
        /** Callbacks that edit the arguments of child resources. */
        transform?: { secret?: Transform<SecretResourceArgs>; version?: Transform<SecretVersionArgs> };
    };

export const secretId = check.nameOf(nameFormats.rows.secret);

/**
 * Checks the path of a file with a secret. Cloud Run
 * {@link https://cloud.google.com/run/docs/configuring/services/secrets refuses} to mount over system folders.
 */
export const filePath = check.pipe(
    check.matching(
        /^(\/(?!\.\.?(\/|$))[\w.-]+){2,}$/,
        "must be the absolute path of a file in a folder, such as /secrets/api-key/text",
    ),
    check.refine((path) => !/^\/(dev|proc|sys)\//.test(String(path)), "must not be in /dev, /proc or /sys"),
);

const time = check.pipe(
    check.matching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
        "must be a time such as 2027-01-01T00:00:00Z",
    ),
    check.refine((value) => !Number.isNaN(Date.parse(String(value))), "is not a valid date and time"),
);

const limits = secretManagerLimits.rows;

const annotations = check.pipe(
    check.record(
        check.matching(
            /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
            "an annotation's key must have up to 63 letters, digits, -, _ and ., and start and end with a letter or digit",
        ),
        check.input(check.text()),
    ),
    check.refine(
        (all) => size(all as object) <= limits.annotations.max,
        `annotations can have ${limits.annotations.max / 1024} KiB at most in all`,
    ),
);

function size(all: object): number {
    const texts = Object.entries(all).flatMap(([key, value]) => (typeof value === "string" ? [key, value] : [key]));
    return Buffer.byteLength(texts.join(""));
}

const topics = check.pipe(
    check.list(check.component("PubSubTopic"), "must be a list of topics"),
    check.refine(
        (all) => (all as unknown[]).length >= limits.topics.min && (all as unknown[]).length <= limits.topics.max,
        `must be ${limits.topics.min} to ${limits.topics.max} topics`,
    ),
);

/** Checks the version of a secret. */
export const secretVersion = check.matching(
    /^(latest|[1-9]\d*)$/,
    'must be a version\'s number, such as "3", or "latest"',
);

export const secretArgs = check.options<SecretArgs>({
    generate,
    value: secretOutput,
    external: check.custom((value) => value === true, "must be true, or left out"),
    name: check.input(secretId),
    version: check.input(secretVersion),
    replaced: check.oneOf("destroy", "disable", "keep"),
    destroyDelay: check.literalOr("none", durationWithin(limits.destroyDelay)),
    replicas: check.record(region, check.options<{ encryptionKey?: pulumi.Input<string> }>({ encryptionKey })),
    encryptionKey,
    expiration: check.variant({
        at: check.options<{ at: pulumi.Input<string> }>({ at: check.input(time) }, "at"),
        after: check.options<{ after: Duration }>({ after: duration("1 minute", "36500 days") }, "after"),
    }),
    notifications: check.options<SecretNotifications>(
        {
            topics,
            rotation: check.options<SecretRotation>(
                { every: durationWithin(limits.rotationPeriod), start: time },
                "every",
                "start",
            ),
        },
        "topics",
    ),
    annotations,
    labels,
    transform: transforms("secret", "version"),
    ...componentArgs,
});
