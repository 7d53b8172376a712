import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import type { Inputs } from "../../rules/rules";
import { storedDigest } from "../artifactregistry/images";
import { imageName } from "../artifactregistry/names";
import { writeObject } from "../storage";
import { bucketName, findBucket, objectName } from "../storage/names";
import { filesIn } from "./artifacts";
import { locationOf, projectOf } from "./names";

/** What Vertex AI copies when a version of a model is uploaded. */
export interface ModelCopies {
    /**
     * The image, which was "stored internally, and this original path is afterwards not used".
     * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec
     */
    image: string;
    /**
     * The folder with the model's files, in a bucket that Vertex AI manages: `gs://caip-tenant-…/6576785976146788352/artifacts`.
     * https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#artifacts
     */
    folder?: string;
}

/** The buckets with copies, which belong to projects of Google. */
const bucketPrefix = "caip-tenant-";

/** Whether a bucket belongs to Vertex AI: only Vertex AI writes to it. */
export const isVertexBucket = (bucket: string) => bucket.startsWith(bucketPrefix);

const tenantHash = (path: string) =>
    createHash("sha256")
        .update(`${projectOf(path)} ${locationOf(path)}`)
        .digest("hex");

/** The project of Google in which Vertex AI runs containers of a user's project, in the region of a resource. */
export const tenantProject = (path: string) => `u${tenantHash(path).slice(0, 16)}-tp`;

function tenantBucket(path: string): string {
    const hex = tenantHash(path);
    return (
        bucketPrefix +
        [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-")
    );
}

const folderOf = (path: string, versionId: string) => `${digits(`${path}@${versionId}`, 19)}/artifacts`;

/** Copies the files and the image of a version. */
export function copyModel(cloud: Cloud, path: string, versionId: string, model: Inputs): ModelCopies {
    const image = ownImage(cloud, model.containerSpec.imageUri);
    const from = String(model.artifactUri ?? "").replace(/\/$/, "");
    if (from === "") {
        return { image };
    }
    const [, source = "", sourceFolder = ""] = /^gs:\/\/([^/]+)\/?(.*)$/.exec(from) ?? [];
    const bucket = tenantBucket(path);
    const folder = folderOf(path, versionId);
    const project = tenantProject(path);
    const now = cloud.now().toISOString();
    const state = {
        name: bucket,
        location: locationOf(path).toUpperCase(),
        storageClass: "STANDARD",
        timeCreated: now,
        updated: now,
    };
    cloud.store.create({ name: bucketName(bucket), project, id: bucket, state });
    const entry = findBucket(cloud, bucket);
    for (const file of entry ? filesIn(cloud, from) : []) {
        const object = cloud.store.read(objectName(source, sourceFolder ? `${sourceFolder}/${file}` : file));
        if (object && entry) {
            const content = object.content === undefined ? Buffer.alloc(0) : cloud.store.content(object.content);
            writeObject(cloud, entry, `${folder}/${file}`, content, object.state.contentType as string | undefined);
        }
    }
    return { image, folder: `gs://${bucket}/${folder}` };
}

/** The image by its digest, as a tag can be moved afterwards; images of other registries keep their tag. */
function ownImage(cloud: Cloud, image: string): string {
    const name = imageName(image);
    const digest = name && storedDigest(cloud, name);
    return digest ? `${image.replace(/@.*$/, "").replace(/:[^/:]+$/, "")}@${digest}` : image;
}

/**
 * Lets the account of a container read the copied files.
 * https://cloud.google.com/vertex-ai/docs/general/custom-service-account
 */
export function shareCopies(cloud: Cloud, path: string, account: string): void {
    const member = `serviceAccount:${account}`;
    cloud.iam.grant(tenantProject(path), bucketName(tenantBucket(path)), {
        role: "roles/storage.objectViewer",
        member,
    });
}

/** Removes the copied files of versions. */
export function removeCopies(cloud: Cloud, path: string, versionIds: string[]): void {
    const bucket = tenantBucket(path);
    for (const versionId of versionIds) {
        cloud.store.removeBelow(objectName(bucket, folderOf(path, versionId)));
    }
    if (findBucket(cloud, bucket) && cloud.store.list(objectName(bucket, "")).length === 0) {
        cloud.store.remove(bucketName(bucket));
    }
}
