import * as check from "../internal/check";
import { cron, timeZone } from "../internal/cron";
import type { StorageBucket } from "../storage";

/** An export of databases to a bucket ("Export data"), each time to a file of its own. */
export interface SqlExport {
    /**
     * Where the files are put: `<instance>/<database>/<time>.sql.gz`, for SQL Server `.bak`. How long they stay, the bucket's
     * `lifecycleRules` say.
     */
    bucket: StorageBucket;
    /** When, in the unix-cron format: `"0 2 * * *"` is at 2:00 each day. */
    schedule: string;
    /**
     * The time zone of `schedule`, by its name in the tz database.
     * @default "Etc/UTC"
     */
    timeZone?: string;
    /**
     * Which databases.
     * @default all of `databases`
     */
    databases?: string[];
    /**
     * Whether a temporary instance does the work, so that this one has no load by it, at a price ("serverless export"); SQL Server
     * knows none.
     * @default true
     */
    offload?: boolean;
    /**
     * Whether nothing happens until this is false again.
     * @default false
     */
    paused?: boolean;
}

/** Checks an export. */
export const exported: check.Check = check.options<SqlExport>(
    {
        bucket: check.component("StorageBucket"),
        schedule: cron,
        timeZone,
        databases: check.pipe(
            check.list(check.text()),
            check.refine((all) => (all as string[]).length > 0, "must name a database at least"),
        ),
        offload: check.flag(),
        paused: check.flag(),
    },
    "bucket",
    "schedule",
);

/** What cannot be exported as it is told. */
export function exportProblems(
    given: SqlExport | undefined,
    engine: string,
    databases: object,
): (check.Problem | undefined)[] {
    const names = Object.keys(databases);
    return [
        given && given.databases === undefined && names.length === 0
            ? { path: "exports.databases", reason: "is missing, as there are no databases. Name those to export." }
            : undefined,
        given?.offload && engine === "sqlserver"
            ? { path: "exports.offload", reason: "must be false for SQL Server, which knows no serverless export." }
            : undefined,
    ];
}
