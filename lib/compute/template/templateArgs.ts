import type * as pulumi from "@pulumi/pulumi";
import { type EncryptionKey, encryptionKeyOf } from "../../component/encryption";
import type { GpuType } from "../../facts/gpus";
import { computeLimits } from "../../facts/limits/compute";
import type { ImageAgent } from "../../facts/machines/agents";
import { machineLimits } from "../../facts/machines/limits";
import { isMachineType, machineTypeNames, seriesNameOf } from "../../facts/machines/machineTypes";
import { type ConfidentialType, isTerminated, seriesOf } from "../../facts/machines/series";
import { nameFormats } from "../../facts/names";
import { variableProblems } from "../../iam/serverless/variables";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import { type SecretVariable, type Uses, uses, variableName } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { labels } from "../../internal/arguments/labels";
import { sharedNetworkProblem } from "../../internal/arguments/locations";
import type { Size } from "../../internal/arguments/size";
import { warn } from "../../internal/arguments/trial";
import { type NetworkOr, networkProblem } from "../../internal/network/networkOf";
import type { IpAddressOfProgram } from "../../internal/network/reservedAddress";
import { file } from "../../internal/sources/files";
import { Network } from "../../network/network";
import { type AdvancedMachineFeatures, advancedMachineFeatures, featureProblems } from "./advancedFeatures";
import { agentOf, agentProblems } from "./agent";
import { type AttachedDisk, attachedDisk, isAttached, type ResolvedAttachedDisk } from "./attachedDisk";
import { containerProblems, type MachineContainer, machineContainer } from "./container";
import {
    type DataDisk,
    dataDisk,
    diskLimitProblems,
    diskName,
    diskProblems,
    type MachineDisk,
    machineDisk,
    type ResolvedDisk,
    resolveBootDisk,
    resolveDataDisk,
    seriesProblems,
    type VirtualMachineDisk,
} from "./disks";
import {
    gpuProblems,
    type MachineGpu,
    machineGpu,
    type ResolvedGpu,
    resolveGpu,
    warnOfDrivers,
    zoneProblems,
} from "./gpu";
import { architectureProblem, defaultImage, imageFacts, imageProblems, type MachineImage, machineImage } from "./image";
import {
    interfaceCountProblems,
    interfaceProblems,
    type MachineInterface,
    type MachineNetworkSettings,
    machineInterfaces,
    machineNetwork,
    type ResolvedInterface,
    resolveInterface,
    type VirtualMachineInterface,
} from "./interfaces";
import { customMetadata, metadataProblems } from "./metadata";
import { scriptProblems } from "./startup";

/** The network of a machine: a {@link Network}, whose first subnet in the region is used, or a subnet. */
export type MachineNetwork = NetworkOr<MachineNetworkSettings>;

