import * as check from "../internal/check";
import type { Engine } from "./versions";

/** An amount of memory: `"8Gi"`, `"3840Mi"`. */
export type Memory = `${number}Mi` | `${number}Gi`;

type Size = 2 | 4 | 8 | 16 | 32 | 48 | 64;

/** A machine of the edition `ENTERPRISE` ("Machine series overview"); those that begin with `db-n1` are for MySQL alone. */
export type EnterpriseTier =
    | "db-f1-micro"
    | "db-g1-small"
    | `db-custom-${number}-${number}`
    | `db-custom-N4-${number}-${number}`
    | `db-n1-standard-${1 | 2 | 4 | 8 | 16 | 32 | 64 | 96}`
    | `db-n1-highmem-${2 | 4 | 8 | 16 | 32 | 64 | 96}`;

/** A machine of the edition `ENTERPRISE_PLUS` ("Machine series overview"); those for much memory are for SQL Server alone. */
export type EnterprisePlusTier =
    | `db-perf-optimized-N-${Size | 80 | 96 | 128}`
    | `db-perf-optimized-C4-${2 | 4 | 8}`
    | `db-c4a-highmem-${Size | 72}`
    | `db-memory-optimized-N-${4 | 8 | 16}`;

interface EnterpriseMachine {
    edition?: "ENTERPRISE";
    /**
     * The machine by its name ("Machine series overview"). Another one restarts the instance.
     * @default the one with `vCpus` and `memory`; else `"db-custom-2-8192"` in production, elsewhere `"db-f1-micro"`, and for
     * SQL Server `"db-custom-2-8192"`
     */
    tier?: EnterpriseTier;
}

interface CustomMachine {
    edition?: "ENTERPRISE";
    /** How many processors: 1, or an even number up to 96 ("About instance settings"). Another number restarts the instance. */
    vCpus: number;
    /**
     * How much memory: 0.9 to 6.5 GiB for each processor, at least 3.75 GiB, in steps of 256 MiB ("About instance settings").
     * Another amount restarts the instance.
     */
    memory: Memory;
}

interface EnterprisePlusMachine {
    edition: "ENTERPRISE_PLUS";
    tier?: EnterprisePlusTier;
}

/** The machine of an instance, by its name or by what it has. */
export type Machine = check.OneOf<EnterpriseMachine | CustomMachine | EnterprisePlusMachine>;

const shared = /^db-(f1-micro|g1-small)$/;
const legacy = /^db-n1-(standard-(1|2|4|8|16|32|64|96)|highmem-(2|4|8|16|32|64|96))$/;
const custom = /^db-custom-(N4-)?(\d+)-(\d+)$/;
const plus =
    /^db-(perf-optimized-(N-(2|4|8|16|32|48|64|80|96|128)|C4-(2|4|8))|c4a-highmem-(2|4|8|16|32|48|64|72)|memory-optimized-N-(4|8|16))$/;
const memoryForm = /^(\d+(?:\.\d+)?)(Mi|Gi)$/;

function mebibytes(memory: string): number {
    const [, amount, unit] = memoryForm.exec(memory) ?? [];
    return Number(amount) * (unit === "Gi" ? 1024 : 1);
}

/** Checks what a machine is told by, each by itself. */
export const machineChecks = {
    tier: check.custom(
        (value) => [shared, legacy, custom, plus].some((form) => form.test(String(value))),
        "must be a machine such as db-g1-small, db-custom-2-8192 or db-perf-optimized-N-4",
    ),
    vCpus: check.pipe(
        check.whole(1, 96, "processors"),
        check.refine((value) => value === 1 || Number(value) % 2 === 0, "must be 1 or an even number"),
    ),
    memory: check.pipe(
        check.matching(memoryForm, "must be an amount of memory, such as 8Gi or 3840Mi"),
        check.refine(
            // What has no amount was told by the check of its form.
            (value) => !(mebibytes(String(value)) % 256 > 0),
            "must be a multiple of 256Mi",
        ),
    ),
};

interface Given {
    engine: Engine;
    edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
    tier?: string;
    vCpus?: number;
    memory?: string;
}

/** The name of a machine: the one that was given, or of what it has; nothing where nothing was told. */
export function tierOf({ tier, vCpus, memory }: Partial<Given>): string | undefined {
    return vCpus !== undefined && memory !== undefined ? `db-custom-${vCpus}-${mebibytes(memory)}` : tier;
}

