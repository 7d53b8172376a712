import { type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { zoneWait } from "../calls";
import { api, fullName, notFound, selfLink } from "../names";
import { verifyKey } from "./disk";
import { findDisk, requireFree, setUser } from "./diskUsers";
import { instancePath } from "./instance";
import { verifyAttachable, verifyDiskCount } from "./instanceChecks";
import { inZone, zonePath } from "./zonal";

/** The zone of the attachment: its own, or that of the instance's path. */
const placed = (inputs: Inputs): Inputs => ({
    ...inputs,
    zone: /\/zones\/([^/]+)\//.exec(String(inputs.instance))?.[1] ?? inputs.zone,
    project: /projects\/([^/]+)\//.exec(String(inputs.instance))?.[1] ?? inputs.project,
});

const path = (inputs: Inputs) => instancePath(inputs.instance, placed(inputs));

/** A disk that is attached to an instance by a resource of its own. */
export const attachedDisk: TypeRules = {
    noun: "AttachedDisk",
    cost: "free",
    api,
    zonal: true,
    id: (inputs) => `${path(inputs)}/${lastPart(inputs.disk)}`,
    name: (inputs) => `${fullName(path(inputs))}/attachedDisks/${lastPart(inputs.disk)}`,
    verify: (inputs, { cloud }) => {
        const instance = cloud.store.read(fullName(path(inputs)))?.state as Inputs | undefined;
        if (!instance) {
            throw notFound(path(inputs));
        }
        requireFree(cloud, inputs.disk, placed(inputs), path(inputs), inputs.mode);
        const disk = (findDisk(cloud, inputs.disk, placed(inputs))?.state ?? {}) as Inputs;
        verifyAttachable(disk, instance.machineType);
        // The boot disk counts in place of this one.
        const others = cloud.store
            .list(fullName(zonePath(placed(inputs))), "disks")
            .filter(({ state }) => state.name !== disk.name)
            .filter(({ state }) => (state.users as string[] | undefined)?.includes(selfLink(path(inputs))));
        verifyDiskCount(others.length, instance.machineType);
        // https://cloud.google.com/compute/docs/disks/customer-managed-encryption
        const { diskEncryptionKey } = disk;
        verifyKey(diskEncryptionKey?.kmsKeySelfLink, placed(inputs), cloud);
    },
    // The state has the paths of the disk and the instance (`resourceAttachedDiskRead`):
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/resource_compute_attached_disk.go
    state: (inputs) => ({
        deviceName: "persistent-disk-1",
        mode: "READ_WRITE",
        ...placed(inputs),
        instance: path(inputs),
        disk: inZone(inputs.disk, placed(inputs), "disks"),
    }),
    afterStore: (state, { cloud }) => setUser(cloud, inZone(state.disk, placed(state), "disks"), path(state), true),
    read: (state, { cloud }) =>
        findDisk(cloud, state.disk, placed(state)) && cloud.store.read(fullName(path(state))) ? state : undefined,
    remove: (state, { cloud }) => setUser(cloud, inZone(state.disk, placed(state), "disks"), path(state), false),
    calls: {
        create: (inputs) => [
            { method: "compute.instances.attachDisk", on: fullName(inZone(inputs.instance, inputs, "instances")) },
            { method: "compute.disks.use", on: fullName(inZone(inputs.disk, inputs, "disks")) },
            zoneWait,
        ],
        read: ["compute.instances.get"],
        update: [],
        delete: ["compute.instances.detachDisk", zoneWait],
    },
};
