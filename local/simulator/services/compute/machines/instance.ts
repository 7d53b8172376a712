import type { Cloud } from "../../../cloud/cloud";
import { digits } from "../../../cloud/ids";
import { regionOf } from "../../../cloud/zones";
import { isSamePathOrName } from "../../../rules/plan/links";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { freeAddress } from "../freeAddress";
import { alreadyExists, api, fullName, nameError, networkPath, selfLink, subnetworkPath } from "../names";
import { diskPath, diskState, fingerprint, typeOfBootDisk } from "./disk";
import { findDisk, setUser } from "./diskUsers";
import { imageLink, resolveImage } from "./images";
import { instanceCalls } from "./instanceCalls";
import { currentStatus, instanceId, verifyInstance } from "./instanceChecks";
import { policyPath } from "./resourcePolicy";
import { requireSnapshot } from "./snapshot";
import { completedZone, inZone, tunnelPath } from "./zonal";

const external = (inputs: Inputs, index: number) =>
    `203.0.113.${1 + ((Number(digits(instanceId(inputs), 3)) + index) % 254)}`;

/**
 * The IPv6 addresses of an interface, 32 bits of the range of its subnetwork.
 * https://cloud.google.com/compute/docs/ip-addresses/configure-ipv6-address
 */
function ipv6State(
    { stackType = "IPV4_ONLY", ipv6AccessConfigs = [], ipv6Address }: Inputs,
    subnetwork: Inputs = {},
    of: string,
): Inputs {
    const ipv6AccessType = stackType === "IPV4_ONLY" ? "" : (subnetwork.ipv6AccessType ?? "");
    const length = 96;
    const part = Number(digits(of, 4)).toString(16);
    const address = String(subnetwork.ipv6CidrRange ?? "").replace(/:0:0:0:0\/64$/, `:0:${part}:0:0`);
    return ipv6AccessType === "INTERNAL"
        ? { ipv6AccessType, ipv6Address: ipv6Address || address, internalIpv6PrefixLength: length }
        : ipv6AccessType === "EXTERNAL"
          ? {
                ipv6AccessType,
                ipv6AccessConfigs: ipv6AccessConfigs.map((each: Inputs) => ({
                    externalIpv6: address,
                    externalIpv6PrefixLength: String(length),
                    name: "external-ipv6",
                    publicPtrDomainName: "",
                    ...each,
                    securityPolicy: "",
                })),
            }
          : { ipv6AccessType };
}

function interfaces(inputs: Inputs, cloud: Cloud, old?: Inputs) {
    const { project, zone } = inputs;
    const region = regionOf(zone);
    return (inputs.networkInterfaces ?? []).map((each: Inputs, index: number) => {
        const before = old?.networkInterfaces?.[index];
        const path = subnetworkPath(each.subnetwork ?? lastPart(each.network ?? "default"), {
            project: each.subnetworkProject ?? project,
            region,
        });
        const subnetwork = cloud.store.read(fullName(path));
        const isSame = before?.subnetwork === selfLink(path);
        return {
            igmpQuery: "IGMP_QUERY_DISABLED",
            internalIpv6PrefixLength: 0,
            ipv6Address: "",
            networkAttachment: "",
            stackType: "IPV4_ONLY",
            ...each,
            ...ipv6State(each, subnetwork?.state, `${instanceId(inputs)} ${index}`),
            macAddress: before?.macAddress ?? "42:01:0a:84:00:02",
            name: `nic${index}`,
            network: subnetwork?.state.network ?? selfLink(networkPath(each.network ?? "default", project)),
            networkIp:
                each.networkIp ??
                (isSame && before
                    ? before.networkIp
                    : subnetwork?.state.ipCidrRange
                      ? freeAddress(subnetwork, cloud)
                      : ""),
            parentNicName: "",
            subnetwork: subnetwork ? selfLink(path) : "",
            subnetworkProject: path.split("/")[1],
            ...(each.accessConfigs && {
                accessConfigs: each.accessConfigs.map((access: Inputs) => ({
                    natIp: external(inputs, index),
                    networkTier: "PREMIUM",
                    ...access,
                    securityPolicy: "",
                })),
            }),
        };
    });
}

