import { cloudSqlVersions, databaseVersion, hasEnterprisePlus } from "../../../lib/facts";
import type { Problem } from "../../../lib/internal/arguments/argumentsError";
import { defaultVersions, type Engine, upgradeProblem, versionCheck, versionWarning } from "../../../lib/sql/versions";
import { errorMessage } from "./errorMessage";

const on = (date: string) => ({ now: () => Date.parse(date) });

test.each<[Engine, string, string]>([
    ["postgres", "9.6", "POSTGRES_9_6"],
    ["postgres", "18", "POSTGRES_18"],
    ["mysql", "8.4", "MYSQL_8_4"],
    ["mysql", "8.0.36", "MYSQL_8_0_36"],
    ["mysql", "9.7", "MYSQL_9_7"],
    ["sqlserver", "2022 Standard", "SQLSERVER_2022_STANDARD"],
    ["sqlserver", "2025 Enterprise", "SQLSERVER_2025_ENTERPRISE"],
])("%s %s has the API name %s", (engine, version, expected) => {
    expect(errorMessage(version, versionCheck(engine))).toBeUndefined();
    expect(databaseVersion(engine, version)).toBe(expected);
});

test.each<[Engine, string]>([
    ["postgres", "must be one of 9.6, 10, 11, 12, 13, 14, 15, 16, 17, 18"],
    [
        "mysql",
        "must be one of 5.6, 5.7, 8.0, 8.0.18, 8.0.26, 8.0.27, 8.0.28, 8.0.29, 8.0.30, 8.0.31, 8.0.32, 8.0.33, 8.0.34, 8.0.35, 8.0.36, 8.0.37, 8.0.39, 8.0.40, 8.0.41, 8.0.42, 8.0.43, 8.0.44, 8.0.45, 8.0.46, 8.4, 9.7",
    ],
    [
        "sqlserver",
        "must be one of 2017 Express, 2017 Web, 2017 Standard, 2017 Enterprise, 2019 Express, 2019 Web, 2019 Standard, 2019 Enterprise, 2022 Express, 2022 Web, 2022 Standard, 2022 Enterprise, 2025 Express, 2025 Standard, 2025 Enterprise",
    ],
])("an unknown version of %s is refused with the list of versions", (engine, expected) => {
    expect(errorMessage("8-1", versionCheck(engine))).toBe(`${expected} (got "8-1").`);
});

test.each<[Engine, string]>([
    ["postgres", "19"],
    ["mysql", "10.7.3"],
    ["mysql", "10.7"],
    ["sqlserver", "2028 Standard"],
])("a version of %s that could be newer than this release is refused with a way out: %s", (engine, version) => {
    expect(errorMessage(version, versionCheck(engine))).toMatch(
        `(got "${version}"). If Google Cloud added it since, update slipway or set allowUnlisted: true.`,
    );
    expect(versionWarning(engine, version)).toBeUndefined();
});

test("the default versions are not deprecated", () => {
    for (const [engine, version] of Object.entries(defaultVersions)) {
        expect(errorMessage(version, versionCheck(engine as Engine))).toBeUndefined();
        expect(versionWarning(engine as Engine, version, on("2026-11-21"))).toBeUndefined();
    }
});

test.each<[string, Engine, string, string | undefined]>([
    ["2026-01-31", "postgres", "13", undefined],
    [
        "2026-02-01",
        "postgres",
        "13",
        "version: 13 is in extended support since 2026-02-01, which costs more per vCPU, until 2029-02-01. Take 18.",
    ],
    [
        "2029-02-01",
        "postgres",
        "13",
        "version: 13 is deprecated since 2029-02-01: no instance can be created with it. Take 18.",
    ],
    [
        "2026-07-01",
        "mysql",
        "8.0.36",
        "version: 8.0.36 is in extended support since 2026-07-01, which costs more per vCPU, until 2029-07-01. Take 8.4.",
    ],
    [
        "2029-02-01",
        "mysql",
        "5.7",
        "version: 5.7 is deprecated since 2028-02-01: no instance can be created with it. Take 8.4, to which an instance that exists goes by 8.0.",
    ],
    // Google's page marks it as deprecated, without a day.
    ["2026-06-30", "mysql", "8.0.29", "version: 8.0.29 is deprecated. Take 8.4."],
    ["2026-06-30", "mysql", "8.0.30", undefined],
    ["2027-04-11", "sqlserver", "2017 Web", undefined],
    [
        "2027-04-12",
        "sqlserver",
        "2017 Web",
        "version: 2017 Web is deprecated since 2027-04-12: no instance can be created with it. Take 2022 Web.",
    ],
])("the warning on %s about %s %s", (date, engine, version, expected) => {
    expect(versionWarning(engine, version, on(date))).toBe(expected);
});

