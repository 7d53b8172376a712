import { statSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { type Gpu, type GpuType, gpuCounts, gpuOf, gpus } from "../../facts/gpus";
import { type ImageAgent, imageAgent } from "../../facts/machines/agents";
import { zonesWithGpu } from "../../facts/machines/gpuZones";
import { machineLimits } from "../../facts/machines/limits";
import { seriesNameOf } from "../../facts/machines/machineTypes";
import { isTerminated, seriesOf } from "../../facts/machines/series";
import { variableProblems } from "../../iam/serverless/variables";
import * as check from "../../internal/check";
import { gpuOptions } from "../../internal/gpu";
import { networkProblem } from "../../internal/networkOf";
import { regionOf, sharedNetworkProblem } from "../../internal/places";
import type { ComponentAlerts } from "../../monitoring/alerts/componentAlerts";
import { Network } from "../../network";
import type { MachineGpu, MachineNetwork, MachineTemplateArgs } from "./arguments";
import {
    diskProblems,
    type ResolvedDataDisk,
    type ResolvedDisk,
    resolveBootDisk,
    resolveDataDisk,
    seriesProblems,
} from "./disks";
import { imageFacts, imageProblems, isContainerOptimized, type MachineImage } from "./image";

/** What the arguments belong to. */
export interface Machine {
    /** The component in errors: `VirtualMachine "train"`. */
    title: string;
    /** What it is in errors and descriptions: `machine`. */
    kind: string;
}

/** GPUs with their type and number. */
export type ResolvedGpu = Required<Omit<MachineGpu, "installDriver">> & {
    /** Whether N1 machines get them, which otherwise are a part of the machine type. */
    isAttached: boolean;
    driver: "metadata" | "cos-extensions" | "none";
};

type Kept = "uses" | "env" | "tags" | "metadata" | "spot" | "publicAddress" | "imageUpdates" | "machineType";

/** Validated arguments with their defaults. */
export interface ResolvedTemplate
    extends Omit<MachineTemplateArgs, Kept | "agent" | "image" | "bootDisk" | "disks" | "gpu" | "secureBoot">,
        Required<Pick<MachineTemplateArgs, Kept>> {
    image: MachineImage;
    bootDisk: ResolvedDisk;
    disks: Record<string, ResolvedDataDisk>;
    gpu?: ResolvedGpu;
    secureBoot: boolean;
    /** Whether Google Cloud stops the machine during host maintenance, because it cannot be migrated. */
    terminates: boolean;
    network: MachineNetwork;
    /** How the machine gets an agent; undefined without one. */
    agent?: ImageAgent["by"];
}

const debian = { family: "debian-12", project: "debian-cloud" };
const containerOptimized = { family: "cos-stable", project: "cos-cloud" };

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

type Completed = MachineTemplateArgs & Required<Pick<MachineTemplateArgs, Kept>>;

/** Arguments with all defaults but the network, and the arguments of the component that has the template. */
type CompletedTemplate<Args> = Omit<Args, keyof ResolvedTemplate> &
    Omit<ResolvedTemplate, "network"> &
    Pick<MachineTemplateArgs, "network">;

/** Completes the arguments, of which {@link templateDefaults} are a part, except for the network. */
export function completeTemplate<Args extends Completed>(args: Args): CompletedTemplate<Args> {
    const { machineType } = args;
    const image = args.image ?? (args.container ? containerOptimized : debian);
    const gpu = resolveGpu(args, image);
    const disks = Object.entries(args.disks ?? {});
    return {
        ...args,
        image,
        agent: args.agent ? agentOf(image) : undefined,
        bootDisk: resolveBootDisk(args.bootDisk ?? {}, machineType),
        disks: Object.fromEntries(disks.map(([name, disk]) => [name, resolveDataDisk(disk, machineType)])),
        gpu,
        secureBoot: args.secureBoot ?? (gpu === undefined || imageFacts(image)?.signedDrivers === true),
        terminates: args.spot || gpu !== undefined || args.confidential !== undefined || isTerminated(machineType),
    } as CompletedTemplate<Args>;
}

/** How an image gets an agent. */
const agentOf = ({ project = "", family, name = family }: MachineImage) => imageAgent(project, name ?? "")?.by;

/** Adds the network, which may be created by this. */
export const withNetwork = <Args extends { network?: MachineNetwork }>(
    args: Args,
): Args & { network: MachineNetwork } => ({ ...args, network: args.network ?? Network.shared() });

function resolveGpu(
    { machineType, gpu: arg = {} }: Pick<MachineTemplateArgs, "machineType" | "gpu">,
    image: MachineImage,
): ResolvedGpu | undefined {
    const gpu = gpuOptions<GpuType, MachineGpu>(arg);
    const included = gpuOf(machineType ?? "");
    const type = gpu.type ?? (included?.type as GpuType | undefined);
    if (type === undefined) {
        return undefined;
    }
    const { gpuDrivers = "none" } = imageFacts(image) ?? {};
    return {
        type,
        count: gpu.count ?? included?.count ?? 1,
        isAttached: included === undefined,
        driver: gpu.installDriver === false ? "none" : gpuDrivers,
    };
}

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
        pulumi.log.warn(`${title}: ${path}: ${reason} It is passed on because of allowUnlisted.`);
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
    args: MachineTemplateArgs,
    resolved: Omit<ResolvedTemplate, "network">,
    { region, zones, environment }: { region: string; zones: readonly string[]; environment: { region: string } },
): (check.Problem | undefined)[] {
    const { kind } = machine;
    const { machineType, image, bootDisk } = resolved;
    const disks = Object.entries(resolved.disks);
    warnOfDrivers(machine, args, resolved);
    return [
        ...imageProblems(image),
        ...diskProblems("bootDisk", bootDisk, true),
        ...disks.flatMap(([name, disk]) => diskProblems(`disks.${name}`, disk)),
        ...gpuProblems(args, resolved),
        ...agentProblems(args, resolved),
        ...unlistedProblems(machine, args, [
            ...seriesProblems("bootDisk", bootDisk, machineType, true),
            ...disks.flatMap(([name, disk]) => seriesProblems(`disks.${name}`, disk, machineType)),
            ...zoneProblems(resolved, zones),
            ...confidentialProblems(resolved),
        ]),
        ...containerProblems(resolved),
        ...scriptProblems(resolved),
        ...variableProblems(kind, "env", resolved.env, resolved.uses),
        ...variableProblems(kind, "metadata", resolved.metadata, {}),
        ...metadataProblems(resolved),
        args.network === undefined
            ? sharedNetworkProblem("network", region, environment)
            : networkProblem(args.network, region, `the ${kind}`),
    ];
}

