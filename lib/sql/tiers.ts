import {
    cloudSqlMachine,
    cloudSqlMachines,
    type EnterprisePlusTier,
    type EnterpriseTier,
    isCpuCount,
    memoryRange,
} from "../facts/cloudSqlMachines";
import type { Edition, Engine } from "../facts/cloudSqlVersions";
import * as check from "../internal/arguments/check";
import { anySize, mebibytes, type Size, sizeOf } from "../internal/arguments/size";

export type { EnterprisePlusTier, EnterpriseTier };

interface EnterpriseMachine {
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/editions-intro edition}: `"ENTERPRISE_PLUS"` has larger machines, a data cache, shorter
     * maintenance and longer logs. Changing this restarts the instance.
     * @default "ENTERPRISE"
     */
    edition?: "ENTERPRISE";
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/machine-series-overview machine type}. Changing this restarts the
     * instance.
     * @default the machine with `cpu` and `memory`; otherwise `"db-custom-2-8192"` in production and for SQL Server, and
     * `"db-f1-micro"` elsewhere
     */
    tier?: EnterpriseTier;
}

interface CustomMachine {
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/editions-intro edition}: `"ENTERPRISE_PLUS"` has larger machines, a data cache, shorter
     * maintenance and longer logs. Changing this restarts the instance.
     * @default "ENTERPRISE"
     */
    edition?: "ENTERPRISE";
    /**
     * The number of {@link https://cloud.google.com/sql/docs/postgres/instance-settings vCPUs}: 1, or an even number up to 96.
     * Changing this restarts the instance.
     */
    cpu: number;
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/instance-settings memory}, such as `"8 GiB"`: 0.9 to 6.5 GiB per vCPU, at
     * least 3.75 GiB, in steps of 256 MiB. Changing this restarts the instance.
     */
    memory: Size;
}

interface EnterprisePlusMachine {
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/editions-intro edition}: `"ENTERPRISE_PLUS"` has larger machines, a data cache, shorter
     * maintenance and longer logs. Changing this restarts the instance.
     */
    edition: "ENTERPRISE_PLUS";
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/machine-series-overview machine type}. Changing this restarts the
     * instance.
     * @default "db-perf-optimized-N-2"
     */
    tier?: EnterprisePlusTier;
}

/** The machine of an instance, by its name or by its vCPUs and memory. */
export type Machine = check.OneOf<EnterpriseMachine | CustomMachine | EnterprisePlusMachine>;

/** Checks of the arguments of a machine, one by one. */
export const machineChecks = {
    tier: check.listed(
        (tier) => cloudSqlMachine(tier) !== undefined,
        /^db(-[A-Za-z][A-Za-z0-9]*)+(-\d+){0,2}$/,
        "must be a machine such as db-g1-small, db-custom-2-8192 or db-perf-optimized-N-4",
    ),
    cpu: check.pipe(
        check.whole(1, cloudSqlMachines.rows["db-custom"].custom.maxCpus, "processors"),
        check.refine((value) => value === 1 || Number(value) % 2 === 0, "must be 1 or an even number"),
    ),
    memory: check.pipe(
        anySize,
        // NaN has failed the check of the form already.
        check.refine((value) => !(mebibytes(value) % 256 > 0), "must be a multiple of 256 MiB"),
    ),
};

interface MachineArgs {
    engine: Engine;
    edition: Edition;
    tier?: string;
    cpu?: number;
    memory?: Size;
}

/** The name of a machine: `tier`, or the name of the custom machine with these vCPUs and memory. */
export function resolveTier({ tier, cpu, memory }: Partial<MachineArgs>): string | undefined {
    return cpu !== undefined && memory !== undefined ? `db-custom-${cpu}-${mebibytes(memory)}` : tier;
}

export function defaultTier(engine: Engine, edition: Edition, tier: string): string {
    return edition === "ENTERPRISE_PLUS" ? "db-perf-optimized-N-2" : engine === "sqlserver" ? "db-custom-2-8192" : tier;
}