/** What is wrong with a machine that is right by its name. */
export function machineProblems(given: Given): (check.Problem | undefined)[] {
    const { tier, vCpus, memory } = given;
    if ((vCpus === undefined) !== (memory === undefined)) {
        const path = vCpus === undefined ? "vCpus" : "memory";
        return [{ path, reason: "is missing. Processors and memory are told together, or the machine by its tier." }];
    }
    if (tier !== undefined && vCpus !== undefined) {
        return [{ path: "tier", reason: `does not go with vCpus and memory (got "${tier}"). Give either.` }];
    }
    const name = tierOf(given);
    const path = vCpus === undefined ? "tier" : "memory";
    return name === undefined ? [] : [editionProblem(name, given), engineProblem(name, given), sizeProblem(name, path)];
}

function editionProblem(tier: string, { edition, vCpus }: Given): check.Problem | undefined {
    if (edition === "ENTERPRISE_PLUS" && !plus.test(tier)) {
        const path = vCpus === undefined ? "tier" : "vCpus";
        const reason = `is a machine of the edition ENTERPRISE (got "${tier}"). Take one that ENTERPRISE_PLUS has, such as db-perf-optimized-N-2.`;
        return { path, reason };
    }
    const reason = `is a machine of the edition ENTERPRISE_PLUS (got "${tier}"). Set the edition, or take one such as db-custom-2-8192.`;
    return edition === "ENTERPRISE" && plus.test(tier) ? { path: "tier", reason } : undefined;
}

function engineProblem(tier: string, { engine }: Given): check.Problem | undefined {
    const refused = (who: string, instead: string) => {
        return { path: "tier", reason: `is a machine for ${who} alone (got "${tier}"). Take one such as ${instead}.` };
    };
    if (shared.test(tier) && engine === "sqlserver") {
        return refused("PostgreSQL and MySQL", "db-custom-2-8192");
    }
    if (legacy.test(tier) && engine !== "mysql") {
        return refused("MySQL", "db-custom-2-8192");
    }
    return tier.startsWith("db-memory-") && engine !== "sqlserver"
        ? refused("SQL Server", "db-perf-optimized-N-8")
        : undefined;
}

/** "About instance settings"; N4 has up to 80 processors with 2 to 8 GiB each ("Machine series overview"). */
function sizeProblem(tier: string, path: string): check.Problem | undefined {
    const [form, series, processors, memory] = custom.exec(tier) ?? [];
    if (form === undefined) {
        return undefined;
    }
    const [vCpus, mib] = [Number(processors), Number(memory)];
    const most = series ? 80 : 96;
    const [leastEach, mostEach] = series ? [2, 8] : [0.9, 6.5];
    const isCount = (vCpus === 1 && !series) || (vCpus > 0 && vCpus % 2 === 0 && vCpus <= most);
    if (!isCount) {
        const one = series ? "" : "1 or ";
        return { path, reason: `must have ${one}an even number of processors up to ${most} (got "${tier}").` };
    }
    const least = Math.max(series ? 0 : 3840, Math.ceil((vCpus * leastEach * 1024) / 256) * 256);
    const top = vCpus * mostEach * 1024;
    return mib % 256 !== 0 || mib < least || mib > top
        ? {
              path,
              reason: `must have ${least} to ${top} MiB of memory in steps of 256 with ${vCpus} processors (got ${mib}).`,
          }
        : undefined;
}

/** What to tell of a machine that can be had, but not for this. */
export function machineWarning(tier: string, isHighlyAvailable: boolean): string | undefined {
    return shared.test(tier) && isHighlyAvailable
        ? `tier: ${tier} shares its processor and is no part of the Cloud SQL SLA, also with high availability. Take one such as db-custom-2-8192.`
        : undefined;
}

/** Whether the machine takes no other disk than Hyperdisk Balanced, which no other machine takes ("About instance settings"). */
export function needsHyperdisk(tier: string): boolean {
    return /^db-(custom-N4-|c4a-|perf-optimized-C4-)/.test(tier);
}

export function sharesCore(tier: string): boolean {
    return shared.test(tier);
}

/** Whether a local SSD can cache what the machine reads: not the smallest of newer series ("Data cache overview"). */
export function canCache(tier: string): boolean {
    return plus.test(tier) && !/^db-(c4a-highmem|perf-optimized-C4)-2$/.test(tier);
}
