import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

/** "Database versions and version policies": the versions that a new instance can have. */
const versions = [
    ...["5_6", "5_7", "8_0", "8_4"].map((version) => `MYSQL_${version}`),
    ...["9_6", "10", "11", "12", "13", "14", "15", "16", "17", "18"].map((version) => `POSTGRES_${version}`),
    ...["2017", "2019", "2022"].flatMap((year) =>
        ["STANDARD", "ENTERPRISE", "EXPRESS", "WEB"].map((kind) => `SQLSERVER_${year}_${kind}`),
    ),
];

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

/** "Upgrade the database major version in-place": to a later version of the engine, of MySQL to the next one alone. */
export function isUpgrade(from: string, to: string): boolean {
    if (engineOf(from) !== engineOf(to)) {
        return false;
    }
    if (engineOf(from) === "SQLSERVER") {
        const [older, newer] = [from.split("_")[2], to.split("_")[2]].map((each) => editions.indexOf(each as string));
        return ageOf(to) > ageOf(from) || (ageOf(to) === ageOf(from) && Number(newer) > Number(older));
    }
    const skips = from.startsWith("MYSQL_5_6")
        ? !to.startsWith("MYSQL_5_7")
        : from.startsWith("MYSQL_5_7") && to.startsWith("MYSQL_8_4");
    return ageOf(to) > ageOf(from) && !skips;
}

/** Another name of the same version: what `MYSQL_8_0` became by itself. */
export const isSameVersion = (wanted: string, found: string): boolean =>
    wanted === found || (wanted === "MYSQL_8_0" && Number(/^MYSQL_8_0_(\d+)$/.exec(found)?.[1]) >= 35);

/** "Introduction to Cloud SQL editions": what an instance has whose program names no edition. */
export function editionOf({ databaseVersion, settings }: Inputs): string {
    const [engine, major] = String(databaseVersion).split("_");
    const plus = (engine === "POSTGRES" && Number(major) >= 16) || databaseVersion === "MYSQL_8_4";
    return settings?.edition ?? (plus ? "ENTERPRISE_PLUS" : "ENTERPRISE");
}

const predefined = /^db-(perf-optimized-N-(2|4|8|16|32|48|64|80|96|128)|c4a-highmem-(1|2|4|8|16|32|48|64|72)(-lssd)?)$/;
const shared = /^db-(f1-micro|g1-small)$/;
const legacy = /^db-n1-(standard-(1|2|4|8|16|32|64|96)|highmem-(2|4|8|16|32|64|96))$/;
const custom = /^db-custom-(\d+)-(\d+)$/;

/** "Instance settings": processors are one or an even number, with 0.9 to 6.5 GiB each, at least 3.75 GiB, in steps of 256 MiB. */
function isCustom(tier: string): boolean {
    const [, processors = "", memory = ""] = custom.exec(tier) ?? [];
    const [cpu, mib] = [Number(processors), Number(memory)];
    return (
        custom.test(tier) &&
        (cpu === 1 || (cpu % 2 === 0 && cpu > 0 && cpu <= 96)) &&
        mib % 256 === 0 &&
        mib >= Math.max(3840, cpu * 0.9 * 1024) &&
        mib <= cpu * 6.5 * 1024
    );
}

/** Refuses a machine type that the edition or the engine does not have. */
export function verifyTier(inputs: Inputs): void {
    const { tier } = inputs.settings;
    const edition = editionOf(inputs);
    const engine = engineOf(inputs.databaseVersion);
    if (edition === "ENTERPRISE_PLUS") {
        if (!predefined.test(tier)) {
            throw invalid(
                `Invalid Tier (${tier}) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead. Learn more at https://cloud.google.com/sql/docs/${engine.toLowerCase()}/create-instance#machine-types.`,
            );
        }
        return;
    }
    if (predefined.test(tier)) {
        throw invalid(
            `Invalid Tier (${tier}) for (ENTERPRISE) Edition. Use a shared-core or custom Tier like db-custom-* instead.`,
        );
    }
    if (engine === "POSTGRES" && legacy.test(tier)) {
        throw invalid("Only custom or shared-core instance Billing Tier type allowed for PostgreSQL database.");
    }
    const known =
        isCustom(tier) || (engine !== "SQLSERVER" && shared.test(tier)) || (engine === "MYSQL" && legacy.test(tier));
    if (!known) {
        throw invalid(`Tier (${tier}).`);
    }
}
