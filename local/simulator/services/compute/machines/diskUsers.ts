import { type DiskTypeFacts, diskTypes } from "slipway/facts";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import { type Inputs, lastPart } from "../../../rules/rules";
import { fullName, inUse, invalidField, notFound, selfLink } from "../names";
import { inZone } from "./zonal";

const rows: Readonly<Record<string, DiskTypeFacts>> = diskTypes.rows;

/** An instance by its link. */
export const instanceOf = (link: string, cloud: Cloud) => cloud.store.read(fullName(link.replace(selfLink(""), "")));

/** Finds a disk by its name, path or self link. */
export const findDisk = (cloud: Cloud, input: string, place: Inputs) =>
    cloud.store.read(fullName(inZone(input, place, "disks")));

/** Adds or removes the user of a disk, and returns the new state. */
export function setUser(cloud: Cloud, path: string, user: string, isAttached: boolean): void {
    const disk = cloud.store.read(fullName(path));
    if (!disk) {
        return;
    }
    const others = ((disk.state.users ?? []) as string[]).filter((each) => each !== selfLink(user));
    const time = cloud.now().toISOString();
    cloud.store.write({
        ...disk,
        state: {
            ...disk.state,
            users: isAttached ? [...others, selfLink(user)] : others,
            ...(isAttached ? { lastAttachTimestamp: time } : { lastDetachTimestamp: time }),
        },
    });
}

/** Whether an instance only reads a disk. */
const isReadOnly = (path: string, user: string, cloud: Cloud): boolean => {
    const instance = instanceOf(user, cloud)?.state as Inputs | undefined;
    return ((instance?.attachedDisks ?? []) as Inputs[]).some(
        ({ source, mode }) => inZone(source, instance as Inputs, "disks") === path && mode === "READ_ONLY",
    );
};

/**
 * Throws if another instance uses a disk, unless both only read it: "only one virtual machine at a time can be attached to a disk in read-write
 * mode", "multiple virtual machines can use a disk in read-only mode at a time".
 * https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms
 * A Hyperdisk in multi-writer mode has several writers; "you cannot attach multiple VM instances in read-only mode to an extreme persistent
 * disk": https://cloud.google.com/compute/docs/disks/extreme-persistent-disk
 */
export function requireFree(cloud: Cloud, input: string, place: Inputs, instance: string, mode = "READ_WRITE"): void {
    const path = inZone(input, place, "disks");
    const disk = cloud.store.read(fullName(path));
    if (!disk) {
        throw notFound(path);
    }
    const { type, accessMode } = disk.state as Inputs;
    const kind = lastPart(type);
    const canShare = (user: string) =>
        mode === "READ_ONLY"
            ? kind !== "pd-extreme" && isReadOnly(path, user, cloud)
            : accessMode === "READ_WRITE_MANY";
    const other = ((disk.state.users ?? []) as string[]).find((user) => user !== selfLink(instance) && !canShare(user));
    if (other) {
        throw new GoogleError(400, inUse("disk", path, other.replace(selfLink(""), "")), {
            reason: "resourceInUseByAnotherResource",
        });
    }
    const { accessModes }: { accessModes?: readonly string[] } = rows[kind] ?? {};
    if (mode === "READ_ONLY" && accessModes?.includes("READ_ONLY_MANY") === false) {
        throw new GoogleError(400, `${kind} disk type cannot be attached in read-only mode.`, {
            reason: "badRequest",
        }).recordedIn("https://github.com/google/cloud-forensics-utils/pull/530");
    }
    // "Hyperdisk ML … in read-only mode" needs the access mode READ_ONLY_MANY for more than one instance, which refuses writers.
    if (kind === "hyperdisk-ml" && (accessMode === "READ_ONLY_MANY") !== (mode === "READ_ONLY")) {
        const cause = `The access mode ${accessMode} of the disk does not permit the attachment mode ${mode}.`;
        throw invalidField("disks[1].mode", mode, cause);
    }
}
