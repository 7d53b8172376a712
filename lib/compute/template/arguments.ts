import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import type { GpuType } from "../../facts/gpus";
import { computeLimits } from "../../facts/limits/compute";
import { machineLimits } from "../../facts/machines/limits";
import { isMachineType, machineTypeNames, seriesNameOf } from "../../facts/machines/machineTypes";
import type { ConfidentialType } from "../../facts/machines/series";
import { nameFormats } from "../../facts/names";
import { mountableCapability, type SecretVariable, type Uses, variableName } from "../../iam/capability";
import { encryptionKey } from "../../iam/encryption";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/check";
import { computeGpu, computeGpuCount } from "../../internal/computeGpu";
import { file } from "../../internal/files";
import { type GpuOptions, gpuOr } from "../../internal/gpu";
import { image } from "../../internal/image";
import { labels } from "../../internal/labels";
import { type NetworkAndSubnet, type NetworkOr, plainNetwork } from "../../internal/networkOf";
import type { Network } from "../../network";
import { diskChecks, type MachineDisk } from "./disks";
import { type MachineImage, machineImage } from "./image";

/** GPUs of a machine. Changing this replaces it. */
export interface MachineGpu extends Partial<GpuOptions> {
    /**
     * The type, such as `nvidia-tesla-t4` ({@link https://cloud.google.com/compute/docs/gpus GPU machine types}). N1 machines get
     * the GPUs that are named here; other machine types include theirs, which need not be named.
     * @default the GPU that the machine type includes
     */
    type?: GpuType;
    /**
     * Whether the first start installs NVIDIA's driver. Deep Learning VM images and Container-Optimized OS can; for other images, install
     * it in the startup script.
     * @default true with these images
     */
    installDriver?: boolean;
}

/** A container that the machine runs, on Container-Optimized OS. It is restarted when it ends with an error. */
export interface MachineContainer {
    /** The image: a {@link ContainerImage}, or a name with its digest. */
    image: ImageSource;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of the command.
     * @default the image's own
     */
    args?: pulumi.Input<string>[];
    /**
     * TCP ports on which the container listens, which the machine's own firewall opens; the rules of the network apply as well. The
     * container uses the network of the machine.
     * @default none
     */
    ports?: number[];
}

/** The network of a machine: a {@link Network}, whose first subnet in the region is used, or a subnet. */
export type MachineNetwork = NetworkOr<NetworkAndSubnet>;

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
     * @default `{ family: "debian-12", project: "debian-cloud" }`; with a `container` `{ family: "cos-stable", project: "cos-cloud" }`
     */
    image?: MachineImage;
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
    bootDisk?: MachineDisk;
    /**
     * Data disks by their names: up to 127. The machine finds them as `/dev/disk/by-id/google-<name>`, neither formatted nor mounted.
     * @default none
     */
    disks?: Record<string, MachineDisk>;
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
    account?: AnyServiceAccount;
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
     * The network.
     * @default the environment's own network, `Network.shared()`
     */
    network?: MachineNetwork;
    /**
     * Gives the machine an external IP address, which changes with each start. Without one it reaches the internet through the Cloud NAT
     * that a {@link Network} creates, and accepts SSH through Identity-Aware Proxy.
     * @default false
     */
    publicAddress?: boolean;
    /**
     * Network tags, for firewall rules: up to 64.
     * @default none
     */
    tags?: string[];
    /**
     * The ID of the {@link https://cloud.google.com/compute/docs/disks/customer-managed-encryption Cloud KMS key} that encrypts the
     * disks, in the region or global. Changing this replaces the machine and its disks.
     * @default a Google-managed key
     */
    encryptionKey?: pulumi.Input<string>;
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
const texts = check.list(check.input(check.text()));
const _resourceId = (path: string, wording: string) =>
    check.input(
        check.matching(
            new RegExp(
                `^(https://www.googleapis.com/compute/v1/)?projects/[^/]+/${path}/${computeResource.pattern.source.slice(1)}`,
            ),
            wording,
        ),
    );

/** Metadata that has an argument of its own, or would weaken the machine. */
const ownMetadata: Record<string, string> = {
    "startup-script": "Use startupScript.",
    "startup-script-url": "Use startupScript.",
    "gce-container-declaration": "The agent that reads it ended on July 31, 2026: use container.",
    "ssh-keys": "Use ssh, which gives access by IAM.",
    "enable-oslogin": "OS Login is always on.",
    "block-project-ssh-keys": "SSH keys of the project are always blocked.",
    "install-nvidia-driver": "Use gpu.installDriver.",
    "google-monitoring-enabled": "Use agent.",
};

const metadataKey = check.pipe(
    check.matching(/^[A-Za-z0-9_-]{1,128}$/, "a key of metadata must have up to 128 letters, digits, _ and -"),
    check.refine(
        (key) => !Object.hasOwn(ownMetadata, String(key)),
        ({ input }) => `has an argument of its own, or a fixed value\n${ownMetadata[String(input)]}`,
    ),
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
    bootDisk: check.options<MachineDisk>(diskChecks),
    disks: check.pipe(
        check.record(
            check.matching(
                /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
                "a disk's name must have up to 30 lower-case letters, digits and hyphens, and start with a letter",
            ),
            check.options<MachineDisk>(diskChecks),
        ),
        check.atMost(computeLimits.rows.dataDisks),
    ),
    gpu: gpuOr(
        computeGpu,
        check.options<MachineGpu>({ type: computeGpu, count: computeGpuCount, installDriver: check.flag() }),
    ),
    spot: check.flag(),
    confidential: check.oneOf("SEV", "SEV_SNP", "TDX"),
    secureBoot: check.flag(),
    account: serviceAccount,
    uses: check.record(variableName, mountableCapability(["secret-variable"])) as check.Check<Uses<SecretVariable>>,
    env: check.record(variableName, check.input(check.text())),
    startupScript: file(),
    container: check.options<MachineContainer>(
        { image, command: texts, args: texts, ports: check.list(check.whole(1, 65535)) },
        "image",
    ),
    agent: check.flag(),
    network: plainNetwork,
    publicAddress: check.flag(),
    tags: check.pipe(
        check.list(check.matching(computeResource.pattern, `a network tag ${computeResource.rule}`)),
        check.atMost(machineLimits.rows.networkTags),
    ),
    encryptionKey,
    metadata: check.record(metadataKey, check.input(check.text())),
    labels,
};
