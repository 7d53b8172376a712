import { type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { api, fullName, notFound } from "../names";
import { verifyKey } from "./disk";
import { findDisk, requireFree, setUser } from "./diskUsers";
import { instancePath } from "./instance";
import { inZone } from "./places";

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
    api,
    zonal: true,
    id: (inputs) => `${path(inputs)}/${lastPart(inputs.disk)}`,
    name: (inputs) => `${fullName(path(inputs))}/attachedDisks/${lastPart(inputs.disk)}`,
    verify: (inputs, { cloud }) => {
        if (!cloud.store.read(fullName(path(inputs)))) {
            throw notFound(path(inputs));
        }
        requireFree(cloud, inputs.disk, placed(inputs), path(inputs), inputs.mode);
        // https://cloud.google.com/compute/docs/disks/customer-managed-encryption
        const { diskEncryptionKey } = (findDisk(cloud, inputs.disk, placed(inputs))?.state ?? {}) as Inputs;
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
};
