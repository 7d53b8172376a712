import type { Dataset } from "@pulumi/gcp/bigquery/dataset";
import type * as pulumi from "@pulumi/pulumi";
import type { Existing } from "../environment/existing";
import type { Capability } from "../internal/access/capability";

/** A dataset of the stack, or one that exists already. */
export interface AnyDataset {
    /** The dataset itself. */
    readonly dataset: Pick<Dataset, "project" | "datasetId" | "location">;
    /** The Cloud KMS key that encrypts tables; undefined for a Google-managed key. */
    readonly encryptionKey?: pulumi.Input<string>;
    /** Grants reading every table and running queries; the consumer receives the dataset name, `acme-dev.sales`. */
    readonly reader: Capability;
    /**
     * Grants reading, writing, creating and deleting tables, and running queries and load jobs; the consumer receives the
     * dataset name.
     */
    readonly writer: Capability;
    /** A capability of any role on the dataset, for roles that no other one has; the consumer receives the dataset name. */
    readonly role: (role: string) => Capability;
    /** The tables and views that the stack creates in it, for readers to depend on. */
    contents?(): pulumi.Resource[];
}

/** A dataset that exists already. */
export interface ExistingDataset extends Existing, AnyDataset {}
