import * as v from "valibot";
import { cloudSqlFlags, cloudSqlVersions, databaseVersion } from "../../../lib/facts";
import { flagProblems } from "../../../lib/sql/flags";
import { machineChecks, machineProblems } from "../../../lib/sql/tiers";
import { defaultVersions, upgradeProblem, versionCheck } from "../../../lib/sql/versions";
import { verifyFlags } from "../../../local/simulator/services/sql/flags";
import { verifyTier } from "../../../local/simulator/services/sql/tiers";
import { isUpgrade, isVersion } from "../../../local/simulator/services/sql/versions";

/** The error, if any. */
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

const today = new Date("2026-11-21");

const engines = ["postgres", "mysql", "sqlserver"] as const;

/** Whether there is no error. */
const isAllowed = (check: () => void): boolean => refused(check) === "";

test.each(engines.flatMap((engine) => cloudSqlVersions(engine).map((version) => [engine, version] as const)))(
    "%s %s has the flags that the components accept, and none of another engine",
    (engine, version) => {
        const isTaken = (name: string) => {
            const databaseFlags = [{ name, value: "" }];
            const settings = { databaseVersion: databaseVersion(engine, version), settings: { databaseFlags } };
            return !/Flag requested is not valid/.test(refused(() => verifyFlags(settings)));
        };
        const own = Object.keys(cloudSqlFlags[engine]);
        const differing = own.filter((name) => {
            const [problem] = flagProblems(
                { engine, version, edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-2" },
                { [name]: "" },
            );
            return isTaken(name) !== (problem === undefined);
        });
        expect(differing).toEqual([]);
        const foreign = Object.values(cloudSqlFlags).flatMap((flags) => Object.keys(flags));
        expect(foreign.filter((name) => !own.includes(name) && isTaken(name))).toEqual([]);
    },
);

test.each(engines)("the versions of %s and their upgrades are those of the components", (engine) => {
    const check = versionCheck(engine);
    const all = [
        ...numbers("", 20),
        ...["9.6", "5.6", "5.7", "8.0", "8.4", "9.7", "8.0.18", "8.0.36", "8.0.42"],
        ...microsoft,
    ];
    const versions = all.filter((version) => v.safeParse(check, version).success);
    expect(versions.length).toBeGreaterThan(5);
    const named = (version: string) => databaseVersion(engine, version);
    expect(versions.filter((version) => !isVersion(named(version), today))).toEqual([]);
    const pairs = versions
        .flatMap((from) => versions.map((to) => [from, to] as const))
        .filter(([from, to]) => from !== to);
    // Removing MySQL's minor version from a program is no change.
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
    ...numbers("db-c4a-highmem-", 80),
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

test.each(engines)("the machine types of %s are those of the components", (engine) => {
    const version = databaseVersion(engine, defaultVersions[engine]);
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
