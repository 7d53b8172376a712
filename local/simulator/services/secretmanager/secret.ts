import { nameFormats, secretManagerLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { verifyDurationForm } from "../../cloud/duration";
import { canEncrypt, keyLocation } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { topicName } from "../pubsub/names";
import { api, pathOf, secretName, versionName, withProjectNumber } from "./names";

const limits = secretManagerLimits.rows;

const invalid = (message: string) => new GoogleError(400, message);

/** Secret Manager's service agent, for notifications and encryption. */
const secretsAgent = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@gcp-sa-secretmanager.iam.gserviceaccount.com`;

/** Terraform's `RequiredWith`. */
function refusedTogether({ rotation, topics }: Inputs): string | undefined {
    if (rotation && !topics) {
        return '"rotation": all of `rotation,topics` must be specified';
    }
    return rotation?.nextRotationTime && !rotation.rotationPeriod
        ? '"rotation.0.next_rotation_time": all of `rotation.0.next_rotation_time,rotation.0.rotation_period` must be specified'
        : undefined;
}

function verify(inputs: Inputs, context: Context, old?: Inputs): void {
    for (const { location } of inputs.replication.userManaged?.replicas ?? []) {
        if (!isRegion(location)) {
            throw invalid(`Replica location [${location}] is not a valid location.`);
        }
    }
    verifySecret(inputs, context, old);
}

/** What secrets and regional secrets have in common. */
function verifySecret(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { secretId, ttl, expireTime, project } = inputs;
    if (!nameFormats.rows.secret.pattern.test(secretId)) {
        throw invalid(`The provided Secret ID [${secretId}] does not match the expected format [[a-zA-Z_0-9]+]`);
    }
    // The state contains an expiration time if a TTL is configured; only configuring both is a conflict.
    if (ttl && expireTime && expireTime !== old?.expireTime) {
        throw invalid("Invalid value at 'secret' (oneof), oneof field 'expiration' is already set. Cannot set 'ttl'");
    }
    verifyKeys(inputs, cloud);
    verifyAnnotations(inputs);
    verifyDurations(inputs);
    verifyTime("expire_time", expireTime, old?.expireTime);
    verifyRotation(inputs, old);
    verifyTopics(inputs, cloud, project);
    verifyAliases(inputs, cloud);
}

/**
 * "Enable CMEK for Secret Manager": keys must be in the location of each replica, or of the regional secret; for automatic replication, `global`.
 */
function verifyKeys({ replication, location: region, customerManagedEncryption, project }: Inputs, cloud: Cloud): void {
    const replicas: Inputs[] = region
        ? [{ customerManagedEncryption, location: region }]
        : (replication.userManaged?.replicas ?? [{ ...replication.auto, location: "global" }]);
    for (const { customerManagedEncryption, location } of replicas) {
        const key = customerManagedEncryption?.kmsKeyName;
        if (key && keyLocation(key) !== location) {
            throw invalid(`The KMS key [${key}] must be in the location [${location}].`);
        }
        if (key && !canEncrypt(cloud, key, secretsAgent(cloud, project))) {
            throw invalid(
                `Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key}' (or it may not exist).`,
            );
        }
    }
}

function verifyAnnotations({ annotations = {} }: Inputs): void {
    const wrong = Object.keys(annotations).find(
        (key) => !/^[a-z0-9]([-\w.]*[a-z0-9])?$/i.test(key) || key.length > limits.annotationKey.max,
    );
    if (wrong !== undefined) {
        throw invalid(
            `Annotation key [${wrong}] must have 1 to 63 characters, begin and end with a letter or digit, and have only letters, digits, '-', '_' and '.' between them.`,
        );
    }
    const size = Object.entries(annotations).reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
    if (size >= limits.annotations.max) {
        throw invalid(`The annotations have ${size} bytes; they must have fewer than ${limits.annotations.max}.`);
    }
}

/** "Delay destruction of secret versions" has the limits of the delay. */
function verifyDurations({ ttl, versionDestroyTtl, rotation }: Inputs): void {
    const durations: Record<string, string | undefined> = {
        ttl,
        version_destroy_ttl: versionDestroyTtl,
        "rotation.rotation_period": rotation?.rotationPeriod,
    };
    for (const [field, value] of Object.entries(durations)) {
        if (value) {
            verifyDurationForm(`secret.${field}`, value);
        }
    }
    if (ttl && Number.parseFloat(ttl) <= 0) {
        throw invalid("Field [ttl] must be positive.");
    }
    const { min, max } = limits.destroyDelay;
    const delay = Number.parseFloat(versionDestroyTtl ?? "0s");
    if (delay !== 0 && (delay < secondsIn(min) || delay > secondsIn(max))) {
        throw invalid(`Field [version_destroy_ttl] must be between ${secondsIn(min)}s and ${secondsIn(max)}s.`);
    }
}

/** New times must be valid and in the future. */
function verifyTime(field: string, value: string | undefined, before?: string): void {
    if (value && Number.isNaN(Date.parse(value))) {
        throw invalid(`Invalid value at 'secret.${field}' (type.googleapis.com/google.protobuf.Timestamp), "${value}"`);
    }
    if (value && value !== before && Date.parse(value) <= Date.now()) {
        throw invalid(`Field [${field}] must be in the future.`);
    }
}

