import { resolveStorage, type Storage, storage, storageProblems } from "../../../lib/sql/storage";
import { errorMessage } from "./errorMessage";

const problems = (args: Storage, tier: string, edition: "ENTERPRISE" | "ENTERPRISE_PLUS" = "ENTERPRISE") =>
    storageProblems(resolveStorage(args, tier), tier, edition).flatMap((each) =>
        each ? [`${each.path}: ${each.reason} [${each.id}]`] : [],
    );

test.each<[string, object]>([
    ["db-f1-micro", { type: "PD_SSD", size: 10, autoIncrease: true }],
    ["db-perf-optimized-N-2", { type: "PD_SSD", size: 10, autoIncrease: true }],
    ["db-custom-N4-2-8192", { type: "HYPERDISK_BALANCED", size: 20, autoIncrease: true }],
    ["db-c4a-highmem-2", { type: "HYPERDISK_BALANCED", size: 20, autoIncrease: true }],
])("%s has the minimum disk of its type, with automatic increase", (tier, expected) => {
    expect(resolveStorage(undefined, tier)).toEqual(expected);
    expect(storageProblems(resolveStorage(undefined, tier), tier, "ENTERPRISE").filter(Boolean)).toEqual([]);
});

test("given values are kept", () => {
    const args: Storage = { type: "PD_HDD", size: "500 GiB", autoIncrease: false };
    expect(resolveStorage(args, "db-custom-2-8192")).toEqual({ ...args, size: 500 });
});

test.each<[Storage, string, "ENTERPRISE" | "ENTERPRISE_PLUS"]>([
    [{ size: "65536 GB" }, "db-custom-2-8192", "ENTERPRISE"],
    [{ size: "3054 GB", maxSize: "3054 GB" }, "db-g1-small", "ENTERPRISE"],
    [{ type: "PD_HDD", maxSize: "10 GB" }, "db-custom-2-8192", "ENTERPRISE"],
    [
        { type: "HYPERDISK_BALANCED", size: "20 GB", iops: 10_000, throughput: 2400 },
        "db-c4a-highmem-4",
        "ENTERPRISE_PLUS",
    ],
    [{ throughput: 2400 }, "db-custom-N4-2-8192", "ENTERPRISE"],
    [{ iops: 3000, throughput: 750 }, "db-custom-N4-2-8192", "ENTERPRISE"],
])("the disk %j of %s is accepted", (args, tier, edition) => {
    expect(errorMessage(args, storage)).toBeUndefined();
    expect(problems(args, tier, edition)).toEqual([]);
});

test.each<[object, string]>([
    [{ size: "9 GB" }, 'size: must be from 10 GB to 65536 GB (got "9 GB").'],
    [{ size: "65537 GB" }, 'size: must be from 10 GB to 65536 GB (got "65537 GB").'],
    [{ size: 20 }, 'size: must be a size such as "512 MiB" or "20 GB" (got 20).'],
    [{ size: "10.5 GB" }, 'size: must be a whole number of GB (got "10.5 GB").'],
    [{ type: "SSD" }, 'type: must be one of PD_SSD, PD_HDD, HYPERDISK_BALANCED (got "SSD").'],
    [{ maxSize: "0 GB" }, 'maxSize: must be from 10 GB to 65536 GB (got "0 GB").'],
    [{ autoIncrease: "yes" }, 'autoIncrease: must be true or false (got "yes").'],
    [{ iops: 2999 }, "iops: must be a whole number from 3000 to 160000 (got 2999)."],
    [{ throughput: 139 }, "throughput: must be a whole number from 140 to 2400 MiB a second (got 139)."],
    [{ autoincrease: true }, 'autoincrease: unknown option "autoincrease"; did you mean "autoIncrease"?'],
])("the disk %j is refused", (args, expected) => {
    expect(errorMessage(args, storage)).toBe(expected);
});

