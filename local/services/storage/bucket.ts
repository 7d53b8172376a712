import { bucketLocations, nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation, keyLocationOf } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import { type Context, type Inputs, type TypeRules, upperCase } from "../../rules/rules";
import { findNetwork } from "../compute";
import { bucketName, findBucket, invalid, storageAgent } from "./names";
import { refusedRemoval } from "./retention";

/** Bucket locations of a type. */
const placesOf = (desired: string) =>
    Object.entries(bucketLocations.rows).flatMap(([place, { type }]) =>
        type === desired ? [place.toUpperCase()] : [],
    );

const multiRegions = placesOf("multi-region");
const dualRegions = placesOf("dual-region");

/** "Storage classes", including legacy ones that only some locations support. */
const classes = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "DURABLE_REDUCED_AVAILABILITY"];

/** Settings that restrict the encryption of objects. */
const keyRules = [
    "customerManagedEncryptionEnforcementConfig",
    "customerSuppliedEncryptionEnforcementConfig",
    "googleManagedEncryptionEnforcementConfig",
];

/** "Bucket naming": names with dots can be longer, if each component has the length of a name without dots. */
function verifyName(name: string): void {
    if (!nameFormats.rows.bucket.pattern.test(name)) {
        throw invalid(`Invalid bucket name: '${name}'.`);
    }
}

/**
 * "Rapid Bucket": a bucket in a zone of its region, with a hierarchical namespace and uniform access.
 * https://cloud.google.com/storage/docs/rapid/rapid-bucket
 */
function isRapid({ location, storageClass, customPlacementConfig, hierarchicalNamespace, ...inputs }: Inputs): boolean {
    const [zone = "", ...others] = (customPlacementConfig?.dataLocations ?? []).map(upperCase);
    return (
        upperCase(storageClass ?? "") === "RAPID" &&
        others.length === 0 &&
        zone.replace(/-[A-Z]$/, "") === upperCase(location) &&
        hierarchicalNamespace?.enabled === true &&
        inputs.uniformBucketLevelAccess === true
    );
}

function verifyPlace(inputs: Inputs): void {
    const { location, storageClass } = inputs;
    const place = upperCase(location);
    const large = multiRegions.includes(place);
    const region = isRegion(place.toLowerCase(), "storage");
    if (!large && !dualRegions.includes(place) && !region) {
        throw invalid("The specified location constraint is not valid.");
    }
    const allowed = [...classes, ...(large ? ["MULTI_REGIONAL"] : []), ...(region ? ["REGIONAL"] : [])];
    if (!allowed.includes(upperCase(storageClass ?? "STANDARD")) && !isRapid(inputs)) {
        throw new GoogleError(
            400,
            "The combination of locationConstraint and storageClass you provided is not supported for your project",
            { reason: "invalid" },
        );
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    if (!old && inputs.retentionPolicy) {
        requireNumber(inputs.retentionPolicy.retentionPeriod);
    }
    if (!cloud.projects.find(inputs.project)) {
        throw invalid(`Unknown project id: ${inputs.project}`);
    }
    verifyName(inputs.name);
    verifyPlace(inputs);
    verifyKey(inputs, cloud);
    verifyRetention(inputs, old);
    // "Turbo replication": https://cloud.google.com/storage/docs/availability-durability#turbo-replication
    const isDual = dualRegions.includes(upperCase(inputs.location)) || inputs.customPlacementConfig !== undefined;
    if (inputs.rpo === "ASYNC_TURBO" && !isDual) {
        throw invalid("Turbo replication is only available for buckets in dual-regions.");
    }
    const days = (inputs.softDeletePolicy?.retentionDurationSeconds ?? 604800) / 86400;
    if (days !== 0 && (days < 7 || days > 90)) {
        throw invalid("Soft delete policy retention duration must be 0 or from 7 to 90 days.");
    }
    verifyIpFilter(inputs, cloud);
}

/**
 * The networks of an enabled filter exist: https://cloud.google.com/storage/docs/ip-filtering-overview. The text is approximate. Requests to the
 * local cloud have no address, so none is refused.
 */
function verifyIpFilter({ ipFilter, project }: Inputs, cloud: Cloud): void {
    if (ipFilter?.mode !== "Enabled") {
        return;
    }
    const missing = (ipFilter.vpcNetworkSources ?? []).find(
        ({ network }: Inputs) => !findNetwork(cloud, network, project),
    );
    if (missing) {
        throw invalid(`The VPC network ${missing.network} does not exist.`);
    }
}

/** "Bucket Lock": https://cloud.google.com/storage/docs/bucket-lock#policy-locks */
function verifyRetention({ name, retentionPolicy }: Inputs, old?: Inputs): void {
    const { isLocked = false, retentionPeriod = 0 } = old?.retentionPolicy ?? {};
    if (isLocked && Number(retentionPolicy?.retentionPeriod ?? 0) < Number(retentionPeriod)) {
        throw new GoogleError(
            403,
            `Cannot reduce retention duration of a locked Retention Policy for bucket '${name}'.`,
            { reason: "forbidden" },
        );
    }
}

function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const now = new Date().toISOString();
    const { name, project, logging, autoclass, lifecycleRules, encryption } = inputs;
    const location = upperCase(inputs.location);
    return {
        location,
        projectNumber: Number(cloud.projects.number(project)),
        publicAccessPrevention: inputs.publicAccessPrevention ?? "inherited",
        uniformBucketLevelAccess: inputs.uniformBucketLevelAccess ?? false,
        rpo: inputs.rpo ?? (isRegion(location.toLowerCase(), "storage") ? "" : "DEFAULT"),
        softDeletePolicy: {
            retentionDurationSeconds: 604800,
            ...inputs.softDeletePolicy,
            ...(inputs.softDeletePolicy?.retentionDurationSeconds !== 0 && {
                effectiveTime: old?.softDeletePolicy?.effectiveTime ?? now,
            }),
        },
        ...(logging && { logging: { logObjectPrefix: name, ...logging } }),
        // "Autoclass": the class of the bucket is always Standard.
        ...(autoclass?.enabled && { storageClass: "STANDARD" }),
        ...(autoclass && { autoclass: { terminalStorageClass: "NEARLINE", ...autoclass } }),
        ...(lifecycleRules && {
            lifecycleRules: lifecycleRules.map((rule: Inputs) => ({
                ...rule,
                condition: { withState: "ANY", ...rule.condition },
            })),
        }),
        ...(encryption && {
            encryption: {
                ...encryption,
                ...Object.fromEntries(
                    keyRules
                        .filter((key) => encryption[key])
                        .map((key) => [
                            key,
                            { effectiveTime: old?.encryption?.[key]?.effectiveTime ?? now, ...encryption[key] },
                        ]),
                ),
            },
        }),
        selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
        url: `gs://${name}`,
        timeCreated: old?.timeCreated ?? now,
        updated: now,
    };
}

