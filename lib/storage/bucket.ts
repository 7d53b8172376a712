import { Bucket, type BucketArgs } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import { getBucket } from "@pulumi/gcp/storage/getBucket";
import type { Notification } from "@pulumi/gcp/storage/notification";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { encryptionGrants, keyBlock } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { type ExistingArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import { type Capability, forService } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { noted } from "../internal/engine/creationNote";
import type { AnyBucket, ExistingBucket } from "./anyBucket";
import { type ResolvedArgs, resolveArgs, type StorageBucketArgs } from "./bucketArgs";
import { corsArgs } from "./cors";
import { ipFilterArgs } from "./ipFilter";
import { lifecycleArgs } from "./lifecycle";
import { createNotifications } from "./notifications";
import { retentionArgs } from "./retention";
import { throwMissingObject, uploadFiles } from "./upload";
import { versionNote, withVersionWarning } from "./versions";

/** The capabilities of a bucket. */
function offers(name: string, bucket: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, BucketIAMMember, { bucket }, bucket);
    // Code that begins with `client.get_bucket(name)` reads the bucket's metadata, which no role for objects contains.
    const metadata = "roles/storage.bucketViewer";
    return {
        reader: offered("roles/storage.objectViewer", metadata),
        writer: offered("roles/storage.objectUser", metadata),
        creator: offered("roles/storage.objectCreator", metadata),
        role,
    };
}

/**
 * A private Cloud Storage bucket with IAM-only (uniform) access and object versioning. In production it is protected from
 * deletion; in other environments it is deleted with its objects.
 * @example
 * ```ts
 * const models = new StorageBucket("models", { upload: "./models" });
 * new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, uses: { MODELS: models.reader } });
 * ```
 */
export class StorageBucket extends pulumi.ComponentResource implements AnyBucket {
    /** The bucket itself. */
    readonly bucket: Bucket;
    /** Grants reading objects and the bucket's metadata; the consumer receives the bucket name. */
    readonly reader: Capability;
    /** Grants reading, creating, replacing and deleting objects, and reading the bucket's metadata; the consumer receives the bucket name. */
    readonly writer: Capability;
    /** Grants creating objects, without reading or replacing any, and reading the bucket's metadata; the consumer receives the bucket name. */
    readonly creator: Capability;
    /** A capability of any role on the bucket, for roles that no other one has; the consumer receives the bucket name. */
    readonly role: (role: string) => Capability;
    /** The uploaded objects by path. */
    readonly objects: Readonly<Record<string, BucketObject>>;
    /** The notifications by name. */
    readonly notifications: Readonly<Record<string, Notification>>;
    /**
     * Returns the uploaded object at a path, for example to pass its `name` or `generation` to another component.
     *
     * @throws RunError when no file was uploaded at that path
     */
    readonly object: (path: string) => BucketObject;

    /**
     * A bucket that exists already and is not managed by the stack, which only grants access to it: `StorageBucket.existing("acme-data")`.
     * The preview fails if there is none.
     */
    static existing(name: string, args: ExistingArgs = {}): ExistingBucket {
        requireKnown("StorageBucket", name, args);
        const format = check.nameOf(nameFormats.rows.bucket);
        const find = ({ project }: Place, options: pulumi.InvokeOptions) => getBucket({ name, project }, options);
        const bucket = lookUp("StorageBucket", name, format, args, find, "name", "location", "url");
        return { existing: "StorageBucket", bucket, ...sharedOffers(offers(name, bucket.name)) };
    }

    constructor(name: string, args: StorageBucketArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const { defaults } = environment;
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:StorageBucket", name, {}, inEnvironment(options, resolved.crossProject));
        const api = "storage.googleapis.com";
        const { child, bindTags } = component(this, name, resolved, { apis: [api] });

        const versionRetention = args.versionRetention === undefined ? resolved.versionRetention : undefined;
        const bucketOptions = {
            protect: defaults.protect,
            dependsOn: [
                ...encryptionGrants(environment, name, resolved, api),
                ...(resolved.accessLogs
                    ? environment.grantLogs(forService(resolved.accessLogs.bucket.creator), resolved.crossProject)
                    : []),
            ],
        };
        this.bucket = new Bucket(
            ...noted(child, versionRetention && versionNote(versionRetention))(
                "bucket",
                name,
                bucketInputs(resolved, environment),
                versionRetention ? withVersionWarning(bucketOptions, name, versionRetention) : bucketOptions,
            ),
        );
        const bucket = this.bucket.name;
        this.objects = uploadFiles(name, bucket, resolved.upload, child);
        this.object = (path) => this.objects[path] ?? throwMissingObject(name, path, Object.keys(this.objects));
        ({ reader: this.reader, writer: this.writer, creator: this.creator, role: this.role } = offers(name, bucket));
        this.notifications = createNotifications(
            name,
            bucket,
            resolved.notifications,
            environment,
            resolved.crossProject,
            child,
        );
        bindTags(this.bucket);
        this.registerOutputs({ bucket: this.bucket });
    }
}

function bucketInputs(args: ResolvedArgs, { project, defaults: { forceDestroy } }: Environment): BucketArgs {
    const { accessLogs, autoclass, encryptionKey } = args;
    return {
        name: args.name,
        location: args.location,
        customPlacementConfig: args.dataLocations && { dataLocations: args.dataLocations },
        rpo: args.rpo,
        storageClass: args.storageClass,
        autoclass: autoclass && { enabled: true, ...autoclass },
        versioning: { enabled: args.versioning === true },
        hierarchicalNamespace: args.hierarchicalNamespace ? { enabled: true } : undefined,
        lifecycleRules: lifecycleArgs(args.lifecycleRules),
        ...retentionArgs(args),
        enableObjectRetention: args.objectRetention,
        defaultEventBasedHold: args.defaultEventBasedHold,
        encryption: keyBlock(encryptionKey, "defaultKmsKeyName"),
        cors: corsArgs(args.cors),
        ipFilter: ipFilterArgs(args.ipFilter, project),
        website: args.website,
        logging: accessLogs && {
            logBucket: accessLogs.bucket.bucket.name,
            logObjectPrefix: accessLogs.prefix ?? args.name,
        },
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy,
        labels: args.labels,
    };
}
