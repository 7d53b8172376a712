import type { Cloud } from "../../../cloud/cloud";
import { digits } from "../../../cloud/ids";
import type { Entry } from "../../../cloud/store";
import { type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { createdState, pathIn, required, sharedRules } from "../loadBalancing/references";
import { pathOf } from "../names";
import { inZone } from "./places";

const collection = "snapshots";

/** A snapshot by its name, path or self link, which must exist. */
export const requireSnapshot = (input: string, project: string, cloud: Cloud): Entry =>
    required(cloud, pathOf(input, project, "global/snapshots"));

const sourcePath = ({ sourceDisk, zone, project }: Inputs) => inZone(String(sourceDisk), { project, zone }, "disks");

/** https://cloud.google.com/compute/docs/disks/create-snapshots */
export const snapshot: TypeRules = {
    ...sharedRules(collection),
    noun: "Snapshot",
    generatedNoun: "ComputeSnapshot",
    verify: (inputs, { cloud }, old) => {
        if (!old) {
            required(cloud, sourcePath(inputs));
        }
    },
    state: (inputs, context, old) => {
        const disk = context.cloud.store.read(`//compute.googleapis.com/${sourcePath(inputs)}`)?.state as
            | Inputs
            | undefined;
        return {
            labelFingerprint: "42WmSpB8rSM=",
            licenses: disk?.licenses ?? [],
            storageBytes: 0,
            storageLocations: ["eu"],
            ...inputs,
            ...createdState(inputs, context, old, collection),
            zone: inputs.zone ? lastPart(inputs.zone) : (disk?.zone ?? ""),
            diskSizeGb: old?.diskSizeGb ?? disk?.size ?? 0,
            snapshotId: Number(digits(`snapshot ${pathIn(collection)(inputs)}`, 15)),
        };
    },
};
