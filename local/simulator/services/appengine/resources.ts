import { appEngineFlexibleLimits, nameFormats } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

const limits = appEngineFlexibleLimits.rows;
const { memoryPerCpu, disk: diskSizes } = limits;
const [maxEvenCpus, maxCpus, overhead] = [limits.evenCpus.max, limits.cpus.max, limits.memoryOverhead.max];
const minVolumeSize = 0.001;

const defaultMemory = 0.6;

const rounded = (size: number) => Number(size.toFixed(3));

export function verifyResources({ cpu = 1, memoryGb = defaultMemory, diskGb, volumes = [] }: Inputs = {}): void {
    const isEven = cpu >= 2 && cpu <= maxEvenCpus && cpu % 2 === 0;
    if (cpu !== 1 && !isEven && !(cpu > maxEvenCpus && cpu <= maxCpus && cpu % 4 === 0)) {
        throw invalid(
            `Invalid number of CPUs ${cpu}: it must be 1, an even number between 2 and ${maxEvenCpus}, or a multiple of 4 between ${maxEvenCpus} and ${maxCpus}.`,
        );
    }
    const min = rounded(cpu * memoryPerCpu.min - overhead);
    const max = rounded(cpu * memoryPerCpu.max - overhead);
    if (memoryGb < min || memoryGb > max) {
        throw invalid(`Invalid memory ${memoryGb} GB for ${cpu} CPU: it must be between ${min} and ${max} GB.`);
    }
    if (diskGb !== undefined && (diskGb < diskSizes.min || diskGb > diskSizes.max)) {
        throw invalid(`Invalid disk size ${diskGb} GB: it must be between ${diskSizes.min} and ${diskSizes.max} GB.`);
    }
    for (const { name, volumeType, sizeGb } of volumes) {
        if (volumeType !== "tmpfs") {
            throw invalid(`Invalid type '${volumeType}' of volume '${name}': it must be tmpfs.`);
        }
        if (!nameFormats.rows.appEngineVolume.pattern.test(name)) {
            throw invalid(`Invalid volume name '${name}'.`);
        }
        if (sizeGb < minVolumeSize) {
            throw invalid(`Invalid size ${sizeGb} GB of volume '${name}': it must be at least ${minVolumeSize} GB.`);
        }
    }
    const size = volumes.reduce((sum: number, { sizeGb }: Inputs) => sum + sizeGb, 0);
    if (size >= memoryGb) {
        throw invalid(
            `The volumes (${size} GB) must be smaller than the memory (${memoryGb} GB), which they are a part of.`,
        );
    }
}
