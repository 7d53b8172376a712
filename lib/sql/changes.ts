import { idOfKey } from "../component/encryption";
import { deferredError, type Problem, problem, when } from "../internal/arguments/argumentsError";
import { changedFixedFlags, type DatabaseFlag, instanceFlags, restartFlags } from "./flags";
import { insightsConfig } from "./insights";
import type { ResolvedArgs } from "./instanceArgs";
import { unprotectHint } from "./protection";
import { upgradeProblem } from "./versions";

/** The arguments whose change can lose data or interrupt the instance. The component keeps them in the state. */
export type TrackedArgs = ReturnType<typeof trackedArgs>;

export function trackedArgs(resolved: ResolvedArgs, hasPrivateAddress: boolean) {
    const { storage, backups } = resolved;
    return {
        name: resolved.name,
        region: resolved.region,
        engine: resolved.engine,
        encryptionKey: idOfKey(resolved.encryptionKey) ?? "",
        collation: resolved.collation ?? "",
        timeZone: resolved.timeZone ?? "",
        "storage.type": storage.type,
        privateServiceConnect: resolved.privateServiceConnect !== undefined,
        network: hasPrivateAddress,
        version: resolved.version,
        tier: resolved.tier,
        edition: resolved.edition,
        zone: resolved.zone ?? "",
        highAvailability: resolved.highAvailability,
        dataCache: resolved.dataCache,
        connectionPooling: resolved.connectionPooling !== false,
        // 1024 without insights, because enabling or disabling insights does not restart the instance.
        "insights.queryStringLength": insightsConfig(resolved.insights).queryStringLength ?? 1024,
        "backups.pointInTimeRecovery": backups !== false && (backups.pointInTimeRecovery ?? true),
        flags: JSON.stringify(instanceFlags(resolved, resolved.flags)),
        "storage.size": storage.autoIncrease ? storage.size : 0,
        from: resolved.from?.backup === undefined ? "" : resolved.from.backup,
        databases: Object.keys(resolved.databases).sort().join(", "),
        users: resolved.engine === "postgres" ? Object.keys(resolved.users).sort().join(", ") : "",
        promoted: Object.keys(resolved.replicas)
            .filter((key) => resolved.replicas[key]?.promoted)
            .join(", "),
        protection: resolved.protection,
    };
}

/**
 * Arguments whose change replaces the instance
 * ({@link https://cloud.google.com/sql/docs/postgres/instance-settings settings that cannot be modified}).
 */
export const replacementArgs = [
    "name",
    "region",
    "engine",
    "encryptionKey",
    "collation",
    "timeZone",
    "storage.type",
    "privateServiceConnect",
] as const;

/**
 * Arguments whose change restarts the instance: {@link https://cloud.google.com/sql/docs/postgres/availability availability},
 * {@link https://cloud.google.com/sql/docs/postgres/instance-settings settings},
 * {@link https://cloud.google.com/sql/docs/postgres/managed-connection-pooling connection pooling}, and `queryStringLength` by the
 * API's reference.
 */
export const restartArgs = [
    "tier",
    "edition",
    "zone",
    "highAvailability",
    "dataCache",
    "connectionPooling",
    "insights.queryStringLength",
    "backups.pointInTimeRecovery",
] as const;

const split = (list: string) => list.split(", ").filter((each) => each !== "");
const without = (before: string, now: string) => split(before).filter((each) => !split(now).includes(each));

/**
 * A warning, at preview, about the data that a change loses and the interruptions that it causes. Throws where the protection or
 * Cloud SQL refuses the change.
 *
 * @param old the tracked arguments in the state; empty when an earlier release created the instance
 */
