import type { Duration } from "../internal/duration";

/** What an environment is for. */
export type EnvironmentKind = "development" | "staging" | "production";

/** What components do differently by the kind of their environment, unless their arguments say otherwise. */
export interface EnvironmentDefaults {
    /**
     * Whether Pulumi refuses to delete or replace what holds data.
     * @category protects
     */
    protect: boolean;
    /**
     * Whether a project that an {@link EnvironmentProject} makes is kept: Pulumi and the provider refuse to delete it.
     * @category protects
     */
    keepProject: boolean;
    /**
     * Whether a lien keeps everybody else from deleting the project.
     * @category protects
     */
    lien: boolean;
    /**
     * How a database is kept from being deleted ({@link DatabaseProtection}).
     * @category protects
     */
    databaseProtection: DatabaseProtection;
    /**
     * Whether a bucket may be deleted with objects in it.
     * @category keeps
     */
    forceDestroy: boolean;
    /**
     * How long a destroyed version of a secret can be brought back.
     * @category keeps
     */
    destroyDelay: Duration | "none";
    /**
     * Which reads and writes a project's audit logs have, beside the changes of settings, which they always have.
     * @category keeps
     */
    auditLogs: readonly AuditLogType[];
    /**
     * How many instances of a function, or of a standard service of App Engine, wait for requests when there are none.
     * @category sizes
     */
    minInstances: number;
    /**
     * How many instances of a function, or of a standard service of App Engine, there may be.
     * @category sizes
     */
    maxInstances: number;
    /**
     * How many nodes a pool of a cluster has at least.
     * @category sizes
     */
    minNodes: number;
    /**
     * How many nodes a pool of a cluster may have.
     * @category sizes
     */
    maxNodes: number;
    /**
     * How many replicas an `AutoscaledDeployment`, or instances a flexible service of App Engine, has at least where its scaling does
     * not say it: in production one for each of three zones.
     * @category sizes
     */
    minReplicas: number;
    /**
     * How many replicas an `AutoscaledDeployment`, or instances a flexible service of App Engine, has at most where its scaling does
     * not say it.
     * @category sizes
     */
    maxReplicas: number;
    /**
     * Whether a database has a standby in another zone.
     * @category sizes
     */
    highAvailability: boolean;
    /**
     * The machine of a database, where its edition and its engine have it.
     * @category sizes
     */
    databaseTier: string;
    /**
     * How large a `ComposerEnvironment` is.
     * @category sizes
     */
    composerSize: "small" | "medium" | "large";
    /**
     * Whether a {@link Deployer} must be bound to an environment of the pipeline, where somebody approves what is deployed.
     * @category requires
     */
    approval: boolean;
}

/**
 * How a `CloudSqlInstance` is kept: `none`, it may be deleted; `standard`, Pulumi and the provider refuse to, and a last backup is made
 * when it is deleted all the same; `maximum`, Google refuses it to everybody, and all backups outlive the instance.
 */
export type DatabaseProtection = "none" | "standard" | "maximum";

/** What audit logs tell of: settings that are read, data that is read, and data that is written. */
export type AuditLogType = "ADMIN_READ" | "DATA_READ" | "DATA_WRITE";

/** Every difference between the kinds of environments. Nothing else in this library asks which kind it is in. */
export const environmentDefaults: Record<EnvironmentKind, EnvironmentDefaults> = {
    development: {
        protect: false,
        keepProject: false,
        lien: false,
        databaseProtection: "none",
        forceDestroy: true,
        destroyDelay: "none",
        auditLogs: ["ADMIN_READ"],
        minInstances: 0,
        maxInstances: 3,
        minNodes: 1,
        maxNodes: 3,
        minReplicas: 1,
        maxReplicas: 3,
        highAvailability: false,
        databaseTier: "db-f1-micro",
        composerSize: "small",
        approval: false,
    },
    staging: {
        protect: false,
        keepProject: false,
        lien: false,
        databaseProtection: "none",
        forceDestroy: true,
        destroyDelay: "none",
        auditLogs: ["ADMIN_READ"],
        minInstances: 0,
        maxInstances: 10,
        minNodes: 1,
        maxNodes: 6,
        minReplicas: 2,
        maxReplicas: 5,
        highAvailability: false,
        databaseTier: "db-f1-micro",
        composerSize: "small",
        approval: false,
    },
    production: {
        protect: true,
        keepProject: true,
        lien: true,
        databaseProtection: "maximum",
        forceDestroy: false,
        destroyDelay: "7 days",
        auditLogs: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"],
        minInstances: 1,
        maxInstances: 100,
        minNodes: 3,
        maxNodes: 30,
        minReplicas: 3,
        maxReplicas: 10,
        highAvailability: true,
        databaseTier: "db-custom-2-8192",
        composerSize: "medium",
        approval: true,
    },
};