/** Metadata that a container needs, or that would weaken the machine. */
function metadataProblems({
    container,
    metadata,
}: Pick<ResolvedTemplate, "container" | "metadata">): (check.Problem | undefined)[] {
    const console = metadata["serial-port-enable"];
    const isOff = console === undefined || /^(false|0|no|n)$/i.test(String(console));
    return [
        check.when(
            container && metadata["user-data"] !== undefined,
            "metadata.user-data",
            "compute/metadata-of-container",
            "is how container starts. Remove one of them.",
        ),
        isOff
            ? undefined
            : {
                  ...check.problem(
                      "metadata.serial-port-enable",
                      "compute/serial-console",
                      "opens the interactive serial console, which no firewall rule protects. Use ssh.",
                  ),
                  isPolicy: true,
              },
    ];
}

/** https://cloud.google.com/compute/docs/gpus */
function gpuProblems(
    { gpu: given }: MachineTemplateArgs,
    { gpu, machineType, image }: Omit<ResolvedTemplate, "network">,
): (check.Problem | undefined)[] {
    const arg = given === undefined ? undefined : gpuOptions<GpuType, MachineGpu>(given);
    const typePath = typeof given === "string" ? "gpu" : "gpu.type";
    if (!gpu) {
        const reason = `must be a GPU that ${machineType} includes, or that N1 machines can have. Name its type, or remove gpu.`;
        return arg ? [check.problem(typePath, "compute/gpu-type-missing", reason)] : [];
    }
    const { type, count, isAttached } = gpu;
    const included = gpuOf(machineType);
    const { machines = {}, attachable }: Partial<Gpu> = (gpus.rows as Record<string, Gpu>)[type] ?? {};
    const attaches = seriesOf(machineType)?.attachesGpus === true && !/^(f1-micro|g1-small)$/.test(machineType);
    if (isAttached && gpuCounts(type) && !(attaches && attachable)) {
        const how = attachable
            ? "can only be attached to N1 machines, such as n1-standard-4"
            : `is only part of the machine types ${Object.keys(machines).slice(0, 4).join(", ")} and similar ones`;
        const reason = `${how}, not to ${machineType} (got "${type}"). Change machineType.`;
        return [
            check.problem(arg?.type === undefined ? "machineType" : typePath, "compute/gpu-not-attachable", reason),
        ];
    }
    const counts = isAttached ? attachable : included && [included.count];
    const { gpuDrivers } = imageFacts(image) ?? {};
    return [
        check.when(
            included !== undefined && included.type !== type,
            typePath,
            "compute/gpu-type-of-machine",
            `must be ${included?.type}, which ${machineType} includes (got "${type}").`,
        ),
        check.when(
            counts?.includes(count) === false,
            typeof given === "string" ? "gpu" : "gpu.count",
            "compute/gpu-count",
            `must be ${isAttached ? `one of ${counts?.join(", ")}` : counts?.[0]} for ${type} with ${machineType} (got ${count}).`,
        ),
        check.when(
            arg?.installDriver === true && gpuDrivers === undefined,
            "gpu.installDriver",
            "compute/gpu-driver-of-image",
            "is for images of deeplearning-platform-release and cos-cloud (got true). Remove it, and install the driver in the startup script.",
        ),
    ];
}

