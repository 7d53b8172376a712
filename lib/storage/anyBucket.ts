import type { Bucket } from "@pulumi/gcp/storage/bucket";
import type { Existing } from "../environment/existing";
import type { Capability } from "../internal/access/capability";

/** A bucket of the stack, or one that exists already. */
export interface AnyBucket {
    /** The bucket itself. */
    readonly bucket: Pick<Bucket, "name" | "location" | "url">;
    /** Grants reading objects and the bucket's metadata; the consumer receives the bucket name. */
    readonly reader: Capability;
    /** Grants reading, creating, replacing and deleting objects, and reading the bucket's metadata; the consumer receives the bucket name. */
    readonly writer: Capability;
    /** Grants creating objects, without reading or replacing any, and reading the bucket's metadata; the consumer receives the bucket name. */
    readonly creator: Capability;
    /** A capability of any role on the bucket, for roles that no other one has; the consumer receives the bucket name. */
    readonly role: (role: string) => Capability;
}

/** A bucket that exists already. */
export interface ExistingBucket extends Existing, AnyBucket {}
