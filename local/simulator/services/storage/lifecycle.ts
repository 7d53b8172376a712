import { storageLimits } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";
import { hasStorageClass, isStorageClass, requireStorageClass } from "./place";

const { lifecycleAffixes, lifecycleAffix, objectSize } = storageLimits.rows;

/**
 * Throws if a bucket cannot have its lifecycle rules: https://cloud.google.com/storage/docs/lifecycle. The words are as measured in
 * https://github.com/kmoneil/zig-gcp/blob/c7368cf7f0575e81be3864691dbba72b2df5f43d/src/storage/fake_buckets.zig
 */
export function verifyLifecycle(bucket: Inputs): void {
    const { lifecycleRules = [], autoclass } = bucket;
    for (const { action, condition } of lifecycleRules as Inputs[]) {
        const sent = sentConditions(condition);
        verifyAction(action, bucket);
        verifyCondition(sent);
        const names = Object.keys(sent);
        if (action.type === "AbortIncompleteMultipartUpload" && names.some((name) => !ofUploads.includes(name))) {
            throw invalid(
                "Lifecycle age_days, matches_prefix, and matches_suffix conditions are the only ones allowed for a ABORT_INCOMPLETE_MULTIPART_UPLOAD rule.",
            );
        }
        // https://cloud.google.com/storage/docs/autoclass
        if (autoclass?.enabled && (action.type === "SetStorageClass" || sent.matchesStorageClass)) {
            throw invalid(
                "Lifecycle rules with the action SetStorageClass or the condition matchesStorageClass are not supported with Autoclass.",
            );
        }
    }
    const affixes = (lifecycleRules as Inputs[]).flatMap(({ condition }) => [
        ...(condition.matchesPrefixes ?? []),
        ...(condition.matchesSuffixes ?? []),
    ]);
    if (affixes.length > lifecycleAffixes.max) {
        throw invalid(
            `Lifecycle matches_suffix and matches_prefix cannot specify more than ${lifecycleAffixes.max} rules per config.`,
        );
    }
}

const ofUploads = ["age", "matchesPrefix", "matchesSuffix"];

function verifyAction({ type, storageClass }: Inputs, bucket: Inputs): void {
    if (!["Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"].includes(type)) {
        throw invalid(`Invalid value for: ${type} is not a valid value`);
    }
    if (type !== "SetStorageClass") {
        if (storageClass) {
            throw invalid("Storage class can only be specified for SET_STORAGE_CLASS actions");
        }
        return;
    }
    if (!storageClass) {
        throw invalid("Lifecycle storage class rules must specify the destination storage class.");
    }
    if (!isStorageClass(storageClass)) {
        throw invalid(`Unknown storage class '${storageClass}' is not a valid option for SET_STORAGE_CLASS actions.`);
    }
    // "For buckets in a region, the new storage class cannot be Multi-Regional", and the reverse: https://cloud.google.com/storage/docs/lifecycle
    if (!hasStorageClass(bucket, storageClass)) {
        throw invalid(
            `Storage class '${storageClass}' is not a valid option for SET_STORAGE_CLASS actions of a bucket in ${String(bucket.location).toUpperCase()}.`,
        );
    }
}

const counts = ["daysSinceCustomTime", "daysSinceNoncurrentTime", "numNewerVersions"];
const dates = ["createdBefore", "customTimeBefore", "noncurrentTimeBefore"];
const sizes = ["sizeAboveBytes", "sizeBelowBytes"];

/**
 * What the provider sends of a condition, by the names of the API: no empty values, and no 0 without its flag.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/storage/resource_storage_bucket.go
 */
function sentConditions(condition: Inputs): Inputs {
    const { age = 0, withState, matchesPrefixes = [], matchesSuffixes = [], matchesStorageClasses = [] } = condition;
    const flag = (name: string) => condition[`send${name.charAt(0).toUpperCase()}${name.slice(1)}IfZero`] === true;
    const some = (name: string, list: string[]) => (list.length > 0 ? { [name]: list } : {});
    return {
        ...((age > 0 || flag("age")) && { age }),
        ...Object.fromEntries(
            counts
                .filter((name) => (condition[name] ?? 0) !== 0 || flag(name))
                .map((name) => [name, condition[name] ?? 0]),
        ),
        ...Object.fromEntries(
            [...dates, ...sizes].filter((name) => condition[name]).map((name) => [name, condition[name]]),
        ),
        ...((withState === "LIVE" || withState === "ARCHIVED") && { isLive: withState === "LIVE" }),
        ...some("matchesPrefix", matchesPrefixes),
        ...some("matchesSuffix", matchesSuffixes),
        ...some("matchesStorageClass", matchesStorageClasses),
    };
}

function verifyCondition(sent: Inputs): void {
    if (Object.keys(sent).length === 0) {
        throw invalid("Lifecycle rules must have a condition.");
    }
    for (const name of ["age", ...counts]) {
        if (sent[name] < 0) {
            throw invalid(`Lifecycle ${name} condition must be greater than or equal to 0, but was ${sent[name]}`);
        }
    }
    for (const name of dates) {
        if (sent[name] !== undefined && !isDate(sent[name])) {
            throw invalid(`Invalid value for: Invalid format: "${sent[name]}"`);
        }
    }
    for (const name of sizes) {
        if (sent[name] < 0 || sent[name] > objectSize.max * 2 ** 40) {
            throw invalid(
                `Lifecycle ${name} condition cannot exceed GCS maximum object size limit: ${objectSize.max} TiB, but was ${sent[name]}.`,
            );
        }
    }
    for (const name of ["matchesPrefix", "matchesSuffix"]) {
        const isLong = (text: string) => Buffer.byteLength(text) > lifecycleAffix.max;
        if (sent[name]?.some((text: string) => text === "" || isLong(text))) {
            throw invalid(
                `Lifecycle ${name} cannot contain a string that is empty or longer than ${lifecycleAffix.max}.`,
            );
        }
    }
    for (const name of sent.matchesStorageClass ?? []) {
        requireStorageClass(name);
    }
}

/** A day that exists, as `2026-01-31`. */
function isDate(text: string): boolean {
    const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
