import type { Environment } from "../environment/environment";
import { hasEnterprisePlus } from "../facts/cloudSqlVersions";
import { cloudSqlLimits } from "../facts/limits/cloudSql";
import { labelLimits } from "../facts/limits/labels";
import * as check from "../internal/check";
import { regionProblem } from "../internal/places";
import type { AnyInstanceArgs, ResolvedArgs } from "./arguments";
import { backupProblems } from "./backups";
import { connectivityProblems, endpointProblem, needsPublicAddress } from "./connectivity";
import { charsetProblems } from "./databases";
import { exportProblems } from "./exports";
import { auditProblem, flagProblems } from "./flags";
import { insightsProblems } from "./insights";
import { maintenanceProblems } from "./maintenance";
import { iamUserProblem, nameProblem, nameProblems } from "./names";
import { passwordPolicyProblems } from "./passwordPolicy";
import { poolingProblems } from "./pooling";
import { sourceProblems } from "./source";
import { storageProblems } from "./storage";
import { canCache, machineProblems } from "./tiers";

type Problems = (check.Problem | undefined)[];

/**
 * The problems of arguments that are valid one by one.
 *
 * @param args the arguments without defaults
 */
export function combinationProblems(resolved: ResolvedArgs, args: AnyInstanceArgs, environment: Environment): Problems {
    const { engine, edition, tier } = resolved;
    const machine = machineProblems({ ...args, engine, edition });
    return [
        nameProblem(resolved.name, environment.project),
        ...machine,
        ...(machine.some((one) => one) ? [] : storageProblems(resolved.storage, tier, edition)),
        ...editionProblems(resolved, args),
        ...backupProblems(resolved),
        ...connectivityProblems(resolved),
        ...zoneProblems(resolved),
        ...attachedProblems(resolved),
        ...replicaProblems(resolved, args),
        ...flagProblems(engine, resolved.version, args.flags),
        auditProblem(engine, resolved.audit),
        ...insightsProblems(resolved.insights, edition),
        ...maintenanceProblems(resolved.maintenance),
        ...passwordPolicyProblems(args.passwordPolicy, engine),
        ...poolingProblems(resolved.connectionPooling, engine, edition),
        ...sourceProblems(resolved.from, engine),
        labelProblem(resolved),
    ];
}

/** The problems of what attaches to an instance, also to an existing one. */
export function attachedProblems(resolved: ResolvedArgs): Problems {
    const { engine, region, exports, databases, privateServiceConnect } = resolved;
    return [
        ...nameProblems(resolved),
        ...charsetProblems(resolved),
        ...userProblems(resolved),
        ...exportProblems(exports, engine, databases),
        endpointProblem(privateServiceConnect, region),
    ];
}

function editionProblems({ engine, edition, version, tier, dataCache }: ResolvedArgs, args: AnyInstanceArgs): Problems {
    const only = (path: "collation" | "timeZone"): check.Problem | undefined => {
        return args[path] !== undefined && engine !== "sqlserver"
            ? check.problem(
                  path,
                  "sql/option-of-sql-server",
                  `is only for SQL Server (got "${args[path]}"). Remove it.`,
              )
            : undefined;
    };
    return [
        only("collation"),
        only("timeZone"),
        check.when(
            edition === "ENTERPRISE_PLUS" && !hasEnterprisePlus(engine, version),
            "edition",
            "sql/version-of-edition",
            `is ENTERPRISE_PLUS, which has no ${version}. Use a newer version or ENTERPRISE.`,
        ),
        check.when(
            args.dataCache && (edition !== "ENTERPRISE_PLUS" || engine === "sqlserver"),
            "dataCache",
            "sql/data-cache-of-edition",
            "is only available with the edition ENTERPRISE_PLUS, for PostgreSQL and MySQL. Remove it.",
        ),
        check.when(
            dataCache && edition === "ENTERPRISE_PLUS" && args.dataCache && !canCache(tier),
            "dataCache",
            "sql/data-cache-of-tier",
            `is not available with ${tier}. Use a larger one, or remove it.`,
        ),
    ];
}

