import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { childrenOf } from "../internal/children";
import type { StorageBucketArgs } from "./arguments";
import { bucketArgs } from "./definition";
import { resolveArgs } from "./resolveArgs";
import { throwMissingObject, uploadFiles } from "./upload";

/**
 * A private Cloud Storage bucket with IAM-only (uniform) access and object versioning. In production it is protected from
 * deletion; in other environments it is deleted with its objects.
 */
export class StorageBucket extends pulumi.ComponentResource {
    /** The bucket itself. */
    readonly bucket: Bucket;
    /** Grants reading objects; the consumer receives the bucket name. */
    readonly reader: Capability;
    /** Grants reading, creating, replacing and deleting objects; the consumer receives the bucket name. */
    readonly writer: Capability;
    /** Grants creating objects, without reading or replacing any; the consumer receives the bucket name. */
    readonly creator: Capability;
    /** The uploaded objects by path. */
    readonly objects: Readonly<Record<string, BucketObject>>;
    /**
     * Returns the uploaded object at a path, for example to pass its `name` or `generation` to another component.
     *
     * @throws RunError when no file was uploaded at that path
     */
    readonly object: (path: string) => BucketObject;

    constructor(name: string, args: StorageBucketArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const { defaults } = environment;
        const resolved = resolveArgs(name, args, environment);
        super("slipway:index:StorageBucket", name, {}, inEnvironment(options, resolved.crossProject));
        const api = "storage.googleapis.com";
        const child = childrenOf(this, resolved.transform, { dependsOn: environment.enable(api) });

        this.bucket = new Bucket(
            ...child("bucket", name, bucketArgs(resolved, defaults), {
                protect: defaults.protect,
                dependsOn: [
                    ...encryptionGrants(environment, name, resolved, api),
                    ...(resolved.accessLogs ? environment.grantLogs(resolved.accessLogs.bucket.creator) : []),
                ],
            }),
        );
        const bucket = this.bucket.name;
        this.objects = uploadFiles(name, bucket, resolved.upload, child);
        this.object = (path) => this.objects[path] ?? throwMissingObject(name, path, Object.keys(this.objects));
        this.reader = capability(name, "roles/storage.objectViewer", BucketIAMMember, { bucket }, bucket);
        this.writer = capability(name, "roles/storage.objectUser", BucketIAMMember, { bucket }, bucket);
        this.creator = capability(name, "roles/storage.objectCreator", BucketIAMMember, { bucket }, bucket);
        this.registerOutputs({ bucket: this.bucket });
    }
}
