import * as check from "../../../lib/internal/arguments/check";
import {
    canCache,
    machineChecks,
    machineProblems,
    machineWarning,
    needsHyperdisk,
    resolveTier,
} from "../../../lib/sql/tiers";
import { errorMessage } from "./errorMessage";

const machine = check.options(machineChecks);
const enterprise = { engine: "postgres", edition: "ENTERPRISE" } as const;
const plus = { engine: "postgres", edition: "ENTERPRISE_PLUS" } as const;

type MachineArgs = Parameters<typeof machineProblems>[0];

const problems = (args: MachineArgs) =>
    machineProblems(args).flatMap((each) => (each ? [`${each.path}: ${each.reason} [${each.id}]`] : []));

test.each<[string, MachineArgs]>([
    ["db-f1-micro", { ...enterprise, tier: "db-f1-micro" }],
    ["db-g1-small", { ...enterprise, engine: "mysql", tier: "db-g1-small" }],
    ["db-custom-1-3840", { ...enterprise, tier: "db-custom-1-3840" }],
    ["db-custom-96-638976", { ...enterprise, tier: "db-custom-96-638976" }],
    ["db-custom-N4-2-4096", { ...enterprise, tier: "db-custom-N4-2-4096" }],
    ["db-custom-N4-80-655360", { ...enterprise, tier: "db-custom-N4-80-655360" }],
    ["db-n1-highmem-96", { ...enterprise, engine: "mysql", tier: "db-n1-highmem-96" }],
    ["db-perf-optimized-N-128", { ...plus, tier: "db-perf-optimized-N-128" }],
    ["db-perf-optimized-C4-8", { ...plus, engine: "sqlserver", tier: "db-perf-optimized-C4-8" }],
    ["db-c4a-highmem-72", { ...plus, tier: "db-c4a-highmem-72" }],
    ["db-memory-optimized-N-16", { ...plus, engine: "sqlserver", tier: "db-memory-optimized-N-16" }],
    ["db-custom-2-8192", { ...enterprise, cpu: 2, memory: "8 GiB" }],
    ["db-custom-1-3840", { ...enterprise, cpu: 1, memory: "3.75 GiB" }],
    ["db-custom-4-26624", { ...enterprise, engine: "sqlserver", cpu: 4, memory: "26624 MiB" }],
])("the machine %s is accepted", (expected, args) => {
    const { tier, cpu, memory } = args;
    expect(errorMessage({ tier, cpu, memory }, machine)).toBeUndefined();
    expect(problems(args)).toEqual([]);
    expect(resolveTier(args)).toBe(expected);
});

test("without tier, vCPUs and memory the machine type is not set", () => {
    expect(resolveTier({})).toBeUndefined();
    expect(problems(enterprise)).toEqual([]);
});

const hint = "If Google Cloud added it since, update slipway or set allowUnlisted: true.";
const kind = "tier: must be a machine such as db-g1-small, db-custom-2-8192 or db-perf-optimized-N-4";

test.each<[object, string]>([
    [{ tier: "db-n1-standard-3" }, `${kind} (got "db-n1-standard-3"). ${hint}`],
    [{ tier: "n2-standard-4" }, `${kind} (got "n2-standard-4").`],
    [{ tier: "db-perf-optimized-N-6" }, `${kind} (got "db-perf-optimized-N-6"). ${hint}`],
    [{ tier: 2 }, "tier: must be a string (got 2)."],
    [{ cpu: 3 }, "cpu: must be 1 or an even number (got 3)."],
    [{ cpu: 98 }, "cpu: must be a whole number from 1 to 96 processors (got 98)."],
    [{ memory: 8192 }, 'memory: must be a size such as "512 MiB" or "20 GB" (got 8192).'],
    [{ memory: "8GB" }, 'memory: must be a size such as "512 MiB" or "20 GB" (got "8GB").'],
    [{ memory: "3800 MiB" }, 'memory: must be a multiple of 256 MiB (got "3800 MiB").'],
    [{ memory: "3841 MiB" }, 'memory: must be a multiple of 256 MiB (got "3841 MiB").'],
])("the machine %j is refused", (args, expected) => {
    expect(errorMessage(args, machine)).toBe(expected);
});

