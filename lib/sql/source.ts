import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";

/** A component, or the name of an existing instance. */
export type Instance =
    | {
          /** The instance itself, as a `CloudSqlInstance` has it. */
          readonly instance: DatabaseInstance;
      }
    | string;

/** Clones another {@link https://cloud.google.com/sql/docs/postgres/clone-instance instance}. */
export interface CloneSource {
    /** An instance of the same engine and version in this project: a component or a name. */
    clone: Instance;
    /**
     * The time in RFC 3339, `"2027-01-01T00:00:00Z"`, as of which the instance is cloned. The source must have had point-in-time
     * recovery at that time.
     * @default now
     */
    at?: string;
    /**
     * The databases to clone, with `at`; SQL Server only.
     * @default all
     */
    databases?: string[];
}

/** Restores a {@link https://cloud.google.com/sql/docs/postgres/backup-recovery/restoring backup}. */
export interface BackupSource {
    /** The ID of the backup run, as `gcloud sql backups list` shows it. */
    backup: pulumi.Input<number>;
    /** The instance of the backup: a component or a name. */
    of: Instance;
    /**
     * The project of that instance. `crossProject` must name it if it belongs to another environment.
     * @default the environment's own project
     */
    project?: string;
}

/**
 * The initial content of an instance. It includes the databases and users of the source: do not list these in `databases`; clients
 * select one with `as({ database })`. The disk is at least as large as the disk of the source. Changing the backup overwrites the
 * content of the instance, which protection refuses.
 */
export type Source = check.OneOf<CloneSource | BackupSource>;

const instance = check.either(
    (value) => typeof value === "string",
    check.matching(nameFormats.rows.cloudSqlInstance.pattern, "must be the name of an instance"),
    check.component("CloudSqlInstance"),
);

export const source = check.variant({
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
            project: check.matching(nameFormats.rows.projectId.pattern, "must be a project ID such as acme-dev"),
        },
        "backup",
        "of",
    ),
});

/** The problems of a source with the engine. */
export function sourceProblems(source: Source | undefined, engine: string): (check.Problem | undefined)[] {
    return source?.databases && engine !== "sqlserver"
        ? [
              check.problem(
                  "from.databases",
                  "sql/clone-databases-of-engine",
                  "is only for SQL Server: other instances are always cloned completely.",
              ),
          ]
        : [];
}

const sourceName = (instance: Instance) => (typeof instance === "string" ? instance : instance.instance.name);

/** The source for the provider. */
export function sourceArgs(source: Source | undefined, project: string) {
    if (!source) {
        return {};
    }
    return source.clone !== undefined
        ? {
              clone: {
                  sourceInstanceName: sourceName(source.clone),
                  pointInTime: source.at,
                  databaseNames: source.databases,
              },
          }
        : {
              restoreBackupContext: {
                  backupRunId: source.backup,
                  instanceId: sourceName(source.of),
                  project: source.project ?? project,
              },
          };
}
