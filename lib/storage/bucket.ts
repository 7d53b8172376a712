import { Bucket, type BucketArgs } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import { BucketObject, type BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import * as check from "../internal/check";
import { childrenOf, type Transform, transforms } from "../internal/children";
import { filesOf, folder } from "../internal/files";
import { labels } from "../internal/labels";
import { fitted } from "../internal/names";

/** How a {@link StorageBucket} stores objects of which no class is told: "Storage classes". */
export type StorageClass = "STANDARD" | "NEARLINE" | "COLDLINE" | "ARCHIVE";

/** The arguments of a {@link StorageBucket}. */
export interface StorageBucketArgs {
    /**
     * The bucket's name, unique in the whole of Google Cloud: 3 to 63 lower-case letters, digits, `-`, `_` and `.`,
     * neither starting with `goog` nor containing `google` ("Bucket names").
     * @default the project's id and the component's name: `acme-dev-models`
     */
    name?: pulumi.Input<string>;
    /**
     * A region such as `europe-west1`, or a multi-region such as `EU` ("Bucket locations").
     * @default the environment's region
     */
    location?: pulumi.Input<string>;
    /**
     * The class of objects of which none is told.
     * @default "STANDARD"
     */
    storageClass?: StorageClass;
    /**
     * Whether an object that is replaced or deleted is kept as a noncurrent version.
     * @default true
     */
    versioning?: boolean;
    /**
     * A folder whose files become objects, each under its path in the folder; a file that is removed is deleted. What
     * the folder's `.gcloudignore` names is left out.
     * @default nothing is uploaded
     */
    upload?: string;
    /**
     * Labels of the bucket: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: { bucket?: Transform<BucketArgs>; object?: Transform<BucketObjectArgs> };
}

const bucketName = /^(?!goog)(?!.*google)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

const args = check.options<StorageBucketArgs>({
    name: check.input(
        check.matching(
            bucketName,
            "must have 3 to 63 lower-case letters, digits, -, _ and ., start and end with a letter or digit, not start with goog, not contain google and be no IP address",
        ),
    ),
    location: check.input(
        check.matching(
            /^[A-Za-z]+[0-9]*(-[A-Za-z]+\d+)?$/,
            "must be a region such as europe-west1 or a multi-region such as EU",
        ),
    ),
    storageClass: check.oneOf("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"),
    versioning: check.flag(),
    upload: folder(),
    labels,
    transform: transforms("bucket", "object"),
});

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
    /** The uploaded objects, by their path. */
    readonly objects: Readonly<Record<string, BucketObject>>;

    constructor(name: string, given: StorageBucketArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const defaults = {
            name: fitted(`${environment.project}-${name}`.toLowerCase(), 63),
            location: environment.region,
            storageClass: "STANDARD" as const,
            versioning: true,
        };
        const { upload, transform, ...own } = check.checked(
            `StorageBucket "${name}"`,
            check.completed(given, defaults),
            args,
        );
        super("slipway:index:StorageBucket", name, {}, inEnvironment(options));
        const child = childrenOf(this, transform, { dependsOn: environment.enable("storage.googleapis.com") });

        this.bucket = new Bucket(
            ...child(
                "bucket",
                name,
                {
                    name: own.name,
                    location: own.location,
                    storageClass: own.storageClass,
                    versioning: { enabled: own.versioning },
                    uniformBucketLevelAccess: true,
                    publicAccessPrevention: "enforced",
                    forceDestroy: environment.defaults.forceDestroy,
                    labels: own.labels,
                },
                { protect: environment.defaults.protect },
            ),
        );
        this.objects = Object.fromEntries(
            (upload === undefined ? [] : filesOf(upload)).map(({ path, file }) => {
                const source = new pulumi.asset.FileAsset(file);
                const object = { bucket: this.bucket.name, name: path, source };
                return [path, new BucketObject(...child("object", `${name}-${path}`, object))];
            }),
        );
        const bucket = this.bucket.name;
        this.reader = capability(name, "roles/storage.objectViewer", BucketIAMMember, { bucket }, bucket);
        this.writer = capability(name, "roles/storage.objectUser", BucketIAMMember, { bucket }, bucket);
        this.registerOutputs({ bucket: this.bucket });
    }
}
