import { createHash } from "node:crypto";
import { diskTypes, gpuOf, isMachineType, seriesNameOf, zonesWithGpu } from "slipway/facts";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import { digits } from "../../../cloud/ids";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { regional } from "../calls";
import { createdState, pathIn, required, requireUnused, sharedRules, verifyRegion } from "../loadBalancing/references";
import { imageReference, isSameReference, requireImage } from "../machines/images";
import {
    refusedInterface,
    refusedPartner,
    refusedReservation,
    refusedScript,
    verifyInterfaceCount,
    verifyMetadataKeys,
} from "../machines/instanceChecks";
import { verifySnapshot } from "../machines/snapshot";
import { fullName, inUse, invalidField, networkPath, selfLink, subnetworkPath } from "../names";
import { requireShared } from "../sharedVpc";

const collection = "instanceTemplates";

const fingerprint = (value: unknown) =>
    createHash("md5")
        .update(JSON.stringify(value ?? {}))
        .digest("base64");

function verifyMachine({ machineType, guestAccelerators = [], scheduling = {}, region }: Inputs): void {
    const type = lastPart(machineType);
    // A series that is not listed may be new.
    if (seriesNameOf(type) && !isMachineType(type)) {
        throw invalidField(
            "properties.machineType",
            machineType,
            "The referenced machineType resource cannot be found.",
        );
    }
    const gpus = [...guestAccelerators.map(({ type }: Inputs) => lastPart(type)), ...[gpuOf(type)?.type ?? []].flat()];
    const missing = gpus.find((gpu) => zonesWithGpu(gpu, region)?.length === 0);
    if (missing) {
        throw invalidField(
            "properties.guestAccelerators[0].acceleratorType",
            missing,
            "The referenced acceleratorType resource cannot be found.",
        );
    }
    if (gpus.length > 0 && (scheduling.onHostMaintenance ?? "MIGRATE") !== "TERMINATE") {
        // https://cloud.google.com/compute/docs/gpus/gpu-host-maintenance: the text is approximate.
        throw new GoogleError(400, "Instances with guest accelerators do not support live migration.", {
            reason: "badRequest",
        });
    }
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceTemplates: the texts are approximate. */
function verifyDisks({ disks = [], project }: Inputs, cloud: Cloud): void {
    const boots = disks.filter(({ boot }: Inputs, index: number) => boot ?? index === 0);
    if (boots.length !== 1) {
        throw invalidField("properties.disks", "", "There must be one boot disk.");
    }
    for (const [
        index,
        { diskType = "pd-standard", diskSizeGb, sourceImage, sourceSnapshot, source },
    ] of disks.entries()) {
        if (!Object.hasOwn(diskTypes.rows, lastPart(diskType)) && lastPart(diskType) !== "local-ssd") {
            throw invalidField(
                `properties.disks[${index}].initializeParams.diskType`,
                diskType,
                "The referenced diskType resource cannot be found.",
            );
        }
        if (sourceImage) {
            requireImage(sourceImage, project, cloud);
        }
        verifySnapshot({ snapshot: sourceSnapshot, image: sourceImage, size: diskSizeGb, project }, cloud);
        if ((disks[index] as Inputs).boot && !sourceImage && !sourceSnapshot && !source) {
            throw invalidField(`properties.disks[${index}]`, "", "Boot disk must have a source specified");
        }
    }
}

const ofNewDisks = {
    diskSizeGb: "disk_size_gb",
    diskName: "disk_name",
    diskType: "disk_type",
    provisionedIops: "provisioned_iops",
    provisionedThroughput: "provisioned_throughput",
    sourceImage: "source_image",
    sourceSnapshot: "source_snapshot",
    labels: "labels",
};

/** What is set of a disk that exists and of a new one, in the provider's words. */
export const besideSource = (disk: Inputs): string[] =>
    Object.entries(ofNewDisks)
        .filter(([key]) => disk.source && (key === "labels" ? Object.keys(disk.labels ?? {}).length > 0 : disk[key]))
        .map(([, name]) => name);

/**
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_instance_template.go
 */
function requireExpandable(inputs: Inputs): void {
    const isDouble = (inputs.disks ?? []).some((disk: Inputs) => besideSource(disk).length > 0);
    const refused =
        (isDouble
            ? `Cannot use \`source\` with any of the fields in [${Object.values(ofNewDisks).join(" ")}]`
            : undefined) ??
        refusedScript(inputs) ??
        refusedPartner(inputs) ??
        refusedInterface(inputs) ??
        refusedReservation(inputs);
    if (refused) {
        throw new Error(refused);
    }
}

function verify(inputs: Inputs, { cloud }: Context): void {
    verifyRegion(inputs);
    requireExpandable(inputs);
    verifyMachine(inputs);
    verifyDisks(inputs, cloud);
    const { networkInterfaces = [], project, region } = inputs;
    verifyInterfaceCount(inputs);
    verifyMetadataKeys(inputs, "properties.metadata");
    for (const { network, subnetwork, subnetworkProject = project } of networkInterfaces) {
        if (network) {
            required(cloud, networkPath(network, project));
        }
        if (subnetwork) {
            const path = subnetworkPath(subnetwork, { project: subnetworkProject, region });
            if (!path.includes(`/regions/${region}/`)) {
                throw invalidField(
                    "properties.networkInterfaces[0].subnetwork",
                    subnetwork,
                    "Subnetwork must be in the region of the instance template.",
                );
            }
            required(cloud, path);
            requireShared(cloud, "properties.networkInterfaces[0].subnetwork", path, project);
        }
    }
    const networks = (networkInterfaces as Inputs[]).map(({ subnetwork, network, subnetworkProject = project }) =>
        subnetwork
            ? cloud.store.read(fullName(subnetworkPath(subnetwork, { project: subnetworkProject, region })))?.state
                  .network
            : network && selfLink(networkPath(network, project)),
    );
    if (new Set(networks.filter(Boolean)).size !== networks.filter(Boolean).length) {
        const cause = "Networks must be distinct for NICs attached to a VM.";
        throw invalidField("properties.networkInterfaces", networks.at(-1), cause);
    }
}

function diskState(disk: Inputs, index: number, project: string, cloud: Cloud): Inputs {
    const { diskType = "pd-standard", sourceImage } = disk;
    return {
        architecture: "",
        boot: index === 0,
        deviceName: index === 0 ? "boot" : `persistent-disk-${index}`,
        diskName: "",
        diskSizeGb: 10,
        interface: "SCSI",
        mode: "READ_WRITE",
        provisionedIops: 0,
        provisionedThroughput: 0,
        source: "",
        type: "PERSISTENT",
        ...disk,
        diskType: lastPart(diskType),
        // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_instance_template.go
        sourceImage: sourceImage ? imageReference(sourceImage, project, cloud) : "",
    };
}

function interfaceState(
    each: Inputs,
    index: number,
    { project, region }: { project: string; region: string },
    context: Context,
): Inputs {
    const { network, subnetwork, accessConfigs, ipv6AccessConfigs } = each;
    const owner = each.subnetworkProject || project;
    const path = subnetwork ? subnetworkPath(subnetwork, { project: owner, region }) : undefined;
    const found = path ? context.cloud.store.read(`//compute.googleapis.com/${path}`)?.state.network : undefined;
    return {
        igmpQuery: "",
        internalIpv6PrefixLength: 0,
        ipv6AccessType: "",
        ipv6Address: "",
        name: `nic${index}`,
        networkAttachment: "",
        networkIp: "",
        nicType: "",
        parentNicName: "",
        stackType: "IPV4_ONLY",
        subnetworkProject: path ? path.split("/")[1] : "",
        ...each,
        network: network ? selfLink(networkPath(network, project)) : (found ?? ""),
        subnetwork: path ? selfLink(path) : "",
        ...(accessConfigs && {
            accessConfigs: accessConfigs.map((one: Inputs) => ({
                natIp: "",
                networkTier: "PREMIUM",
                publicPtrDomainName: "",
                ...one,
            })),
        }),
        ipv6AccessConfigs: (ipv6AccessConfigs ?? []).map((one: Inputs) => ({
            externalIpv6: "",
            externalIpv6PrefixLength: "",
            name: "",
            publicPtrDomainName: "",
            ...one,
        })),
    };
}

/** Values that the server sets. */
function state(inputs: Inputs, context: Context, old?: Inputs): Inputs {
    const { project, region, disks = [], networkInterfaces, scheduling = {}, serviceAccount } = inputs;
    return {
        ...createdState(inputs, context, old, collection),
        confidentialInstanceConfig: {},
        namePrefix: "",
        shieldedInstanceConfig: {},
        ...inputs,
        disks: disks.map((disk: Inputs, index: number) => diskState(disk, index, project, context.cloud)),
        metadataFingerprint: fingerprint(inputs.metadata),
        tagsFingerprint: inputs.tags ? fingerprint(inputs.tags) : "",
        ...(networkInterfaces && {
            networkInterfaces: networkInterfaces.map((each: Inputs, index: number) =>
                interfaceState(each, index, { project, region }, context),
            ),
        }),
        numericId: digits(`template ${pathIn(collection)(inputs)}`, 19),
        scheduling: {
            automaticRestart: true,
            instanceTerminationAction: "",
            onHostMaintenance: scheduling.preemptible ? "TERMINATE" : "MIGRATE",
            preemptible: false,
            provisioningModel: scheduling.preemptible ? "SPOT" : "STANDARD",
            ...scheduling,
        },
        ...(serviceAccount && {
            serviceAccount: { email: context.cloud.projects.defaultAccount(project), ...serviceAccount },
        }),
    };
}

/** Sizes of local disks, in GB. */
const scratchSizes = [375, 3000, 3500, 7000, 14_000];

function refusedScratchDisk({ disks = [] }: Inputs): string | undefined {
    for (const [index, disk] of (disks as (Inputs | undefined)[]).entries()) {
        const { type = "", diskType = "", diskSizeGb = 0, interface: port = "" } = disk ?? {};
        const [isScratch, isLocal] = [type === "SCRATCH", diskType === "local-ssd"];
        if (isScratch && !isLocal) {
            return `SCRATCH disks must have a disk_type of local-ssd. disk ${index} has disk_type ${diskType}`;
        }
        if (isLocal && !isScratch) {
            return `disks with a disk_type of local-ssd must be SCRATCH disks. disk ${index} is a ${type} disk`;
        }
        if (isScratch && !scratchSizes.includes(diskSizeGb)) {
            return `SCRATCH disks must be one of [${scratchSizes.join(" ")}] GB, disk ${index} is ${diskSizeGb}`;
        }
        if (isScratch && diskSizeGb !== scratchSizes[0] && port !== "NVME") {
            return `SCRATCH disks with a size of ${diskSizeGb} GB must have an interface of NVME. disk ${index} has interface ${port}`;
        }
    }
    return undefined;
}

function refusedBootDisk({ disks = [] }: Inputs): string | undefined {
    const other = (disks as (Inputs | undefined)[]).findIndex((disk, index) => index > 0 && disk?.boot === true);
    return other < 0
        ? undefined
        : `Only the first disk specified in instance_template can be the boot disk. disk.${other}.boot was true`;
}

export const regionInstanceTemplate: TypeRules = {
    ...sharedRules(collection),
    noun: "RegionInstanceTemplate",
    generatedNoun: "ComputeRegionInstanceTemplate",
    cost: "free",
    // https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceTemplates/insert
    actsAs: {
        accounts: ({ serviceAccount }) => [serviceAccount?.email],
        refusal: (account) =>
            new GoogleError(
                400,
                `The user does not have access to service account '${account}'.  User: ''.  Ask a project owner to grant you the iam.serviceAccountUser role on the service account`,
                { reason: "serviceAccountAccessDenied" },
            ),
    },
    plan: {
        resourceComputeInstanceTemplateScratchDiskCustomizeDiff: { refuse: refusedScratchDisk },
        resourceComputeInstanceTemplateBootDiskCustomizeDiff: { refuse: refusedBootDisk },
        resourceComputeInstanceTemplateSourceImageCustomizeDiff: {
            same: { "disks.sourceImage": (desired, found) => isSameReference(String(desired), String(found)) },
        },
    },
    // The schema has a prefix as well, and requires neither.
    autoname: "name",
    normalize: {
        "disks.diskType": lastPart,
    },
    verify,
    state,
    // https://github.com/hashicorp/terraform-provider-google/issues/1601
    remove: (inputs, { cloud }) => {
        const path = pathIn(collection)(inputs);
        requireUnused("instance_template", path, cloud, "instanceGroupManagers");
        const [group] = cloud.propagation.remaining(fullName(path)) as { id: string }[];
        if (group) {
            throw new GoogleError(400, inUse("instance_template", path, group.id), {
                reason: "resourceInUseByAnotherResource",
            }).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/10365");
        }
    },
    calls: regional("regionInstanceTemplates", []),
};
