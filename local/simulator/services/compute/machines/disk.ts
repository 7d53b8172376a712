import { createHash } from "node:crypto";
import { type DiskTypeFacts, defaultDiskType, diskTypes, seriesOf } from "slipway/facts";
import type { Cloud } from "../../../cloud/cloud";
import { canEncrypt, keyLocation } from "../../../cloud/encryption";
import { GoogleError } from "../../../cloud/errors";
import { digits } from "../../../cloud/ids";
import { isZone, regionOf } from "../../../cloud/zones";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { isSame, regionWait, zoneWait } from "../calls";
import { verifyRegion } from "../loadBalancing/references";
import { alreadyExists, api, fullName, inUse, invalidField, nameError, placeOf, selfLink } from "../names";
import { instanceOf } from "./diskUsers";
import { imageLink, resolveImage } from "./images";
import { requireSnapshot, snapshotUse, verifySnapshot } from "./snapshot";
import { inZone, typeLink, verifyZone, zonePath } from "./zonal";

export const diskPath = (inputs: Inputs) =>
    `${inputs.replicaZones ? placeOf(inputs as { project: string; region: string }) : zonePath(inputs)}/disks/${inputs.name}`;

const rows: Readonly<Record<string, DiskTypeFacts>> = diskTypes.rows;

export const fingerprint = (value: unknown): string =>
    createHash("sha256")
        .update(JSON.stringify(value ?? {}))
        .digest()
        .subarray(0, 8)
        .toString("base64");

/** Throws for a type that does not exist, or for a size that it does not have. The texts of sizes are approximate. */
export function verifyDisk(
    path: string,
    { type, size, provisionedIops, provisionedThroughput, accessMode, replicaZones }: Inputs,
    place: Inputs,
): void {
    const row = rows[lastPart(type)];
    // A type that is not listed may be new.
    if (!row && /^(pd|hyperdisk)-/.test(lastPart(type))) {
        return;
    }
    if (!row || (row.onlyRegional && !replicaZones)) {
        throw invalidField(
            `${path}type`,
            typeLink(place, `diskTypes/${lastPart(type)}`),
            "The referenced diskType resource cannot be found.",
        );
    }
    if (size !== undefined && (size < row.minSize || size > row.maxSize)) {
        const cause = `Disk size of ${lastPart(type)} must be between ${row.minSize} GB and ${row.maxSize} GB.`;
        throw invalidField(`${path}sizeGb`, size, cause);
    }
    // https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms
    const { accessModes = ["READ_WRITE_SINGLE"] }: { accessModes?: readonly string[] } = row;
    if (accessMode && !accessModes.includes(accessMode)) {
        const cause = `Access mode ${accessMode} is not supported for ${lastPart(type)}.`;
        throw invalidField(`${path}accessMode`, accessMode, cause);
    }
    if (provisionedIops && !row.iops) {
        throw invalidField(
            `${path}provisionedIops`,
            provisionedIops,
            `Provisioned IOPS is not supported for ${lastPart(type)}.`,
        );
    }
    if (provisionedThroughput && !row.throughput) {
        const cause = `Provisioned throughput is not supported for ${lastPart(type)}.`;
        throw invalidField(`${path}provisionedThroughput`, provisionedThroughput, cause);
    }
}

/**
 * Throws for a key in another location, or one that Compute Engine's service agent cannot use.
 * https://cloud.google.com/compute/docs/disks/customer-managed-encryption
 */
export function verifyKey(
    key: string | undefined,
    { project, zone, region = regionOf(zone) }: Inputs,
    cloud: Cloud,
): void {
    if (!key) {
        return;
    }
    const location = keyLocation(key);
    if (location !== "global" && location !== region) {
        throw invalidField("diskEncryptionKey.kmsKeyName", key, `Cloud KMS key location must be global or ${region}.`);
    }
    const agent = `service-${cloud.projects.number(project)}@compute-system.iam.gserviceaccount.com`;
    if (!canEncrypt(cloud, key, agent)) {
        throw new GoogleError(
            400,
            `Cloud KMS error when using key ${key}: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key}' (or it may not exist).`,
            { reason: "kmsPermissionDenied" },
        );
    }
}

/** Requested IOPS and throughput, or those of Compute Engine for the size. */
function performance({ type, size, provisionedIops, provisionedThroughput }: Inputs) {
    const { iops, throughput } = rows[lastPart(type)] ?? {};
    return {
        provisionedIops: provisionedIops ?? (iops ? 3_000 + 6 * Math.max(0, size - 10) : 0),
        provisionedThroughput: provisionedThroughput ?? (throughput ? 140 : 0),
    };
}

/** What the provider only reads of disks in one zone. */
const ofZonal = (old?: Inputs) => ({
    enableConfidentialCompute: false,
    resourcePolicies: old?.resourcePolicies ?? [],
    sourceInstantSnapshotId: "",
});