/** Zones that are not known to have the GPU. */
function zoneProblems({ gpu }: Omit<ResolvedTemplate, "network">, zones: readonly string[]): check.Problem[] {
    const { type = "" } = gpu ?? {};
    const missing = zones.filter((zone) => zonesWithGpu(type, regionOf(zone))?.includes(zone) === false);
    const region = regionOf(zones[0] ?? "");
    const available = zonesWithGpu(type, region) ?? [];
    const which = available.length > 0 ? `: ${available.join(", ")}` : `, of which ${region} has none`;
    const reason = `must be a zone with ${type}${which} (got "${missing.join(", ")}").`;
    return missing.length > 0 ? [check.problem("zone", "compute/zone-without-gpu", reason)] : [];
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

/**
 * Warns if Secure Boot prevents the GPU driver from loading. An image can have its own driver and keys:
 * https://github.com/GoogleCloudDataproc/initialization-actions/issues/933 and
 * https://github.com/GoogleCloudDataproc/custom-images/pull/83
 */
function warnOfDrivers(
    { title }: Machine,
    { secureBoot }: MachineTemplateArgs,
    { gpu, image }: Omit<ResolvedTemplate, "network">,
): void {
    if (secureBoot === true && gpu !== undefined && imageFacts(image)?.signedDrivers !== true) {
        pulumi.log.warn(
            `${title}: secureBoot: prevents the GPU driver from loading, unless the image has a signed driver. Remove it, or use an image of cos-cloud or ubuntu-os-cloud.`,
        );
    }
}

/** Without an agent, nothing measures memory and disks. */
function agentProblems({ agent }: MachineTemplateArgs, { image }: Pick<ResolvedTemplate, "image">): check.Problem[] {
    const { project = "the environment", family, name = family } = image;
    if (!agent || agentOf(image) !== undefined) {
        return [];
    }
    const reason = `must be one on which this release starts an agent (got "${name}" of ${project}). Take one of debian-cloud, ubuntu-os-cloud, rocky-linux-cloud or cos-cloud, or remove agent and install the agent in the image or the startup script.`;
    return [check.problem("image", "compute/agent-of-image", reason)];
}

/** Signals of the agent that `alerts` changes, without one. */
export function signalProblems(alerts: ComponentAlerts | undefined, agent: boolean | undefined): check.Problem[] {
    if (alerts === undefined || "channels" in alerts || agent) {
        return [];
    }
    return (["memory", "disk"] as const).flatMap((signal) =>
        alerts[signal]
            ? [
                  check.problem(
                      `alerts.${signal}`,
                      "compute/alert-without-agent",
                      "needs an agent that measures it. Set agent: true.",
                  ),
              ]
            : [],
    );
}

/** A script is a value of the metadata. */
function scriptProblems({ startupScript }: Omit<ResolvedTemplate, "network">): check.Problem[] {
    const { max, unit } = machineLimits.rows.metadataValue;
    const size = startupScript === undefined ? 0 : statSync(startupScript).size;
    const reason = `must have at most ${max} ${unit} (got ${size}). Let it load the rest from a bucket.`;
    return size > max ? [check.problem("startupScript", "compute/startup-script-too-long", reason)] : [];
}

/** https://cloud.google.com/compute/docs/containers/deploying-containers */
function containerProblems({ container, image, startupScript }: Omit<ResolvedTemplate, "network">) {
    return [
        check.when(
            container && !isContainerOptimized(image),
            "image",
            "compute/image-of-container",
            "must be one of cos-cloud for a container. Remove it, or run the container in startupScript.",
        ),
        check.when(
            container && startupScript !== undefined,
            "startupScript",
            "compute/startup-script-of-container",
            "cannot be combined with container. Do its work in the container.",
        ),
    ];
}
