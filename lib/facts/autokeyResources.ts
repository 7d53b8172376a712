import { facts } from "./facts";

/** A type of resource for which Autokey creates keys. */
interface AutokeyResource {
    /** Whether all resources of the type in one location of a project have one key. */
    sharesKey?: boolean;
}

/** The resource types of Cloud KMS Autokey, as a key handle selects them. */
export const autokeyResources = facts<AutokeyResource>()({
    subject: "Resource types of Cloud KMS Autokey",
    source: "https://docs.cloud.google.com/kms/docs/kms-autokey",
    checked: "2026-11-27",
    rows: {
        "alloydb.googleapis.com/Backup": {},
        "alloydb.googleapis.com/Cluster": {},
        "artifactregistry.googleapis.com/Repository": {},
        "bigquery.googleapis.com/Dataset": {},
        "bigtableadmin.googleapis.com/Cluster": {},
        "compute.googleapis.com/Disk": {},
        "compute.googleapis.com/Image": {},
        "compute.googleapis.com/Instance": {},
        "compute.googleapis.com/MachineImage": {},
        "dataflow.googleapis.com/Job": {},
        "dataproc.googleapis.com/Batch": { sharesKey: true },
        "dataproc.googleapis.com/Cluster": {},
        "dataproc.googleapis.com/Session": { sharesKey: true },
        "dataproc.googleapis.com/SessionTemplate": {},
        "dataproc.googleapis.com/WorkflowTemplate": {},
        "pubsub.googleapis.com/Topic": {},
        "run.googleapis.com/Job": { sharesKey: true },
        "run.googleapis.com/Service": { sharesKey: true },
        "secretmanager.googleapis.com/Secret": { sharesKey: true },
        "securesourcemanager.googleapis.com/Instance": {},
        "spanner.googleapis.com/Database": {},
        "sqladmin.googleapis.com/Instance": {},
        "storage.googleapis.com/Bucket": {},
    },
});

export type AutokeyResourceType = keyof typeof autokeyResources.rows;