export function changeWarning(component: string, old: object, now: TrackedArgs): string | undefined {
    const before = old as TrackedArgs;
    if (before.name === undefined) {
        return undefined;
    }
    const changed = <Key extends keyof TrackedArgs>(keys: readonly Key[]) =>
        keys.filter((key) => before[key] !== now[key]);
    const another = [...changed(replacementArgs), ...(before.network && !now.network ? (["network"] as const) : [])];
    const hint = before.protection === "none" ? "" : ` ${unprotectHint(before.protection)}`;
    const dataLoss = (loss: Problem | undefined) =>
        hint ? refuseChange(component, loss) : loss && `${component}: ${loss.reason}`;
    if (another.length > 0) {
        return dataLoss(
            problem(
                "",
                "sql/change-replaces-instance",
                `another ${another.join(", ")} replaces the instance, and its data is lost.${hint} To keep its data, create a second CloudSqlInstance with from: { clone: … }, and remove this one later.`,
            ),
        );
    }
    const dropped = without(before.databases, now.databases);
    const demoted = without(before.promoted, now.promoted);
    const lines = [
        refuseChange(component, upgradeProblem(now.engine, before.version, now.version)),
        refuseChange(component, fixedFlagProblem(before, now)),
        refuseChange(
            component,
            when(
                demoted.length > 0,
                "replicas",
                "sql/change-demotes-replica",
                `${demoted.join(", ")} cannot replicate the primary again. Create another replica.`,
            ),
        ),
        dataLoss(
            when(
                dropped.length > 0,
                "",
                "sql/change-deletes-database",
                `databases: ${dropped.join(", ")} is deleted, with all of its data.${hint}`,
            ),
        ),
        dataLoss(
            when(
                now.from !== "" && before.from !== now.from,
                "",
                "sql/change-restores-backup",
                `from: the backup overwrites the data of the instance.${hint}`,
            ),
        ),
        ...interruptions(component, before, now, [...changed(restartArgs), ...changedRestartFlags(before, now)]),
    ];
    return lines.filter((line) => line !== undefined).join("\n") || undefined;
}

function interruptions(component: string, before: TrackedArgs, now: TrackedArgs, restarts: string[]) {
    const orphans = without(before.users, now.users);
    return [
        before.version !== now.version
            ? `${component}: version ${before.version} is upgraded to ${now.version} in place: the instance is unavailable for minutes, and the upgrade cannot be undone. Cloud SQL creates a backup before it.`
            : undefined,
        restarts.length > 0 || (now.network && !before.network)
            ? `${component}: another ${[...restarts, ...(now.network && !before.network ? ["network"] : [])].join(", ")} restarts the instance, which closes all connections.`
            : undefined,
        before["storage.size"] !== now["storage.size"] && now["storage.size"] !== 0 && before["storage.size"] !== 0
            ? `${component}: storage.size has no effect, because the disk grows automatically and never shrinks. To increase it now, set autoIncrease: false with the larger size for one up.`
            : undefined,
        orphans.length > 0
            ? `${component}: the users ${orphans.join(", ")} remain in PostgreSQL, which does not drop users that own objects. Sign in and run REASSIGN OWNED and DROP ROLE.`
            : undefined,
    ];
}

const flagsOf = ({ flags }: TrackedArgs) => JSON.parse(flags) as DatabaseFlag[];

function fixedFlagProblem(before: TrackedArgs, now: TrackedArgs): Problem | undefined {
    const [name] = changedFixedFlags(now.engine, now.version, flagsOf(before), flagsOf(now));
    return when(
        name !== undefined,
        `flags.${name}`,
        "sql/change-of-fixed-flag",
        "can only be set when the instance is created. Keep its value, or move the data to a second CloudSqlInstance.",
    );
}

function changedRestartFlags(before: TrackedArgs, now: TrackedArgs): string[] {
    return restartFlags(now.engine, flagsOf(before), flagsOf(now)).map((flag) => `flags.${flag}`);
}

function refuseChange(component: string, refusal: Problem | undefined): undefined {
    if (refusal !== undefined) {
        throw deferredError(component, [refusal]);
    }
}
