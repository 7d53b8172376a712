import { appEngineFlexibleLimits } from "../../facts/limits/appEngine";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import {
    anySize,
    bytesIn,
    diskSize,
    gigabytes,
    gigabytesIn,
    mebibytes,
    type Size,
    sizeOf,
} from "../../internal/arguments/size";

/** A tmpfs volume: memory that is used as a disk. */
export interface Volume {
    /** The size in whole GB: `"1 GB"` to `"520 GB"`, taken from the application's memory. */
    size: Size;
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
     * Memory of the application: `"600 MiB"`, `"4 GiB"`.
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml Allowed} are 1 to 6.5 GiB for each CPU, less
     * 0.4 GiB in total that App Engine uses.
     * @default 1 GiB for each CPU
     */
    memory?: Size;
    /**
     * The {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml disk size} in whole GB: `"10 GB"` to `"10240 GB"`.
     * @default "13 GB"
     */
    diskSize?: Size;
    /**
     * {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml Volumes} by name, each mounted at
     * `/mnt/<name>`: at most 8.
     * @default none
     */
    volumes?: Record<string, Volume>;
}

/** Resources with their defaults. */
export type ResolvedResources = Required<FlexibleResources>;

const { cpus, evenCpus, memoryPerCpu, memoryOverhead, disk, volumes: volumeLimit } = appEngineFlexibleLimits.rows;

/** The size of a volume in GB; memory of all CPUs is the most. */
const volumeSize = { min: 1, max: 520 };

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
    memory: anySize,
    diskSize: diskSize(disk),
    volumes: check.pipe(
        check.record(
            volumeName,
            check.options<Volume>({ size: diskSize(volumeSize), type: check.oneOf("tmpfs") }, "size", "type"),
        ),
        check.atMost(volumeLimit),
    ),
});

export function resolveResources(settings: FlexibleResources = {}): ResolvedResources {
    const cpu = settings.cpu ?? 1;
    return check.withDefaults(settings, { cpu, memory: `${cpu} GiB`, diskSize: "13 GB", volumes: {} });
}

/** Checks combinations of resources. */
export function resourcesProblems({ cpu, memory, volumes }: ResolvedResources): check.Problem[] {
    const { min: minPerCpu, max: maxPerCpu } = memoryPerCpu;
    const overhead = memoryOverhead.max;
    const min = sizeOf(Math.ceil((cpu * minPerCpu - overhead) * 1024));
    const max = sizeOf(Math.floor((cpu * maxPerCpu - overhead) * 1024));
    const amount = bytesIn(memory);
    const taken = Object.values(volumes).reduce((sum, { size }) => sum + gigabytesIn(size), 0);
    const range = `must be from ${min} to ${max} with ${cpu} CPUs, ${minPerCpu} to ${maxPerCpu} GiB for each less ${overhead} GiB (got "${memory}").`;
    const full = `must have less memory in total than the instance, "${memory}" (got ${gigabytes(taken)}). Increase memory.`;
    return [
        ...(amount < bytesIn(min) || amount > bytesIn(max)
            ? [check.problem("resources.memory", "appengine/memory-of-cpus", range)]
            : []),
        ...(taken >= gibibytesIn(memory)
            ? [check.problem("resources.volumes", "appengine/volumes-above-memory", full)]
            : []),
    ];
}

/** The amount in GiB, the unit that App Engine calls GB. */
const gibibytesIn = (memory: Size) => mebibytes(memory) / 1024;

/** The arguments of the version resource. */
export function resourcesArgs({ cpu, memory, diskSize, volumes }: ResolvedResources) {
    const mounted = Object.entries(volumes).map(([name, { size, type }]) => {
        return { name, sizeGb: gigabytesIn(size), volumeType: type };
    });
    return {
        cpu,
        memoryGb: gibibytesIn(memory),
        diskGb: gigabytesIn(diskSize),
        volumes: mounted.length > 0 ? mounted : undefined,
    };
}
