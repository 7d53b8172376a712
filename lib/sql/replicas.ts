import * as check from "../internal/check";
import { region, zone } from "../internal/places";
import type { MySqlFlags, PostgresFlags, SqlServerFlags } from "./flags";
import { type Memory, machineChecks } from "./tiers";

/** A replica that is read from ("About replication in Cloud SQL"). */
export interface ReplicaArgs {
    /**
     * The region, such as `europe-west4`: another one than the primary's outlives that region. Another one makes another replica.
     * @default the primary's
     */
    region?: string;
    /**
     * The zone.
     * @default one that Cloud SQL chooses
     */
    zone?: string;
    /**
     * Whether it has a standby in another zone.
     * @default false
     */
    highAvailability?: boolean;
    /**
     * Whether it has an address on the internet, by which connectors alone reach it.
     * @default false
     */
    publicAddress?: boolean;
    /**
     * Database flags of its own, beside the secure ones.
     * @default those of the primary
     */
    flags?: PostgresFlags | MySqlFlags | SqlServerFlags;
    /**
     * The Cloud KMS key, in the replica's region; it is needed when the primary has one.
     * @default the primary's where both are in one region
     */
    encryptionKey?: string;
    /**
     * Whether it has become an instance of its own, as after a disaster: it is written to from then on, and no longer follows the
     * primary. There is no way back. It is protected as the primary is.
     * @default false
     */
    promoted?: boolean;
}

/** A machine, of the edition that the primary has. */
type OwnMachine = check.OneOf<{ tier?: string } | { vCpus: number; memory: Memory }>;

/** A read replica; its machine is the primary's unless it is told another. */
export type Replica = ReplicaArgs & OwnMachine;

/** A replica with everything decided. */
export interface DecidedReplica extends ReplicaArgs {
    tier: string;
    region: string;
    highAvailability: boolean;
    publicAddress: boolean;
    promoted: boolean;
}

const key = /^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$/;

/** Checks the replicas of an instance, with flags of its engine. */
export function replicasOf(flags: check.Check): check.Check {
    return check.record(
        check.matching(key, "a replica's name must have up to 31 lower-case letters, digits and hyphens"),
        check.options<ReplicaArgs & { tier?: string; vCpus?: number; memory?: Memory }>({
            ...machineChecks,
            region,
            zone,
            highAvailability: check.flag(),
            publicAddress: check.flag(),
            flags,
            encryptionKey: check.matching(
                /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
                "must be a key's id, as projects/acme-dev/locations/europe-west4/keyRings/data/cryptoKeys/sales is",
            ),
            promoted: check.flag(),
        }),
    );
}