function verifyRotation({ rotation }: Inputs, old?: Inputs): void {
    const { rotationPeriod, nextRotationTime } = rotation ?? {};
    verifyTime("rotation.next_rotation_time", nextRotationTime, old?.rotation?.nextRotationTime);
    const ahead = (Date.parse(nextRotationTime) - Date.now()) / 1000;
    const isNew = nextRotationTime && nextRotationTime !== old?.rotation?.nextRotationTime;
    if (isNew && (ahead < secondsIn(limits.nextRotation.min) || ahead > secondsIn(limits.nextRotation.max))) {
        throw invalid(
            "Field [rotation.next_rotation_time] must be at least 300s and at most 3153600000s in the future.",
        );
    }
    const { min, max } = limits.rotationPeriod;
    const [minSeconds, maxSeconds] = [secondsIn(min), secondsIn(max)];
    const seconds = Number(rotationPeriod?.replace(/s$/, ""));
    if (rotationPeriod && !(seconds >= minSeconds && seconds <= maxSeconds)) {
        throw invalid(`Field [rotation.rotation_period] must be between ${minSeconds}s and ${maxSeconds}s.`);
    }
    if (rotationPeriod && !nextRotationTime) {
        // The words: https://github.com/kyma-project/test-infra/pull/13626.
        throw invalid("Next rotation time must be set while the rotation period is set.");
    }
}

/** "Set up notifications on a secret": Secret Manager publishes a test message when a topic is added. */
function verifyTopics({ topics = [] }: Inputs, cloud: Cloud, project: string): void {
    if (topics.length > limits.topics.max) {
        throw invalid(`A secret can have at most ${limits.topics.max} topics.`);
    }
    const agent = secretsAgent(cloud, project);
    for (const { name } of topics) {
        const [, owner, ...rest] = /^projects\/([^/]+)\/topics\/[^/]+$/.exec(name) ?? [];
        if (!owner || rest.length > 0) {
            throw invalid(`Pub/Sub topic [${name}] is not in the format projects/*/topics/*.`);
        }
        const resource = topicName(name, owner);
        if (!cloud.store.read(resource) || !isAllowedOn(cloud, agent, "pubsub.topics.publish", resource)) {
            throw invalid(
                `Service account [${agent}] does not have permission to publish messages to the Pub/Sub topic [${name}], or that topic does not exist.`,
            );
        }
    }
}

function verifyAliases(inputs: Inputs, cloud: Cloud): void {
    const aliases = Object.entries(inputs.versionAliases ?? {});
    if (aliases.length > limits.versionAliases.max) {
        throw invalid(`A secret can have at most ${limits.versionAliases.max} version aliases.`);
    }
    for (const [alias, version] of aliases) {
        if (!/^[A-Za-z][\w-]{0,62}$/.test(alias) || alias === "latest" || alias === "NEW") {
            throw invalid(`Version alias [${alias}] is not valid.`);
        }
        if (!cloud.store.read(versionName(pathOf(inputs), String(version)))) {
            throw new GoogleError(
                404,
                `Secret Version [${withProjectNumber(cloud, pathOf(inputs))}/versions/${version}] not found.`,
            );
        }
    }
}

/** The expiration time: a TTL starts when it is set. */
function expiry({ expireTime, ttl }: Inputs, old?: Inputs): string {
    if (!ttl) {
        return expireTime ?? "";
    }
    const end = new Date(Date.now() + Number.parseFloat(ttl) * 1000).toISOString();
    return old?.ttl === ttl ? old?.expireTime : end;
}

const shared: Pick<TypeRules, "api" | "id" | "validateInputs" | "alreadyExists" | "state"> = {
    api,
    id: pathOf,
    validateInputs: refusedTogether,
    alreadyExists: (inputs, { cloud }) =>
        new GoogleError(409, `Secret [${withProjectNumber(cloud, pathOf(inputs))}] already exists.`),
    state: (inputs, { cloud }, old) => ({
        name: withProjectNumber(cloud, pathOf(inputs)),
        createTime: old?.createTime ?? new Date().toISOString(),
        expireTime: expiry(inputs, old),
        effectiveAnnotations: inputs.annotations ?? {},
    }),
};

/** Removes a secret with its versions. */
function remove(inputs: Inputs, cloud: Cloud, noun: string): void {
    if (inputs.deletionProtection) {
        throw new Error(
            `cannot destroy ${noun} without setting deletion_protection=false and running \`terraform apply\``,
        );
    }
    cloud.store.removeBelow(secretName(pathOf(inputs)));
}

export const secret: TypeRules = {
    ...shared,
    noun: "Secret",
    generatedNoun: "SecretManagerSecret",
    sendsOnlyChanges: true,
    plan: {
        secretManagerSecretAutoCustomizeDiff: {
            replaceOnChange: [
                "replication.auto.customerManagedEncryption",
                "replication.auto.customerManagedEncryption.kmsKeyName",
            ],
        },
    },
    verify,
    remove: (inputs, { cloud }) => remove(inputs, cloud, "secret manager secret"),
};

/** "Data residency": the endpoint of the region answers all requests, and knows nothing else. */
function verifyRegional(inputs: Inputs, context: Context, old?: Inputs): void {
    const { project, location, secretId } = inputs;
    if (!isRegion(location)) {
        const host = `secretmanager.${location}.rep.googleapis.com`;
        const url = `https://${host}/v1/projects/${project}/locations/${location}/secrets?secretId=${secretId}`;
        throw new Error(`Error creating RegionalSecret: Post "${url}": dial tcp: lookup ${host}: no such host`);
    }
    verifySecret(inputs, context, old);
}

export const regionalSecret: TypeRules = {
    ...shared,
    noun: "RegionalSecret",
    generatedNoun: "SecretManagerRegionalRegionalSecret",
    sendsOnlyChanges: true,
    verify: verifyRegional,
    remove: (inputs, { cloud }) => remove(inputs, cloud, "secretmanager regional secret"),
};
