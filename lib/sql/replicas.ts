import { type EncryptionKey, encryptionKeyOf, keyLocation, keyRegionProblem } from "../component/encryption";
import type { Edition } from "../facts/cloudSqlVersions";
import { cloudSqlLimits } from "../facts/limits/cloudSql";
import * as check from "../internal/arguments/check";
import { region, regionProblem, zone } from "../internal/arguments/locations";
import type { Size } from "../internal/arguments/size";
import { type Connectivity, needsPublicAddress } from "./connectivity";
import { flagProblems, type MySqlFlags, type PostgresFlags, type SqlServerFlags } from "./flags";
import { namePrefix } from "./names";
import { machineChecks, machineProblems, resolveTier } from "./tiers";
import type { Engine } from "./versions";

/** A {@link https://cloud.google.com/sql/docs/postgres/replication read replica}. */
export interface ReplicaArgs {
    /**
     * The region, such as `europe-west4`. A replica in a different region than the primary survives the loss of the primary's region.
     * Changing this replaces the replica.
     * @default the region of the primary
     */
    region?: string;
    /**
     * The zone of the replica.
     * @default chosen by Cloud SQL
     */
    zone?: string;
    /**
     * Creates a standby in another zone.
     * @default false
     */
    highAvailability?: boolean;
    /**
     * Gives the replica a public IP address, to which only connectors connect. Required if the primary has no other address.
     * @default false; true if the primary has only a public address
     */
    publicAddress?: boolean;
    /**
     * Database flags in addition to the secure flags.
     * @default the flags of the primary
     */
    flags?: PostgresFlags | MySqlFlags | SqlServerFlags;
    /**
     * The Cloud KMS key, a `KmsKey`, a `KmsKeyHandle`, or an ID, in the replica's region. Required when the primary has a key and another
     * region.
     * @default the primary's key, if both are in the same region
     */
    encryptionKey?: EncryptionKey;
    /**
     * Promotes the replica to an independent instance, such as after a disaster: it accepts writes and no longer replicates the
     * primary. This cannot be undone. It gets the protection of the primary.
     * @default false
     */
    promoted?: boolean;
}

/** A machine of the primary's edition. */
type OwnMachine = check.OneOf<
    | {
          /**
           * The machine type, of the edition of the primary.
           * @default the machine of the primary
           */
          tier?: string;
      }
    | {
          /** vCPUs of a custom machine type; requires `memory`. */
          cpu: number;
          /** Memory of a custom machine type; requires `cpu`. */
          memory: Size;
      }
>;

/** A read replica. Its machine is the primary's by default. */
export type Replica = ReplicaArgs & OwnMachine;

/** A validated replica with its defaults. */
export interface ResolvedReplica extends ReplicaArgs {
    tier: string;
    region: string;
    highAvailability: boolean;
    publicAddress: boolean;
    promoted: boolean;
}

/** Checks the replicas of an instance. `flags` checks the flags of its engine. */
export function replicasCheck(flags: check.Check<object>) {
    return check.record(
        check.matching(namePrefix.pattern, `a replica's name ${namePrefix.rule}`),
        check.options<ReplicaArgs & { tier?: string; cpu?: number; memory?: Size }>({
            ...machineChecks,
            region,
            zone,
            highAvailability: check.flag(),
            publicAddress: check.flag(),
            flags,
            encryptionKey: encryptionKeyOf("sqladmin.googleapis.com/Instance"),
            promoted: check.flag(),
        }),
    );
}

/** Completes a replica with its defaults, most of them from the primary. */
export function resolveReplica(
    { cpu, memory, ...replica }: Replica,
    primary: { region: string; tier: string; flags: object; encryptionKey?: EncryptionKey } & Connectivity,
): ResolvedReplica {
    const region = replica.region ?? primary.region;
    const key = primary.encryptionKey;
    // The location of an output is not known.
    const primaryKey = region === primary.region && keyLocation(key) === region ? key : undefined;
    return {
        highAvailability: false,
        publicAddress: needsPublicAddress(primary),
        promoted: false,
        ...replica,
        region,
        tier: resolveTier({ tier: replica.tier, cpu, memory }) ?? primary.tier,
        flags: replica.flags ?? primary.flags,
        encryptionKey: replica.encryptionKey ?? primaryKey,
    };
}

/** The primary of replicas. */
interface Primary extends Connectivity {
    engine: Engine;
    edition: Edition;
    version: string;
    region: string;
    encryptionKey?: EncryptionKey;
    replicas: Record<string, ResolvedReplica>;
}

/**
 * The problems of replicas with their primary.
 *
 * @param args the replicas without defaults
 */
export function replicaProblems(resolved: Primary, args: Record<string, Replica> = {}): (check.Problem | undefined)[] {
    const { engine, edition, version } = resolved;
    const perReplica = Object.entries(resolved.replicas).flatMap(([key, replica]) => {
        const path = `replicas.${key}`;
        const own = args[key] as Replica;
        const problems = machineProblems({ ...own, engine, edition });
        return [
            ...flagProblems({ engine, version, edition, tier: replica.tier }, own.flags).map(
                (one) => one && { ...one, path: `${path}.${one.path}` },
            ),
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
            keyRegionProblem(`${path}.encryptionKey`, replica.encryptionKey, replica.region, "the replica"),
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
