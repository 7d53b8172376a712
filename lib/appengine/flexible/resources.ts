import { appEngineFlexibleLimits } from "../../facts/limits/appEngine";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/check";

/** A whole number of GiB: `"20Gi"`. */
export type Gibibytes = `${number}Gi`;

/** A tmpfs volume: memory that is used as a disk. */
export interface Volume {
    /** The size: at least `"1Gi"`, taken from the application's memory. */
    size: Gibibytes;
    /** Always `"tmpfs"`. */
    type: "tmpfs";
}

/** CPU, memory and disk of each instance. */
export interface FlexibleResources {
    /**
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml CPUs}: 1, an even number from 2 to 32, or a
     * multiple of 4 from 36 to 80.
     * @default 1
     */
    cpu?: number;
    /**
     * Memory of the application: `"600Mi"`, `"4Gi"`.
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml Allowed} are 1 to 6.5 GiB for each CPU, less
     * 0.4 GiB in total that App Engine uses.
     * @default 1 GiB for each CPU
     */
    memory?: `${number}Mi` | Gibibytes;
    /**
     * The {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml disk size}: `"10Gi"` to `"10240Gi"`.
     * @default "13Gi"
     */
    disk?: Gibibytes;
    /**
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml Volumes} by name, each mounted at
     * `/mnt/<name>`: at most 8.
     * @default none
     */
    volumes?: Record<string, Volume>;
}

/** Resources with their defaults. */
export type ResolvedResources = Required<FlexibleResources>;

const amountPattern = /^(\d+)(Mi|Gi)$/;

/** The amount in GiB, the unit that App Engine calls GB. */
export function inGibibytes(amount: string): number {
    const [, number, unit] = amountPattern.exec(amount) ?? [];
    return Number(number) / (unit === "Mi" ? 1024 : 1);
}

const gibibytesBetween = (min: number, max: number) =>
    check.pipe(
        check.matching(/^\d+Gi$/, "must be whole GiB, such as 20Gi"),
        check.refine(
            // The check of the format reports a value without a number.
            (value) => !(inGibibytes(String(value)) < min || inGibibytes(String(value)) > max),
            `must be from ${min}Gi to ${max}Gi`,
        ),
    );

const { cpus, evenCpus, memoryPerCpu, memoryOverhead, disk, volumes: volumeLimit } = appEngineFlexibleLimits.rows;

const isCpu = (cpu: number) =>
    cpu === cpus.min ||
    (cpu >= evenCpus.min && cpu <= evenCpus.max && cpu % 2 === 0) ||
    (cpu > evenCpus.max && cpu <= cpus.max && cpu % 4 === 0);

const volumeName = check.nameOf(nameFormats.rows.appEngineVolume);

/** Checks each resource. */
export const resources = check.options<FlexibleResources>({
    cpu: check.custom(
        (value) => typeof value === "number" && isCpu(value),
        `must be ${cpus.min}, an even number from ${evenCpus.min} to ${evenCpus.max}, or a multiple of 4 from ${evenCpus.max + 4} to ${cpus.max}`,
    ),
    memory: check.matching(amountPattern, "must be an amount of memory, such as 600Mi or 4Gi"),
    disk: gibibytesBetween(disk.min, disk.max),
    volumes: check.pipe(
        check.record(
            volumeName,
            check.options<Volume>({ size: gibibytesBetween(1, 520), type: check.oneOf("tmpfs") }, "size", "type"),
        ),
        check.refine(
            (value) => Object.keys(value as object).length <= volumeLimit.max,
            `must be ${volumeLimit.max} at most`,
        ),
    ),
});

export function resolveResources(settings: FlexibleResources = {}): ResolvedResources {
    const cpu = settings.cpu ?? 1;
    return check.withDefaults(settings, { cpu, memory: `${cpu}Gi`, disk: "13Gi", volumes: {} });
}

/** Checks combinations of resources. */
export function resourcesProblems({ cpu, memory, volumes }: ResolvedResources): check.Problem[] {
    const { min: minPerCpu, max: maxPerCpu } = memoryPerCpu;
    const overhead = memoryOverhead.max;
    const min = inMebibytes(Math.ceil, cpu * minPerCpu - overhead);
    const max = inMebibytes(Math.floor, cpu * maxPerCpu - overhead);
    const amount = inGibibytes(memory) * 1024;
    const taken = Object.values(volumes).reduce((sum, { size }) => sum + inGibibytes(size), 0);
    const range = `must be from ${min}Mi to ${max}Mi with ${cpu} CPUs, ${minPerCpu} to ${maxPerCpu} GiB for each less ${overhead} GiB (got "${memory}").`;
    const full = `must have less memory in total than the instance, "${memory}" (got ${taken}Gi). Increase memory.`;
    return [
        ...(amount < min || amount > max ? [{ path: "resources.memory", reason: range }] : []),
        ...(taken >= inGibibytes(memory) ? [{ path: "resources.volumes", reason: full }] : []),
    ];
}

/** Converts GiB to whole MiB. */
const inMebibytes = (rounded: (amount: number) => number, amount: number) => rounded(amount * 1024);

/** The arguments of the version resource. */
export function resourcesArgs({ cpu, memory, disk, volumes }: ResolvedResources) {
    const mounted = Object.entries(volumes).map(([name, { size, type }]) => {
        return { name, sizeGb: inGibibytes(size), volumeType: type };
    });
    return {
        cpu,
        memoryGb: inGibibytes(memory),
        diskGb: inGibibytes(disk),
        volumes: mounted.length > 0 ? mounted : undefined,
    };
}
