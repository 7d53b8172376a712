import { publicFamilies } from "slipway/facts";
import { type Charge, type Count, monthly, perUse, unknown } from "./charges";
import type { Pricing } from "./pricing";
import { lastPart, numberIn, objectIn, objectsIn, type Resource, textIn } from "./resources";
import { inRegion, snapshot } from "./snapshot";

const unit = "GiB and month";

/** A disk of a type, in as many copies as there are machines. */
export function diskCharge(type: string, size: number | undefined, region: string, count: number | Count = 1): Charge {
    const name = `${type} disk`;
    if (size === undefined) {
        return unknown(name, "its size is the one of its image or snapshot");
    }
    const { min, max } = typeof count === "number" ? { min: count, max: count } : count;
    const sizes = { min: min * size, max: max === undefined ? undefined : max * size };
    return monthly(
        `${times(count)}${size} GiB of ${type}`,
        inRegion(snapshot().disks[type], region, unit),
        sizes,
        region,
    );
}

/** "2 × ", or "1 to 3 × "; nothing for one. */
export function times(count: number | Count): string {
    const { min, max } = typeof count === "number" ? { min: count, max: count } : count;
    const counted = min === max ? `${min}` : max === undefined ? `${min} or more` : `${min} to ${max}`;
    return counted === "1" ? "" : `${counted} × `;
}

/** The minimum size of a disk of a public image; undefined for other images. */
export function imageSize(image: unknown): number | undefined {
    const path = textIn(image)
        ?.replace(/^https:.*?\/projects\//, "")
        .replace(/^projects\//, "");
    const name = path?.split("/").at(-1) ?? "";
    const rows = Object.entries(publicFamilies.rows);
    const isOf = ([key, { images }]: (typeof rows)[number]) =>
        path === key.replace("/", "/global/images/family/") ||
        path === key ||
        name === key.split("/").at(-1) ||
        new RegExp(`^${images}(-v\\d+)?$`).test(name);
    return rows.find(isOf)?.[1].diskSize;
}

/** Local SSDs: each has 375 GiB unless a disk says another size. */
export const localSsdCharge = (size: number, region: string, isSpot: boolean, count: number | Count = 1): Charge => {
    const { min, max } = typeof count === "number" ? { min: count, max: count } : count;
    return monthly(
        `${times(count)}${size} GiB of local SSD`,
        inRegion(snapshot().localSsd[isSpot ? "spot" : "onDemand"], region, unit),
        { min: min * size, max: max === undefined ? undefined : max * size },
        region,
    );
};

export const localSsdSize = 375;

function disk({ values, region }: Resource): Charge[] {
    const type = lastPart(values.type) ?? "pd-standard";
    const size = numberIn(values.size) ?? imageSize(values.image);
    const charges = [diskCharge(type, size, region)];
    // Other types include their performance.
    if (/^(hyperdisk-|pd-extreme)/.test(type)) {
        charges.push(unknown(`performance of ${type}`, "no source has its price"));
    }
    return charges;
}

function regionDisk({ values, region }: Resource): Charge[] {
    const type = lastPart(values.type) ?? "pd-standard";
    const size = numberIn(values.size);
    return [
        size === undefined
            ? unknown(`regional ${type} disk`, "its size is the one of its snapshot")
            : monthly(
                  `${size} GiB of regional ${type}`,
                  inRegion(snapshot().regionalDisks[type], region, unit),
                  size,
                  region,
              ),
    ];
}

const kept = ({ region }: Resource): Charge[] => [
    perUse("snapshots", inRegion(snapshot().snapshots, region, unit), { place: region }),
];

/** Schedules are free; what they keep is billed. */
const schedule = (resource: Resource): Charge[] =>
    objectIn(resource.values.snapshotSchedulePolicy).schedule === undefined &&
    objectsIn(resource.values.snapshotSchedulePolicy).length === 0
        ? []
        : kept(resource);

export const disks: Pricing = {
    "gcp:compute/disk:Disk": disk,
    "gcp:compute/regionDisk:RegionDisk": regionDisk,
    "gcp:compute/snapshot:Snapshot": kept,
    "gcp:compute/resourcePolicy:ResourcePolicy": schedule,
};