/** The state of a disk, also of the boot disk of an instance. */
export function diskState(inputs: Inputs, cloud: Cloud, old?: Inputs): Inputs {
    const type = lastPart(inputs.type ?? "pd-standard");
    const image = inputs.image && resolveImage(inputs.image, inputs.project, cloud);
    const snapshot =
        inputs.snapshot && !old ? requireSnapshot(inputs.snapshot, inputs.project, cloud).state : undefined;
    const size = inputs.size ?? old?.size ?? snapshot?.diskSizeGb ?? (image ? image.diskSize : 500);
    return {
        ...(inputs.replicaZones ? {} : ofZonal(old)),
        accessMode: "READ_WRITE_SINGLE",
        guestOsFeatures: [],
        licenses: [],
        physicalBlockSizeBytes: 4096,
        ...inputs,
        ...(inputs.image && image && { image: imageLink(image) }),
        type,
        size,
        ...performance({ ...inputs, type, size }),
        ...(inputs.diskEncryptionKey && { diskEncryptionKey: { sha256: "", ...inputs.diskEncryptionKey } }),
        creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString(),
        diskId: digits(`disk ${diskPath(inputs)}`, 19),
        labelFingerprint: fingerprint(inputs.labels),
        lastAttachTimestamp: old?.lastAttachTimestamp ?? "",
        lastDetachTimestamp: old?.lastDetachTimestamp ?? "",
        selfLink: selfLink(diskPath(inputs)),
        sourceDiskId: "",
        sourceImageId: image ? digits(`image ${imageLink(image)}`, 19) : "",
        sourceSnapshotId: old?.sourceSnapshotId ?? String(snapshot?.snapshotId ?? ""),
        users: old?.users ?? [],
    };
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    verifyZone(inputs);
    if (!old) {
        verifySnapshot(inputs, cloud);
    }
    verifyDisk("", { type: "pd-standard", ...inputs }, inputs);
    if (inputs.image) {
        const image = resolveImage(inputs.image, inputs.project, cloud);
        if (!image) {
            throw new Error(
                `Error resolving image name '${inputs.image}': Could not find image or family ${inputs.image}`,
            );
        }
        if (inputs.size !== undefined && inputs.size < image.diskSize) {
            throw tooSmall(image.diskSize);
        }
    }
    if (!old) {
        verifyKey(inputs.diskEncryptionKey?.kmsKeySelfLink, inputs, cloud);
    }
}

/**
 * The disk type that Compute Engine chooses: a standard disk, or the first one of a machine series that has none.
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/compute/resource_compute_instance_test.go
 * (`TestAccComputeInstance_advancedMachineFeatures`)
 */
export function typeOfBootDisk(machineType: string): string {
    const supported: readonly string[] = seriesOf(machineType)?.disks ?? ["pd-standard"];
    return supported.includes("pd-standard") ? "pd-standard" : defaultDiskType(machineType);
}

/** https://cloud.google.com/compute/docs/disks/resize-persistent-disk */
export const tooSmall = (size: number) =>
    new GoogleError(
        400,
        `Invalid value for field 'resource.sizeGb': Requested disk size cannot be smaller than the image size (${size} GB)`,
        {
            reason: "invalid",
        },
    );

const usersOf = (state: Inputs, cloud: Cloud): string[] =>
    (cloud.store.read(fullName(diskPath(state)))?.state.users ?? []) as string[];

const isOf = (state: Inputs) => (attached: Inputs) => inZone(attached.source, state, "disks") === diskPath(state);

/** Whether a user has a disk beside its boot disk, which cannot be detached from a running instance. */
const isAttached = (state: Inputs, user: string, cloud: Cloud): boolean =>
    ((instanceOf(user, cloud)?.state.attachedDisks ?? []) as Inputs[]).some(isOf(state));

function detach(state: Inputs, user: string, cloud: Cloud): void {
    const instance = instanceOf(user, cloud);
    if (instance) {
        const attachedDisks = (instance.state.attachedDisks as Inputs[]).filter((each) => !isOf(state)(each));
        cloud.store.write({ ...instance, state: { ...instance.state, attachedDisks } });
    }
}

/**
 * What a disk of two zones can be: https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk. The texts are approximate.
 */
function verifyRegional(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { region, replicaZones = [], type = "pd-standard", image, size } = inputs;
    verifyRegion(inputs);
    const zones = (replicaZones as string[]).map(lastPart);
    const isOfRegion = zones.every((each) => isZone(each) && regionOf(each) === region);
    if (zones.length !== 2 || new Set(zones).size !== 2 || !isOfRegion) {
        throw invalidField("replicaZones", zones.join(", "), `Exactly two zones of ${region} must be specified.`);
    }
    const row = rows[lastPart(type)];
    if (row && row.regionalMinSize === undefined) {
        const path = `projects/${inputs.project}/regions/${region}/diskTypes/${lastPart(type)}`;
        throw invalidField("type", selfLink(path), "The referenced diskType resource cannot be found.");
    }
    if (image) {
        throw invalidField("sourceImage", image, "Regional disks cannot be created from an image.");
    }
    if (!old) {
        verifySnapshot(inputs, cloud);
    }
    verifyDisk("", { type, ...inputs }, inputs);
    if (row?.regionalMinSize !== undefined && size !== undefined && size < row.regionalMinSize) {
        throw invalidField(
            "sizeGb",
            size,
            `Disk size of a regional ${type} disk must be at least ${row.regionalMinSize} GB.`,
        );
    }
    if (!old) {
        verifyKey(inputs.diskEncryptionKey?.kmsKeyName, inputs, cloud);
    }
}

