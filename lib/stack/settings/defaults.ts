import type { Duration } from "../../internal/arguments/duration";

/** The purpose of an environment, which selects its defaults. */
export type EnvironmentKind = "development" | "staging" | "production";

/** Defaults of component arguments that depend on the kind of the environment. */
export interface EnvironmentDefaults {
    /**
     * Sets `protect` on resources that hold data: Pulumi refuses to delete or replace them.
     * @category protects
     */
    protect: boolean;
    /**
     * Protects Cloud KMS keys: Pulumi and the provider refuse to delete them.
     * @category protects
     */
    protectKeys: boolean;
    /**
     * Protects the project that an {@link EnvironmentProject} creates: Pulumi and the provider refuse to delete it.
     * @category protects
     */
    keepProject: boolean;
    /**
     * Places a lien on the project, so that Google Cloud refuses its deletion.
     * @category protects
     */
    lien: boolean;
    /**
     * The deletion protection of databases ({@link DatabaseProtection}).
     * @category protects
     */
    databaseProtection: DatabaseProtection;
    /**
     * Allows deleting a bucket that contains objects.
     * @category keeps
     */
    forceDestroy: boolean;
    /**
     * How long noncurrent versions of the objects in a bucket can be restored.
     * @category keeps
     */
    versionRetention: Duration | "forever";
    /**
     * How long a destroyed secret version can be restored.
     * @category keeps
     */
    destroyDelay: Duration | "none";
    /**
     * The audit log types of a project, in addition to Admin Activity logs, which are always on.
     * @category keeps
     */
    auditLogs: readonly AuditLogType[];
    /**
     * The minimum number of instances of a function, a Cloud Run service or an App Engine standard service.
     * @category sizes
     */
    minInstances: number;
    /**
     * The maximum number of instances of a function, a Cloud Run service or an App Engine standard service.
     * @category sizes
     */
    maxInstances: number;
    /**
     * The minimum number of nodes of a node pool.
     * @category sizes
     */
    minNodes: number;
    /**
     * The maximum number of nodes of a node pool.
     * @category sizes
     */
    maxNodes: number;
    /**
     * The minimum number of replicas of an `AutoscaledDeployment`, or instances of an App Engine flexible service: in production one
     * for each of three zones.
     * @category sizes
     */
    minReplicas: number;
    /**
     * The maximum number of replicas of an `AutoscaledDeployment`, or instances of an App Engine flexible service.
     * @category sizes
     */
    maxReplicas: number;
    /**
     * The maximum number of workers of a `DataflowJob`.
     * @category sizes
     */
    maxWorkers: number;
    /**
     * Gives databases a standby in another zone.
     * @category sizes
     */
    highAvailability: boolean;
    /**
     * The tier of a database, where its edition and engine support it.
     * @category sizes
     */
    databaseTier: string;
    /**
     * The size of a `ComposerEnvironment`.
     * @category sizes
     */
    composerSize: "small" | "medium" | "large";
    /**
     * The organization policies of a project ({@link PolicyPreset}).
     * @category forbids
     */
    policies: PolicyPreset;
    /**
     * Protects an external `LoadBalancer` with the default rules of a Cloud Armor security policy.
     * @category protects
     */
    securityPolicy: boolean;
    /**
     * Requires a {@link Deployer} to be bound to an environment of the pipeline, where deployments are approved.
     * @category requires
     */
    approval: boolean;
}

/**
 * The organization policies of an {@link EnvironmentProject}. `basic`: no service account keys, public buckets, access control lists,
 * default network, nor roles of default service accounts. `strict`: also no external addresses of instances, and no access to databases
 * from public address ranges.
 */
export type PolicyPreset = "basic" | "strict";

/**
 * The deletion protection of a `CloudSqlInstance`. `none`: it can be deleted. `standard`: Pulumi and the provider refuse to delete
 * it, and a final backup is taken if it is deleted anyway. `maximum`: Google Cloud refuses its deletion too, and its backups are kept.
 */
export type DatabaseProtection = "none" | "standard" | "maximum";

/** A type of {@link https://cloud.google.com/logging/docs/audit audit log}: reads of settings, reads of data, writes of data. */
export type AuditLogType = "ADMIN_READ" | "DATA_READ" | "DATA_WRITE";

/** Every difference between the kinds of environments; no other code depends on the kind. */
export const environmentDefaults: Record<EnvironmentKind, EnvironmentDefaults> = {
    development: {
        protect: false,
        protectKeys: true,
        keepProject: false,
        lien: false,
        databaseProtection: "none",
        forceDestroy: true,
        versionRetention: "7 days",
        destroyDelay: "none",
        auditLogs: ["ADMIN_READ"],
        minInstances: 0,
        maxInstances: 3,
        minNodes: 1,
        maxNodes: 3,
        minReplicas: 1,
        maxReplicas: 3,
        maxWorkers: 2,
        highAvailability: false,
        databaseTier: "db-f1-micro",
        composerSize: "small",
        policies: "basic",
        securityPolicy: false,
        approval: false,
    },
    staging: {
        protect: false,
        protectKeys: true,
        keepProject: false,
        lien: false,
        databaseProtection: "none",
        forceDestroy: true,
        versionRetention: "7 days",
        destroyDelay: "none",
        auditLogs: ["ADMIN_READ"],
        minInstances: 0,
        maxInstances: 10,
        minNodes: 1,
        maxNodes: 6,
        minReplicas: 2,
        maxReplicas: 5,
        maxWorkers: 5,
        highAvailability: false,
        databaseTier: "db-f1-micro",
        composerSize: "small",
        policies: "strict",
        securityPolicy: false,
        approval: false,
    },
    production: {
        protect: true,
        protectKeys: true,
        keepProject: true,
        lien: true,
        databaseProtection: "maximum",
        forceDestroy: false,
        versionRetention: "90 days",
        destroyDelay: "7 days",
        auditLogs: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"],
        minInstances: 1,
        maxInstances: 100,
        minNodes: 3,
        maxNodes: 30,
        minReplicas: 3,
        maxReplicas: 10,
        maxWorkers: 20,
        highAvailability: true,
        databaseTier: "db-custom-2-8192",
        composerSize: "medium",
        policies: "strict",
        securityPolicy: true,
        approval: true,
    },
};
