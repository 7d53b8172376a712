import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";

/** An instance: a component, or the name of one that is there. */
export type Instance = { readonly instance: DatabaseInstance } | string;

/** Starts as another instance is, or was. */
export interface CloneSource {
    /** The instance of the same engine and version, of this project: a component or a name. */
    clone: Instance;
    /**
     * The time in RFC 3339, `"2027-01-01T00:00:00Z"`, as of which it is cloned; the other one must have point-in-time recovery since
     * before that.
     * @default now
     */
    at?: string;
    /**
     * Which databases are cloned, of SQL Server alone, with `at`.
     * @default all
     */
    databases?: string[];
}

/** Starts with a backup. */
export interface BackupSource {
    /** The number of the backup run, as `gcloud sql backups list` shows it. */
    backup: pulumi.Input<number>;
    /** The instance of which the backup is: a component or a name. */
    of: Instance;
    /**
     * The project of that instance, which must be named in `crossProject` when it is another environment's.
     * @default the environment's own project
     */
    project?: string;
}

/**
 * What an instance starts with: databases and users come along, so that `databases` must name none of them; clients name theirs by
 * `as({ database })`. The disk is at least as large as that of the source. Another backup overwrites what the instance has, which
 * protection refuses.
 */
export type Source = check.OneOf<CloneSource | BackupSource>;

const instance = check.either(
    (given) => typeof given === "string",
    check.matching(/^[a-z][a-z0-9-]{0,97}$/, "must be an instance's name"),
    check.component("CloudSqlInstance"),
);

/** Checks what an instance starts with. */
export const source: check.Check = check.variant({
    clone: check.options<CloneSource>(
        {
            clone: instance,
            at: check.matching(
                /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/,
                "must be a time in UTC such as 2027-01-01T00:00:00Z",
            ),
            databases: check.list(check.text()),
        },
        "clone",
    ),
    backup: check.options<BackupSource>(
        {
            backup: check.input(check.whole(1, Number.MAX_SAFE_INTEGER)),
            of: instance,
            project: check.matching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "must be a project's id"),
        },
        "backup",
        "of",
    ),
});

/** What SQL Server alone can clone a part of. */
export function sourceProblems(given: Source | undefined, engine: string): (check.Problem | undefined)[] {
    return given?.databases && engine !== "sqlserver"
        ? [{ path: "from.databases", reason: "is for SQL Server alone: other instances are cloned as a whole." }]
        : [];
}

const named = (given: Instance) => (typeof given === "string" ? given : given.instance.name);

/** The source in the form of the provider. */
export function sourceOf(given: Source | undefined, project: string) {
    if (!given) {
        return {};
    }
    return given.clone !== undefined
        ? { clone: { sourceInstanceName: named(given.clone), pointInTime: given.at, databaseNames: given.databases } }
        : {
              restoreBackupContext: {
                  backupRunId: given.backup,
                  instanceId: named(given.of),
                  project: given.project ?? project,
              },
          };
}
