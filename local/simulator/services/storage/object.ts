import { createHash } from "node:crypto";
import { storageLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Context, FunctionRules, Inputs, TypeRules } from "../../rules/rules";
import { bytesOf } from "./asset";
import { crc32c } from "./checksum";
import { detectedType } from "./contentType";
import { bucketName, bucketNotFound, findBucket, invalid, objectName, projectOf } from "./names";
import { verifyObjectSettings } from "./objectSettings";
import { refusedRemoval } from "./retention";

/** Creates or replaces an object, like a client's upload, with what else its state has. */
export function writeObject(
    cloud: Cloud,
    bucket: Entry,
    name: string,
    content: Buffer,
    contentType?: string,
    own: Inputs = {},
): Inputs {
    keepVersion(cloud, bucket.id, name);
    const state = { ...described(bucket.id, name, content, contentType), ...own };
    const full = objectName(bucket.id, name);
    cloud.store.write({
        name: full,
        project: bucket.project,
        // Objects that a program created remain its resources, whoever overwrites them.
        type: cloud.store.read(full)?.type,
        id: `${bucket.id}-${name}`,
        state,
        content: cloud.store.keep(content),
    });
    return state;
}

/** Deletes an object, of which a bucket with versioning keeps a noncurrent version. */
export function removeObject(cloud: Cloud, bucket: string, name: string): void {
    keepVersion(cloud, bucket, name);
    cloud.store.remove(objectName(bucket, name));
}

/** The name of a noncurrent version. */
export const noncurrentName = (bucket: string, object: string, generation: unknown) =>
    `${bucketName(bucket)}/noncurrent/${object}/${generation}`;

/** Keeps a noncurrent version of a replaced or deleted object in buckets with versioning. */
function keepVersion(cloud: Cloud, bucket: string, name: string): void {
    const versioning = findBucket(cloud, bucket)?.state.versioning as { enabled?: boolean } | undefined;
    const object = cloud.store.read(objectName(bucket, name));
    if (versioning?.enabled && object) {
        const { generation } = object.state;
        cloud.store.write({
            ...object,
            name: noncurrentName(bucket, name, generation),
            type: undefined,
            id: `${object.id}#${generation}`,
            state: { ...object.state, timeDeleted: new Date().toISOString() },
        });
    }
}

