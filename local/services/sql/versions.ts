import type { Inputs } from "../../rules/rules";

/** "Database versions and version policies": the versions that a new instance can have. */
const versions = [
    ...["5_6", "5_7", "8_0", "8_4", "9_7"].map((version) => `MYSQL_${version}`),
    ...["9_6", "10", "11", "12", "13", "14", "15", "16", "17", "18"].map((version) => `POSTGRES_${version}`),
    ...["2017", "2019", "2022", "2025"].flatMap((year) =>
        ["STANDARD", "ENTERPRISE", "EXPRESS", "WEB"].map((kind) => `SQLSERVER_${year}_${kind}`),
    ),
].filter((version) => version !== "SQLSERVER_2025_WEB");

const minorOfMySql = /^MYSQL_8_0_\d{2}$/;

export const isVersion = (version: string) => versions.includes(version) || minorOfMySql.test(version);

export const engineOf = (version: string): string => version.split("_")[0] as string;

export const isMySql = ({ databaseVersion }: Inputs) => engineOf(databaseVersion) === "MYSQL";

/** The user that a new instance has. */
export const defaultUser = (version: string): string =>
    ({ POSTGRES: "postgres", MYSQL: "root", SQLSERVER: "sqlserver" })[engineOf(version)] as string;

/** How new a version is among those of its engine: MySQL's 8.0.36 lies between 8.0 and 8.4. */
function ageOf(version: string): number {
    const [, major = "0", minor = "0", patch = "0"] = version.split("_");
    return engineOf(version) === "MYSQL"
        ? Number(major) * 10_000 + Number(minor) * 100 + Number(patch)
        : Number(engineOf(version) === "POSTGRES" && major === "9" ? 9 : major);
}

const editions = ["EXPRESS", "WEB", "STANDARD", "ENTERPRISE"];

/** The major versions of MySQL, of which an upgrade leaves none out. */
const majors = ["5_6", "5_7", "8_0", "8_4", "9_7"].map((major) => `MYSQL_${major}`);
const majorOf = (version: string) => majors.findIndex((major) => version.startsWith(major));

/** "Upgrade the database major version in-place": to a later version of the engine, or a better edition of SQL Server. */
export function isUpgrade(from: string, to: string): boolean {
    if (engineOf(from) !== engineOf(to)) {
        return false;
    }
    if (engineOf(from) === "SQLSERVER") {
        const [older = 0, newer = 0] = [from, to].map((each) => editions.indexOf(each.split("_")[2] as string));
        return newer >= older && ageOf(to) >= ageOf(from);
    }
    return ageOf(to) > ageOf(from) && majorOf(to) - majorOf(from) <= 1;
}

/** Another name of the same version: what `MYSQL_8_0` became by itself. */
export const isSameVersion = (wanted: string, found: string): boolean =>
    wanted === found || (wanted === "MYSQL_8_0" && Number(/^MYSQL_8_0_(\d+)$/.exec(found)?.[1]) >= 35);

/** "Introduction to Cloud SQL editions": what an instance has whose program names no edition. */
export function editionOf({ databaseVersion, settings }: Inputs): string {
    const [engine, major] = String(databaseVersion).split("_");
    const plus = Number(major) >= 16 ? engine === "POSTGRES" : /^MYSQL_(8_4|9_7)$/.test(databaseVersion);
    return settings?.edition ?? (plus ? "ENTERPRISE_PLUS" : "ENTERPRISE");
}