/** The arguments that a machine and the template of a group of machines have in common. */
export interface MachineTemplateArgs extends check.AllowUnlistedArgs, check.InsecureArgs {
    /**
     * The {@link https://cloud.google.com/compute/docs/machine-resource machine type}, such as `n2-standard-4` or
     * `n2-custom-4-8192`. Changing this stops and starts a `VirtualMachine`.
     * @default "e2-medium"
     */
    machineType?: string;
    /**
     * The image of the boot disk: the newest of a family, or one by its name. Changing this replaces the machine and its boot disk.
     * @default `{ family: "debian-12", project: "debian-cloud" }`; with a `container` `{ family: "cos-stable", project: "cos-cloud" }`; for
     * machine types with Arm processors `debian-12-arm64` and `cos-arm64-stable`
     */
    image?: check.Short<MachineImage, string>;
    /**
     * When the machine gets a newer image of the family: never, so that an update of the image does not replace it, or with the next
     * deployment.
     * @default "keep": the image that the family had when the machine was created
     */
    imageUpdates?: "keep" | "on-deploy";
    /**
     * The boot disk, which is deleted with the machine.
     * @default a disk of the size of the image
     */
    bootDisk?: check.Short<MachineDisk, Size>;
    /**
     * Data disks by their names: up to 127, new ones for each machine, or one that all machines read. The machine finds them as
     * `/dev/disk/by-id/google-<name>`, neither formatted nor mounted.
     * @default none
     */
    disks?: Record<string, check.Short<check.OneOf<DataDisk | AttachedDisk>, Size>>;
    /**
     * GPUs: a type, `"nvidia-tesla-t4"`, or its options. They are not migrated: the machine stops during host maintenance and is started
     * again.
     * @default those that the machine type includes
     */
    gpu?: GpuType | MachineGpu;
    /**
     * Uses {@link https://cloud.google.com/compute/docs/instances/spot Spot VMs}, which cost less and which Compute Engine stops
     * when it needs the capacity, with a notice of 30 seconds. It does not start them again. Changing this replaces the machine.
     * @default false
     */
    spot?: boolean;
    /**
     * Encrypts the memory by the processor: a
     * {@link https://cloud.google.com/confidential-computing/confidential-vm/docs/supported-configurations Confidential VM}, with a
     * machine series that supports it. Changing this replaces the machine.
     * @default none
     */
    confidential?: ConfidentialType;
    /**
     * What the processor offers, such as `{ nestedVirtualization: true }` or `{ threadsPerCore: 1 }`. Changing this stops and starts a
     * `VirtualMachine`.
     * @default the features of the machine series
     */
    advancedMachineFeatures?: AdvancedMachineFeatures;
    /**
     * Starts only a signed boot loader, kernel and drivers
     * ({@link https://cloud.google.com/compute/shielded-vm/docs/shielded-vm Secure Boot}). The virtual TPM and integrity monitoring
     * are always on. Changing this stops and starts a `VirtualMachine`.
     * @default true; false with GPUs, unless the image has signed drivers for them
     */
    secureBoot?: boolean;
    /**
     * The service account of the machine, a {@link ServiceAccount}.
     * @default an account of its own, which may write logs and metrics
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * Capabilities of other components, by environment variable. The service account gets the roles. The startup script and the container
     * get the variables at each start: values from the metadata, and secrets from Secret Manager, so that the metadata contains
     * no secret.
     * @default none
     */
    uses?: Uses<SecretVariable>;
    /**
     * Environment variables without secrets of the startup script and the container: plain values are refused for names that end with
     * `PASSWORD`, `TOKEN`, `KEY` or `SECRET`.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * A file with a script that runs as root at each start, relative to the program's working directory. Its first line names the
     * interpreter, such as `#!/usr/bin/env python3`. A change takes effect at the next start of a `VirtualMachine`.
     * @default none
     */
    startupScript?: string;
    /**
     * A container to run, on Container-Optimized OS. A change takes effect at the next start of a `VirtualMachine`.
     * @default none
     */
    container?: MachineContainer;
    /**
     * Measures the memory and the disks, which only an agent on the machine sees, so that `alerts` can have them. On images of Debian,
     * Ubuntu, Rocky Linux, AlmaLinux, CentOS Stream and Red Hat, each start installs Google's
     * {@link https://cloud.google.com/stackdriver/docs/solutions/agents/ops-agent Ops Agent}, if it is missing, before the startup script
     * runs; it also sends the system's logs. Container-Optimized OS starts
     * {@link https://cloud.google.com/container-optimized-os/docs/how-to/monitoring Node Problem Detector}. Other images are refused. A
     * change takes effect at the next start of a `VirtualMachine`.
     * @default false
     */
    agent?: boolean;
    /**
     * The network: a `Network`, or `{ network, subnet }` with a `Network`, or the name or ID of a network, and the name or ID of a subnet in the
     * region, and further settings of the interface. Without `subnet`, the first subnet of the region in a `Network`.
     * @default the environment's own network, `Network.shared()`
     */
    network?: MachineNetwork;
    /**
     * Further network interfaces, each in another VPC network: up to 7, and not more than the machine has vCPUs. Traffic to other networks
     * leaves by the first interface, which `network` describes. Changing their number replaces the machine.
     * @default none
     */
    interfaces?: NetworkOr<MachineInterface>[];
    /**
     * Gives the machine an external IP address, which changes with each start. Without one it reaches the internet through the Cloud NAT
     * that a {@link Network} creates, and accepts SSH through Identity-Aware Proxy.
     * @default false
     */
    publicAddress?: boolean;
    /**
     * Lets the machine {@link https://cloud.google.com/vpc/docs/using-routes#canipforward forward packets} of others, as the next hop of a
     * route: a NAT gateway or a virtual appliance.
     * @default false
     */
    canIpForward?: boolean;
    /**
     * Network tags, for firewall rules: up to 64.
     * @default none
     */
    tags?: string[];
    /**
     * The {@link https://cloud.google.com/compute/docs/disks/customer-managed-encryption Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or
     * an ID, that encrypts the disks, in the region or global. Changing this replaces the machine and its disks.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * Custom {@link https://cloud.google.com/compute/docs/metadata/setting-custom-metadata metadata} without secrets, which every
     * process on the machine can read. `user-data` is read by cloud-init, on images that have it. `serial-port-enable` needs
     * `insecure`.
     * @default none
     */
    metadata?: Record<string, pulumi.Input<string>>;
    /**
     * Labels of the machine and its disks: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
}

const machineTypeForm = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/;

const { computeResource } = nameFormats.rows;

/** Checks disks by their names: new ones, and attached ones. */
export const disksOf = <Disk extends DataDisk>(disk: check.Check<check.Short<Disk, Size>>) =>
    check.record(
        diskName,
        check.either(isAttached, attachedDisk, disk) as check.Check<
            check.Short<check.OneOf<Disk | AttachedDisk>, Size>
        >,
    );

/** Checks each of {@link MachineTemplateArgs}. */
export const templateChecks: check.Checks<MachineTemplateArgs> = {
    ...check.allowUnlistedArgs,
    ...check.insecureArgs,
    machineType: check.either(
        (value) => typeof value === "string" && seriesNameOf(value) === undefined,
        check.known(
            "machine type",
            [...machineTypeNames],
            machineTypeForm,
            "must be a machine type such as e2-standard-4",
        ),
        check.listed(
            isMachineType,
            machineTypeForm,
            "must be a machine type that this release lists, such as e2-standard-4 or n2-custom-4-8192",
        ),
    ),
    image: machineImage,
    imageUpdates: check.oneOf("keep", "on-deploy"),
    bootDisk: machineDisk,
    disks: check.pipe(disksOf(dataDisk), check.atMost(computeLimits.rows.dataDisks)),
    gpu: machineGpu,
    spot: check.flag(),
    confidential: check.oneOf("SEV", "SEV_SNP", "TDX"),
    advancedMachineFeatures,
    secureBoot: check.flag(),
    account: serviceAccount,
    uses: uses(variableName, "secret-variable") as check.Check<Uses<SecretVariable>>,
    env: check.record(variableName, check.input(check.text())),
    startupScript: file(),
    container: machineContainer,
    agent: check.flag(),
    network: machineNetwork,
    interfaces: machineInterfaces,
    publicAddress: check.flag(),
    canIpForward: check.flag(),
    tags: check.pipe(
        check.list(check.matching(computeResource.pattern, `a network tag ${computeResource.rule}`)),
        check.atMost(machineLimits.rows.networkTags),
    ),
    encryptionKey: encryptionKeyOf("compute.googleapis.com/Disk"),
    metadata: customMetadata,
    labels,
};

/** What the arguments belong to. */
export interface Machine {
    /** The component in errors: `VirtualMachine "train"`. */
    title: string;
    /** What it is in errors and descriptions: `machine`. */
    kind: string;
}

type Kept = "uses" | "env" | "tags" | "metadata" | "spot" | "imageUpdates" | "machineType";

/** The addresses of a machine: reserved ones only of a single machine. */
export interface MachineAddresses {
    publicAddress: boolean | IpAddressOfProgram;
    privateAddress?: IpAddressOfProgram;
}

/** Validated arguments with their defaults. */
export interface ResolvedTemplate
    extends Omit<
            check.Long<MachineTemplateArgs>,
            Kept | "publicAddress" | "agent" | "image" | "bootDisk" | "disks" | "gpu" | "secureBoot" | "interfaces"
        >,
        Required<Pick<MachineTemplateArgs, Kept>>,
        MachineAddresses {
    /** Undefined for a boot disk from a snapshot. */
    image?: MachineImage;
    /** Other machine types that the instances of a group can have. */
    alternatives?: readonly string[];
    bootDisk: ResolvedDisk;
    /** The disks that are created with the machine. */
    disks: Record<string, ResolvedDisk>;
    /** Those that exist without it. */
    attached: Record<string, ResolvedAttachedDisk>;
    gpu?: ResolvedGpu;
    secureBoot: boolean;
    /** Whether Google Cloud stops the machine during host maintenance, because it cannot be migrated. */
    terminates: boolean;
    network: MachineNetwork;
    interfaces: ResolvedInterface[];
    /** How the machine gets an agent; undefined without one. */
    agent?: ImageAgent["by"];
}

/** The defaults of arguments that do not depend on others. */
export const templateDefaults = {
    machineType: "e2-medium",
    imageUpdates: "keep" as const,
    spot: false,
    publicAddress: false,
    uses: {},
    env: {},
    tags: [] as string[],
    metadata: {},
};

type Completed = Omit<check.Long<MachineTemplateArgs>, "publicAddress" | "disks" | "interfaces"> & {
    interfaces?: NetworkOr<VirtualMachineInterface>[];
    disks?: Record<string, check.Long<VirtualMachineDisk> | AttachedDisk>;
    /** Other machine types that the instances of a group can have. */
    alternatives?: readonly string[];
} & MachineAddresses &
    Required<Pick<MachineTemplateArgs, Kept>>;

/** Arguments with all defaults but the network, and the arguments of the component that has the template. */
type CompletedTemplate<Args> = Omit<Args, keyof ResolvedTemplate> &
    Omit<ResolvedTemplate, "network"> &
    Pick<MachineTemplateArgs, "network">;

/** Completes the arguments, of which {@link templateDefaults} are a part, except for the network. */
export function completeTemplate<Args extends Completed>(args: Args): CompletedTemplate<Args> {
    const { machineType } = args;
    const bootDisk = args.bootDisk ?? {};
    const image =
        bootDisk.snapshot === undefined
            ? (args.image ?? defaultImage(args.container !== undefined, machineType))
            : undefined;
    const gpu = resolveGpu(args, image);
    const disks = Object.entries(args.disks ?? {});
    const types = [machineType, ...(args.alternatives ?? [])];
    return {
        ...args,
        image,
        agent: args.agent && image ? agentOf(image) : undefined,
        bootDisk: resolveBootDisk(bootDisk, types),
        disks: Object.fromEntries(
            disks.flatMap(([name, disk]) => (isAttached(disk) ? [] : [[name, resolveDataDisk(disk, types)]])),
        ),
        attached: Object.fromEntries(
            disks.flatMap(([name, disk]) => (isAttached(disk) ? [[name, { mode: "read-write", ...disk }]] : [])),
        ),
        gpu,
        interfaces: (args.interfaces ?? []).map(resolveInterface),
        secureBoot: args.secureBoot ?? (gpu === undefined || imageFacts(image)?.signedDrivers === true),
        terminates: args.spot || gpu !== undefined || args.confidential !== undefined || types.some(isTerminated),
    } as CompletedTemplate<Args>;
}

/** Adds the network, which may be created by this. */
export const withNetwork = <Args extends { network?: MachineNetwork }>(
    args: Args,
): Args & { network: MachineNetwork } => ({ ...args, network: args.network ?? Network.shared() });

/** Problems with combinations that this release does not list, which pass with a warning under `allowUnlisted`. */
function unlistedProblems(
    { title }: Machine,
    { allowUnlisted }: check.AllowUnlistedArgs,
    problems: check.Problem[],
): check.Problem[] {
    if (!allowUnlisted) {
        const hint = "If Google Cloud added it since, set allowUnlisted: true.";
        return problems.map((problem) => ({ ...problem, reason: `${problem.reason} ${hint}` }));
    }
    for (const { path, reason } of problems) {
        warn(`${title}: ${path}: ${reason} It is passed on because of allowUnlisted.`);
    }
    return [];
}

/**
 * Checks combinations of arguments.
 *
 * @param zones the zones in which machines are created
 */
export function templateProblems(
    machine: Machine,
    args: Omit<MachineTemplateArgs, "publicAddress" | "disks" | "interfaces">,
    resolved: Omit<ResolvedTemplate, "network">,
    { region, zones, environment }: { region: string; zones: readonly string[]; environment: { region: string } },
): (check.Problem | undefined)[] {
    const { kind } = machine;
    const { machineType, image, bootDisk } = resolved;
    const machineTypes = [machineType, ...(resolved.alternatives ?? [])];
    const disks = Object.entries(resolved.disks);
    warnOfDrivers(machine, args, resolved);
    return [
        ...(image ? [...imageProblems(image), architectureProblem(image, machineType)] : bootSnapshotProblems(args)),
        ...diskProblems("bootDisk", bootDisk.snapshot === undefined ? { ...bootDisk, image } : bootDisk, true),
        ...disks.flatMap(([name, disk]) => (disk.image ? imageProblems(disk.image, `disks.${name}.image`) : [])),
        ...disks.flatMap(([name, disk]) => diskProblems(`disks.${name}`, disk)),
        ...gpuProblems(args, resolved),
        ...agentProblems(args, resolved),
        ...unlistedProblems(machine, args, [
            ...zoneProblems(resolved, zones),
            ...machineTypes.flatMap((type) => [
                ...seriesProblems("bootDisk", bootDisk, type, true),
                ...disks.flatMap(([name, disk]) => seriesProblems(`disks.${name}`, disk, type)),
                ...diskLimitProblems(resolved, type),
                ...confidentialProblems({ ...resolved, machineType: type }),
                ...interfaceCountProblems(resolved.interfaces, type),
                ...featureProblems(resolved.advancedMachineFeatures, type),
            ]),
        ]),
        ...containerProblems(resolved),
        ...scriptProblems(resolved),
        ...variableProblems(kind, "env", resolved.env, resolved.uses),
        ...variableProblems(kind, "metadata", resolved.metadata, {}),
        ...metadataProblems(resolved),
        ...interfaceProblems(args.network, resolved.interfaces, region, `the ${kind}`),
        args.network === undefined
            ? sharedNetworkProblem("network", region, environment)
            : networkProblem(args.network, region, `the ${kind}`),
    ];
}

/** What depends on the image, in place of which the boot disk is created from a snapshot. */
function bootSnapshotProblems(args: Pick<MachineTemplateArgs, "image" | "container" | "agent">): check.Problem[] {
    return Object.entries({ image: args.image, container: args.container, agent: args.agent || undefined }).flatMap(
        ([key, value]) =>
            value === undefined
                ? []
                : [
                      check.problem(
                          key,
                          "compute/image-of-boot-snapshot",
                          "cannot be combined with bootDisk.snapshot, which has its operating system and its programs. Remove one of them.",
                      ),
                  ],
    );
}

/** https://cloud.google.com/confidential-computing/confidential-vm/docs/supported-configurations */
function confidentialProblems({ confidential, machineType }: Omit<ResolvedTemplate, "network">): check.Problem[] {
    const series = seriesOf(machineType);
    const supported = series?.confidential ?? [];
    if (!confidential || !series || supported.includes(confidential)) {
        return [];
    }
    const what = supported.length > 0 ? `must be ${supported.join(" or ")} for` : "is not supported by";
    const reason = `${what} ${seriesNameOf(machineType)?.toUpperCase()} machines (got "${confidential}").`;
    return [check.problem("confidential", "compute/confidential-of-machine", reason)];
}
