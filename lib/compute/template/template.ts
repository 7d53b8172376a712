import type { InstanceArgs } from "@pulumi/gcp/compute/instance";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../../component/component";
import { encryptionGrants } from "../../component/encryption";
import type { Environment } from "../../environment/environment";
import { imageAgent } from "../../facts/machines/agents";
import { accountOf } from "../../iam/accountOf";
import type { AccountReference } from "../../iam/serviceAccount";
import { type Capability, type Uses, use } from "../../internal/access/capability";
import type { Child } from "../../internal/engine/children";
import { hostProject, networkIds } from "../../internal/network/networkOf";
import { natOf } from "../../internal/network/subnetNat";
import { withoutWait } from "../../stack/propagation";
import { featureArgs } from "./advancedFeatures";
import { agentRoles } from "./agent";
import { readersOf } from "./container";
import type { ResolvedDisk } from "./disks";
import { imageOf, keptImage } from "./image";
import { interfaceArgs } from "./interfaces";
import { metadataOf } from "./metadata";
import { snapshotOf } from "./snapshot";
import type { Machine, MachineAddresses, ResolvedTemplate } from "./templateArgs";
import { type Variables, variablesOf } from "./variables";

const api = "compute.googleapis.com";

/** What a machine, or the template of a group, needs of other resources. */
export interface MachineParts {
    account: AccountReference;
    /** What the boot disk is created from. */
    boot: DiskSource;
    /** What data disks are created from, by their keys. */
    sources: Record<string, DiskSource>;
    subnetwork: pulumi.Input<string>;
    network: pulumi.Input<string>;
    /** The project of a network in another project. */
    inProject?: string;
    /** The subnets of further interfaces. */
    subnetworks: pulumi.Input<string>[];
    variables: Variables;
    /** What must exist before disks and schedules: APIs, and grants of their encryption. */
    enabled: pulumi.Resource[];
    /** What must exist before a machine starts: APIs, grants, Cloud NAT. */
    ready: pulumi.Resource[];
}

/** What a disk is created from, in the form that disks take. */
export interface DiskSource {
    /** The image, which {@link keptImage} pins. */
    image?: pulumi.Input<string>;
    snapshot?: pulumi.Input<string>;
}

/** Looks up the image and the snapshot of a disk. */
export function sourceOf(
    title: string,
    path: string,
    { image, snapshot, size }: Pick<ResolvedDisk, "image" | "snapshot" | "size">,
    project: string,
    enabled: pulumi.Resource[],
    options: pulumi.InvokeOptions,
): DiskSource {
    const imagePath = path === "bootDisk" ? "image" : `${path}.image`;
    return {
        image: image && imageOf(title, image, project, enabled, options, imagePath),
        snapshot: snapshotOf(title, path, { snapshot, size }, project, enabled, options),
    };
}

/**
 * Creates the account of a machine and the grants of what it uses, and finds its image and its network.
 *
 * @param name the name of the machine or the group in Google Cloud
 * @param templates the templates of its machines
 */
export function createParts(
    component: string,
    { title, kind }: Machine,
    { name, region, ...resolved }: ResolvedTemplate & ComponentArgs & { name: string; region: string },
    child: Child,
    environment: Environment,
    parent: pulumi.ComponentResource,
    templates: readonly ResolvedTemplate[] = [resolved],
): MachineParts {
    const hasSecrets = Object.values(resolved.uses).some(({ attachments }) => attachments.length > 0);
    const apis = [
        ...["iam", "compute"],
        ...(hasSecrets ? ["secretmanager"] : []),
        ...(resolved.agent ? ["logging", "monitoring"] : []),
    ];
    const enabled = environment.enable(...apis.map((each) => `${each}.googleapis.com`));
    const own = { part: "vm", does: `Runs the ${kind} ${name}` };
    const account = accountOf(component, { name, account: resolved.account }, child, own, {
        dependsOn: enabled,
        // Machines and templates run as the previous account until they are replaced.
        deleteBeforeReplace: false,
    });
    const used = use(
        component,
        allUses(resolved, templates, environment),
        account.member,
        { parent },
        resolved.account,
    );
    const grants = templates.every(isIdle) ? used.grants.map(withoutWait) : used.grants;
    const place = placeOf(resolved, region, environment.project);
    const prepared = [...enabled, ...encryptionGrants(environment, component, resolved, api)];
    const find = (path: string, disk: Pick<ResolvedDisk, "image" | "snapshot" | "size">) =>
        sourceOf(title, path, disk, environment.project, enabled, { parent });
    return {
        account,
        boot: find("bootDisk", { ...resolved.bootDisk, image: resolved.image }),
        sources: Object.fromEntries(
            Object.entries(resolved.disks).map(([key, disk]) => [key, find(`disks.${key}`, disk)]),
        ),
        ...place,
        subnetworks: resolved.interfaces.map((each) => placeOf(each, region, environment.project).subnetwork),
        variables: variablesOf(resolved.env, {
            environment: Object.fromEntries(
                Object.entries(used.env).filter(([key]) => Object.hasOwn(resolved.uses, key)),
            ),
            attachments: used.attachments as never,
        }),
        enabled: prepared,
        ready: [...prepared, ...grants, ...(resolved.publicAddress ? [] : natOf(place.subnetwork, title))],
    };
}

