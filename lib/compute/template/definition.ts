import { readFileSync } from "node:fs";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import type { InstanceArgs } from "@pulumi/gcp/compute/instance";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import type { ComponentArgs } from "../../environment/component";
import type { Environment } from "../../environment/environment";
import { withoutWait } from "../../environment/propagation";
import { imageAgent } from "../../facts/machines/agents";
import { accountOf } from "../../iam/accountOf";
import { type Capability, type Uses, use } from "../../iam/capability";
import { encryptionGrants } from "../../iam/encryption";
import { capability } from "../../iam/roles";
import type { AccountReference } from "../../iam/serviceAccount";
import type { Child } from "../../internal/children";
import { isImageComponent } from "../../internal/image";
import { networkIds } from "../../internal/networkOf";
import { natOf } from "../../internal/subnetNat";
import type { MachineContainer } from "./arguments";
import { imageOf } from "./image";
import type { Machine, ResolvedTemplate } from "./resolveArgs";
import { cloudConfig, startupScript, type Variables, variablesOf } from "./startup";

const api = "compute.googleapis.com";

/** Roles on the project of a machine's own account, and of another account with `agent`: agents write logs and metrics. */
const agentRoles = ["roles/logging.logWriter", "roles/monitoring.metricWriter"];

/** What a machine, or the template of a group, needs of other resources. */
export interface MachineParts {
    account: AccountReference;
    /** The image in the form that disks take, which {@link keptImage} pins. */
    image: pulumi.Input<string>;
    subnetwork: pulumi.Input<string>;
    network: pulumi.Input<string>;
    variables: Variables;
    /** What must exist before disks and schedules: APIs, and grants of their encryption. */
    enabled: pulumi.Resource[];
    /** What must exist before a machine starts: APIs, grants, Cloud NAT. */
    ready: pulumi.Resource[];
}

/**
 * Creates the account of a machine and the grants of what it uses, and finds its image and its network.
 *
 * @param name the name of the machine or the group in Google Cloud
 * @param containers the containers that its machines run
 */
export function createParts(
    component: string,
    { title, kind }: Machine,
    { name, region, ...resolved }: ResolvedTemplate & ComponentArgs & { name: string; region: string },
    child: Child,
    environment: Environment,
    parent: pulumi.ComponentResource,
    containers: readonly (MachineContainer | undefined)[] = [resolved.container],
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
        allUses(resolved, containers, environment),
        account.member,
        { parent },
        resolved.account,
    );
    const grants = isIdle(resolved, containers) ? used.grants.map(withoutWait) : used.grants;
    const place = placeOf(resolved, region, environment.project);
    const prepared = [...enabled, ...encryptionGrants(environment, component, resolved, api)];
    return {
        account,
        image: imageOf(title, resolved.image, environment.project, enabled, { parent }),
        ...place,
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
function isIdle(
    { image: { project = "", family, name = family }, startupScript: script, agent, metadata }: ResolvedTemplate,
    containers: readonly (MachineContainer | undefined)[],
): boolean {
    const startsCode = script !== undefined || agent !== undefined || containers.some((each) => each !== undefined);
    return !startsCode && Object.keys(metadata).length === 0 && imageAgent(project, name ?? "") !== undefined;
}

/** The capabilities of `uses`, and those that the machine needs itself, under names that no variable has. */
function allUses(
    { uses, account, agent }: ResolvedTemplate,
    containers: readonly (MachineContainer | undefined)[],
    { role }: Environment,
): Uses<never> {
    const own: Record<string, Capability> = {};
    if (!account || agent) {
        for (const each of agentRoles) {
            own[`role ${each}`] = role(each);
        }
    }
    for (const [repository, reader] of readersOf(containers)) {
        own[`container image ${repository}`] = reader;
    }
    return { ...(uses as Uses<never>), ...own };
}

/** The right to pull images, once for each registry. */
function readersOf(containers: readonly (MachineContainer | undefined)[]): Map<string, Capability> {
    const readers = new Map<string, Capability>();
    for (const { image } of containers.filter((container) => container !== undefined)) {
        if (isImageComponent<ContainerImage>(image)) {
            if (image.registry) {
                readers.set(image.registry.reader.grants.map(({ name }) => name).join(), image.registry.reader);
            }
        } else if (typeof image === "string") {
            const [repository = ""] = repositoryForm.exec(image) ?? [];
            const reader = repositoryReader(image);
            if (reader && !readers.has(repository)) {
                readers.set(repository, reader);
            }
        }
    }
    return readers;
}

const repositoryForm = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\//;

/** Grants pulling an image of Artifact Registry that is given by its name. */
function repositoryReader(image: string): Capability | undefined {
    const [, location, project, repository] = repositoryForm.exec(image) ?? [];
    return location === undefined || project === undefined || repository === undefined
        ? undefined
        : capability(
              repository,
              "roles/artifactregistry.reader",
              RepositoryIamMember,
              { project, location, repository },
              image,
          );
}

/** The network and the subnet of a region. */
function placeOf({ network }: ResolvedTemplate, region: string, project: string) {
    const { network: vpc, subnet } = networkIds(network, region, project);
    return { network: vpc as pulumi.Input<string>, subnetwork: subnet as pulumi.Input<string> };
}

/** The reference of the container's image. */
function referenceOf(image: NonNullable<ResolvedTemplate["container"]>["image"]): pulumi.Input<string> {
    return isImageComponent<ContainerImage>(image) ? image.reference : image;
}

/** The metadata: the user's, what makes the machine safe, and the script or the container. */
function metadataOf(resolved: ResolvedTemplate, { variables }: MachineParts): Record<string, pulumi.Input<string>> {
    const { container, gpu, agent, startupScript: file } = resolved;
    const script = file === undefined ? undefined : readFileSync(file, "utf8");
    const installs = agent === "package";
    return {
        "serial-port-enable": "FALSE",
        ...resolved.metadata,
        "enable-oslogin": "TRUE",
        "block-project-ssh-keys": "TRUE",
        ...(gpu?.driver === "metadata" && { "install-nvidia-driver": "True" }),
        ...(container && {
            "user-data": cloudConfig(referenceOf(container.image), resolved, variables),
            // Writes the output of containers to Cloud Logging.
            "google-logging-enabled": "true",
        }),
        ...(agent === "metadata" && { "google-monitoring-enabled": "true" }),
        ...((script !== undefined || installs) && { "startup-script": startupScript(script, variables, installs) }),
    };
}

/** The arguments that an instance and an instance template have in common. */
export function machineArgs(resolved: ResolvedTemplate, parts: MachineParts) {
    const { gpu, confidential, spot, terminates, publicAddress } = resolved;
    return {
        machineType: resolved.machineType,
        metadata: metadataOf(resolved, parts),
        labels: resolved.labels,
        tags: resolved.tags.length > 0 ? resolved.tags : undefined,
        canIpForward: false,
        networkInterfaces: [
            { subnetwork: parts.subnetwork, ...(publicAddress && { accessConfigs: [{ networkTier: "PREMIUM" }] }) },
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

/**
 * The options that keep the image which a machine was created with, unless the image of the arguments changes.
 *
 * @param path the path of the image in the resource's arguments: `bootDisk.initializeParams.image`
 */
export function keptImage(
    { image, imageUpdates }: ResolvedTemplate,
    path: string,
): Pick<pulumi.CustomResourceOptions, "ignoreChanges"> & { trigger: string } {
    const { project = "", family = "", name = "" } = image;
    return {
        ignoreChanges: imageUpdates === "keep" && family !== "" ? [path] : [],
        trigger: `${project}/${family}${name}`,
    };
}
