import { storageLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import { type Inputs, upperCase } from "../../rules/rules";
import { verifyKey } from "./key";
import { invalid } from "./names";
import { hasStorageClass, requireStorageClass } from "./place";

const { customMetadata, contexts: maxContexts, context: maxContext } = storageLimits.rows;

/** Throws if an object of a bucket cannot have its settings. */
export function verifyObjectSettings(object: Inputs, bucket: Entry, cloud: Cloud, old?: Inputs): void {
    const { storageClass, kmsKeyName, metadata, contexts } = object;
    if (storageClass) {
        requireStorageClass(storageClass);
        if (!hasStorageClass(bucket.state, storageClass)) {
            throw invalid(
                `The storage class ${upperCase(storageClass)} is not supported for objects of a bucket in ${bucket.state.location}.`,
            );
        }
    }
    verifyKey(kmsKeyName, String(bucket.state.location), bucket.project, cloud);
    verifyMetadata(metadata ?? {});
    verifyContexts(contexts?.customs ?? []);
    verifyObjectRetention(object, bucket, cloud.now(), old);
}

function verifyMetadata(metadata: Record<string, string>): void {
    const bytes = Object.entries(metadata).reduce((sum, entry) => sum + Buffer.byteLength(entry.join("")), 0);
    if (bytes > customMetadata.max * 1024) {
        throw invalid(`Custom metadata must have at most ${customMetadata.max} KiB, but it has ${bytes} bytes.`);
    }
}

/** "Naming requirements for key-value pairs": https://docs.cloud.google.com/storage/docs/use-object-contexts */
const contextText = new RegExp(`^[\\p{L}\\p{N}][^'"\\\\/]{0,${maxContext.max - 1}}$`, "u");

function verifyContexts(contexts: Inputs[]): void {
    if (contexts.length > maxContexts.max) {
        throw invalid(`An object can have at most ${maxContexts.max} contexts.`);
    }
    const refused = contexts.flatMap(({ key, value }) => [key, value]).find((text) => !contextText.test(text));
    if (refused !== undefined) {
        throw invalid(
            `Invalid context '${refused}': keys and values must have 1 to ${maxContext.max} characters, start with a letter or digit, and have no quotes, slashes or backslashes.`,
        );
    }
}

/** https://cloud.google.com/storage/docs/object-lock */
function verifyObjectRetention({ retention, eventBasedHold }: Inputs, bucket: Entry, now: Date, old?: Inputs): void {
    if (!retention) {
        return;
    }
    if (!bucket.state.enableObjectRetention) {
        throw invalid("Object retention is not enabled for the bucket.");
    }
    if (!["Locked", "Unlocked"].includes(retention.mode)) {
        throw invalid(`Invalid value for: ${retention.mode} is not a valid value`);
    }
    const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(retention.retainUntilTime);
    if (!isTime || Number.isNaN(Date.parse(retention.retainUntilTime))) {
        throw invalid(`Invalid value for: Invalid format: "${retention.retainUntilTime}"`);
    }
    const isNew = old?.retention?.retainUntilTime !== retention.retainUntilTime;
    if (isNew && Date.parse(retention.retainUntilTime) <= now.getTime()) {
        throw invalid("The retention expiration time of an object must be in the future.");
    }
    if (eventBasedHold) {
        throw invalid("An object cannot have both an event-based hold and a retention configuration.");
    }
}
