import type { Duration } from "../internal/duration";

/** What an environment is for. */
export type EnvironmentKind = "development" | "staging" | "production";

/** What components do differently by the kind of their environment, unless their arguments say otherwise. */
export interface EnvironmentDefaults {
    /** Whether Pulumi refuses to delete or replace what holds data. */
    protect: boolean;
    /** Whether a bucket may be deleted with objects in it. */
    forceDestroy: boolean;
    /** How many instances of a function wait for requests when there are none. */
    minInstances: number;
    /** How many instances of a function there may be. */
    maxInstances: number;
    /** How long a destroyed version of a secret can be brought back. */
    destroyDelay: Duration | "none";
    /** Whether a project that an {@link EnvironmentProject} makes is kept: Pulumi and the provider refuse to delete it. */
    keepProject: boolean;
    /** Whether a lien keeps everybody else from deleting the project. */
    lien: boolean;
    /** Which reads and writes a project's audit logs have, beside the changes of settings, which they always have. */
    auditLogs: readonly AuditLogType[];
}

/** What audit logs tell of: settings that are read, data that is read, and data that is written. */
export type AuditLogType = "ADMIN_READ" | "DATA_READ" | "DATA_WRITE";

/** Every difference between the kinds of environments. Nothing else in this library asks which kind it is in. */
export const environmentDefaults: Record<EnvironmentKind, EnvironmentDefaults> = {
    development: {
        protect: false,
        forceDestroy: true,
        minInstances: 0,
        maxInstances: 3,
        destroyDelay: "none",
        keepProject: false,
        lien: false,
        auditLogs: ["ADMIN_READ"],
    },
    staging: {
        protect: false,
        forceDestroy: true,
        minInstances: 0,
        maxInstances: 10,
        destroyDelay: "none",
        keepProject: false,
        lien: false,
        auditLogs: ["ADMIN_READ"],
    },
    production: {
        protect: true,
        forceDestroy: false,
        minInstances: 1,
        maxInstances: 100,
        destroyDelay: "7 days",
        keepProject: true,
        lien: true,
        auditLogs: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"],
    },
};
