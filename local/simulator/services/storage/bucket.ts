import { isIPv4 } from "node:net";
import { nameFormats, storageLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { isForeignDomain } from "../../cloud/domains";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import { type Context, type Inputs, type TypeRules, upperCase } from "../../rules/rules";
import { findNetwork } from "../compute";
import { verifyKey } from "./key";
import { verifyLifecycle } from "./lifecycle";
import { bucketName, findBucket, invalid } from "./names";
import { isDualRegion, isInRegion, locationType, verifyPlace } from "./place";
import { refusedRemoval } from "./retention";

/** Settings that restrict the encryption of objects. */
const keyRules = [
    "customerManagedEncryptionEnforcementConfig",
    "customerSuppliedEncryptionEnforcementConfig",
    "googleManagedEncryptionEnforcementConfig",
];

/**
 * "Bucket naming": names with dots can be longer, if each component has the length of a name without dots, and are domains of the caller.
 */
function verifyName(name: string): void {
    if (/\./.test(name) && !/\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/.test(name) && !isIPv4(name)) {
        throw invalid('Bucket name contains ".", but is not under a currently recognized top-level domain.').recordedIn(
            "https://github.com/pulumi/pulumi-gcp/issues/698",
        );
    }
    if (isForeignDomain(name)) {
        throw new GoogleError(403, "The bucket you tried to create requires domain ownership verification.", {
            reason: "forbidden",
        }).recordedIn("https://github.com/googleapis/google-cloud-go/issues/529");
    }
    if (!nameFormats.rows.bucket.pattern.test(name)) {
        throw invalid(`Invalid bucket name: '${name}'.`);
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
    verifyPlace(inputs, cloud);
    verifyNamespace(inputs);
    verifyReplication(inputs);
    verifyAutoclass(inputs);
    verifyLifecycle(inputs);
    verifyKey(inputs.encryption?.defaultKmsKeyName, inputs.location, inputs.project, cloud);
    verifyRetention(inputs, old);
    const days = (inputs.softDeletePolicy?.retentionDurationSeconds ?? 604800) / 86400;
    if (days !== 0 && (days < 7 || days > 90)) {
        throw invalid("Soft delete policy must have a retention duration between 7 days and 90 days.");
    }
    const { publicAccessPrevention } = inputs;
    if (publicAccessPrevention && !["inherited", "unspecified", "enforced"].includes(publicAccessPrevention)) {
        throw invalid(`Invalid value for: ${publicAccessPrevention} is not a valid value`);
    }
    verifyIpFilter(inputs, cloud);
}

/** "Turbo replication": https://cloud.google.com/storage/docs/availability-durability#turbo-replication */
function verifyReplication(inputs: Inputs): void {
    const { rpo } = inputs;
    if (rpo && !["DEFAULT", "ASYNC_TURBO"].includes(rpo)) {
        throw invalid(`Invalid value for: ${rpo} is not a valid value`);
    }
    if (rpo === "ASYNC_TURBO" && !isDualRegion(inputs)) {
        throw invalid("Turbo replication is only available for buckets in dual-regions.");
    }
    // "If used with single-region bucket, It will throw an error": the provider's documentation of `rpo`.
    if (rpo && isInRegion(inputs)) {
        throw invalid("The recovery point objective can only be set for buckets in dual-regions and multi-regions.");
    }
}

/** https://cloud.google.com/storage/docs/autoclass */
function verifyAutoclass({ autoclass }: Inputs): void {
    if (!autoclass?.enabled) {
        return;
    }
    const { terminalStorageClass: terminal } = autoclass;
    if (terminal && !["NEARLINE", "ARCHIVE"].includes(terminal)) {
        throw invalid(`Invalid value for: ${terminal} is not a valid value`);
    }
}

/**
 * https://cloud.google.com/storage/docs/hns-overview, with the words that were measured, as are those of {@link verifyRetention}:
 * https://github.com/kmoneil/zig-gcp/blob/c7368cf7f0575e81be3864691dbba72b2df5f43d/src/storage/fake_buckets.zig
 */
function verifyNamespace(inputs: Inputs): void {
    if (!inputs.hierarchicalNamespace?.enabled) {
        // https://cloud.google.com/storage/docs/rapid/rapid-bucket
        if (locationType(inputs) === "zone") {
            throw invalid("RAPID buckets must use a hierarchical namespace.");
        }
        return;
    }
    if (!inputs.uniformBucketLevelAccess) {
        throw invalid("Hierarchical namespace buckets must use uniform bucket-level access.");
    }
    const excluded: [string, unknown][] = [
        ["Versioning", inputs.versioning?.enabled],
        ["Retention policy", inputs.retentionPolicy],
        ["Object retention config", inputs.enableObjectRetention],
    ];
    const found = excluded.find(([, value]) => value);
    if (found) {
        throw invalid(`${found[0]} is not supported for hierarchical namespace buckets.`);
    }
}

/**
 * The networks of an enabled filter exist: https://cloud.google.com/storage/docs/ip-filtering-overview. The text is approximate. Requests to the
 * local cloud have no address, so none is refused.
 */
function verifyIpFilter({ ipFilter, project }: Inputs, cloud: Cloud): void {
    if (ipFilter?.mode !== "Enabled") {
        return;
    }
    const networks: Inputs[] = ipFilter.vpcNetworkSources ?? [];
    const sources: Inputs[] = [ipFilter.publicNetworkSource, ...networks].filter((each) => each !== undefined);
    const ranges = sources.flatMap(({ allowedIpCidrRanges }) => allowedIpCidrRanges ?? []);
    const { ipFilterNetworks, ipFilterRanges } = storageLimits.rows;
    if (networks.length > ipFilterNetworks.max || ranges.length > ipFilterRanges.max) {
        throw invalid(
            `An IP filter can have at most ${ipFilterNetworks.max} VPC networks and ${ipFilterRanges.max} IP CIDR ranges.`,
        );
    }
    const missing = networks.find(({ network }: Inputs) => !findNetwork(cloud, network, project));
    if (missing) {
        throw invalid(`The VPC network ${missing.network} does not exist.`);
    }
}

/** 100 years, as measured. */
const maxRetention = 3_155_760_000;

/** "Bucket Lock": https://cloud.google.com/storage/docs/bucket-lock#policy-locks */
function verifyRetention({ name, retentionPolicy }: Inputs, old?: Inputs): void {
    const seconds = Number(retentionPolicy?.retentionPeriod ?? 1);
    if (seconds < 1 || seconds > maxRetention) {
        throw invalid("Retention policy must have a retention period greater than 0 and less than 100 years.");
    }
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
    calls: {
        update: ({ publicAccessPrevention }, _, old) => [
            "storage.buckets.patch",
            ...(publicAccessPrevention === old?.publicAccessPrevention
                ? []
                : ["storage.buckets.patchPublicAccessPrevention"]),
            "storage.buckets.get",
        ],
        delete: ({ forceDestroy }) => [
            "storage.objects.list",
            ...(forceDestroy ? ["storage.objects.delete"] : []),
            "storage.buckets.delete",
        ],
    },
};
