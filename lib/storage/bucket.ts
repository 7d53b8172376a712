import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { childrenOf } from "../internal/children";
import { bucketName } from "../internal/names";
import { decided, type StorageBucketArgs } from "./arguments";
import { bucketArgs } from "./definition";
import { refuseObject, uploaded } from "./upload";

/**
 * A Cloud Storage bucket: access by IAM alone, never public, with versions kept. In production Pulumi refuses to delete
 * it; elsewhere it is deleted with its objects.
 */
export class StorageBucket extends pulumi.ComponentResource {
    readonly bucket: Bucket;
    /** Reads objects; the consumer gets the bucket's name. */
    readonly reader: Capability;
    /** Reads, writes, replaces and deletes objects; the consumer gets the bucket's name. */
    readonly writer: Capability;
    /** Creates objects, and neither reads nor replaces any; the consumer gets the bucket's name. */
    readonly creator: Capability;
    /** The uploaded objects, by their path. */
    readonly objects: Readonly<Record<string, BucketObject>>;
    /**
     * The uploaded object of a path, to tell another component of its `name` or `generation`; a path that was not uploaded
     * is refused.
     */
    readonly object: (path: string) => BucketObject;

    constructor(name: string, given: StorageBucketArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const { project, region, defaults } = environment;
        const args = decided(name, given, {
            name: bucketName(`${project}-${name}`.toLowerCase()),
            location: region,
        });
        super("slipway:index:StorageBucket", name, {}, inEnvironment(options, args.crossProject));
        const api = "storage.googleapis.com";
        const child = childrenOf(this, args.transform, { dependsOn: environment.enable(api) });

        this.bucket = new Bucket(
            ...child("bucket", name, bucketArgs(args, defaults), {
                protect: defaults.protect,
                dependsOn: [
                    ...encryptionGrants(environment, name, args, api),
                    ...(args.accessLogs ? environment.grantLogs(args.accessLogs.bucket.creator) : []),
                ],
            }),
        );
        const bucket = this.bucket.name;
        this.objects = uploaded(name, bucket, args.upload, child);
        this.object = (path) => this.objects[path] ?? refuseObject(name, path, Object.keys(this.objects));
        this.reader = capability(name, "roles/storage.objectViewer", BucketIAMMember, { bucket }, bucket);
        this.writer = capability(name, "roles/storage.objectUser", BucketIAMMember, { bucket }, bucket);
        this.creator = capability(name, "roles/storage.objectCreator", BucketIAMMember, { bucket }, bucket);
        this.registerOutputs({ bucket: this.bucket });
    }
}
