import { cloudSqlLimits } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";
import { hasHyperdisk, isShared } from "./tiers";

const { disk, hyperdisk, sharedCoreDisk } = cloudSqlLimits.rows;

/** The minimum and default disk size, in GB. */
export const minSize = (tier: string): number => (hasHyperdisk(tier) ? hyperdisk.min : disk.min);

const types = ["PD_SSD", "PD_HDD", "HYPERDISK_BALANCED"];

const typeOf = (type: string) => type.toUpperCase().replace("-", "_");

/** Whether automatic storage increase is enabled, the default. */
const grows = ({ settings }: Inputs) => settings?.diskAutoresize !== false;

/** For `same` and `replaceWhen`: automatic growth is not a change; shrinking replaces the instance. */
export const isGrown = (desired: unknown, found: unknown, inputs: Inputs): boolean =>
    desired === found || (Number(desired) < Number(found) && grows(inputs));
export const isShrunk = (desired: unknown, found: unknown, inputs: Inputs): boolean =>
    Number(desired) < Number(found) && !grows(inputs);

/** The disk size: the provider never sends a smaller size if automatic increase is enabled. */
export function sizeOf({ settings = {} }: Inputs, old?: Inputs): number {
    const now: number = old?.settings?.diskSize ?? minSize(settings.tier ?? "");
    return settings.diskSize === undefined ? now : old ? Math.max(settings.diskSize, now) : settings.diskSize;
}

/** "Instance settings": disk types and sizes. */
export function verifyStorage({ settings }: Inputs, old?: Inputs): void {
    const { diskSize, diskType, diskAutoresizeLimit = 0, tier } = settings;
    const limit = isShared(tier) ? sharedCoreDisk.max : disk.max;
    if (diskSize !== undefined && (diskSize < minSize(tier) || diskSize > limit)) {
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
