import { cloudSqlLimits } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";
import { hasHyperdisk, isShared } from "./tiers";

const { disk, hyperdisk, sharedCoreDisk } = cloudSqlLimits.rows;

/** The size that a disk has at least, and by itself, in GB. */
export const leastSize = (tier: string): number => (hasHyperdisk(tier) ? hyperdisk.min : disk.min);

const types = ["PD_SSD", "PD_HDD", "HYPERDISK_BALANCED"];

const typeOf = (type: string) => type.toUpperCase().replace("-", "_");

/** Whether the disk grows by itself, as it does unless the program says otherwise. */
const grows = ({ settings }: Inputs) => settings?.diskAutoresize !== false;

/** For `same` and `replaceWhen`: a disk that has grown by itself stays as it is; another one is only made smaller as a new one. */
export const isGrown = (wanted: unknown, found: unknown, inputs: Inputs): boolean =>
    wanted === found || (Number(wanted) < Number(found) && grows(inputs));
export const isShrunk = (wanted: unknown, found: unknown, inputs: Inputs): boolean =>
    Number(wanted) < Number(found) && !grows(inputs);

/** How large the disk is: the provider never sends a smaller size for one that grows by itself. */
export function sizeOf({ settings = {} }: Inputs, old?: Inputs): number {
    const now: number = old?.settings?.diskSize ?? leastSize(settings.tier ?? "");
    return settings.diskSize === undefined ? now : old ? Math.max(settings.diskSize, now) : settings.diskSize;
}

/** "Instance settings": types and sizes of disks. */
export function verifyStorage({ settings }: Inputs, old?: Inputs): void {
    const { diskSize, diskType, diskAutoresizeLimit = 0, tier } = settings;
    const limit = isShared(tier) ? sharedCoreDisk.max : disk.max;
    if (diskSize !== undefined && (diskSize < leastSize(tier) || diskSize > limit)) {
        throw invalid(`Invalid disk size (${diskSize}).`);
    }
    if (diskAutoresizeLimit !== 0 && diskAutoresizeLimit < sizeOf({ settings }, old)) {
        throw invalid(`Invalid storage auto resize limit (${diskAutoresizeLimit}).`);
    }
    if (diskType === undefined) {
        return;
    }
    if (!types.includes(typeOf(diskType))) {
        throw invalid(`Invalid disk type (${diskType}).`);
    }
    if (hasHyperdisk(tier) !== (typeOf(diskType) === "HYPERDISK_BALANCED")) {
        throw invalid(`Disk type (${diskType}) is not supported for Tier (${tier}).`);
    }
    if (old?.settings?.diskType && typeOf(diskType) !== typeOf(old.settings.diskType)) {
        throw invalid("The disk type of an instance cannot be changed.");
    }
}