/** Whether no code uses the machine's account when it starts: it has an image of only an operating system, and no startup script. */
function isIdle({ image = {} as never, startupScript: script, container, agent, metadata }: ResolvedTemplate): boolean {
    const { project = "", family, name = family } = image;
    const startsCode = script !== undefined || container !== undefined || agent !== undefined;
    return !startsCode && Object.keys(metadata).length === 0 && imageAgent(project, name as string) !== undefined;
}

/** The capabilities of `uses`, and those that the machine needs itself, under names that no variable has. */
function allUses(
    { uses, account, agent }: ResolvedTemplate,
    templates: readonly ResolvedTemplate[],
    { role }: Environment,
): Uses<never> {
    const own: Record<string, Capability> = {};
    if (!account || agent) {
        for (const each of agentRoles) {
            own[`role ${each}`] = role(each);
        }
    }
    for (const [repository, reader] of readersOf(templates.map(({ container }) => container))) {
        own[`container image ${repository}`] = reader;
    }
    return { ...(uses as Uses<never>), ...own };
}

/** The network and the subnet of a region. */
function placeOf({ network }: Pick<ResolvedTemplate, "network">, region: string, project: string) {
    const { network: vpc, subnet } = networkIds(network, region, project);
    return {
        network: vpc as pulumi.Input<string>,
        subnetwork: subnet as pulumi.Input<string>,
        inProject: hostProject(network, { project }),
    };
}

/** The external address of a machine, if any: an ephemeral one, or a reserved one, which has its network tier. */
function externalAccess({ publicAddress }: MachineAddresses) {
    if (publicAddress === false) {
        return {};
    }
    const reserved = publicAddress === true ? undefined : publicAddress;
    const networkTier = reserved?.kind.networkTier ?? "PREMIUM";
    return { accessConfigs: [{ ...(reserved && { natIp: reserved.address }), networkTier }] };
}

const internalAddress = ({ privateAddress }: MachineAddresses) =>
    privateAddress ? { networkIp: privateAddress.address } : {};

/** The arguments that an instance and an instance template have in common. */
export function machineArgs(resolved: ResolvedTemplate, parts: MachineParts) {
    const { gpu, confidential, spot, terminates } = resolved;
    return {
        machineType: resolved.machineType,
        metadata: metadataOf(resolved, parts.variables),
        labels: resolved.labels,
        tags: resolved.tags.length > 0 ? resolved.tags : undefined,
        canIpForward: resolved.canIpForward ?? false,
        advancedMachineFeatures: featureArgs(resolved.advancedMachineFeatures),
        networkInterfaces: [
            {
                subnetwork: parts.subnetwork,
                ...interfaceArgs(resolved.network),
                ...internalAddress(resolved),
                ...externalAccess(resolved),
            },
            ...resolved.interfaces.map((each, index) => ({
                subnetwork: parts.subnetworks[index],
                ...interfaceArgs(each.network),
                ...internalAddress(each),
                ...externalAccess(each),
            })),
        ],
        // Access is by the account's roles: https://cloud.google.com/compute/docs/access/service-accounts
        serviceAccount: { email: parts.account.email, scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
        scheduling: {
            automaticRestart: !spot,
            onHostMaintenance: terminates ? "TERMINATE" : "MIGRATE",
            ...(spot && { preemptible: true, provisioningModel: "SPOT", instanceTerminationAction: "STOP" }),
        },
        shieldedInstanceConfig: {
            enableSecureBoot: resolved.secureBoot,
            enableVtpm: true,
            enableIntegrityMonitoring: true,
        },
        // "If SEV_SNP, currently min_cpu_platform has to be set": https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance#confidential_instance_type
        minCpuPlatform: confidential === "SEV_SNP" ? "AMD Milan" : undefined,
        confidentialInstanceConfig: confidential && {
            enableConfidentialCompute: true,
            confidentialInstanceType: confidential,
        },
        guestAccelerators: gpu?.isAttached ? [{ type: gpu.type, count: gpu.count }] : undefined,
    } satisfies Partial<InstanceArgs>;
}