/** The longest name of a disk, or prefix, to which the provider adds the time. */
const longestPrefix = 48;

/** The snapshot that the provider makes of a disk before it deletes it: `20060102-150405` is its format of the time. */
function keepSnapshot(state: Inputs, cloud: Cloud): void {
    const { name, createSnapshotBeforeDestroyPrefix: prefix, project, zone, labels = {}, licenses = [], size } = state;
    if ((prefix || name).length > longestPrefix) {
        throw new Error(
            `Your ${prefix ? "create_snapshot_before_destroy_prefix" : "disk"} name is too long to perform this action. The max is ${longestPrefix} characters. Please use "create_snapshot_before_destroy_prefix" to set a custom name for the snapshot.`,
        );
    }
    const [day = "", time = ""] = cloud.now().toISOString().split("T");
    const snapshot = `${prefix || name}-${day.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}`;
    const id = `projects/${project}/global/snapshots/${snapshot}`;
    cloud.store.write({
        name: fullName(id),
        project,
        id,
        state: {
            name: snapshot,
            project,
            zone,
            labels,
            licenses,
            diskSizeGb: size,
            sourceDisk: selfLink(diskPath(state)),
            creationTimestamp: cloud.now().toISOString(),
            selfLink: selfLink(id),
            snapshotId: Number(digits(`snapshot ${id}`, 15)),
        },
    });
}

const shared = {
    api,
    id: diskPath,
    validators: { name: nameError },
    plan: {
        // A disk grows in place, and does not shrink.
        'customdiff.ForceNewIfChange("size", IsDiskShrinkage)': {
            replaceWhen: { size: (desired, found) => Number(desired) < Number(found) },
        },
        hyperDiskIopsUpdateDiffSuppress: {
            replaceWhen: { provisionedIops: (_, __, { type = "" }) => !String(type).includes("hyperdisk") },
        },
    },
    changesOnUpdate: ["labelFingerprint"],
    alreadyExists: (inputs) => alreadyExists(diskPath(inputs)),
    state: (inputs, { cloud }, old) => diskState(inputs, cloud, old),
    read: (state, { cloud }) => cloud.store.read(fullName(diskPath(state)))?.state,
    verifyRemoval: (state, { cloud }) => {
        const user = usersOf(state, cloud).find((each) => !isAttached(state, each, cloud));
        if (user) {
            throw new GoogleError(400, inUse("disk", diskPath(state), user.replace(selfLink(""), "")), {
                reason: "resourceInUseByAnotherResource",
            });
        }
    },
    // The provider makes a snapshot, and detaches a disk from its instances:
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/resource_compute_disk.go
    remove: (state, { cloud }) => {
        if (state.createSnapshotBeforeDestroy) {
            keepSnapshot(state, cloud);
        }
        for (const user of usersOf(state, cloud)) {
            detach(state, user, cloud);
        }
    },
} satisfies Partial<TypeRules>;

export const disk: TypeRules = {
    ...shared,
    noun: "Disk",
    generatedNoun: "ComputeDisk",
    zonal: true,
    verify,
    calls: {
        create: (inputs) => [
            "compute.disks.insert",
            ...snapshotUse(inputs.snapshot, inputs),
            zoneWait,
            "compute.disks.get",
        ],
        update: (inputs, _, old = {}) => [
            ...(inputs.size !== old.size ? ["compute.disks.resize"] : []),
            ...(isSame("labels", inputs, old) ? [] : ["compute.disks.setLabels"]),
            ...(["provisionedIops", "provisionedThroughput"].every((name) => isSame(name, inputs, old))
                ? []
                : ["compute.disks.update"]),
            zoneWait,
            "compute.disks.get",
        ],
        delete: ["compute.disks.delete", zoneWait],
    },
};

export const regionDisk: TypeRules = {
    ...shared,
    noun: "RegionDisk",
    generatedNoun: "ComputeRegionDisk",
    verify: verifyRegional,
    calls: {
        create: (inputs) => [
            "compute.regionDisks.insert",
            ...snapshotUse(inputs.snapshot, inputs),
            regionWait,
            "compute.regionDisks.get",
        ],
        read: ["compute.regionDisks.get"],
        update: (inputs, _, old = {}) => [
            ...(inputs.size !== old.size ? ["compute.regionDisks.resize"] : []),
            ...(isSame("labels", inputs, old) ? [] : ["compute.regionDisks.setLabels"]),
            regionWait,
            "compute.regionDisks.get",
        ],
        delete: ["compute.regionDisks.delete", regionWait],
    },
};
