import type { Edition, Engine } from "./cloudSqlVersions";
import { facts } from "./facts";

/** vCPUs and memory of custom machines. */
interface CustomSizes {
    maxCpus: number;
    /** Whether one vCPU is allowed; otherwise the number is even. */
    allowsOneCpu: boolean;
    /** In MiB. */
    minMemory: number;
    /** In GiB per vCPU. */
    memoryPerCpu: readonly [min: number, max: number];
}

/** A machine, or a machine series whose names end with the number of vCPUs. */
interface Machine {
    edition: Edition;
    engines: readonly Engine[];
    cpus?: readonly number[];
    custom?: CustomSizes;
    isSharedCore?: true;
    /** Whether the machine supports only Hyperdisk Balanced. */
    needsHyperdisk?: true;
    /** The minimum vCPUs for a data cache; undefined if not supported. */
    dataCacheFrom?: number;
}

/** Machines of Cloud SQL by name prefix. */
export const cloudSqlMachines = facts<Machine>()({
    subject: "Machines of Cloud SQL",
    source: "https://cloud.google.com/sql/docs/postgres/machine-series-overview",
    checked: "2026-11-20",
    rows: {
        "db-f1-micro": { edition: "ENTERPRISE", engines: ["postgres", "mysql"], isSharedCore: true },
        "db-g1-small": { edition: "ENTERPRISE", engines: ["postgres", "mysql"], isSharedCore: true },
        "db-custom": {
            edition: "ENTERPRISE",
            engines: ["postgres", "mysql", "sqlserver"],
            custom: { maxCpus: 96, allowsOneCpu: true, minMemory: 3840, memoryPerCpu: [0.9, 6.5] },
            source: "https://cloud.google.com/sql/docs/postgres/instance-settings",
        },
        "db-custom-N4": {
            edition: "ENTERPRISE",
            engines: ["postgres", "mysql", "sqlserver"],
            custom: { maxCpus: 80, allowsOneCpu: false, minMemory: 0, memoryPerCpu: [2, 8] },
            needsHyperdisk: true,
        },
        "db-n1-standard": {
            edition: "ENTERPRISE",
            engines: ["mysql"],
            cpus: [1, 2, 4, 8, 16, 32, 64, 96],
            source: "https://cloud.google.com/sql/docs/mysql/machine-series-overview",
        },
        "db-n1-highmem": {
            edition: "ENTERPRISE",
            engines: ["mysql"],
            cpus: [2, 4, 8, 16, 32, 64, 96],
            source: "https://cloud.google.com/sql/docs/mysql/machine-series-overview",
        },
        "db-perf-optimized-N": {
            edition: "ENTERPRISE_PLUS",
            engines: ["postgres", "mysql", "sqlserver"],
            cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
            dataCacheFrom: 2,
        },
        "db-perf-optimized-C4": {
            edition: "ENTERPRISE_PLUS",
            engines: ["postgres", "mysql", "sqlserver"],
            cpus: [2, 4, 8],
            needsHyperdisk: true,
            dataCacheFrom: 4,
        },
        "db-c4a-highmem": {
            edition: "ENTERPRISE_PLUS",
            // SQL Server has no C4A: https://cloud.google.com/sql/docs/sqlserver/machine-series-overview
            engines: ["postgres", "mysql"],
            cpus: [2, 4, 8, 16, 32, 48, 64, 72],
            needsHyperdisk: true,
            dataCacheFrom: 4,
        },
        "db-memory-optimized-N": {
            edition: "ENTERPRISE_PLUS",
            engines: ["sqlserver"],
            cpus: [4, 8, 16],
            dataCacheFrom: 4,
            source: "https://cloud.google.com/sql/docs/sqlserver/machine-series-overview",
        },
    },
});

type Rows = typeof cloudSqlMachines.rows;

/** The machine names of an edition. */
type TierOf<Wanted extends Edition> = {
    [Name in keyof Rows]: Rows[Name] extends { edition: Wanted }
        ? Rows[Name] extends { cpus: readonly (infer Cpus extends number)[] }
            ? `${Name}-${Cpus}`
            : Rows[Name] extends { custom: object }
              ? `${Name}-${number}-${number}`
              : Name
        : never;
}[keyof Rows];

/** A machine of the edition `ENTERPRISE`; `db-n1` machines are for MySQL only. */
export type EnterpriseTier = TierOf<"ENTERPRISE">;

/** A machine of the edition `ENTERPRISE_PLUS`; memory-optimized machines are for SQL Server only. */
export type EnterprisePlusTier = TierOf<"ENTERPRISE_PLUS">;

const machines = new Map<string, Machine>(Object.entries(cloudSqlMachines.rows));

/** A parsed machine name. */
export interface MachineName extends Machine {
    /** The number of vCPUs; 0 for a shared core. */
    count: number;
    /** In MiB, for custom machines. */
    memory?: number;
}

/** Parses the name of a listed machine; undefined if unlisted. Does not validate the sizes of custom machines. */
export function cloudSqlMachine(tier: string): MachineName | undefined {
    const own = machines.get(tier);
    if (own && !own.cpus && !own.custom) {
        return { ...own, count: 0 };
    }
    const [, customSeries = "", cpus, memory] = /^(.+?)-(\d+)-(\d+)$/.exec(tier) ?? [];
    const custom = machines.get(customSeries);
    if (custom?.custom) {
        return { ...custom, count: Number(cpus), memory: Number(memory) };
    }
    const [, series = "", size] = /^(.+)-([1-9]\d*)$/.exec(tier) ?? [];
    const found = machines.get(series);
    return found?.cpus?.includes(Number(size)) ? { ...found, count: Number(size) } : undefined;
}

/** Whether a custom machine may have this number of vCPUs. */
export const isCpuCount = ({ maxCpus, allowsOneCpu }: CustomSizes, count: number): boolean =>
    count === 1 ? allowsOneCpu : count > 0 && count % 2 === 0 && count <= maxCpus;

/** The minimum and maximum memory in MiB of a custom machine with this number of vCPUs, in steps of 256. */
export function memoryRange({ minMemory, memoryPerCpu: [min, max] }: CustomSizes, count: number): [number, number] {
    return [Math.max(minMemory, Math.ceil((count * min * 1024) / 256) * 256), count * max * 1024];
}