function bootDiskState(inputs: Inputs, cloud: Cloud, old?: Inputs): Inputs {
    const { bootDisk = {}, project } = inputs;
    const { initializeParams } = bootDisk;
    const before = old?.bootDisk?.initializeParams;
    const image = initializeParams?.image && resolveImage(initializeParams.image, project, cloud);
    const snapshot = old ? undefined : initializeParams?.snapshot;
    const source = (bootDisk.source && findDisk(cloud, bootDisk.source, inputs)?.state) as Inputs | undefined;
    const params = diskState(
        {
            project,
            zone: inputs.zone,
            name: inputs.name,
            size:
                source?.size ??
                before?.size ??
                image?.diskSize ??
                (snapshot && requireSnapshot(snapshot, project, cloud).state.diskSizeGb),
            type: source?.type ?? before?.type ?? typeOfBootDisk(lastPart(inputs.machineType)),
            ...initializeParams,
            snapshot,
        },
        cloud,
    );
    return {
        autoDelete: true,
        deviceName: "persistent-disk-0",
        forceAttach: false,
        guestOsFeatures: ["UEFI_COMPATIBLE", "GVNIC"],
        kmsKeySelfLink: "",
        mode: "READ_WRITE",
        ...bootDisk,
        source: bootDisk.source ? selfLink(inZone(bootDisk.source, inputs, "disks")) : selfLink(diskPath(inputs)),
        diskEncryptionKeySha256: "",
        initializeParams: {
            architecture: image?.architecture ?? before?.architecture ?? "X86_64",
            labels: {},
            resourcePolicies: "",
            snapshot: "",
            ...initializeParams,
            // An image that no family has any more stays that of the disk.
            image: old ? (before?.image ?? "") : image ? imageLink(image) : "",
            provisionedIops: params.provisionedIops,
            provisionedThroughput: params.provisionedThroughput,
            size: params.size,
            type: params.type,
        },
    };
}

/** "Restrictions for reservations": https://cloud.google.com/compute/docs/instances/reservations-overview#restrictions */
const unreservable = ["f1-micro", "g1-small"];

function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const { scheduling = {}, project } = inputs;
    const before = old && currentStatus(old, cloud);
    const desired = inputs.desiredStatus;
    const status = desired ?? before ?? "RUNNING";
    return {
        minCpuPlatform: "",
        confidentialInstanceConfig: {},
        guestAccelerators: [],
        ...(!unreservable.includes(lastPart(inputs.machineType)) && {
            reservationAffinity: { type: "ANY_RESERVATION" },
        }),
        ...inputs,
        ...(inputs.attachedDisks && {
            attachedDisks: inputs.attachedDisks.map((each: Inputs, index: number) => ({
                deviceName: `persistent-disk-${index + 1}`,
                forceAttach: false,
                kmsKeySelfLink: "",
                mode: "READ_WRITE",
                ...each,
                diskEncryptionKeySha256: "",
            })),
        }),
        bootDisk: bootDiskState(inputs, cloud, old),
        cpuPlatform: status === "RUNNING" ? "Intel Broadwell" : "Unknown CPU Platform",
        creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString(),
        currentStatus: status,
        instanceId: old?.instanceId ?? digits(`instance ${instanceId(inputs)}`, 19),
        labelFingerprint: fingerprint(inputs.labels),
        metadataFingerprint: fingerprint(inputs.metadata),
        networkInterfaces: interfaces(inputs, cloud, old),
        scheduling: {
            automaticRestart: true,
            preemptible: false,
            skipGuestOsShutdown: false,
            onHostMaintenance: scheduling.preemptible ? "TERMINATE" : "MIGRATE",
            provisioningModel: scheduling.preemptible ? "SPOT" : "STANDARD",
            ...scheduling,
        },
        selfLink: selfLink(instanceId(inputs)),
        ...(inputs.serviceAccount && {
            serviceAccount: {
                email: `${cloud.projects.number(project)}-compute@developer.gserviceaccount.com`,
                ...inputs.serviceAccount,
            },
        }),
        shieldedInstanceConfig: {
            enableIntegrityMonitoring: true,
            enableSecureBoot: false,
            enableVtpm: true,
            ...inputs.shieldedInstanceConfig,
        },
        tagsFingerprint: fingerprint(inputs.tags),
        ...(inputs.resourcePolicies && { resourcePolicies: selfLink(policyPath(inputs.resourcePolicies, inputs)) }),
    };
}

