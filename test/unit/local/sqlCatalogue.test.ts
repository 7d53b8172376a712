import * as v from "valibot";
import { mysqlSettings } from "../../../lib/sql/flags/mysql";
import { mysqlInnodb } from "../../../lib/sql/flags/mysqlInnodb";
import { mysqlPerformance } from "../../../lib/sql/flags/mysqlPerformance";
import { mysqlReplication } from "../../../lib/sql/flags/mysqlReplication";
import { postgresSettings } from "../../../lib/sql/flags/postgres";
import { postgresExtensions } from "../../../lib/sql/flags/postgresExtensions";
import { sqlserverFlags } from "../../../lib/sql/flags/sqlserver";
import { machineChecks, machineProblems } from "../../../lib/sql/tiers";
import { databaseVersion, newestVersion, upgradeProblem, versionOf } from "../../../lib/sql/versions";
import { verifyFlags } from "../../../local/services/sql/flags";
import { verifyTier } from "../../../local/services/sql/tiers";
import { isUpgrade, isVersion } from "../../../local/services/sql/versions";

/** What is said against something, or nothing. */
function refused(check: () => void): string {
    try {
        check();
        return "";
    } catch (error) {
        return (error as Error).message;
    }
}

const numbers = (before: string, most: number) => Array.from({ length: most }, (_, index) => `${before}${index + 1}`);
const microsoft = ["2017", "2019", "2022", "2025"].flatMap((year) =>
    ["Express", "Web", "Standard", "Enterprise"].map((kind) => `${year} ${kind}`),
);

const ofLibrary: Record<string, object[]> = {
    POSTGRES_17: [postgresSettings, postgresExtensions],
    MYSQL_8_0: [mysqlSettings, mysqlInnodb, mysqlReplication, mysqlPerformance],
    SQLSERVER_2022_STANDARD: [sqlserverFlags],
};

test.each(Object.keys(ofLibrary))(
    "%s has all flags that the components know, and none of another engine's own",
    (version) => {
        const isKnown = (name: string) => {
            const databaseFlags = [{ name, value: "on" }];
            return !/Flag requested is not valid/.test(
                refused(() => verifyFlags({ databaseVersion: version, settings: { databaseFlags } })),
            );
        };
        const names = (all: object[] = []) => all.flatMap((each) => Object.keys(each));
        const own = names(ofLibrary[version]);
        const foreign = Object.values(ofLibrary)
            .flatMap(names)
            .filter((name) => !own.includes(name));
        expect(own.filter((name) => !isKnown(name))).toEqual([]);
        expect(foreign.filter(isKnown)).toEqual([]);
    },
);

const engines = ["postgres", "mysql", "sqlserver"] as const;

/** Whether nothing is said against something. */
const isAllowed = (check: () => void): boolean => refused(check) === "";

test.each(engines)("the versions of %s and their upgrades are those that the components know", (engine) => {
    const check = versionOf(engine);
    const all = [
        ...numbers("", 20),
        ...["9.6", "5.6", "5.7", "8.0", "8.4", "9.7", "8.0.18", "8.0.36", "8.0.42"],
        ...microsoft,
    ];
    const versions = all.filter((version) => v.safeParse(check, version).success);
    expect(versions.length).toBeGreaterThan(5);
    const named = (version: string) => databaseVersion(engine, version);
    expect(versions.filter((version) => !isVersion(named(version)))).toEqual([]);
    const pairs = versions
        .flatMap((from) => versions.map((to) => [from, to] as const))
        .filter(([from, to]) => from !== to);
    // A program that no longer tells the minor version of MySQL says nothing of it.
    const told = pairs.filter(([, to]) => !(engine === "mysql" && to === "8.0"));
    const differing = told.filter(
        ([from, to]) => isUpgrade(named(from), named(to)) === (upgradeProblem(engine, from, to) !== undefined),
    );
    expect(differing).toEqual([]);
});

const tiers = [
    "db-f1-micro",
    "db-g1-small",
    ...numbers("db-perf-optimized-N-", 130),
    ...numbers("db-perf-optimized-C4-", 10),
    ...numbers("db-c4a-highmem-", 80).slice(1),
    ...numbers("db-memory-optimized-N-", 20),
    ...numbers("db-n1-standard-", 100),
    ...numbers("db-n1-highmem-", 100),
    ...[
        "1-3840",
        "1-3584",
        "2-7680",
        "2-14080",
        "3-7680",
        "4-3840",
        "4-3584",
        "96-638976",
        "98-98304",
        "2-3841",
    ].flatMap((size) => [`db-custom-${size}`, `db-custom-N4-${size}`]),
];

test.each(engines)("the machines of %s are those that the components know", (engine) => {
    const version = databaseVersion(engine, newestVersion[engine]);
    const differing = (["ENTERPRISE", "ENTERPRISE_PLUS"] as const).flatMap((edition) =>
        tiers.filter((tier) => {
            const isKnown =
                v.safeParse(machineChecks.tier, tier).success &&
                machineProblems({ engine, edition, tier }).every((problem) => problem === undefined);
            return isKnown !== isAllowed(() => verifyTier({ databaseVersion: version, settings: { edition, tier } }));
        }),
    );
    expect(differing).toEqual([]);
});
