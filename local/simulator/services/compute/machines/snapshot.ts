import type { Cloud } from "../../../cloud/cloud";
import { digits } from "../../../cloud/ids";
import type { Entry } from "../../../cloud/store";
import { type Call, type Context, type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { zoneWait } from "../calls";
import { createdState, pathIn, required, sharedRules } from "../loadBalancing/references";
import { fullName, invalidField, pathOf } from "../names";
import { inZone } from "./zonal";

const collection = "snapshots";

/** A snapshot by its name, path or self link, which must exist. */
export const requireSnapshot = (input: string, project: string, cloud: Cloud): Entry =>
    required(cloud, pathOf(input, project, "global/snapshots"));

/** "The value of sizeGb must not be less than the size of the source": https://cloud.google.com/compute/docs/reference/rest/v1/disks */
export function verifySnapshot({ snapshot, image, size, project }: Inputs, cloud: Cloud): void {
    if (!snapshot) {
        return;
    }
    if (image) {
        throw invalidField("sourceSnapshot", snapshot, "Only one of sourceImage and sourceSnapshot can be specified.");
    }
    const { diskSizeGb } = requireSnapshot(snapshot, project, cloud).state as Inputs;
    if (size !== undefined && size < diskSizeGb) {
        const cause = `Requested disk size cannot be smaller than the snapshot size (${diskSizeGb} GB)`;
        throw invalidField("sizeGb", size, cause);
    }
}

/** A disk that is only named is in the zone of the provider if the snapshot has none: `expandComputeSnapshotSourceDisk`. */
const sourcePath = ({ sourceDisk, zone, project }: Inputs, { zone: own }: Context) =>
    inZone(String(sourceDisk), { project, zone: zone ? lastPart(zone) : own }, "disks");

/** The use of a snapshot by what is created from it. */
export const snapshotUse = (source: unknown, { project }: Inputs): Call[] =>
    source
        ? [
              {
                  method: "compute.snapshots.useReadOnly",
                  on: fullName(pathOf(String(source), project, "global/snapshots")),
              },
          ]
        : [];

/** https://cloud.google.com/compute/docs/disks/create-snapshots */
export const snapshot: TypeRules = {
    ...sharedRules(collection),
    noun: "Snapshot",
    generatedNoun: "ComputeSnapshot",
    verify: (inputs, context, old) => {
        if (!old) {
            required(context.cloud, sourcePath(inputs, context));
        }
    },
    state: (inputs, context, old) => {
        const disk = context.cloud.store.read(`//compute.googleapis.com/${sourcePath(inputs, context)}`)?.state as
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
    calls: {
        create: (inputs) => [
            { method: "compute.disks.createSnapshot", on: fullName(inZone(inputs.sourceDisk, inputs, "disks")) },
            zoneWait,
            "compute.snapshots.get",
        ],
        read: ["compute.snapshots.get"],
        update: ["compute.snapshots.setLabels", "compute.globalOperations.get", "compute.snapshots.get"],
        delete: ["compute.snapshots.delete", "compute.globalOperations.get"],
    },
};