/**
 * "Customer-managed encryption keys": the key must be in the bucket's location and usable by Cloud Storage's service
 * agent.
 */
function verifyKey({ encryption, location, project }: Inputs, cloud: Cloud): void {
    const key = encryption?.defaultKmsKeyName;
    if (!key) {
        return;
    }
    const place = keyLocation(key);
    if (place !== undefined && place !== keyLocationOf(location)) {
        throw invalid(`Cloud KMS region '${place}' not available for use with GCS region '${upperCase(location)}'.`);
    }
    if (!canEncrypt(cloud, key, storageAgent(cloud, project))) {
        throw new GoogleError(
            403,
            "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key.",
            { reason: "forbidden" },
        ).recordedIn("https://github.com/ollionorg/gcp-landing-zone/pull/59");
    }
}

/** https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/storage/resource_storage_bucket.go */
function requireNumber(period: string): void {
    if (!/^[+-]?\d+$/.test(period)) {
        throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(period)}: invalid syntax`);
    }
}

export const bucket: TypeRules = {
    noun: "Bucket",
    errorPrefix: () => "",
    id: ({ name }) => name,
    name: ({ name }) => bucketName(name),
    normalize: { location: upperCase, "customPlacementConfig.dataLocations": upperCase },
    plan: {
        'customdiff.ForceNewIfChange("retention_policy.0.is_locked", isPolicyLocked)': {
            replaceWhen: { "retentionPolicy.isLocked": (desired, found) => found === true && !desired },
        },
    },
    changesOnUpdate: ["updated"],
    alreadyExists: ({ name, project }, { cloud }) =>
        new GoogleError(
            409,
            cloud.store.read(bucketName(name))?.project === project
                ? "Your previous request to create the named bucket succeeded and you already own it."
                : "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
            { reason: "conflict" },
        ),
    verify,
    state,
    afterStore: ({ name, project }, { cloud }, old) => {
        if (!old) {
            cloud.iam.grantBasicRoles(project, bucketName(name));
        }
    },
    remove: ({ name, forceDestroy, retentionPolicy }, { cloud }) => {
        const within = bucketName(name);
        const objects = [...cloud.store.list(`${within}/objects`), ...cloud.store.list(`${within}/noncurrent`)];
        // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/storage/resource_storage_bucket.go
        const bucket = findBucket(cloud, name);
        const refused = objects
            .map((each) => bucket && refusedRemoval(each, bucket, cloud.now()))
            .find((each) => each !== undefined);
        if (refused?.reason === "retentionPolicyNotMet" && retentionPolicy?.isLocked) {
            throw new Error(
                `Bucket "${name}" contains objects that have not met the retention period yet and cannot be deleted.`,
            );
        }
        if (objects.length > 0 && !forceDestroy) {
            throw new Error(`Error trying to delete bucket ${name} without \`force_destroy\` set to true`);
        }
        if (refused) {
            const cause = new GoogleError(403, refused.text, { reason: refused.reason }).message;
            throw new Error(`could not delete non-empty bucket due to error when deleting contents: ${cause}`);
        }
        cloud.store.removeBelow(within);
    },
};