test.each<[MachineArgs, string[]]>([
    [{ ...enterprise, cpu: 2 }, ["memory: is missing. Set both cpu and memory, or set tier. [sql/cpu-and-memory]"]],
    [
        { ...enterprise, memory: "8 GiB" },
        ["cpu: is missing. Set both cpu and memory, or set tier. [sql/cpu-and-memory]"],
    ],
    [
        { ...enterprise, tier: "db-g1-small", cpu: 2, memory: "8 GiB" },
        ['tier: cannot be combined with cpu and memory (got "db-g1-small"). Set one of them. [sql/tier-and-cpu]'],
    ],
    [
        { ...plus, cpu: 2, memory: "8 GiB" },
        [
            'cpu: is a machine of the edition ENTERPRISE (got "db-custom-2-8192"). Use one of ENTERPRISE_PLUS, such as db-perf-optimized-N-2. [sql/tier-of-enterprise]',
        ],
    ],
    [
        { ...plus, tier: "db-g1-small" },
        [
            'tier: is a machine of the edition ENTERPRISE (got "db-g1-small"). Use one of ENTERPRISE_PLUS, such as db-perf-optimized-N-2. [sql/tier-of-enterprise]',
        ],
    ],
    [
        { ...enterprise, tier: "db-perf-optimized-N-2" },
        [
            'tier: is a machine of the edition ENTERPRISE_PLUS (got "db-perf-optimized-N-2"). Set the edition, or use a tier such as db-custom-2-8192. [sql/tier-of-enterprise-plus]',
        ],
    ],
    [
        { ...enterprise, engine: "sqlserver", tier: "db-f1-micro" },
        [
            'tier: is a machine only for PostgreSQL and MySQL (got "db-f1-micro"). Use one such as db-custom-2-8192. [sql/tier-of-engine]',
        ],
    ],
    [
        { ...enterprise, tier: "db-n1-standard-2" },
        [
            'tier: is a machine only for MySQL (got "db-n1-standard-2"). Use one such as db-custom-2-8192. [sql/tier-of-engine]',
        ],
    ],
    [
        { ...plus, tier: "db-memory-optimized-N-8" },
        [
            'tier: is a machine only for SQL Server (got "db-memory-optimized-N-8"). Use one such as db-perf-optimized-N-8. [sql/tier-of-engine]',
        ],
    ],
    [
        { ...plus, engine: "sqlserver", tier: "db-c4a-highmem-8" },
        [
            'tier: is a machine only for PostgreSQL and MySQL (got "db-c4a-highmem-8"). Use one such as db-perf-optimized-N-8. [sql/tier-of-engine]',
        ],
    ],
    [{ ...plus, tier: "db-z9-highmem-8" }, []],
    [
        { ...enterprise, cpu: 2, memory: "2 GiB" },
        [
            "memory: must have 3840 MiB to 13 GiB of memory in steps of 256 MiB with 2 processors (got 2 GiB). [sql/tier-memory]",
        ],
    ],
    [
        { ...enterprise, cpu: 8, memory: "7 GiB" },
        [
            "memory: must have 7424 MiB to 52 GiB of memory in steps of 256 MiB with 8 processors (got 7 GiB). [sql/tier-memory]",
        ],
    ],
    [
        { ...enterprise, cpu: 1, memory: "7 GiB" },
        [
            "memory: must have 3840 MiB to 6656 MiB of memory in steps of 256 MiB with 1 processors (got 7 GiB). [sql/tier-memory]",
        ],
    ],
    [
        { ...enterprise, tier: "db-custom-2-8000" },
        [
            "tier: must have 3840 MiB to 13 GiB of memory in steps of 256 MiB with 2 processors (got 8000 MiB). [sql/tier-memory]",
        ],
    ],
    [
        { ...enterprise, tier: "db-custom-3-8192" },
        ['tier: must have 1 or an even number of processors up to 96 (got "db-custom-3-8192"). [sql/tier-cpus]'],
    ],
    [
        { ...enterprise, tier: "db-custom-N4-1-4096" },
        ['tier: must have an even number of processors up to 80 (got "db-custom-N4-1-4096"). [sql/tier-cpus]'],
    ],
    [
        { ...enterprise, tier: "db-custom-N4-2-2048" },
        [
            "tier: must have 4 GiB to 16 GiB of memory in steps of 256 MiB with 2 processors (got 2 GiB). [sql/tier-memory]",
        ],
    ],
])("%j is refused by name", (args, expected) => {
    expect(problems(args)).toEqual(expected);
});

test("a shared-core machine causes a warning only with high availability", () => {
    expect(machineWarning("db-g1-small", false)).toBeUndefined();
    expect(machineWarning("db-custom-2-8192", true)).toBeUndefined();
    expect(machineWarning("db-g1-small", true)).toBe(
        "tier: db-g1-small has a shared core and is not covered by the Cloud SQL SLA, even with high availability. Use a tier such as db-custom-2-8192.",
    );
});

test.each<[string, { hyperdisk: boolean; cache: boolean }]>([
    ["db-f1-micro", { hyperdisk: false, cache: false }],
    ["db-custom-2-8192", { hyperdisk: false, cache: false }],
    ["db-custom-N4-2-8192", { hyperdisk: true, cache: false }],
    ["db-perf-optimized-N-2", { hyperdisk: false, cache: true }],
    ["db-perf-optimized-C4-2", { hyperdisk: true, cache: false }],
    ["db-perf-optimized-C4-4", { hyperdisk: true, cache: true }],
    ["db-c4a-highmem-2", { hyperdisk: true, cache: false }],
    ["db-c4a-highmem-48", { hyperdisk: true, cache: true }],
    // Google Cloud may have added it since.
    ["db-z9-highmem-8", { hyperdisk: false, cache: true }],
])("supported disks and cache of %s", (tier, expected) => {
    expect({ hyperdisk: needsHyperdisk(tier), cache: canCache(tier) }).toEqual(expected);
});