test.each<[Storage, string, "ENTERPRISE" | "ENTERPRISE_PLUS", string]>([
    [
        { type: "HYPERDISK_BALANCED" },
        "db-custom-2-8192",
        "ENTERPRISE",
        'storage.type: is a disk that db-custom-2-8192 does not support (got "HYPERDISK_BALANCED"). Use PD_SSD, or the tier db-custom-N4-2-8192. [sql/hyperdisk-unsupported]',
    ],
    [
        { type: "HYPERDISK_BALANCED" },
        "db-perf-optimized-N-2",
        "ENTERPRISE_PLUS",
        'storage.type: is a disk that db-perf-optimized-N-2 does not support (got "HYPERDISK_BALANCED"). Use PD_SSD, or the tier db-c4a-highmem-2. [sql/hyperdisk-unsupported]',
    ],
    [
        { type: "PD_SSD", size: "20 GB" },
        "db-c4a-highmem-2",
        "ENTERPRISE_PLUS",
        'storage.type: must be HYPERDISK_BALANCED with db-c4a-highmem-2 (got "PD_SSD"). Remove it. [sql/hyperdisk-required]',
    ],
    [
        { type: "PD_HDD" },
        "db-perf-optimized-N-2",
        "ENTERPRISE_PLUS",
        'storage.type: must be PD_SSD with the edition ENTERPRISE_PLUS (got "PD_HDD"). [sql/hard-disk-of-enterprise-plus]',
    ],
    [
        { size: "10 GB" },
        "db-custom-N4-2-8192",
        "ENTERPRISE",
        'storage.size: must be at least 20 GB with HYPERDISK_BALANCED (got "10 GB"). [sql/hyperdisk-too-small]',
    ],
    [
        { size: "3055 GB" },
        "db-f1-micro",
        "ENTERPRISE",
        'storage.size: must be at most 3054 GB with db-f1-micro (got "3055 GB"). [sql/disk-too-large]',
    ],
    [
        { maxSize: "4000 GB" },
        "db-g1-small",
        "ENTERPRISE",
        'storage.maxSize: must be at most 3054 GB with db-g1-small (got "4000 GB"). [sql/disk-too-large]',
    ],
    [
        { size: "100 GB", maxSize: "50 GB" },
        "db-custom-2-8192",
        "ENTERPRISE",
        'storage.maxSize: must be at least the size, 100 GB (got "50 GB"). [sql/max-size-below-size]',
    ],
    [
        { autoIncrease: false, maxSize: "50 GB" },
        "db-custom-2-8192",
        "ENTERPRISE",
        'storage.maxSize: has no effect on a disk that does not grow (got "50 GB"). Remove autoIncrease. [sql/max-size-without-growth]',
    ],
    [
        { iops: 5000 },
        "db-custom-2-8192",
        "ENTERPRISE",
        "storage.iops: is only provisioned for HYPERDISK_BALANCED, not PD_SSD (got 5000). [sql/provisioning-without-hyperdisk]",
    ],
    [
        { type: "PD_HDD", throughput: 200 },
        "db-custom-2-8192",
        "ENTERPRISE",
        "storage.throughput: is only provisioned for HYPERDISK_BALANCED, not PD_HDD (got 200). [sql/provisioning-without-hyperdisk]",
    ],
    [
        { iops: 10_001 },
        "db-custom-N4-2-8192",
        "ENTERPRISE",
        "storage.iops: must be at most 500 a GB, 10000 with 20 GB (got 10001). [sql/iops-of-size]",
    ],
    [
        { iops: 3000, throughput: 751 },
        "db-custom-N4-2-8192",
        "ENTERPRISE",
        "storage.throughput: must be at most a fourth of iops, 750 (got 751). [sql/throughput-of-iops]",
    ],
])("the disk %j of %s (%s) is refused by name", (args, tier, edition, expected) => {
    expect(problems(args, tier, edition)).toEqual([expected]);
});
