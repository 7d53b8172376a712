import { isBefore } from "../formats/version";
import * as check from "../internal/check";

/** The database engine of an instance. */
export type Engine = "postgres" | "mysql" | "sqlserver";

/** Until when a version is kept up, by its community and then by Google for more money, and when no instance can be made with it. */
interface Lifecycle {
    extended?: string;
    ended?: string;
}

const early: Lifecycle = { extended: "2025-02-01", ended: "2028-02-01" };

/** "Database versions and version policies". What has no date yet has none there either. From the oldest to the newest. */
const postgres = {
    "9.6": early,
    "10": early,
    "11": early,
    "12": early,
    "13": { extended: "2026-02-01", ended: "2029-02-01" },
    "14": { extended: "2027-02-01", ended: "2030-02-01" },
    "15": { extended: "2028-02-01", ended: "2031-02-01" },
    "16": { extended: "2029-02-01", ended: "2032-02-01" },
    "17": { extended: "2030-02-01", ended: "2033-02-01" },
    "18": {},
} satisfies Record<string, Lifecycle>;

const mysql = {
    "5.6": early,
    "5.7": early,
    "8.0": { extended: "2026-07-01", ended: "2029-07-01" },
    "8.4": {},
    "9.7": {},
} satisfies Record<string, Lifecycle>;

const sqlserver = {
    "2017": { ended: "2027-04-12" },
    "2019": {},
    "2022": {},
    "2025": {},
} satisfies Record<string, Lifecycle>;

/** The minor versions of MySQL 8.0 that can be told; all else is patched by Google. */
const minors = [18, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 39, 40, 41, 42, 43, 44, 45, 46] as const;

/** From the least that SQL Server can do to the most. */
const kinds = ["Express", "Web", "Standard", "Enterprise"] as const;

/** A major version of PostgreSQL. */
export type PostgresVersion = keyof typeof postgres;

/** A major version of MySQL, or a minor one of 8.0. */
export type MySqlVersion = keyof typeof mysql | `8.0.${(typeof minors)[number]}`;

/** A version of SQL Server with its own edition; Microsoft no longer makes a Web edition of 2025. */
export type SqlServerVersion = Exclude<`${keyof typeof sqlserver} ${(typeof kinds)[number]}`, "2025 Web">;

/** What a new instance has unless its program tells: the newest that scanners know (CKV_GCP_79). */
export const newestVersion = { postgres: "18", mysql: "8.4", sqlserver: "2022 Standard" } as const;

const lifecycles: Record<Engine, Record<string, Lifecycle>> = { postgres, mysql, sqlserver };

const known: Record<Engine, string[]> = {
    postgres: inOrder(postgres),
    mysql: inOrder(mysql).flatMap((major) => [
        major,
        ...(major === "8.0" ? minors.map((minor) => `8.0.${minor}`) : []),
    ]),
    sqlserver: inOrder(sqlserver)
        .flatMap((year) => kinds.map((kind) => `${year} ${kind}`))
        .filter((version) => version !== "2025 Web"),
};

/** The keys, of which an object puts whole numbers before others. */
function inOrder(versions: object): string[] {
    return Object.keys(versions).sort((one, other) => Number(one) - Number(other));
}

/** Checks the version of an engine. */
export function versionOf(engine: Engine): check.Check {
    return check.oneOf(...known[engine]);
}

/** The version in the form of the API: `POSTGRES_17`, `MYSQL_8_0_36`, `SQLSERVER_2022_STANDARD`. */
export function databaseVersion(engine: Engine, version: string): string {
    return `${engine} ${version}`.toUpperCase().replaceAll(/[ .]/g, "_");
}

/** The part of a version that an upgrade of the instance changes: `8.0` of `8.0.36`, `2022` of `2022 Standard`. */
export function majorVersion(engine: Engine, version: string): string {
    return engine === "mysql" ? version.split(".").slice(0, 2).join(".") : (version.split(" ")[0] as string);
}

/** "Introduction to Cloud SQL editions": whether Enterprise Plus has the version. */
export function hasEnterprisePlus(engine: Engine, version: string): boolean {
    switch (engine) {
        case "postgres":
            return !isBefore(version, "12");
        case "mysql":
            return !isBefore(version, "8.0.31");
        case "sqlserver":
            return !isBefore(majorVersion(engine, version), "2019") && version.endsWith("Enterprise");
    }
}

/** What to tell of a version that its community no longer keeps up. */
export function deprecation(engine: Engine, version: string): string | undefined {
    const { extended, ended } = lifecycles[engine][majorVersion(engine, version)] ?? {};
    const instead = `Take ${engine === "sqlserver" ? `2022 ${version.split(" ")[1]}` : newestVersion[engine]}.`;
    if (isPast(ended)) {
        return `version: ${version} is deprecated since ${ended}: no instance can be made with it. ${instead}`;
    }
    const end = ended ? `, until ${ended}` : "";
    return isPast(extended)
        ? `version: ${version} is in extended support since ${extended}, which costs more per vCPU${end}. ${instead}`
        : undefined;
}

const isPast = (date: string | undefined) => date !== undefined && Date.parse(date) <= Date.now();

/** Why an instance cannot be upgraded where it is, from one version of an engine to another one. */
export function upgradeProblem(engine: Engine, before: string, now: string): string | undefined {
    const [from, to] = [majorVersion(engine, before), majorVersion(engine, now)];
    if (Number(to) < Number(from) || isLower(engine, before, now)) {
        return `cannot go back from ${before} (got "${now}"). Restore a backup from before the upgrade, or export the data and import it into a new instance.`;
    }
    // The provider takes a later minor version than the one that was told for it from 8.0.35 on.
    if (engine === "mysql" && now === "8.0" && Number(before.split(".")[2]) < 35) {
        return `is an earlier version than ${before} to Cloud SQL (got "8.0"). Name a minor version, such as 8.0.${minors.at(-1)}.`;
    }
    const majors = inOrder(mysql);
    const next = majors[majors.indexOf(from) + 1];
    return engine === "mysql" && to !== from && to !== next
        ? `goes from ${from} to ${next} first, as MySQL is upgraded one major version at a time (got "${now}").`
        : undefined;
}

function isLower(engine: Engine, before: string, now: string): boolean {
    if (engine === "sqlserver") {
        const rank = (version: string) => kinds.findIndex((kind) => version.endsWith(kind));
        return rank(now) < rank(before);
    }
    const isMinor = engine === "mysql" && majorVersion(engine, before) === majorVersion(engine, now);
    return isMinor && isBefore(now, before);
}
