import { type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { api, fullName, notFound } from "../names";
import { findDisk, requireFree, setUser } from "./disk";
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
    normalize: { disk: lastPart, instance: lastPart, zone: lastPart },
    verify: (inputs, { cloud }) => {
        if (!cloud.store.read(fullName(path(inputs)))) {
            throw notFound(path(inputs));
        }
        requireFree(cloud, inputs.disk, placed(inputs), path(inputs));
    },
    state: (inputs) => ({ deviceName: "persistent-disk-1", mode: "READ_WRITE", ...placed(inputs) }),
    afterStore: (state, { cloud }) => setUser(cloud, inZone(state.disk, placed(state), "disks"), path(state), true),
    read: (state, { cloud }) =>
        findDisk(cloud, state.disk, placed(state)) && cloud.store.read(fullName(path(state))) ? state : undefined,
    remove: (state, { cloud }) => setUser(cloud, inZone(state.disk, placed(state), "disks"), path(state), false),
};