/** Stores the boot disk, which grows with the instance's arguments, and attaches the others. */
function storeDisks(state: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, zone, name, bootDisk, labels } = state;
    const { initializeParams: params } = bootDisk;
    const disk = { project, zone, name };
    if (!bootDisk.source || lastPart(bootDisk.source) === name) {
        const existing = cloud.store.read(fullName(diskPath(disk)));
        const parts = { ...disk, image: params.image || undefined, type: params.type, size: params.size, labels };
        cloud.store.write({
            ...(existing ?? { name: fullName(diskPath(disk)), project, id: diskPath(disk) }),
            state: diskState(parts, cloud, existing?.state as Inputs | undefined),
        });
    }
    setUser(cloud, diskPath({ ...disk, name: lastPart(bootDisk.source ?? name) }), instanceId(state), true);
    const paths = (of?: Inputs) => (of?.attachedDisks ?? []).map((each: Inputs) => inZone(each.source, state, "disks"));
    const now: string[] = paths(state);
    for (const path of paths(old).filter((each: string) => !now.includes(each))) {
        setUser(cloud, path, instanceId(state), false);
    }
    for (const path of now) {
        setUser(cloud, path, instanceId(state), true);
    }
    cloud.simulated.set(fullName(instanceId(state)), project, { status: state.currentStatus });
    const tunnel = tunnelPath({ project, zone, instance: name });
    cloud.store.write({ name: `//iap.googleapis.com/${tunnel}`, project, id: tunnel, state: {} });
}

/** A startup script that only moves between its own property and the metadata does not replace the machine. */
function isOtherScript(desired: unknown, found: unknown, inputs: Inputs, state: Inputs): boolean {
    const [now, then] = [inputs.metadata?.["startup-script"], state.metadata?.["startup-script"]];
    return !found ? then === undefined || desired !== then : desired ? true : now === undefined || found !== now;
}

/** Another address of an interface that stays in its network. */
function isAddressChanged(desired: unknown, found: unknown, inputs: Inputs, state: Inputs): boolean {
    const [wanted, there] = [inputs.networkInterfaces ?? [], state.networkInterfaces ?? []] as Inputs[][];
    const index = (wanted ?? []).findIndex(({ networkIp }) => networkIp === desired);
    const [now = {}, then = {}] = [wanted?.[index], there?.[index]];
    const isSame = (key: string) => now[key] === undefined || isSamePathOrName(String(then[key]), String(now[key]));
    const isProject = now.subnetworkProject === undefined || now.subnetworkProject === then.subnetworkProject;
    return (
        desired !== found &&
        Boolean(desired) &&
        wanted?.length === there?.length &&
        isSame("network") &&
        isSame("subnetwork") &&
        isProject
    );
}

/** The provider compares the project of a subnetwork with that of its link, unless an interface is added or removed. */
function refusedSubnetwork({ networkInterfaces = [] }: Inputs, state?: Inputs): string | undefined {
    const there = (state?.networkInterfaces ?? []) as Inputs[];
    if (there.length !== networkInterfaces.length) {
        return undefined;
    }
    for (const [index, each] of (networkInterfaces as (Inputs | undefined)[]).entries()) {
        const subnetwork = String(each?.subnetwork ?? there[index]?.subnetwork ?? "");
        const project = each?.subnetworkProject ?? there[index]?.subnetworkProject ?? "";
        if (!subnetwork.includes("projects/")) {
            return undefined;
        }
        const [, own = ""] = /projects\/([^/]+)\/regions\//.exec(subnetwork) ?? [];
        if (own !== project) {
            return `project ${own} in subnetwork's self_link "${subnetwork}" must match subnetwork_project "${project}"`;
        }
    }
    return undefined;
}

