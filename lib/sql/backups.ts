import { cloudSqlLimits } from "../facts/limits/cloudSql";
import * as check from "../internal/arguments/check";
import { type Duration, daysIn, wholeDays } from "../internal/arguments/duration";
import { timeOfDay } from "../internal/arguments/timeOfDay";
import type { Engine } from "./versions";

const { retainedBackups, logDays, logDaysOfPlus } = cloudSqlLimits.rows;

/** When {@link https://cloud.google.com/sql/docs/postgres/backup-recovery/backups backups} are made and how long they are kept. */
export interface Backups {
    /**
     * The time of the day in UTC at which a backup starts: `"03:00"`.
     * @default "03:00"
     */
    start?: string;
    /**
     * The number of daily backups that are kept: 1 to 365.
     * @default 7; 15 with the edition `ENTERPRISE_PLUS`
     */
    keep?: number;
    /**
     * The location of the backups: a region, such as `europe-west4`, or a multi-region, such as `eu`.
     * @default the multi-region closest to the instance
     */
    location?: string;
    /**
     * Enables {@link https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr point-in-time recovery}: the instance can be
     * cloned as of any second, from its transaction logs.
     * @default true
     */
    pointInTimeRecovery?: boolean;
    /**
     * How long transaction logs are kept, in whole days: `"1 day"` to `"7 days"`; up to `"35 days"` with the edition
     * `ENTERPRISE_PLUS`.
     * @default "7 days"; "14 days" with the edition `ENTERPRISE_PLUS`
     */
    transactionLogRetention?: Duration;
}

export const backups = check.switched(
    check.options<Backups>({
        start: timeOfDay,
        keep: check.limit(retainedBackups),
        location: check.matching(
            /^([a-z]+-[a-z]+\d+|asia|eu|us)$/,
            "must be a region, such as europe-west4, or asia, eu or us",
        ),
        pointInTimeRecovery: check.flag(),
        transactionLogRetention: wholeDays(`${logDaysOfPlus.min} days`, `${logDaysOfPlus.max} days`),
    }),
);

interface BackupContext {
    engine: Engine;
    edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
    backups: false | Backups;
    highAvailability: boolean;
    protection: string;
    replicas: object;
}

/** The problems of backups with arguments that require them, and with the edition. */
export function backupProblems(args: BackupContext): (check.Problem | undefined)[] {
    const { backups, edition, engine } = args;
    const recovery = backups !== false && backups.pointInTimeRecovery !== false;
    const standby =
        (args.highAvailability && "highAvailability") || (Object.keys(args.replicas).length > 0 && "replicas");
    if (backups === false) {
        const requiredBy = standby || (args.protection !== "none" && `protection "${args.protection}"`);
        return [
            check.when(
                requiredBy,
                "backups",
                "sql/backups-required",
                `cannot be false with ${requiredBy}. Remove backups.`,
            ),
        ];
    }
    const maxDays = edition === "ENTERPRISE_PLUS" ? logDaysOfPlus.max : logDays.max;
    const { transactionLogRetention: retention } = backups;
    return [
        // Standbys and replicas of MySQL need its binary log: https://docs.cloud.google.com/sql/docs/mysql/high-availability
        check.when(
            !recovery && engine === "mysql" && standby,
            "backups.pointInTimeRecovery",
            "sql/point-in-time-required",
            `cannot be false with ${standby} of MySQL, which needs its binary log. Remove it.`,
        ),
        check.when(
            retention !== undefined && !recovery,
            "backups.transactionLogRetention",
            "sql/log-retention-without-point-in-time",
            `has no effect without pointInTimeRecovery (got "${retention}").`,
        ),
        check.when(
            retention !== undefined && daysIn(retention) > maxDays,
            "backups.transactionLogRetention",
            "sql/log-retention-of-edition",
            `must be at most ${maxDays} days with the edition ${edition} (got "${retention}").`,
        ),
    ];
}

/** The backups for the provider. The transaction log of MySQL is its binary log. */
export function backupConfiguration(backups: false | Backups, engine: Engine, edition: string) {
    if (backups === false) {
        return { enabled: false };
    }
    const plus = edition === "ENTERPRISE_PLUS";
    const recovery = backups.pointInTimeRecovery ?? true;
    const { transactionLogRetention = plus ? "14 days" : "7 days" } = backups;
    return {
        enabled: true,
        startTime: backups.start ?? "03:00",
        location: backups.location,
        backupRetentionSettings: { retainedBackups: backups.keep ?? (plus ? 15 : 7) },
        transactionLogRetentionDays: recovery ? daysIn(transactionLogRetention) : undefined,
        ...(engine === "mysql" ? { binaryLogEnabled: recovery } : { pointInTimeRecoveryEnabled: recovery }),
    };
}
