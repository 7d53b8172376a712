import { cloudSqlMachine } from "../facts/cloudSqlMachines";
import { cloudSqlLimits } from "../facts/limits/cloudSql";
import * as check from "../internal/arguments/check";
import { diskSize, gigabytes, gigabytesIn, type Size } from "../internal/arguments/size";
import { needsHyperdisk, sharesCore } from "./tiers";

/** The disk of an instance. */
export interface Storage {
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/instance-settings type of the disk}. N4, C4A and C4 machines support only
     * Hyperdisk Balanced; all others support persistent disks, of which `ENTERPRISE_PLUS` supports only SSDs. Changing this replaces
     * the instance.
     * @default "HYPERDISK_BALANCED" if the machine requires it, otherwise "PD_SSD"
     */
    type?: "PD_SSD" | "PD_HDD" | "HYPERDISK_BALANCED";
    /**
     * The minimum {@link https://cloud.google.com/sql/docs/postgres/instance-settings size}: `"10 GB"` to `"65536 GB"`; from
     * `"20 GB"` with Hyperdisk, up to `"3054 GB"` with a shared-core machine. A disk can grow but not shrink: with `autoIncrease`, a
     * change of the size is ignored.
     * @default "10 GB"; "20 GB" with Hyperdisk
     */
    size?: Size;
    /**
     * Lets Cloud SQL increase the size before the disk is full.
     * @default true
     */
    autoIncrease?: boolean;
    /**
     * The maximum size to which the disk grows. The instance stops when a disk of that size is full.
     * @default no limit
     */
    maxSize?: Size;
    /**
     * Provisioned I/O operations per second of a
     * {@link https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced Hyperdisk}: 3,000 to 160,000 and at most 500 per
     * GB.
     * @default chosen by Cloud SQL by the size of the disk and the machine
     */
    iops?: number;
    /**
     * Provisioned throughput of a {@link https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced Hyperdisk} in MiB per
     * second: 140 to 2,400 and at most a fourth of `iops`.
     * @default chosen by Cloud SQL by the size of the disk and the machine
     */
    throughput?: number;
}

const { disk, hyperdisk, sharedCoreDisk, iops: ioLimit, iopsPerGb, throughput: throughputLimit } = cloudSqlLimits.rows;

export const storage = check.short(
    check.options<Storage>({
        type: check.oneOf("PD_SSD", "PD_HDD", "HYPERDISK_BALANCED"),
        size: diskSize(disk),
        autoIncrease: check.flag(),
        maxSize: diskSize(disk),
        iops: check.whole(ioLimit.min, ioLimit.max),
        throughput: check.limit(throughputLimit),
    }),
    (size: Size) => ({ size }),
);

/** A disk with its defaults, some of which depend on the machine. Its sizes are in GB. */
export type ResolvedStorage = ReturnType<typeof resolveStorage>;

export function resolveStorage(storage: Storage | undefined, tier: string) {
    const type = storage?.type ?? (needsHyperdisk(tier) ? "HYPERDISK_BALANCED" : "PD_SSD");
    const minSize = type === "HYPERDISK_BALANCED" ? hyperdisk.min : disk.min;
    return {
        autoIncrease: true,
        ...storage,
        type,
        size: storage?.size === undefined ? minSize : gigabytesIn(storage.size),
        maxSize: storage?.maxSize && gigabytesIn(storage.maxSize),
    };
}

