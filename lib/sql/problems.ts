import type { Environment } from "../environment/environment";
import { hasEnterprisePlus } from "../facts/cloudSqlVersions";
import type * as check from "../internal/check";
import { mostLabels } from "../internal/labels";
import { regionProblem } from "../internal/places";
import { backupProblems } from "./backups";
import { connectivityProblems } from "./connectivity";
import { exportProblems } from "./exports";
import { auditProblem, flagProblems } from "./flags";
import type { Decided, Given } from "./given";
import { insightsProblems } from "./insights";
import { maintenanceProblems } from "./maintenance";
import { nameProblem, nameProblems } from "./names";
import { passwordPolicyProblems } from "./passwordPolicy";
import { poolingProblems } from "./pooling";
import { sourceProblems } from "./source";
import { storageProblems } from "./storage";
import { canCache, machineProblems } from "./tiers";

type Problems = (check.Problem | undefined)[];

/** What is wrong with arguments that are right each by itself. */
export function problemsTogether(all: Decided, given: Given, environment: Environment): Problems {
    const { engine, edition, tier } = all;
    const machine = machineProblems({ ...given, engine, edition });
    return [
        nameProblem(all.name, environment.project),
        ...machine,
        ...(machine.some((one) => one) ? [] : storageProblems(given.storage, tier, edition)),
        ...editionProblems(all, given),
        ...backupProblems(all),
        ...connectivityProblems(all),
        ...zoneProblems(all),
        ...nameProblems(engine, all),
        ...userProblems(all),
        ...replicaProblems(all, given),
        ...flagProblems(engine, all.version, given.flags),
        auditProblem(engine, all.audit),
        ...insightsProblems(all.insights, edition),
        ...maintenanceProblems(all.maintenance),
        ...passwordPolicyProblems(given.passwordPolicy, engine),
        ...poolingProblems(all.connectionPooling, engine, edition),
        ...exportProblems(all.exports, engine, all.databases),
        ...sourceProblems(all.from, engine),
        tooManyLabels(all),
    ];
}

function editionProblems({ engine, edition, version, tier, dataCache }: Decided, given: Given): Problems {
    const only = (path: "collation" | "timeZone"): check.Problem | undefined => {
        return given[path] !== undefined && engine !== "sqlserver"
            ? { path, reason: `is for SQL Server alone (got "${given[path]}"). Leave it out.` }
            : undefined;
    };
    return [
        only("collation"),
        only("timeZone"),
        edition === "ENTERPRISE_PLUS" && !hasEnterprisePlus(engine, version)
            ? {
                  path: "edition",
                  reason: `is ENTERPRISE_PLUS, which has no ${version}. Take a newer version or ENTERPRISE.`,
              }
            : undefined,
        given.dataCache && (edition !== "ENTERPRISE_PLUS" || engine === "sqlserver")
            ? {
                  path: "dataCache",
                  reason: "is of the edition ENTERPRISE_PLUS alone, for PostgreSQL and MySQL. Leave it out.",
              }
            : undefined,
        dataCache && edition === "ENTERPRISE_PLUS" && given.dataCache && !canCache(tier)
            ? { path: "dataCache", reason: `is nothing that ${tier} has. Take a larger one, or leave it out.` }
            : undefined,
    ];
}

function zoneProblems({ region, zone, secondaryZone, highAvailability }: Decided): Problems {
    return [
        regionProblem("zone", zone, region, "the instance"),
        regionProblem("secondaryZone", secondaryZone, region, "the instance"),
        secondaryZone !== undefined && !highAvailability
            ? { path: "secondaryZone", reason: "is that of a standby. Set highAvailability, or leave it out." }
            : undefined,
        secondaryZone !== undefined && secondaryZone === zone
            ? { path: "secondaryZone", reason: `must be another zone than the instance's (got "${zone}").` }
            : undefined,
    ];
}

function userProblems({ engine, version, users, iamUsers }: Decided): Problems {
    const noRoles = engine === "sqlserver" || version.startsWith("5.");
    const each = Object.entries(users).flatMap(
        ([key, { host, roles, passwordPolicy }]): Problems => [
            host !== undefined && engine !== "mysql"
                ? { path: `users.${key}.host`, reason: "is for MySQL alone. Leave it out." }
                : undefined,
            roles !== undefined && noRoles
                ? { path: `users.${key}.roles`, reason: "need PostgreSQL, or MySQL 8.0 or newer. Leave them out." }
                : undefined,
            passwordPolicy !== undefined && engine === "sqlserver"
                ? { path: `users.${key}.passwordPolicy`, reason: "is for PostgreSQL and MySQL alone. Leave it out." }
                : undefined,
        ],
    );
    return [
        ...each,
        engine === "sqlserver" && Object.keys(iamUsers).length > 0
            ? { path: "iamUsers", reason: "are for PostgreSQL and MySQL alone: SQL Server knows no IAM. Give users." }
            : undefined,
    ];
}

function replicaProblems(all: Decided, given: Given): Problems {
    const { engine, edition, version } = all;
    const perReplica = Object.entries(all.replicas).flatMap(([key, replica]): Problems => {
        const path = `replicas.${key}`;
        const own = given.replicas?.[key] ?? {};
        const problems = machineProblems({ ...own, engine, edition });
        return [
            ...flagProblems(engine, version, own.flags).map((one) => one && { ...one, path: `${path}.${one.path}` }),
            ...problems.map((one) => one && { ...one, path: `${path}.${one.path}` }),
            regionProblem(`${path}.zone`, replica.zone, replica.region, "the replica"),
            all.encryptionKey !== undefined && replica.region !== all.region && replica.encryptionKey === undefined
                ? {
                      path: `${path}.encryptionKey`,
                      reason: `is missing: the primary has a key, and that is not in ${replica.region}.`,
                  }
                : undefined,
            regionProblem(`${path}.encryptionKey`, replica.encryptionKey, replica.region, "the replica"),
        ];
    });
    const needsEnterprise = engine === "sqlserver" && !version.endsWith("Enterprise");
    return [
        ...perReplica,
        needsEnterprise && Object.keys(all.replicas).length > 0
            ? { path: "replicas", reason: `need SQL Server's Enterprise edition (got version "${version}").` }
            : undefined,
        Object.keys(all.replicas).length > 10
            ? { path: "replicas", reason: `can be 10 at most (got ${Object.keys(all.replicas).length}).` }
            : undefined,
    ];
}

function tooManyLabels({ labels }: Decided): check.Problem | undefined {
    const count = Object.keys(labels).length;
    return count > mostLabels
        ? { path: "labels", reason: `there can be ${mostLabels} at most, with environment (got ${count}).` }
        : undefined;
}
