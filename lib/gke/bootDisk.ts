import { gkeLimits } from "../facts/limits/gke";
import * as check from "../internal/arguments/check";
import { diskSize, gigabytesIn, type Size } from "../internal/arguments/size";

const limits = gkeLimits.rows;

/** Checks the options. */
export const diskChecks = {
    diskType: check.oneOf("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"),
    diskSize: diskSize(limits.bootDisk),
    diskIops: check.limit(limits.bootDiskIops),
    diskThroughput: check.limit(limits.bootDiskThroughput),
};

interface BootDisk {
    diskType?: string;
    diskSize?: Size;
    diskIops?: number;
    diskThroughput?: number;
}

/** Only Hyperdisk Balanced has configurable performance. */
export function diskProblems(path: string, disk: BootDisk): check.Problem[] {
    const options = (["diskIops", "diskThroughput"] as const).filter((option) => disk[option] !== undefined);
    return disk.diskType === "hyperdisk-balanced"
        ? []
        : options.map((option) => {
              const reason = `requires diskType: "hyperdisk-balanced" (got ${disk[option]}).`;
              return check.problem(`${path}.${option}`, "gke/option-of-disk-type", reason);
          });
}

/** The block of the boot disk has its performance as well; the properties are enough without a block. */
export function bootDisk({ diskType, diskSize, diskIops, diskThroughput }: BootDisk) {
    const diskSizeGb = diskSize && gigabytesIn(diskSize);
    if (diskIops === undefined && diskThroughput === undefined) {
        return { diskType, diskSizeGb };
    }
    return {
        bootDisk: {
            diskType,
            sizeGb: diskSizeGb,
            provisionedIops: diskIops,
            provisionedThroughput: diskThroughput,
        },
    };
}