/** The problems of a machine with the edition and the engine. */
export function machineProblems(args: MachineArgs): (check.Problem | undefined)[] {
    const { tier, cpu, memory } = args;
    if ((cpu === undefined) !== (memory === undefined)) {
        const path = cpu === undefined ? "cpu" : "memory";
        return [check.problem(path, "sql/cpu-and-memory", "is missing. Set both cpu and memory, or set tier.")];
    }
    if (tier !== undefined && cpu !== undefined) {
        return [
            check.problem(
                "tier",
                "sql/tier-and-cpu",
                `cannot be combined with cpu and memory (got "${tier}"). Set one of them.`,
            ),
        ];
    }
    const name = resolveTier(args);
    const path = cpu === undefined ? "tier" : "memory";
    return name === undefined ? [] : [editionProblem(name, args), engineProblem(name, args), sizeProblem(name, path)];
}

function editionProblem(tier: string, { edition, cpu }: MachineArgs): check.Problem | undefined {
    const machine = cloudSqlMachine(tier);
    if (machine === undefined || machine.edition === edition) {
        return undefined;
    }
    if (edition === "ENTERPRISE_PLUS") {
        const path = cpu === undefined ? "tier" : "cpu";
        const reason = `is a machine of the edition ENTERPRISE (got "${tier}"). Use one of ENTERPRISE_PLUS, such as db-perf-optimized-N-2.`;
        return check.problem(path, "sql/tier-of-enterprise", reason);
    }
    const reason = `is a machine of the edition ENTERPRISE_PLUS (got "${tier}"). Set the edition, or use a tier such as db-custom-2-8192.`;
    return check.problem("tier", "sql/tier-of-enterprise-plus", reason);
}

const engineNames: Record<Engine, string> = { postgres: "PostgreSQL", mysql: "MySQL", sqlserver: "SQL Server" };

function engineProblem(tier: string, { engine }: MachineArgs): check.Problem | undefined {
    const { engines, edition } = cloudSqlMachine(tier) ?? {};
    if (engines === undefined || engines.includes(engine)) {
        return undefined;
    }
    const supported = engines.map((name) => engineNames[name]).join(" and ");
    const instead = edition === "ENTERPRISE" ? "db-custom-2-8192" : "db-perf-optimized-N-8";
    return check.problem(
        "tier",
        "sql/tier-of-engine",
        `is a machine only for ${supported} (got "${tier}"). Use one such as ${instead}.`,
    );
}

function sizeProblem(tier: string, path: string): check.Problem | undefined {
    const { custom, count = 0, memory = 0 } = cloudSqlMachine(tier) ?? {};
    if (custom === undefined) {
        return undefined;
    }
    if (!isCpuCount(custom, count)) {
        const oneOr = custom.allowsOneCpu ? "1 or " : "";
        return check.problem(
            path,
            "sql/tier-cpus",
            `must have ${oneOr}an even number of processors up to ${custom.maxCpus} (got "${tier}").`,
        );
    }
    const [min, max] = memoryRange(custom, count);
    return memory % 256 !== 0 || memory < min || memory > max
        ? check.problem(
              path,
              "sql/tier-memory",
              `must have ${sizeOf(min)} to ${sizeOf(max)} of memory in steps of 256 MiB with ${count} processors (got ${sizeOf(memory)}).`,
          )
        : undefined;
}

/** A warning about a machine without an SLA. */
export function machineWarning(tier: string, isHighlyAvailable: boolean): string | undefined {
    return sharesCore(tier) && isHighlyAvailable
        ? `tier: ${tier} has a shared core and is not covered by the Cloud SQL SLA, even with high availability. Use a tier such as db-custom-2-8192.`
        : undefined;
}

/** Whether the machine supports only Hyperdisk Balanced, which no other machine supports. */
export const needsHyperdisk = (tier: string): boolean => cloudSqlMachine(tier)?.needsHyperdisk === true;

export const sharesCore = (tier: string): boolean => cloudSqlMachine(tier)?.isSharedCore === true;

/** Whether the machine has a data cache. An unlisted machine may have one. */
export function canCache(tier: string): boolean {
    const machine = cloudSqlMachine(tier);
    return machine === undefined || machine.count >= (machine.dataCacheFrom ?? Number.POSITIVE_INFINITY);
}