const warned = (["postgres", "mysql", "sqlserver"] as const).flatMap((engine) =>
    cloudSqlVersions(engine).flatMap((version) => {
        const text = versionWarning(engine, version, on("2040-01-01"));
        return text === undefined ? [] : [[engine, version, text] as const];
    }),
);

test.each(warned)("an instance of %s %s can be upgraded as its warning says", (engine, version, text) => {
    const [, better = "", between = ""] =
        /Take (.+?)(?:, to which an instance that exists goes by (.+))?\.$/.exec(text) ?? [];
    const steps = [version, ...between.split(" and ").filter((each) => each !== ""), better];
    expect(better).not.toBe("");
    for (const [index, step] of steps.slice(1).entries()) {
        expect(upgradeProblem(engine, steps[index] as string, step)).toBeUndefined();
    }
});

test.each<[Engine, string, boolean]>([
    ["postgres", "11", false],
    ["postgres", "12", true],
    ["mysql", "5.7", false],
    ["mysql", "8.0.30", false],
    ["mysql", "8.0.31", true],
    ["mysql", "8.0", true],
    ["mysql", "8.4", true],
    ["sqlserver", "2017 Enterprise", false],
    ["sqlserver", "2022 Standard", false],
    ["sqlserver", "2022 Enterprise", true],
    ["postgres", "19", true],
    ["sqlserver", "2028 Standard", false],
])("whether %s %s supports Enterprise Plus: %s", (engine, version, expected) => {
    expect(hasEnterprisePlus(engine, version)).toBe(expected);
});

test.each<[Engine, string, string]>([
    ["postgres", "9.6", "18"],
    ["postgres", "17", "17"],
    ["mysql", "5.7", "8.0.36"],
    ["mysql", "8.0", "8.4"],
    ["mysql", "8.4", "9.7"],
    ["mysql", "8.0.36", "8.0.44"],
    ["mysql", "8.0.35", "8.0"],
    ["mysql", "9.7", "10.7"],
    ["sqlserver", "2017 Standard", "2022 Standard"],
    ["sqlserver", "2019 Standard", "2022 Enterprise"],
])("%s is upgraded from %s to %s", (engine, before, now) => {
    expect(upgradeProblem(engine, before, now)?.reason).toBeUndefined();
});

test("the refusal of MySQL 8.0 without a minor version names the newest one", () => {
    expect(upgradeProblem("mysql", "8.0.34", "8.0")?.reason).toMatch("Name a minor version, such as 8.0.46.");
});

test.each<[Engine, string, string, string, string]>([
    ["postgres", "17", "16", "cannot go back from 17", "sql/version-back"],
    ["postgres", "10", "9.6", "cannot go back from 10", "sql/version-back"],
    ["mysql", "8.4", "8.0", "cannot go back from 8.4", "sql/version-back"],
    ["mysql", "8.0.44", "8.0.36", "cannot go back from 8.0.44", "sql/version-back"],
    ["mysql", "8.0.34", "8.0", "is an earlier version than 8.0.34 to Cloud SQL", "sql/version-without-minor"],
    ["sqlserver", "2022 Enterprise", "2022 Standard", "cannot go back from 2022 Enterprise", "sql/version-back"],
    ["sqlserver", "2019 Enterprise", "2022 Web", "cannot go back from 2019 Enterprise", "sql/version-back"],
    [
        "mysql",
        "5.7",
        "8.4",
        "must go from 5.7 to 8.0 first, because MySQL is upgraded one major version at a time",
        "sql/version-skips-major",
    ],
    [
        "mysql",
        "8.0.36",
        "9.7",
        "must go from 8.0 to 8.4 first, because MySQL is upgraded one major version at a time",
        "sql/version-skips-major",
    ],
])("%s is not upgraded from %s to %s", (engine, before, now, expected, id) => {
    const { reason, ...found } = upgradeProblem(engine, before, now) as Problem;
    expect(found).toEqual({ path: "version", id });
    expect(reason).toMatch(`${expected} (got "${now}").`);
});
