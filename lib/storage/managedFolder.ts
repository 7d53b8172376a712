import {
    type ManagedFolderArgs as FolderArgs,
    ManagedFolder as FolderResource,
} from "@pulumi/gcp/storage/managedFolder";
import { ManagedFolderIamMember } from "@pulumi/gcp/storage/managedFolderIamMember";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { inEnvironment } from "../environment/environment";
import { storageLimits } from "../facts/limits/storage";
import type { Capability } from "../internal/access/capability";
import { rolesOn } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";
import type { AnyBucket } from "./anyBucket";

/** The arguments of a {@link ManagedFolder}. */
export interface ManagedFolderArgs extends ComponentArgs {
    /** The bucket: a `StorageBucket`, or `StorageBucket.existing(name)`. Changing this replaces the folder. */
    bucket: AnyBucket;
    /**
     * The path of the folder in the bucket, such as `"reports/daily"`: up to 1,023 bytes in UTF-8. The folders above it need not be managed
     * ({@link https://cloud.google.com/storage/docs/managed-folders requirements}). Changing this replaces the folder.
     * @default the component's name
     */
    path?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { folder?: Transform<FolderArgs> };
}

const { managedFolderName } = storageLimits.rows;

const path = check.pipe(
    check.matching(
        /^(?!\.well-known\/acme-challenge(\/|$))(?!\.{1,2}$)[^/\r\n]+(\/[^/\r\n]+)*$/,
        'must be a path of names with "/" between them, such as reports/daily',
    ),
    check.refine(
        (value) => Buffer.byteLength(`${value}/`) <= managedFolderName.max,
        `must have at most ${managedFolderName.max - 1} bytes in UTF-8`,
    ),
);

const managedFolderArgs = check.options<ManagedFolderArgs>(
    { bucket: check.component<AnyBucket>("StorageBucket"), path, transform: transforms("folder"), ...componentArgs },
    "bucket",
);

/**
 * A {@link https://cloud.google.com/storage/docs/managed-folders managed folder} of a bucket: those who have its capabilities reach the objects
 * whose names start with its path, and no others of the bucket. It takes in objects that exist already, and a deleted folder leaves its
 * objects in the bucket. Nothing of the bucket itself is granted: code begins with `client.bucket(name)`, because `client.get_bucket(name)` reads
 * the bucket's metadata.
 * @example
 * ```ts
 * const reports = new ManagedFolder("reports", { bucket: new StorageBucket("data") });
 * allow(reports.reader, "group:analysts@acme.com");
 * ```
 */
export class ManagedFolder extends pulumi.ComponentResource {
    /** The folder itself. */
    readonly folder: FolderResource;
    /** The URI of the folder: `gs://acme-data/reports/`. */
    readonly uri: pulumi.Output<string>;
    /** Grants reading the objects; the consumer receives the URI. */
    readonly reader: Capability;
    /** Grants reading, creating, replacing and deleting the objects; the consumer receives the URI. */
    readonly writer: Capability;
    /** Grants creating objects, without reading or replacing any; the consumer receives the URI. */
    readonly creator: Capability;
    /** A capability of any role on the folder, for roles that no other one has; the consumer receives the URI. */
    readonly role: (role: string) => Capability;

    constructor(name: string, args: ManagedFolderArgs, options?: pulumi.ComponentResourceOptions) {
        const completed = check.withDefaults(args, { path: name });
        const resolved = check.checked(`ManagedFolder "${name}"`, completed, managedFolderArgs);
        super("slipway:index:ManagedFolder", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["storage.googleapis.com"] });
        const bucket = resolved.bucket.bucket.name;
        this.folder = new FolderResource(
            // The objects remain, with or without the folder.
            ...child("folder", name, { bucket, name: `${resolved.path}/`, forceDestroy: true }),
        );
        const managedFolder = this.folder.name;
        this.uri = pulumi.interpolate`gs://${bucket}/${managedFolder}`;
        const { offered, role } = rolesOn(name, ManagedFolderIamMember, { bucket, managedFolder }, this.uri);
        this.reader = offered("roles/storage.objectViewer");
        this.writer = offered("roles/storage.objectUser");
        this.creator = offered("roles/storage.objectCreator");
        this.role = role;
        this.registerOutputs({ folder: this.folder });
    }
}
