import type { RegionalSecretArgs as RegionalSecretResourceArgs } from "@pulumi/gcp/secretmanager/regionalSecret";
import type { RegionalSecretVersionArgs } from "@pulumi/gcp/secretmanager/regionalSecretVersion";
import type { SecretArgs as SecretResourceArgs } from "@pulumi/gcp/secretmanager/secret";
import type { SecretVersionArgs } from "@pulumi/gcp/secretmanager/secretVersion";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyOf, keyLocation, shownKey } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import type { Environment } from "../environment/environment";
import { secretManagerLimits } from "../facts/limits/secretManager";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { region } from "../internal/arguments/locations";
import { type Transform, transforms } from "../internal/engine/children";
import type { EnvironmentDefaults } from "../stack/settings/defaults";
import { expiration, type SecretExpiration } from "./expiration";
import { notifications, type SecretNotifications } from "./notifications";
import { replicaProblems, replicas } from "./replicas";
import {
    namedVersion,
    type ReplacedVersion,
    replacedVersion,
    type SecretValues,
    valueChecks,
    versionProblems,
} from "./versions";

/** The arguments that secrets and regional secrets share. */
export interface CommonSecretArgs extends ComponentArgs, TaggedArgs {
    /**
     * The {@link https://cloud.google.com/secret-manager/docs/creating-and-accessing-secrets secret ID} in the project: up
     * to 255 letters, digits, `-` and `_`. Changing this replaces the secret.
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /**
     * The version that consumers read: a number, `"latest"`, or a name in `versions`. A function resolves `"latest"` when an instance
     * starts, so running instances keep the old version until they are replaced.
     * @default the number of the version that this component creates, so that a new value deploys a new revision of each
     * consumer; of the last one in `versions` that is not disabled; `"latest"` for an external secret
     */
    version?: pulumi.Input<string>;
    /**
     * What happens to the old version when the value changes, after all consumers use the new one, and to a version that is removed
     * from `versions`. A version is billed until it is destroyed.
     * @default "destroy"
     */
    replaced?: ReplacedVersion;
    /**
     * Delays the {@link https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions destruction} of
     * versions: `"1 day"` to `"1000 days"`, during which a version is disabled and can be restored. `"none"` destroys it
     * immediately.
     * @default "7 days" in production; "none" in other environments
     */
    destroyDelay?: Duration | "none";
    /**
     * When the secret expires.
     * @default never
     */
    expiration?: check.Short<SecretExpiration, Duration>;
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
}

/** How a region stores the values of a secret. */
export interface SecretReplica {
    /**
     * The {@link https://cloud.google.com/secret-manager/docs/cmek Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or an ID, that encrypts values
     * in this region. The key is in the same region.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
}

/** The arguments of a {@link Secret}. */
export type SecretArgs = SecretValues &
    CommonSecretArgs & {
        /**
         * Stores values only in these regions
         * ({@link https://cloud.google.com/secret-manager/docs/choosing-replication user-managed replication}):
         * `{ "europe-west1": {} }`. Either each region or none has a Cloud KMS key in that region. Changing the regions
         * replaces the secret. If the requests must also stay in one region, use a {@link RegionalSecret}.
         * @default automatic replication
         */
        replicas?: check.Short<Record<string, SecretReplica>, readonly string[]>;
        /**
         * The {@link https://cloud.google.com/secret-manager/docs/cmek Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or an ID, that
         * encrypts values with automatic replication, in the location `global`.
         * @default a Google-managed key
         */
        encryptionKey?: EncryptionKey;
        /** Callbacks that edit the arguments of child resources. */
        transform?: { secret?: Transform<SecretResourceArgs>; version?: Transform<SecretVersionArgs> };
    };

/** The arguments of a {@link RegionalSecret}. */
export type RegionalSecretArgs = SecretValues &
    CommonSecretArgs & {
        /**
         * The {@link https://cloud.google.com/secret-manager/docs/locations region} with the values, whose endpoint answers all requests,
         * such as `"europe-west1"`. Changing this replaces the secret.
         * @default the environment's region
         */
        region?: string;
        /**
         * The {@link https://cloud.google.com/secret-manager/docs/cmek Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or an ID, that
         * encrypts values, in the region of the secret. Changing this encrypts new versions with it.
         * @default a Google-managed key
         */
        encryptionKey?: EncryptionKey;
        /** Callbacks that edit the arguments of child resources. */
        transform?: { secret?: Transform<RegionalSecretResourceArgs>; version?: Transform<RegionalSecretVersionArgs> };
    };

export const secretId = check.nameOf(nameFormats.rows.secret);

const limits = secretManagerLimits.rows;

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

const commonChecks: check.Checks<CommonSecretArgs> = {
    name: check.publicInput(secretId),
    version: check.input(namedVersion),
    replaced: replacedVersion,
    destroyDelay: check.literalOr("none", durationWithin(limits.destroyDelay)),
    expiration,
    notifications,
    annotations,
    labels,
    ...componentArgs,
    ...taggedArgs,
};

const secretArgs = check.options<SecretArgs>({
    ...valueChecks,
    ...commonChecks,
    replicas,
    encryptionKey: encryptionKeyOf("secretmanager.googleapis.com/Secret"),
    transform: transforms("secret", "version"),
});

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: SecretArgs, { destroyDelay }: EnvironmentDefaults) {
    const completed = check.withDefaults(args, { name: component, destroyDelay, replaced: "destroy" as const });
    return check.checked(`Secret "${component}"`, completed, secretArgs, (all) => [
        ...versionProblems(all),
        ...replicaProblems(all),
    ]);
}

const regionalSecretArgs = check.explainedOptions<RegionalSecretArgs>(
    { replicas: "A regional secret is in one region. For several write new Secret(name, { replicas: { … } })." },
    {
        ...valueChecks,
        ...commonChecks,
        region,
        encryptionKey: encryptionKeyOf("secretmanager.googleapis.com/Secret"),
        transform: transforms("secret", "version"),
    },
);

/** Validated arguments of a regional secret with their defaults. */
export type ResolvedRegionalArgs = ReturnType<typeof resolveRegionalArgs>;

/** Completes the arguments of a regional secret with their defaults and validates the result. */
export function resolveRegionalArgs(component: string, args: RegionalSecretArgs, environment: Environment) {
    const completed = check.withDefaults(args, {
        name: component,
        region: environment.region,
        destroyDelay: environment.defaults.destroyDelay,
        replaced: "destroy" as const,
    });
    return check.checked(`RegionalSecret "${component}"`, completed, regionalSecretArgs, (all) => [
        ...versionProblems(all),
        regionalKeyProblem(all),
    ]);
}

function regionalKeyProblem({ encryptionKey, region }: RegionalSecretArgs): check.Problem | undefined {
    const location = keyLocation(encryptionKey);
    return check.when(
        location !== undefined && location !== region,
        "encryptionKey",
        "secretmanager/regional-key-in-other-location",
        `must be a key in the location ${region}, the region of the secret (got ${shownKey(encryptionKey)}).`,
    );
}