/** The problems of a disk with the machine and the edition. */
export function storageProblems(
    { type, size, autoIncrease, maxSize, iops, throughput }: ResolvedStorage,
    tier: string,
    edition: "ENTERPRISE" | "ENTERPRISE_PLUS",
): (check.Problem | undefined)[] {
    const isHyperdisk = type === "HYPERDISK_BALANCED";
    const largest = sharesCore(tier) ? sharedCoreDisk.max : disk.max;
    const got = (value = 0) => `(got "${gigabytes(value)}")`;
    const tooLarge = (key: string, value = 0) =>
        check.when(
            value > largest,
            `storage.${key}`,
            "sql/disk-too-large",
            `must be at most ${gigabytes(largest)} with ${tier} ${got(value)}.`,
        );
    return [
        typeProblem(type, tier, edition),
        check.when(
            isHyperdisk && size < hyperdisk.min,
            "storage.size",
            "sql/hyperdisk-too-small",
            `must be at least ${gigabytes(hyperdisk.min)} with HYPERDISK_BALANCED ${got(size)}.`,
        ),
        tooLarge("size", size),
        tooLarge("maxSize", maxSize),
        check.when(
            maxSize !== undefined && !autoIncrease,
            "storage.maxSize",
            "sql/max-size-without-growth",
            `has no effect on a disk that does not grow ${got(maxSize)}. Remove autoIncrease.`,
        ),
        check.when(
            maxSize !== undefined && maxSize < size,
            "storage.maxSize",
            "sql/max-size-below-size",
            `must be at least the size, ${gigabytes(size)} ${got(maxSize)}.`,
        ),
        ...(isHyperdisk
            ? [provisioningProblem(size, iops, throughput)]
            : [unsupportedSetting("iops", iops, type), unsupportedSetting("throughput", throughput, type)]),
    ];
}

function typeProblem(type: string, tier: string, edition: string): check.Problem | undefined {
    if (needsHyperdisk(tier)) {
        return check.when(
            type !== "HYPERDISK_BALANCED",
            "storage.type",
            "sql/hyperdisk-required",
            `must be HYPERDISK_BALANCED with ${tier} (got "${type}"). Remove it.`,
        );
    }
    if (cloudSqlMachine(tier) === undefined) {
        return undefined;
    }
    if (type === "HYPERDISK_BALANCED") {
        const instead = edition === "ENTERPRISE" ? "db-custom-N4-2-8192" : "db-c4a-highmem-2";
        return check.problem(
            "storage.type",
            "sql/hyperdisk-unsupported",
            `is a disk that ${tier} does not support (got "${type}"). Use PD_SSD, or the tier ${instead}.`,
        );
    }
    return check.when(
        type === "PD_HDD" && edition === "ENTERPRISE_PLUS",
        "storage.type",
        "sql/hard-disk-of-enterprise-plus",
        `must be PD_SSD with the edition ENTERPRISE_PLUS (got "${type}").`,
    );
}

function provisioningProblem(size: number, iops?: number, throughput?: number): check.Problem | undefined {
    if (iops !== undefined && iops > Math.max(ioLimit.min, size * iopsPerGb.max)) {
        const maxIops = size * iopsPerGb.max;
        return check.problem(
            "storage.iops",
            "sql/iops-of-size",
            `must be at most ${iopsPerGb.max} a GB, ${maxIops} with ${size} GB (got ${iops}).`,
        );
    }
    const maxThroughput = iops === undefined ? undefined : Math.max(throughputLimit.min, Math.floor(iops / 4));
    return check.when(
        throughput !== undefined && maxThroughput !== undefined && throughput > maxThroughput,
        "storage.throughput",
        "sql/throughput-of-iops",
        `must be at most a fourth of iops, ${maxThroughput} (got ${throughput}).`,
    );
}

function unsupportedSetting(key: string, value: number | undefined, type: string): check.Problem | undefined {
    return check.when(
        value !== undefined,
        `storage.${key}`,
        "sql/provisioning-without-hyperdisk",
        `is only provisioned for HYPERDISK_BALANCED, not ${type} (got ${value}).`,
    );
}

/** The disk settings for the provider. A maximum of 0 means no limit. */
export function diskSettings({ type, size, autoIncrease, maxSize = 0, iops, throughput }: ResolvedStorage) {
    return {
        diskType: type,
        diskSize: size,
        diskAutoresize: autoIncrease,
        diskAutoresizeLimit: maxSize,
        dataDiskProvisionedIops: iops,
        dataDiskProvisionedThroughput: throughput,
    };
}
