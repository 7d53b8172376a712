import type { DatabaseProtection } from "../environment/defaults";
import { lateRefusal } from "../internal/refusal";
import { flagsIn } from "./definition";
import { type DatabaseFlag, restartFlags } from "./flags";
import type { Decided } from "./given";
import { insightsConfig } from "./insights";
import { twoSteps } from "./protection";
import { upgradeProblem } from "./versions";

/** What of an instance a change can lose or interrupt, as the component writes it down. */
export type Lasting = ReturnType<typeof lasting>;

/** Writes it down. */
export function lasting(args: Decided, hasPrivateAddress: boolean) {
    const { storage, backups } = args;
    return {
        name: args.name,
        region: args.region,
        engine: args.engine,
        encryptionKey: args.encryptionKey ?? "",
        collation: args.collation ?? "",
        timeZone: args.timeZone ?? "",
        "storage.type": storage.type,
        privateServiceConnect: args.privateServiceConnect !== undefined,
        network: hasPrivateAddress,
        version: args.version,
        tier: args.tier,
        edition: args.edition,
        zone: args.zone ?? "",
        highAvailability: args.highAvailability,
        dataCache: args.dataCache,
        connectionPooling: args.connectionPooling !== false,
        // Without insights there is none, and switching them on or off restarts nothing.
        "insights.queryStringLength": insightsConfig(args.insights).queryStringLength ?? 1024,
        "backups.pointInTimeRecovery": backups !== false && (backups.pointInTimeRecovery ?? true),
        flags: JSON.stringify(flagsIn(args, args.flags)),
        "storage.size": storage.autoIncrease ? storage.size : 0,
        from: args.from?.backup === undefined ? "" : args.from.backup,
        databases: Object.keys(args.databases).sort().join(", "),
        users: args.engine === "postgres" ? Object.keys(args.users).sort().join(", ") : "",
        promoted: Object.keys(args.replicas)
            .filter((key) => args.replicas[key]?.promoted)
            .join(", "),
        protection: args.protection,
    };
}

/** Arguments whose change makes another instance ("Instance settings": what cannot be modified after creation). */
export const replacing = [
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
 * Arguments whose change restarts the instance ("Availability in Cloud SQL", "Instance settings", "Configure Managed Connection
 * Pooling", the API's own word of `queryStringLength`).
 */
export const restarting = [
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
 * What a change loses or interrupts, to warn of at preview; an error where protection refuses it, or Cloud SQL.
 *
 * @param old what was written down before; nothing of it where an earlier release made the instance
 */
export function changeWarning(component: string, old: object, now: Lasting): string | undefined {
    const before = old as Partial<Lasting>;
    if (before.name === undefined) {
        return undefined;
    }
    const was = before as Lasting;
    const changed = <Key extends keyof Lasting>(keys: readonly Key[]) => keys.filter((key) => was[key] !== now[key]);
    const another = [...changed(replacing), ...(was.network && !now.network ? (["network"] as const) : [])];
    if (another.length > 0) {
        return lost(
            component,
            was.protection,
            `another ${another.join(", ")} makes another instance, without the data of this one`,
            [
                "To keep its data, make a second CloudSqlInstance beside it, with from: { clone: … }, and remove this one later.",
            ],
        );
    }
    const dropped = without(was.databases, now.databases);
    const demoted = without(was.promoted, now.promoted);
    const lines = [
        refused(component, "version", upgradeProblem(now.engine, was.version, now.version)),
        refused(
            component,
            "replicas",
            demoted.length > 0
                ? `${demoted.join(", ")} cannot follow the primary again. Make another replica.`
                : undefined,
        ),
        dropped.length > 0
            ? lost(component, was.protection, `databases: ${dropped.join(", ")} is dropped, with all that is in it`)
            : undefined,
        now.from !== "" && was.from !== now.from
            ? lost(component, was.protection, "from: the backup overwrites what the instance has")
            : undefined,
        ...interruptions(component, was, now, [...changed(restarting), ...restartedFlags(was, now)]),
    ];
    return lines.filter((line) => line !== undefined).join("\n") || undefined;
}

function interruptions(component: string, was: Lasting, now: Lasting, restarts: string[]) {
    const orphans = without(was.users, now.users);
    return [
        was.version !== now.version
            ? `${component}: version ${was.version} is upgraded to ${now.version} in place: the instance is away for minutes, and there is no way back. Cloud SQL makes a backup before.`
            : undefined,
        restarts.length > 0 || (now.network && !was.network)
            ? `${component}: another ${[...restarts, ...(now.network && !was.network ? ["network"] : [])].join(", ")} restarts the instance, which cuts all connections.`
            : undefined,
        was["storage.size"] !== now["storage.size"] && now["storage.size"] !== 0 && was["storage.size"] !== 0
            ? `${component}: storage.size changes nothing, as the disk grows by itself and never shrinks. To give it more at once, set autoIncrease: false with the larger size for one up.`
            : undefined,
        orphans.length > 0
            ? `${component}: the users ${orphans.join(", ")} stay in PostgreSQL, which drops none that owns something. Sign in and run REASSIGN OWNED and DROP ROLE.`
            : undefined,
    ];
}

function restartedFlags(was: Lasting, now: Lasting): string[] {
    const flags = ({ flags: text }: Lasting) => JSON.parse(text) as DatabaseFlag[];
    return restartFlags(now.engine, flags(was), flags(now)).map((flag) => `flags.${flag}`);
}

function lost(component: string, protection: DatabaseProtection, what: string, more: string[] = []): string {
    if (protection !== "none") {
        throw lateRefusal([`${component}: ${what}. ${twoSteps(protection)}`, ...more].join(" "));
    }
    return [`${component}: ${what}.`, ...more].join(" ");
}

function refused(component: string, path: string, what: string | undefined): undefined {
    if (what !== undefined) {
        throw lateRefusal(`${component}: ${path}: ${what}`);
    }
}
