import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Cloud } from "../cloud/cloud";
import { GoogleError } from "../cloud/errors";
import type { Entry } from "../cloud/store";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";

const multiRegions = ["US", "EU", "ASIA", "NAM4", "EUR4", "EUR5", "EUR7", "EUR8", "ASIA1"];
const region =
    /^(AFRICA|ASIA|AUSTRALIA|EUROPE|ME|NORTHAMERICA|SOUTHAMERICA|US)-(NORTH|SOUTH|EAST|WEST|CENTRAL|NORTHEAST|SOUTHEAST|SOUTHWEST)\d+$/;

const plainName = (bucket: string) => bucket.replace(/^b\//, "");
export const bucketName = (bucket: string) => `//storage.googleapis.com/buckets/${plainName(bucket)}`;
export const objectName = (bucket: string, object: string) => `${bucketName(bucket)}/objects/${object}`;

export const noBucket = () => new GoogleError(404, "The specified bucket does not exist.", { reason: "notFound" });

/** The account that Cloud Storage itself uses in a project; asking for it makes it. */
export function storageAgent(cloud: Cloud, project: string): string {
    const email = `service-${cloud.projects.number(project)}@gs-project-accounts.iam.gserviceaccount.com`;
    cloud.iam.admitAgent(project, email);
    return email;
}

/** Creates or replaces an object with its content. */
export function writeObject(cloud: Cloud, bucket: Entry, name: string, content: Buffer, contentType?: string): Inputs {
    const state = described(bucket.id, name, content, contentType);
    cloud.store.write({
        name: objectName(bucket.id, name),
        project: bucket.project,
        id: `${bucket.id}-${name}`,
        state,
        content: cloud.store.keep(content),
    });
    return state;
}

function described(bucket: string, name: string, content: Buffer, contentType?: string): Inputs {
    const md5 = createHash("md5").update(content).digest();
    const link = `https://www.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
    const generation = Date.now() * 1000;
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

/** The checksum that Cloud Storage gives of an object: CRC-32C, big endian, in base64 (RFC 3720, appendix B.4). */
function crc32c(content: Buffer): string {
    let crc = 0xffffffff;
    for (const byte of content) {
        crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] as number);
    }
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
    return bytes.toString("base64");
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) {
        crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    return crc;
});

/** The bytes of an asset as the engine hands it over. */
function contentOf({ content, source }: Inputs): Buffer {
    if (content !== undefined) {
        return Buffer.from(content);
    }
    if (source?.text !== undefined) {
        return Buffer.from(source.text);
    }
    if (source?.path !== undefined) {
        return readFileSync(source.path);
    }
    throw new Error('only files and texts can be uploaded: "source" must be a FileAsset or a StringAsset');
}

function verifyBucket({ name, location }: Inputs): void {
    const legal =
        /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name) && name.split(".").every((part: string) => part.length <= 63);
    if (!legal || /^goog|google|^\d+\.\d+\.\d+\.\d+$/.test(name)) {
        throw new GoogleError(400, `Invalid bucket name: '${name}'.`, { reason: "invalid" });
    }
    const place = location.toUpperCase();
    if (!multiRegions.includes(place) && !region.test(place)) {
        throw new GoogleError(400, "The specified location constraint is not valid.", { reason: "invalid" });
    }
}

const service: Service = {
    titles: { "storage.googleapis.com": "Cloud Storage API" },
    types: {
        "gcp:storage/bucket:Bucket": {
            noun: "Bucket",
            creating: () => "",
            autoname: true,
            id: ({ name }) => name,
            name: ({ name }) => bucketName(name),
            replaceOnChange: [
                "name",
                "location",
                "project",
                "enableObjectRetention",
                "hierarchicalNamespace",
                "customPlacementConfig.dataLocations",
            ],
            defaults: { forceDestroy: false, storageClass: "STANDARD" },
            comparedInUpperCase: ["location"],
            taken: () =>
                new GoogleError(
                    409,
                    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
                    { reason: "conflict" },
                ),
            verify: (inputs, { cloud }) => {
                cloud.projects.get(inputs.project);
                verifyBucket(inputs);
            },
            state: (inputs, { cloud }, old) => {
                const now = new Date().toISOString();
                const days = inputs.softDeletePolicy?.retentionDurationSeconds ?? 604800;
                return {
                    location: inputs.location.toUpperCase(),
                    projectNumber: Number(cloud.projects.number(inputs.project)),
                    publicAccessPrevention: inputs.publicAccessPrevention ?? "inherited",
                    uniformBucketLevelAccess: inputs.uniformBucketLevelAccess ?? false,
                    rpo: inputs.rpo ?? (multiRegions.includes(inputs.location.toUpperCase()) ? "DEFAULT" : ""),
                    softDeletePolicy: {
                        retentionDurationSeconds: days,
                        effectiveTime: old?.softDeletePolicy?.effectiveTime ?? now,
                    },
                    versioning: inputs.versioning ?? { enabled: false },
                    website: inputs.website ?? {},
                    selfLink: `https://www.googleapis.com/storage/v1/b/${inputs.name}`,
                    url: `gs://${inputs.name}`,
                    timeCreated: old?.timeCreated ?? now,
                    updated: now,
                };
            },
            changesOnUpdate: ["updated"],
            remove: ({ name, forceDestroy }, { cloud }) => {
                const objects = cloud.store.list(bucketName(name));
                if (objects.length > 0 && !forceDestroy) {
                    throw new Error(`Error trying to delete bucket ${name} without \`force_destroy\` set to true`);
                }
                for (const object of objects) {
                    cloud.store.remove(object.name);
                }
            },
        },
        "gcp:storage/bucketObject:BucketObject": {
            noun: "object",
            creating: ({ name }) => `Error uploading object ${name}`,
            autoname: true,
            id: ({ bucket, name }) => `${bucket}-${name}`,
            name: ({ bucket, name }) => objectName(bucket, name),
            project: ({ bucket }, { cloud }) => cloud.store.read(bucketName(bucket))?.project ?? "",
            replaceOnChange: [
                "bucket",
                "name",
                "source",
                "cacheControl",
                "contentDisposition",
                "contentEncoding",
                "contentLanguage",
                "contentType",
                "customerEncryption",
                "forceEmptyContentType",
                "kmsKeyName",
                "metadata",
                "storageClass",
            ],
            exclusive: [
                { properties: ["content", "source"], required: true },
                { properties: ["contentType", "forceEmptyContentType"] },
                { properties: ["customerEncryption", "kmsKeyName"] },
                { properties: ["eventBasedHold", "retention"] },
            ],
            verify: ({ bucket }, { cloud }) => {
                if (!cloud.store.read(bucketName(bucket))) {
                    throw noBucket();
                }
            },
            content: contentOf,
            state: (inputs) => {
                const state = described(inputs.bucket, inputs.name, contentOf(inputs), inputs.contentType);
                return {
                    ...state,
                    content: inputs.content ?? "",
                    kmsKeyName: inputs.kmsKeyName ?? "",
                    storageClass: inputs.storageClass ?? state.storageClass,
                    detectMd5hash: inputs.detectMd5hash ?? state.md5hash,
                };
            },
            changesOnUpdate: ["crc32c", "generation", "md5hash", "md5hexhash", "mediaLink"],
            remove: ({ bucket, name }, { cloud }) => {
                const versioned = cloud.store.read(bucketName(bucket))?.state.versioning as
                    | { enabled?: boolean }
                    | undefined;
                const object = cloud.store.read(objectName(bucket, name));
                if (versioned?.enabled && object) {
                    const { generation } = object.state;
                    cloud.store.write({
                        ...object,
                        name: `${bucketName(bucket)}/noncurrent/${name}/${generation}`,
                        type: undefined,
                        id: `${object.id}#${generation}`,
                    });
                }
            },
        },
        "gcp:storage/notification:Notification": {
            noun: "notification config",
            creating: ({ bucket }) => `Error creating notification config for bucket ${bucket}`,
            id: ({ bucket, notificationId }) => `${bucket}/notificationConfigs/${notificationId}`,
            name: ({ bucket, notificationId }) => `${bucketName(bucket)}/notificationConfigs/${notificationId}`,
            project: ({ bucket }, { cloud }) => cloud.store.read(bucketName(bucket))?.project ?? "",
            replaceOnChange: ["bucket", "topic", "payloadFormat", "customAttributes", "eventTypes", "objectNamePrefix"],
            values: { payloadFormat: ["JSON_API_V1", "NONE"] },
            comparedByLastPart: ["topic"],
            verify: ({ bucket, topic }, { cloud }) => {
                const found = cloud.store.read(bucketName(bucket));
                if (!found) {
                    throw noBucket();
                }
                const resource = `//pubsub.googleapis.com/${topic.replace("//pubsub.googleapis.com/", "")}`;
                const agent = storageAgent(cloud, found.project);
                const allowed = [resource, `//cloudresourcemanager.googleapis.com/projects/${found.project}`].some(
                    (on) =>
                        cloud.iam.has(
                            on,
                            ["roles/pubsub.publisher", "roles/pubsub.admin", "roles/pubsub.editor"],
                            `serviceAccount:${agent}`,
                        ),
                );
                if (!cloud.store.read(resource) || !allowed) {
                    throw new GoogleError(
                        403,
                        `The service account '${agent}' does not have permission to publish messages to to the Cloud Pub/Sub topic '${resource}', or that topic does not exist.`,
                        { reason: "forbidden" },
                    );
                }
            },
            state: ({ bucket, topic, notificationId }, { cloud }, old) => {
                const id = notificationId ?? old?.notificationId ?? nextNotification(cloud, bucket);
                return {
                    notificationId: id,
                    topic: topic.replace("//pubsub.googleapis.com/", ""),
                    selfLink: `https://www.googleapis.com/storage/v1/b/${bucket}/notificationConfigs/${id}`,
                };
            },
        },
        ...policyTypes({
            token: "gcp:storage/bucketIAM",
            property: "bucket",
            id: ({ bucket }) => `b/${plainName(bucket)}`,
            name: ({ bucket }) => bucketName(bucket),
            described: ({ bucket }) => `storage bucket "b/${plainName(bucket)}"`,
            project: ({ bucket }, { cloud }) => cloud.store.read(bucketName(bucket))?.project ?? "",
            missing: noBucket,
            reason: "invalid",
            verify: ({ member }, { bucket }, { cloud }) => {
                const prevention = cloud.store.read(bucketName(bucket))?.state.publicAccessPrevention;
                if (prevention === "enforced" && /^all(Users|AuthenticatedUsers)$/.test(member)) {
                    throw new GoogleError(
                        412,
                        "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.",
                        { reason: "conditionNotMet" },
                    );
                }
            },
        }),
    },
    functions: {
        "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": (args, context) => {
            const project = args.project ?? context.project;
            const email = storageAgent(context.cloud, project);
            return { id: email, emailAddress: email, member: `serviceAccount:${email}`, project };
        },
    },
};

function nextNotification(cloud: Cloud, bucket: string): string {
    const ids = cloud.store
        .list(`${bucketName(bucket)}/notificationConfigs`)
        .map((each) => Number(each.state.notificationId));
    return String(Math.max(0, ...ids) + 1);
}

export default service;