export const instance: TypeRules = {
    noun: "instance",
    generatedNoun: "ComputeInstance",
    errorPrefix: (verb) => (verb === "create" ? "Error creating instance" : ""),
    api,
    zonal: true,
    id: instanceId,
    validators: { name: nameError },
    normalize: { zone: lastPart, "bootDisk.initializeParams.type": lastPart },
    plan: {
        'customdiff.ForceNewIf("metadata_startup_script")': { replaceWhen: { metadataStartupScript: isOtherScript } },
        forceNewIfNetworkIPNotUpdatable: { replaceWhen: { "networkInterfaces.networkIp": isAddressChanged } },
        "tpgresource.DefaultProviderZone": completedZone,
        validateSubnetworkProject: { refuse: refusedSubnetwork },
    },
    validateChange: ({ bootDisk }, { bootDisk: before }) =>
        Number(bootDisk?.initializeParams?.size) < Number(before?.initializeParams?.size)
            ? "Error updating boot disk: disk size cannot be decreased"
            : undefined,
    changesOnUpdate: ["labelFingerprint", "metadataFingerprint", "tagsFingerprint", "currentStatus", "cpuPlatform"],
    alreadyExists: (inputs) => alreadyExists(instanceId(inputs)),
    verify: verifyInstance,
    state,
    afterStore: storeDisks,
    simulated: { status: '"RUNNING" | "TERMINATED" | "SUSPENDED"', preempted: "boolean" },
    read: (found, { cloud }) => {
        const entry = cloud.store.read(fullName(instanceId(found)));
        if (!entry) {
            return undefined;
        }
        const currentState = { ...entry.state, currentStatus: currentStatus(entry.state as Inputs, cloud) };
        const boot = findDisk(cloud, String((entry.state as Inputs).bootDisk?.source ?? ""), found)?.state as
            | Inputs
            | undefined;
        return boot ? withSize(currentState, boot.size) : currentState;
    },
    verifyRemoval: (found) => {
        if (found.deletionProtection) {
            throw new Error(
                `Cannot delete instance ${found.name}: instance Deletion Protection is enabled. Set deletion_protection to false for this resource and run "terraform apply" before attempting to delete it.`,
            );
        }
    },
    remove: (found, { cloud }) => removeParts(found, cloud),
    calls: instanceCalls,
};

/** Removes what belongs to an instance that is deleted: its boot disk, its life and its tunnel. */
export function removeParts(found: Inputs, cloud: Cloud): void {
    const { bootDisk, attachedDisks = [] } = found;
    const boot = inZone(bootDisk?.source ?? found.name, found, "disks");
    setUser(cloud, boot, instanceId(found), false);
    if (bootDisk?.autoDelete !== false) {
        cloud.store.remove(fullName(boot));
    }
    for (const { source } of attachedDisks) {
        setUser(cloud, inZone(source, found, "disks"), instanceId(found), false);
    }
    cloud.simulated.forget(fullName(instanceId(found)));
    const tunnel = `//iap.googleapis.com/${tunnelPath({ ...found, instance: found.name })}`;
    cloud.store.remove(tunnel);
    cloud.iam.forget(tunnel);
}

/** The instance with the size of its boot disk, which others can have increased. */
function withSize(found: Inputs, size: number): Inputs {
    const { bootDisk } = found;
    return { ...found, bootDisk: { ...bootDisk, initializeParams: { ...bootDisk.initializeParams, size } } };
}

/** The path of an instance, from its name, path or self link. */
export const instancePath = (input: string, place: Inputs) => inZone(input, place, "instances");
