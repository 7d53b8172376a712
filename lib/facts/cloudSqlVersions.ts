import { type Day, facts } from "./facts";

/** A database engine of Cloud SQL. */
export type Engine = "postgres" | "mysql" | "sqlserver";

/** An edition of Cloud SQL. */
export type Edition = "ENTERPRISE" | "ENTERPRISE_PLUS";

/** A major version of a database engine. */
interface Version {
    /** The start of extended support, which costs more per vCPU. */
    extended?: Day;
    /** The day of deprecation: new instances cannot use the version. */
    ended?: Day;
    /** The minor versions that can be selected; Google patches all other versions. */
    minors?: readonly number[];
    /** The ones of `minors` that Google marks as deprecated. */
    deprecatedMinors?: readonly number[];
    /** Whether Enterprise Plus offers the version, or the first minor version that it offers. */
    enterprisePlus?: true | { sinceMinor: number };
    /** Whether Enterprise Plus is the default edition of new instances. */
    isPlusByDefault?: true;
    /** Microsoft's editions of SQL Server, from the smallest to the largest. */
    editions?: readonly string[];
}

/** Major versions of PostgreSQL. */
export const postgresVersions = facts<Version>()({
    subject: "Versions of PostgreSQL in Cloud SQL",
    source: "https://cloud.google.com/sql/docs/postgres/db-versions",
    checked: "2026-11-20",
    rows: {
        "9.6": { extended: "2025-02-01", ended: "2028-02-01" },
        "10": { extended: "2025-02-01", ended: "2028-02-01" },
        "11": { extended: "2025-02-01", ended: "2028-02-01" },
        "12": { extended: "2025-02-01", ended: "2028-02-01", enterprisePlus: true },
        "13": { extended: "2026-02-01", ended: "2029-02-01", enterprisePlus: true },
        "14": { extended: "2027-02-01", ended: "2030-02-01", enterprisePlus: true },
        "15": { extended: "2028-02-01", ended: "2031-02-01", enterprisePlus: true },
        "16": { extended: "2029-02-01", ended: "2032-02-01", enterprisePlus: true, isPlusByDefault: true },
        "17": { extended: "2030-02-01", ended: "2033-02-01", enterprisePlus: true, isPlusByDefault: true },
        "18": { enterprisePlus: true, isPlusByDefault: true },
    },
});

/** Major versions of MySQL. */
export const mysqlVersions = facts<Version>()({
    subject: "Versions of MySQL in Cloud SQL",
    source: "https://cloud.google.com/sql/docs/mysql/db-versions",
    checked: "2026-11-20",
    rows: {
        "5.6": { extended: "2025-02-01", ended: "2028-02-01" },
        "5.7": { extended: "2025-02-01", ended: "2028-02-01" },
        "8.0": {
            extended: "2026-07-01",
            ended: "2029-07-01",
            minors: [18, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 39, 40, 41, 42, 43, 44, 45, 46],
            deprecatedMinors: [29],
            enterprisePlus: { sinceMinor: 31 },
        },
        "8.4": { enterprisePlus: true, isPlusByDefault: true },
        "9.7": { enterprisePlus: true, isPlusByDefault: true },
    },
});

/** Versions of SQL Server. 2022 is the last one with the Web edition. */
export const sqlServerVersions = facts<Version>()({
    subject: "Versions of SQL Server in Cloud SQL",
    source: "https://cloud.google.com/sql/docs/sqlserver/db-versions",
    checked: "2026-11-20",
    rows: {
        "2017": {
            ended: "2027-04-12",
            editions: ["Express", "Web", "Standard", "Enterprise"],
            source: "https://docs.cloud.google.com/sql/docs/sqlserver/release-notes",
            checked: "2026-09-14",
        },
        "2019": { editions: ["Express", "Web", "Standard", "Enterprise"], enterprisePlus: true },
        "2022": { editions: ["Express", "Web", "Standard", "Enterprise"], enterprisePlus: true },
        "2025": { editions: ["Express", "Standard", "Enterprise"], enterprisePlus: true },
    },
});

type SqlServerRows = typeof sqlServerVersions.rows;

/** A major version of PostgreSQL. */
export type PostgresVersion = keyof typeof postgresVersions.rows;

/** A major version of MySQL, or a minor version of 8.0. */
export type MySqlVersion =
    | keyof typeof mysqlVersions.rows
    | `8.0.${(typeof mysqlVersions.rows)["8.0"]["minors"][number]}`;

/** A version of SQL Server with Microsoft's edition. */
export type SqlServerVersion = {
    [Year in keyof SqlServerRows]: `${Year} ${SqlServerRows[Year]["editions"][number]}`;
}[keyof SqlServerRows];

const tables: Record<Engine, Record<string, Version>> = {
    postgres: postgresVersions.rows,
    mysql: mysqlVersions.rows,
    sqlserver: sqlServerVersions.rows,
};

/** Returns the major versions of an engine, from old to new. */
export function majorVersions(engine: Engine): string[] {
    return Object.keys(tables[engine]).sort((one, other) => Number(one) - Number(other));
}

/** Returns all versions of an engine: `17`, `8.0`, `8.0.36`, `2022 Standard`. */
export function cloudSqlVersions(engine: Engine): string[] {
    return majorVersions(engine).flatMap((major) => {
        const { minors = [], editions } = tables[engine][major] ?? {};
        return editions
            ? editions.map((edition) => `${major} ${edition}`)
            : [major, ...minors.map((minor) => `${major}.${minor}`)];
    });
}

/** Returns the major version: `8.0` of `8.0.36`, `2022` of `2022 Standard`. */
export function majorVersion(engine: Engine, version: string): string {
    return engine === "mysql" ? version.split(".").slice(0, 2).join(".") : (version.split(" ")[0] as string);
}

/** Returns the row of a version; undefined if unlisted. */
export function cloudSqlVersion(engine: Engine, version: string): Version | undefined {
    return tables[engine][majorVersion(engine, version)];
}

/** Returns a version in the format of the API: `POSTGRES_17`, `MYSQL_8_0_36`, `SQLSERVER_2022_STANDARD`. */
export function databaseVersion(engine: Engine, version: string): string {
    return `${engine} ${version}`.toUpperCase().replaceAll(/[ .]/g, "_");
}

/** Whether Enterprise Plus offers a version; true for unlisted versions, assumed to be newer. */
export function hasEnterprisePlus(engine: Engine, version: string): boolean {
    const { enterprisePlus } = cloudSqlVersion(engine, version) ?? { enterprisePlus: true };
    if (engine === "sqlserver" && !version.endsWith("Enterprise")) {
        return false;
    }
    const minor = Number(version.split(".")[2] ?? Number.POSITIVE_INFINITY);
    return typeof enterprisePlus === "object" ? minor >= enterprisePlus.sinceMinor : enterprisePlus === true;
}
