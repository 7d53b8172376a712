import {
    cloudSqlVersion,
    cloudSqlVersions,
    type Engine,
    majorVersion,
    majorVersions,
    mysqlVersions,
} from "../facts/cloudSqlVersions";
import { type Clock, isPast } from "../facts/facts";
import { isBefore } from "../formats/version";
import * as check from "../internal/arguments/check";

export type { Engine, MySqlVersion, PostgresVersion, SqlServerVersion } from "../facts/cloudSqlVersions";

/** The default versions: the latest that Checkov knows (CKV_GCP_79). */
export const defaultVersions = { postgres: "18", mysql: "8.4", sqlserver: "2022 Standard" } as const;

/** The formats of versions, also of future ones. */
const versionFormats: Record<Engine, RegExp> = {
    postgres: /^[1-9]\d*$/,
    mysql: /^[1-9]\d*\.\d+(\.\d+)?$/,
    sqlserver: /^20\d\d (Express|Web|Standard|Enterprise)$/,
};

/** The engine whose checks apply. An unknown engine fails the check of `engine` itself. */
export function checkedEngine(engine: unknown): Engine {
    return engine === "mysql" || engine === "sqlserver" ? engine : "postgres";
}

/** Checks the version of an engine. */
export function versionCheck(engine: Engine): check.Check<string> {
    const versions = cloudSqlVersions(engine);
    const wording = `must be one of ${versions.join(", ")}`;
    return check.listed((version) => versions.includes(version), versionFormats[engine], wording);
}

/** A warning about a version in extended support or past its end. */
export function versionWarning(engine: Engine, version: string, clock?: Clock): string | undefined {
    const { extended, ended, deprecatedMinors = [] } = cloudSqlVersion(engine, version) ?? {};
    const better = engine === "sqlserver" ? `2022 ${version.split(" ")[1]}` : defaultVersions[engine];
    const majors = engine === "mysql" ? majorVersions(engine) : [];
    const between = majors.slice(majors.indexOf(majorVersion(engine, version)) + 1, majors.indexOf(better));
    const way = between.length > 0 ? `, to which an instance that exists goes by ${between.join(" and ")}` : "";
    const instead = `Take ${better}${way}.`;
    if (isPast(ended, clock)) {
        return `version: ${version} is deprecated since ${ended}: no instance can be created with it. ${instead}`;
    }
    if (deprecatedMinors.includes(Number(version.split(".")[2]))) {
        return `version: ${version} is deprecated. ${instead}`;
    }
    const end = ended ? `, until ${ended}` : "";
    return isPast(extended, clock)
        ? `version: ${version} is in extended support since ${extended}, which costs more per vCPU${end}. ${instead}`
        : undefined;
}

/** Why Cloud SQL cannot upgrade an instance in place from one version to another. */
export function upgradeProblem(engine: Engine, before: string, now: string): check.Problem | undefined {
    const [from, to] = [majorVersion(engine, before), majorVersion(engine, now)];
    if (engine === "sqlserver" ? isBefore(to, from) || isSmaller(before, now) : isBefore(now, before)) {
        return check.problem(
            "version",
            "sql/version-back",
            `cannot go back from ${before} (got "${now}"). Restore a backup from before the upgrade, or export the data and import it into a new instance.`,
        );
    }
    // For 8.0, the provider ignores a newer minor version in the state only from 8.0.35 on.
    if (now === "8.0" && Number(before.split(".")[2]) < 35) {
        return check.problem(
            "version",
            "sql/version-without-minor",
            `is an earlier version than ${before} to Cloud SQL (got "8.0"). Name a minor version, such as 8.0.${mysqlVersions.rows["8.0"].minors.at(-1)}.`,
        );
    }
    const majors = majorVersions("mysql");
    const next = majors[majors.indexOf(from) + 1];
    return check.when(
        engine === "mysql" && to !== from && next !== undefined && to !== next,
        "version",
        "sql/version-skips-major",
        `must go from ${from} to ${next} first, because MySQL is upgraded one major version at a time (got "${now}").`,
    );
}

/** Whether the edition of SQL Server has fewer features than before. */
function isSmaller(before: string, now: string): boolean {
    const rank = (version: string) =>
        ["Express", "Web", "Standard", "Enterprise"].indexOf(version.split(" ")[1] as string);
    return rank(now) < rank(before);
}
