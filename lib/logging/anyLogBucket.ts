import type { ProjectBucketConfig } from "@pulumi/gcp/logging/projectBucketConfig";
import type * as pulumi from "@pulumi/pulumi";
import type { Existing } from "../environment/existing";
import type { Capability } from "../internal/access/capability";

/** The capabilities of a view of a log bucket. */
export interface LogBucketView {
    /** The ID of the view: `projects/acme-dev/locations/europe-west1/buckets/audit-1a2b3c/views/errors`. */
    readonly id: pulumi.Output<string>;
    /** Grants reading the log entries of the view; the consumer receives its {@link id}. */
    readonly viewer: Capability;
    /** A capability of any role on the view, for roles that no other one has; the consumer receives its {@link id}. */
    readonly role: (role: string) => Capability;
}

/** A log bucket of the stack, or one that exists already. */
export interface AnyLogBucket {
    /** The log bucket itself. */
    readonly bucket: Pick<ProjectBucketConfig, "id">;
    /** The ID of the log bucket: `projects/acme-dev/locations/europe-west1/buckets/audit-1a2b3c`. */
    readonly id: pulumi.Output<string>;
    /** The region or multi-region of the log bucket, or `"global"`. */
    readonly location: string;
    /** The ID of the project that contains the log bucket. @internal */
    readonly project: string;
    /** Grants reading all log entries, by the view `_AllLogs`; the consumer receives the ID of that view. */
    readonly viewer: Capability;
    /** Grants writing log entries, which sinks of other projects need; the consumer receives the {@link id} of the log bucket. */
    readonly writer: Capability;
    /**
     * A view of the log bucket: one of `views`, or one that Google Cloud created, `_AllLogs` and, in `_Default`, `_Default`. Of a log bucket
     * that exists already, any view.
     */
    view(name: string): LogBucketView;
}

/** A log bucket that exists already. */
export interface ExistingLogBucket extends Existing, AnyLogBucket {}