function zoneProblems({ region, zone, secondaryZone, highAvailability }: ResolvedArgs): Problems {
    return [
        regionProblem("zone", zone, region, "the instance"),
        regionProblem("secondaryZone", secondaryZone, region, "the instance"),
        check.when(
            secondaryZone !== undefined && !highAvailability,
            "secondaryZone",
            "sql/secondary-zone-without-standby",
            "is the zone of a standby. Set highAvailability, or remove it.",
        ),
        check.when(
            secondaryZone !== undefined && secondaryZone === zone,
            "secondaryZone",
            "sql/secondary-zone-of-primary",
            `must be another zone than the instance's (got "${zone}").`,
        ),
    ];
}

function userProblems({ engine, version, users, iamUsers }: ResolvedArgs): Problems {
    const noRoles = engine === "sqlserver" || version.startsWith("5.");
    const each = Object.entries(users).flatMap(
        ([key, { host, roles, passwordPolicy }]): Problems => [
            check.when(
                host !== undefined && engine !== "mysql",
                `users.${key}.host`,
                "sql/user-host-of-engine",
                "is only for MySQL. Remove it.",
            ),
            check.when(
                roles !== undefined && noRoles,
                `users.${key}.roles`,
                "sql/user-roles-of-version",
                "need PostgreSQL, or MySQL 8.0 or newer. Remove them.",
            ),
            check.when(
                passwordPolicy !== undefined && engine === "sqlserver",
                `users.${key}.passwordPolicy`,
                "sql/user-password-policy-of-engine",
                "is only for PostgreSQL and MySQL. Remove it.",
            ),
        ],
    );
    return [
        ...each,
        check.when(
            engine === "sqlserver" && Object.keys(iamUsers).length > 0,
            "iamUsers",
            "sql/iam-users-of-sql-server",
            "are only for PostgreSQL and MySQL: SQL Server does not support IAM. Use users.",
        ),
        ...(engine === "sqlserver" ? [] : Object.keys(iamUsers)).map((member) => {
            const problem = iamUserProblem(`iamUsers.${member}`, { engine, version }, member);
            return problem && { ...problem, reason: `${problem.reason} Use a principal with a shorter address.` };
        }),
    ];
}

function replicaProblems(resolved: ResolvedArgs, args: AnyInstanceArgs): Problems {
    const { engine, edition, version } = resolved;
    const perReplica = Object.entries(resolved.replicas).flatMap(([key, replica]): Problems => {
        const path = `replicas.${key}`;
        const own = args.replicas?.[key] ?? {};
        const problems = machineProblems({ ...own, engine, edition });
        return [
            ...flagProblems(engine, version, own.flags).map((one) => one && { ...one, path: `${path}.${one.path}` }),
            ...problems.map((one) => one && { ...one, path: `${path}.${one.path}` }),
            regionProblem(`${path}.zone`, replica.zone, replica.region, "the replica"),
            check.when(
                resolved.encryptionKey !== undefined &&
                    replica.region !== resolved.region &&
                    replica.encryptionKey === undefined,
                `${path}.encryptionKey`,
                "sql/replica-key-missing",
                `is missing: the primary has a key, and that is not in ${replica.region}.`,
            ),
            regionProblem(`${path}.encryptionKey`, replica.encryptionKey, replica.region, "the replica"),
            check.when(
                needsPublicAddress(resolved) && !replica.publicAddress,
                `${path}.publicAddress`,
                "sql/replica-without-address",
                "is false, and the primary has no other address for it. Remove it.",
            ),
        ];
    });
    const needsEnterprise = engine === "sqlserver" && !version.endsWith("Enterprise");
    return [
        ...perReplica,
        check.when(
            needsEnterprise && Object.keys(resolved.replicas).length > 0,
            "replicas",
            "sql/replicas-of-sql-server-edition",
            `need SQL Server's Enterprise edition (got version "${version}").`,
        ),
        Object.keys(resolved.replicas).length > cloudSqlLimits.rows.replicas.max
            ? check.problem(
                  "replicas",
                  "sql/too-many-replicas",
                  `can be ${cloudSqlLimits.rows.replicas.max} at most (got ${Object.keys(resolved.replicas).length}).`,
              )
            : undefined,
    ];
}

function labelProblem({ labels }: ResolvedArgs): check.Problem | undefined {
    const count = Object.keys(labels).length;
    return check.when(
        count > labelLimits.rows.labels.max,
        "labels",
        "sql/too-many-labels",
        `there can be ${labelLimits.rows.labels.max} labels at most, with environment (got ${count}).`,
    );
}
