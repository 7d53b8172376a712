import { cloudSqlMachine } from "../facts/cloudSqlMachines";
import { cloudSqlLimits } from "../facts/limits";
import * as check from "../internal/check";
import { needsHyperdisk, sharesCore } from "./tiers";

/** The disk of an instance. */
export interface Storage {
    /**
     * The kind of disk, which the machine decides: N4, C4A and C4 take Hyperdisk Balanced alone, all others persistent disks, with
     * `ENTERPRISE_PLUS` SSDs alone ("About instance settings"). It cannot be changed: another kind makes another instance.
     * @default "HYPERDISK_BALANCED" where the machine needs it, else "PD_SSD"
     */
    type?: "PD_SSD" | "PD_HDD" | "HYPERDISK_BALANCED";
    /**
     * The size in GB that the disk has at least: 10 to 65,536, with Hyperdisk from 20 on, with a shared processor to 3,054
     * ("About instance settings"). A disk can grow, and never shrinks: a smaller size than it has is not looked at while
     * `autoIncrease` is on.
     * @default 10, with Hyperdisk 20
     */
    size?: number;
    /**
     * Whether Cloud SQL makes the disk larger before it is full.
     * @default true
     */
    autoIncrease?: boolean;
    /**
     * Up to which size in GB it does so. When the disk is full then, the instance stops.
     * @default no limit
     */
    limit?: number;
    /**
     * How many reads and writes a second are provisioned, of Hyperdisk alone: 3,000 to 160,000 and at most 500 a GB ("About
     * Hyperdisk Balanced").
     * @default what Cloud SQL provisions by the disk's size and machine
     */
    iops?: number;
    /**
     * How many MiB a second are provisioned, of Hyperdisk alone: 140 to 2,400 and at most a fourth of `iops` ("About Hyperdisk
     * Balanced").
     * @default what Cloud SQL provisions by the disk's size and machine
     */
    throughput?: number;
}

const { disk, hyperdisk, sharedCoreDisk } = cloudSqlLimits.rows;

/** Checks the disk of an instance. */
export const storage: check.Check = check.options<Storage>({
    type: check.oneOf("PD_SSD", "PD_HDD", "HYPERDISK_BALANCED"),
    size: check.whole(disk.min, disk.max, disk.unit),
    autoIncrease: check.flag(),
    limit: check.whole(disk.min, disk.max, disk.unit),
    iops: check.whole(3000, 160_000),
    throughput: check.whole(140, 2400, "MiB a second"),
});

/** A disk with the defaults for what was not given, as its machine has it. */
export function decidedStorage(given: Storage | undefined, tier: string) {
    const type = given?.type ?? (needsHyperdisk(tier) ? "HYPERDISK_BALANCED" : "PD_SSD");
    const least = type === "HYPERDISK_BALANCED" ? hyperdisk.min : disk.min;
    return { autoIncrease: true, ...given, type, size: given?.size ?? least };
}

/** What is wrong with a disk for a machine. */
export function storageProblems(
    given: Storage | undefined,
    tier: string,
    edition: "ENTERPRISE" | "ENTERPRISE_PLUS",
): (check.Problem | undefined)[] {
    const { type, size, autoIncrease, limit, iops, throughput } = decidedStorage(given, tier);
    const isHyperdisk = type === "HYPERDISK_BALANCED";
    const top = sharesCore(tier) ? sharedCoreDisk.max : disk.max;
    return [
        typeProblem(type, tier, edition),
        isHyperdisk && size < hyperdisk.min
            ? problem("size", `must be at least ${hyperdisk.min} GB with HYPERDISK_BALANCED (got ${size}).`)
            : undefined,
        size > top ? problem("size", `must be at most ${top} GB with ${tier} (got ${size}).`) : undefined,
        limit !== undefined && limit > top
            ? problem("limit", `must be at most ${top} GB with ${tier} (got ${limit}).`)
            : undefined,
        limit !== undefined && !autoIncrease
            ? problem("limit", `is nothing for a disk that does not grow (got ${limit}). Leave autoIncrease out.`)
            : undefined,
        limit !== undefined && limit < size
            ? problem("limit", `must be at least the size, ${size} GB (got ${limit}).`)
            : undefined,
        ...(isHyperdisk
            ? [provisioning(size, iops, throughput)]
            : [notProvisioned("iops", iops, type), notProvisioned("throughput", throughput, type)]),
    ];
}

function problem(key: string, reason: string): check.Problem {
    return { path: `storage.${key}`, reason };
}

function typeProblem(type: string, tier: string, edition: string): check.Problem | undefined {
    if (needsHyperdisk(tier)) {
        return type === "HYPERDISK_BALANCED"
            ? undefined
            : problem("type", `must be HYPERDISK_BALANCED with ${tier} (got "${type}"). Leave it out.`);
    }
    if (cloudSqlMachine(tier) === undefined) {
        return undefined;
    }
    if (type === "HYPERDISK_BALANCED") {
        const instead = edition === "ENTERPRISE" ? "db-custom-N4-2-8192" : "db-c4a-highmem-2";
        return problem(
            "type",
            `is a disk that ${tier} does not take (got "${type}"). Take PD_SSD, or the tier ${instead}.`,
        );
    }
    return type === "PD_HDD" && edition === "ENTERPRISE_PLUS"
        ? problem("type", `must be PD_SSD with the edition ENTERPRISE_PLUS (got "${type}").`)
        : undefined;
}

function provisioning(size: number, iops?: number, throughput?: number): check.Problem | undefined {
    if (iops !== undefined && iops > Math.max(3000, size * 500)) {
        return problem("iops", `must be at most 500 a GB, ${size * 500} with ${size} GB (got ${iops}).`);
    }
    const top = iops === undefined ? undefined : Math.max(140, Math.floor(iops / 4));
    return throughput !== undefined && top !== undefined && throughput > top
        ? problem("throughput", `must be at most a fourth of iops, ${top} (got ${throughput}).`)
        : undefined;
}

function notProvisioned(key: string, value: number | undefined, type: string): check.Problem | undefined {
    return value === undefined
        ? undefined
        : problem(key, `is provisioned for HYPERDISK_BALANCED alone, not ${type} (got ${value}).`);
}
