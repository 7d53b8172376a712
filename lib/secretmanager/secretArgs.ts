import type { SecretArgs as SecretResourceArgs } from "@pulumi/gcp/secretmanager/secret";
import type { SecretVersionArgs } from "@pulumi/gcp/secretmanager/secretVersion";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import type { EnvironmentDefaults } from "../environment/defaults";
import { type TaggedArgs, taggedArgs } from "../environment/tags";
import { secretManagerLimits } from "../facts/limits/secretManager";
import { nameFormats } from "../facts/names";
import { type EncryptionKey, encryptionKey } from "../iam/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, durationWithin } from "../internal/duration";
import { labels } from "../internal/labels";
import { expiration, type SecretExpiration } from "./expiration";
import { notifications, type SecretNotifications } from "./notifications";
import { replicaProblems, replicas } from "./replicas";
import { type ExternalValue, type GeneratedValue, type GivenValue, generate, secretOutput } from "./value";

/** The arguments of a {@link Secret}. */
export type SecretArgs = check.OneOf<GeneratedValue | GivenValue | ExternalValue> &
    ComponentArgs &
    TaggedArgs & {
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
        replicas?: Record<string, { encryptionKey?: EncryptionKey }>;
        /**
         * The {@link https://cloud.google.com/secret-manager/docs/cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts values with
         * automatic replication, in the location `global`.
         * @default a Google-managed key
         */
        encryptionKey?: EncryptionKey;
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

const limits = secretManagerLimits.rows;

/** Checks the version of a secret. */
export const secretVersion = check.matching(
    /^(latest|[1-9]\d*)$/,
    'must be a version\'s number, such as "3", or "latest"',
);

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

const annotations = check.pipe(
    check.record(
        check.matching(
            new RegExp(`^[A-Za-z0-9]([\\w.-]{0,${limits.annotationKey.max - 2}}[A-Za-z0-9])?$`),
            `an annotation's key must have up to ${limits.annotationKey.max} letters, digits, -, _ and ., and start and end with a letter or digit`,
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

const secretArgs = check.options<SecretArgs>({
    generate,
    value: secretOutput,
    external: check.custom((value) => value === true, "must be true, or left out"),
    name: check.input(secretId),
    version: check.input(secretVersion),
    replaced: check.oneOf("destroy", "disable", "keep"),
    destroyDelay: check.literalOr("none", durationWithin(limits.destroyDelay)),
    replicas,
    encryptionKey,
    expiration,
    notifications,
    annotations,
    labels,
    transform: transforms("secret", "version"),
    ...componentArgs,
    ...taggedArgs,
});

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: SecretArgs, { destroyDelay }: EnvironmentDefaults) {
    const completed = check.withDefaults(args, { name: component, destroyDelay, replaced: "destroy" as const });
    return check.checked(`Secret "${component}"`, completed, secretArgs, combinationProblems);
}

function combinationProblems(args: SecretArgs): (check.Problem | undefined)[] {
    const { value, external, generate } = args;
    const sources = Object.entries({ generate, value, external }).flatMap(([key, one]) =>
        one === undefined ? [] : [key],
    );
    return [
        check.when(
            sources.length > 1,
            "",
            "secretmanager/several-sources",
            `only one of generate, value, external can be set (got ${sources.join(", ")}).`,
        ),
        check.when(
            external && args.replaced !== "destroy",
            "replaced",
            "secretmanager/replaced-of-external",
            `has no effect on an external secret, whose versions are not managed here (got "${args.replaced}").`,
        ),
        ...replicaProblems(args),
    ];
}
