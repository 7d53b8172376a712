import { cloudSqlLimits } from "../facts/limits";
import * as check from "../internal/check";
import type { Engine } from "./versions";

const { retainedBackups, logDays, logDaysOfPlus } = cloudSqlLimits.rows;

/** When backups are made and how long they are kept ("Backups overview"). */
export interface Backups {
    /**
     * The hour in UTC in which a backup starts: `"03:00"`, full hours alone.
     * @default "03:00"
     */
    startTime?: string;
    /**
     * How many daily backups are kept: 1 to 365.
     * @default 7; 15 with the edition `ENTERPRISE_PLUS`
     */
    retained?: number;
    /**
     * Where they are kept: a region, `europe-west4`, or a multi-region, `eu`.
     * @default the multi-region nearest to the instance
     */
    location?: string;
    /**
     * Whether the instance can be cloned as it was at any second, by its logs ("Use point-in-time recovery").
     * @default true
     */
    pointInTimeRecovery?: boolean;
    /**
     * For how many days: 1 to 7, with the edition `ENTERPRISE_PLUS` to 35.
     * @default 7; 14 with the edition `ENTERPRISE_PLUS`
     */
    transactionLogRetentionDays?: number;
}

/** Checks the backups of an instance. */
export const backups: check.Check = check.literalOr(
    false,
    check.options<Backups>({
        startTime: check.matching(/^([01]\d|2[0-3]):00$/, "must be a full hour in UTC, such as 03:00"),
        retained: check.whole(retainedBackups.min, retainedBackups.max, retainedBackups.unit),
        location: check.matching(
            /^([a-z]+-[a-z]+\d+|asia|eu|us)$/,
            "must be a region, such as europe-west4, or asia, eu or us",
        ),
        pointInTimeRecovery: check.flag(),
        transactionLogRetentionDays: check.whole(logDaysOfPlus.min, logDaysOfPlus.max, logDaysOfPlus.unit),
    }),
);

interface Kept {
    engine: Engine;
    edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
    backups: false | Backups;
    highAvailability: boolean;
    protection: string;
    replicas: object;
}

/** What cannot be without backups, and what the edition keeps no logs for. */
export function backupProblems(args: Kept): (check.Problem | undefined)[] {
    const { backups: given, edition, engine } = args;
    const recovery = given !== false && given.pointInTimeRecovery !== false;
    const needed =
        (args.highAvailability && "highAvailability") ||
        (Object.keys(args.replicas).length > 0 && "replicas") ||
        (args.protection !== "none" && `protection "${args.protection}"`);
    if (given === false) {
        return [needed ? { path: "backups", reason: `cannot be false with ${needed}. Leave backups out.` } : undefined];
    }
    const logs = engine === "mysql" && (args.highAvailability || Object.keys(args.replicas).length > 0);
    const most = edition === "ENTERPRISE_PLUS" ? logDaysOfPlus.max : logDays.max;
    const days = given.transactionLogRetentionDays;
    return [
        !recovery && (args.highAvailability || logs || args.protection !== "none")
            ? {
                  path: "backups.pointInTimeRecovery",
                  reason: `cannot be false with ${args.highAvailability ? "highAvailability" : needed}. Leave it out.`,
              }
            : undefined,
        days !== undefined && !recovery
            ? {
                  path: "backups.transactionLogRetentionDays",
                  reason: `is nothing without pointInTimeRecovery (got ${days}).`,
              }
            : undefined,
        days !== undefined && days > most
            ? {
                  path: "backups.transactionLogRetentionDays",
                  reason: `must be at most ${most} with the edition ${edition} (got ${days}).`,
              }
            : undefined,
    ];
}

/** The backups in the form of the provider: the logs are MySQL's binary log. */
export function backupConfiguration(given: false | Backups, engine: Engine, edition: string) {
    if (given === false) {
        return { enabled: false };
    }
    const plus = edition === "ENTERPRISE_PLUS";
    const recovery = given.pointInTimeRecovery ?? true;
    return {
        enabled: true,
        startTime: given.startTime ?? "03:00",
        location: given.location,
        backupRetentionSettings: { retainedBackups: given.retained ?? (plus ? 15 : 7) },
        transactionLogRetentionDays: recovery ? (given.transactionLogRetentionDays ?? (plus ? 14 : 7)) : undefined,
        ...(engine === "mysql" ? { binaryLogEnabled: recovery } : { pointInTimeRecoveryEnabled: recovery }),
    };
}