function described(bucket: string, name: string, content: Buffer, contentType?: string): Inputs {
    const md5 = createHash("md5").update(content).digest();
    const link = `https://www.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
    // A generation is the write time in microseconds.
    const generation = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    return {
        bucket,
        name,
        outputName: name,
        contentType: contentType ?? sniffed(name),
        storageClass: "STANDARD",
        generation,
        md5hash: md5.toString("base64"),
        md5hexhash: md5.toString("hex"),
        crc32c: crc32c(content),
        selfLink: link,
        mediaLink: `${link.replace("www.googleapis.com/", "storage.googleapis.com/download/")}?generation=${generation}&alt=media`,
    };
}

function sniffed(name: string): string {
    const types: Record<string, string> = {
        zip: "application/zip",
        json: "application/json",
        txt: "text/plain; charset=utf-8",
    };
    return types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
}

function contentOf({ content, source }: Inputs, { cloud }: Pick<Context, "cloud">): Buffer {
    const { program = process.cwd() } = cloud.caller.settings;
    return content !== undefined ? Buffer.from(content) : bytesOf(source, program);
}

/** "Object names". */
function verifyName(name: string): void {
    const { length } = Buffer.from(name);
    const { max } = storageLimits.rows.objectName;
    if (length > max) {
        throw invalid(
            `The maximum object length is ${max} characters, but got a name with ${length} characters: '${name}'`,
        );
    }
    if (/[\r\n]/.test(name)) {
        throw invalid(`Disallowed unicode characters present in object name '${name}'`);
    }
    if (/^(|\.\.?|\.well-known\/acme-challenge\/.*)$/.test(name)) {
        throw invalid(`Invalid object name: '${name}'`);
    }
}

function contextsOf({ contexts }: Inputs, old?: Inputs): Inputs {
    const now = new Date().toISOString();
    const customs = contexts?.customs?.map((custom: Inputs) => {
        const before = old?.contexts?.customs?.find((item: Inputs) => item.key === custom.key);
        const same = before?.value === custom.value;
        return { ...custom, createTime: before?.createTime ?? now, updateTime: same ? before.updateTime : now };
    });
    return customs ? { contexts: { customs } } : {};
}

function refusedContexts({ contexts }: Inputs): string | undefined {
    const keys = ((contexts?.customs ?? []) as (Inputs | undefined)[]).map((custom) => custom?.key);
    const double = keys.find((key, index) => key !== undefined && keys.indexOf(key) < index);
    return double && `duplicate key found in 'contexts' block: ${double}. Each 'key' must be unique`;
}

/** Throws if the object has a hold, or is retained. */
function requireReleased(bucket: string, name: string, cloud: Cloud): void {
    const owner = findBucket(cloud, bucket);
    const refused = owner && refusedRemoval(cloud.store.read(objectName(bucket, name)), owner, cloud.now());
    if (refused) {
        throw new GoogleError(403, refused.text, { reason: refused.reason });
    }
}

/** Values that a write of the content sets; other changes keep them. */
const ofContent = ["crc32c", "generation", "md5hash", "md5hexhash", "mediaLink"];

export const object: TypeRules = {
    noun: "object",
    cost: "free",
    errorPrefix: (verb, { name }) =>
        verb === "create" ? `Error uploading object ${name}` : `Error updating object ${name}`,
    id: ({ bucket, name }) => `${bucket}-${name}`,
    name: ({ bucket, name }) => objectName(bucket, name),
    project: ({ bucket }, { cloud }) => projectOf(cloud, bucket),
    // The provider compares the content itself; the input only triggers it.
    normalize: { detectMd5hash: () => "" },
    plan: { validateContexts: { refuse: refusedContexts } },
    changesOnUpdate: ofContent,
    verify: (inputs, { cloud }, old) => {
        const bucket = findBucket(cloud, inputs.bucket);
        if (!bucket) {
            throw bucketNotFound();
        }
        verifyName(inputs.name);
        verifyObjectSettings(inputs, bucket, cloud, old);
    },
    content: contentOf,
    state: (inputs, { cloud }, old) => {
        const { bucket, name } = inputs;
        const content = contentOf(inputs, { cloud });
        const state = described(bucket, name, content, inputs.contentType ?? detectedType(content));
        const unchanged = old?.md5hash === state.md5hash;
        if (!unchanged) {
            keepVersion(cloud, bucket, name);
        }
        return {
            ...state,
            ...(unchanged && Object.fromEntries(ofContent.map((property) => [property, old?.[property]]))),
            ...contextsOf(inputs, old),
            kmsKeyName: inputs.kmsKeyName ?? "",
            storageClass: inputs.storageClass ?? findBucket(cloud, bucket)?.state.storageClass ?? state.storageClass,
            detectMd5hash: state.md5hash,
        };
    },
    deleteErrorPrefix: ({ name }) => `Error deleting contents of object ${name}`,
    remove: ({ bucket, name }, { cloud }) => {
        requireReleased(bucket, name, cloud);
        keepVersion(cloud, bucket, name);
    },
    calls: {
        collection: "storage.objects",
        update: ["storage.objects.patch", "storage.objects.get"],
    },
};

/** Download errors are plain text, which the provider's client library returns unchanged. */
const downloadError = (code: number, body: string) =>
    new Error(`Error downloading storage bucket object: googleapi: got HTTP response code ${code} with body: ${body}`);

/** The data source that downloads an object; the provider sets only the content. */
export const getBucketObjectContent: FunctionRules = ({ bucket, name }, { cloud }) => {
    if (!findBucket(cloud, bucket)) {
        throw downloadError(404, "The specified bucket does not exist.");
    }
    const object = cloud.store.read(objectName(bucket, name));
    if (!object) {
        throw downloadError(404, `No such object: ${bucket}/${name}`);
    }
    const content = object.content === undefined ? Buffer.alloc(0) : cloud.store.content(object.content);
    const sha512 = createHash("sha512").update(content).digest();
    return {
        id: `${bucket}-${name}`,
        bucket,
        name,
        content: content.toString(),
        contentBase64: content.toString("base64"),
        contentHexsha512: sha512.toString("hex"),
        contentBase64sha512: sha512.toString("base64"),
    };
};
