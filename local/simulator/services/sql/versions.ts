import {
    cloudSqlLimits,
    cloudSqlVersion,
    cloudSqlVersions,
    databaseVersion,
    type Engine,
    hasEnterprisePlus,
    isPast,
    majorVersions,
} from "slipway/facts";
import { compareVersions } from "../../../../lib/formats";
import type { Inputs } from "../../rules/rules";

const { logDays } = cloudSqlLimits.rows;

const engines = ["postgres", "mysql", "sqlserver"] as const;

/** Engine versions by their API names. */
const versions = new Map(
    engines.flatMap((engine) =>
        cloudSqlVersions(engine).map((version) => [databaseVersion(engine, version), { engine, version }] as const),
    ),
);

/** Whether new instances can use a version; deprecated ones cannot be used. */
export function isVersion(name: string, now: Date): boolean {
    const found = versions.get(name);
    const { ended } = (found && cloudSqlVersion(found.engine, found.version)) ?? {};
    return found !== undefined && !isPast(ended, { now: () => now.getTime() });
}

/** Whether Enterprise Plus supports a version. */
export function isPlusVersion(name: string): boolean {
    const found = versions.get(name);
    return found !== undefined && hasEnterprisePlus(found.engine, found.version);
}

/** A version without its engine: `8.0.36` of `MYSQL_8_0_36`. */
export const versionName = (name: string): string => versions.get(name)?.version ?? "";

/** The engine's name in the facts. */
export const engineKey = (version: string): Engine => engineOf(version).toLowerCase() as Engine;

export const engineOf = (version: string): string => version.split("_")[0] as string;

export const isMySql = ({ databaseVersion }: Inputs) => engineOf(databaseVersion) === "MYSQL";

/** The default user of an instance. */
export const defaultUser = (version: string): string =>
    ({ POSTGRES: "postgres", MYSQL: "root", SQLSERVER: "sqlserver" })[engineOf(version)] as string;

/** The numbers of a version: `8.0.36` of `MYSQL_8_0_36`, `2022` of `SQLSERVER_2022_STANDARD`. */
const numbersOf = (version: string): string => version.match(/\d+/g)?.join(".") ?? "0";

const editions = ["EXPRESS", "WEB", "STANDARD", "ENTERPRISE"];

/** MySQL's major versions; upgrades cannot skip one. */
const majors = majorVersions("mysql").map((major) => databaseVersion("mysql", major));
const majorOf = (version: string) => majors.findIndex((major) => version.startsWith(major));

/**
 * "Upgrade the database major version in-place": to a later version of the engine, or a higher edition of SQL Server.
 */
export function isUpgrade(from: string, to: string): boolean {
    if (engineOf(from) !== engineOf(to)) {
        return false;
    }
    const order = compareVersions(numbersOf(to), numbersOf(from));
    if (engineOf(from) === "SQLSERVER") {
        const [older = 0, newer = 0] = [from, to].map((item) => editions.indexOf(item.split("_")[2] as string));
        return newer >= older && order >= 0;
    }
    return order > 0 && majorOf(to) - majorOf(from) <= 1;
}

/** Aliases of a version: `MYSQL_8_0` resolves to a minor version. */
export const isSameVersion = (desired: string, found: string): boolean =>
    desired === found || (desired === "MYSQL_8_0" && Number(/^MYSQL_8_0_(\d+)$/.exec(found)?.[1]) >= 35);

/**
 * How long logs are kept after a switch to the edition Enterprise, which keeps them for at most 7 days: the provider changes the edition first,
 * and then sends what it reads (`resourceSqlDatabaseInstanceUpdate` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/sql/resource_sql_database_instance.go).
 */
export function logsAfterSwitch(backups: Inputs | undefined, isPlus: boolean, old?: Inputs): Inputs {
    const days = backups?.transactionLogRetentionDays;
    const isSwitched = !isPlus && old?.settings?.edition === "ENTERPRISE_PLUS";
    return isSwitched && days > logDays.max ? { transactionLogRetentionDays: logDays.max } : {};
}

/** The {@link https://cloud.google.com/sql/docs/postgres/editions-intro edition} of an instance. */
export function editionOf({ databaseVersion, settings }: Inputs): string {
    const found = versions.get(String(databaseVersion));
    const isPlus = found && cloudSqlVersion(found.engine, found.version)?.isPlusByDefault;
    return settings?.edition ?? (isPlus ? "ENTERPRISE_PLUS" : "ENTERPRISE");
}
