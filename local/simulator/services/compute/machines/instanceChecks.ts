import {
    diskLimitsOf,
    diskTypes,
    diskTypesOf,
    gpuOf,
    hasNestedVirtualization,
    hasThreads,
    isMachineType,
    isTerminated,
    vcpusOf as knownVcpus,
    machineLimits,
    seriesNameOf,
    seriesOf,
    zonesWithGpu,
} from "slipway/facts";
import { isAllowedOn } from "../../../cloud/access";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import { projectName } from "../../../cloud/projects";
import { regionOf } from "../../../cloud/zones";
import { permissionsOf } from "../../../permissions/permissions";
import { type Context, type Inputs, lastPart, refusedObject } from "../../../rules/rules";
import { hasRunner } from "../../vertex/jobRunner";
import {
    alreadyExists,
    api,
    fullName,
    invalidField,
    networkPath,
    notFound,
    subnetworkPath,
    verifyNetworkTags,
} from "../names";
import { requireShared } from "../sharedVpc";
import { verifyUsable } from "../subnetwork";
import { verifyAliases, verifyExternal, verifyInternal } from "./addresses";
import { diskPath, tooSmall, typeOfBootDisk, verifyDisk, verifyKey } from "./disk";
import { findDisk, requireFree } from "./diskUsers";
import { requireImage } from "./images";
import { vcpusOf } from "./machineTypes";
import { requirePolicy } from "./resourcePolicy";
import { verifySnapshot } from "./snapshot";
import { typeLink, verifyZone, zonePath } from "./zonal";

export const instanceId = (inputs: Inputs) => `${zonePath(inputs)}/instances/${inputs.name}`;

const bad = (message: string, reason = "badRequest") => new GoogleError(400, message, { reason });

const noMachineType = (inputs: Inputs, type: string) =>
    new GoogleError(
        400,
        `Invalid value for field 'resource.machineType': '${typeLink(inputs, `machineTypes/${type}`)}'. Machine type with name '${type}' does not exist in zone '${inputs.zone}'.`,
        { reason: "invalid" },
    ).recordedIn("https://github.com/GoogleCloudPlatform/bank-of-anthos/issues/1234");

const incompatible = (features: string[]) =>
    new GoogleError(400, `[${features.join(", ")}] features are not compatible for creating instance.`, {
        reason: "invalid",
    }).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/8148");

/** The machine type, its GPUs and how they are scheduled. */
function verifyMachine(inputs: Inputs): void {
    const { zone, scheduling = {}, guestAccelerators = [], confidentialInstanceConfig } = inputs;
    const machineType = lastPart(inputs.machineType);
    // A series that is not listed may be new.
    if (seriesNameOf(machineType) && !isMachineType(machineType)) {
        throw noMachineType(inputs, machineType);
    }
    const included = gpuOf(machineType);
    const types = [
        ...(included ? [included.type] : []),
        ...guestAccelerators.map(({ type }: Inputs) => lastPart(type)),
    ];
    for (const type of types) {
        if (zonesWithGpu(type, regionOf(zone))?.includes(zone) === false) {
            throw included
                ? noMachineType(inputs, machineType)
                : notFound(`${zonePath(inputs)}/acceleratorTypes/${type}`);
        }
    }
    if (guestAccelerators.length > 0 && !seriesOf(machineType)?.attachesGpus && !included) {
        throw bad(
            `[${machineType}, ${types.join(", ")}] features are not compatible for creating instance.`,
            "invalid",
        );
    }
    verifyScheduling(scheduling, types.length > 0, isTerminated(machineType));
    verifyFeatures(inputs.advancedMachineFeatures ?? {}, machineType);
    const { confidentialInstanceType, enableConfidentialCompute } = confidentialInstanceConfig ?? {};
    const technology = confidentialInstanceType ?? (enableConfidentialCompute ? "SEV" : undefined);
    const series = seriesOf(machineType);
    if (technology && series && !series.confidential?.includes(technology)) {
        throw bad(`${technology} is not supported on machine type ${machineType} in zone ${zone}.`, "invalid");
    }
    if (technology === "SEV_SNP" && inputs.minCpuPlatform !== "AMD Milan") {
        // The provider's documentation of confidential_instance_type; the text is approximate.
        throw bad(`${technology} requires the minimum CPU platform AMD Milan.`, "invalid");
    }
    if (technology && technology !== "SEV" && scheduling.onHostMaintenance !== "TERMINATE") {
        throw bad("Instances with Confidential Compute enabled do not support live migration.");
    }
}

/**
 * https://cloud.google.com/compute/docs/instances/nested-virtualization/overview and https://cloud.google.com/compute/docs/cpu-platforms. The
 * texts are approximate.
 */
function verifyFeatures({ enableNestedVirtualization, threadsPerCore }: Inputs, machineType: string): void {
    const field = "advancedMachineFeatures";
    if (enableNestedVirtualization && !hasNestedVirtualization(machineType)) {
        const cause = `Nested virtualization is not supported on machine type ${machineType}.`;
        throw invalidField(`${field}.enableNestedVirtualization`, true, cause);
    }
    if (threadsPerCore === 2 && !hasThreads(machineType)) {
        const cause = `Machine type ${machineType} has one thread per core.`;
        throw invalidField(`${field}.threadsPerCore`, threadsPerCore, cause);
    }
}

/**
 * https://cloud.google.com/compute/docs/instances/host-maintenance-overview and
 * https://cloud.google.com/compute/docs/instances/create-use-spot
 */
function verifyScheduling(scheduling: Inputs, hasGpus: boolean, terminates: boolean): void {
    const {
        preemptible,
        provisioningModel,
        automaticRestart = true,
        onHostMaintenance,
        instanceTerminationAction,
    } = scheduling;
    const isSpot = preemptible === true || provisioningModel === "SPOT";
    if (isSpot && automaticRestart) {
        throw bad(
            "Invalid value for field 'resource.scheduling.preemptible': 'true'. Scheduling must have preemptible be false when AutomaticRestart is true.",
            "invalid",
        ).recordedIn("https://github.com/percona/mongo_terraform_ansible/issues/34");
    }
    if (isSpot && onHostMaintenance === "MIGRATE") {
        throw bad(
            "Invalid value for field 'resource.scheduling.preemptible': 'true'. Scheduling must have preemptible be false when OnHostMaintenance isn't TERMINATE.",
            "invalid",
        );
    }
    if (instanceTerminationAction && !isSpot && !scheduling.maxRunDuration && !scheduling.terminationTime) {
        throw bad(
            "You cannot specify a termination action for a VM instance that has the standard provisioning model (default). To use instance termination action, the VM instance must use the Spot provisioning model.",
            "invalid",
        );
    }
    if (!isSpot && onHostMaintenance !== "TERMINATE" && hasGpus) {
        throw bad("Instances with guest accelerators do not support live migration.").recordedIn(
            "https://github.com/cloud-barista/cb-spider/issues/1125",
        );
    }
    if (!isSpot && onHostMaintenance !== "TERMINATE" && terminates) {
        throw bad(
            `Invalid value for field 'resource.scheduling.onHostMaintenance': '${onHostMaintenance ?? "MIGRATE"}'. This machine type only supports on_host_maintenance = OnHostMaintenance.TERMINATE.`,
            "invalid",
        ).recordedIn("https://github.com/GoogleCloudPlatform/cloud-image-tests/issues/346");
    }
}

const gpusOf = ({ machineType, guestAccelerators = [] }: Inputs): number =>
    gpuOf(lastPart(machineType))?.count ??
    (guestAccelerators as Inputs[]).reduce((sum, { count }) => sum + Number(count), 0);

/** The quota of a series: E2, N1 and others without their own share one. */
const quotaOf = (machineType: string) => {
    const series = seriesNameOf(machineType) ?? "";
    return ["e2", "n1", "t2d", "t2a"].includes(series) ? "CPUS" : `${series.toUpperCase()}_CPUS`;
};

/** Running instances count, and those that start: https://cloud.google.com/compute/resource-usage */
function verifyQuota(inputs: Inputs, { cloud }: Context): void {
    const all = cloud.store
        .list(`//${api}/projects/${inputs.project}/zones`, "instances")
        .map(({ state }) => state as Inputs);
    const others = all.filter(
        (state) => instanceId(state) !== instanceId(inputs) && currentStatus(state, cloud) === "RUNNING",
    );
    const type = lastPart(inputs.machineType);
    const quota = quotaOf(type);
    const beside = others.filter(
        (state) => regionOf(state.zone) === regionOf(inputs.zone) && quotaOf(lastPart(state.machineType)) === quota,
    );
    const { cpus, gpus } = machineLimits.rows;
    const used = beside.reduce((sum, state) => sum + vcpusOf(lastPart(state.machineType)), 0);
    if (used + vcpusOf(type) > cpus.max) {
        throw new GoogleError(
            403,
            `Quota '${quota}' exceeded.  Limit: ${cpus.max}.0 in region ${regionOf(inputs.zone)}.`,
            { reason: "quotaExceeded" },
        );
    }
    if (gpusOf(inputs) > 0 && others.reduce((sum, state) => sum + gpusOf(state), 0) + gpusOf(inputs) > gpus.max) {
        throw new GoogleError(403, `Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: ${gpus.max}.0 globally.`, {
            reason: "quotaExceeded",
        });
    }
}

/** The image and the boot disk, and disks that exist. */
function verifyDisks(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, bootDisk = {}, attachedDisks = [], machineType } = inputs;
    const types: string[] = [];
    // Only regional disks: https://cloud.google.com/compute/docs/reference/rest/v1/instances#AttachedDisk
    if (
        [bootDisk, ...attachedDisks].some(
            ({ source, forceAttach }) => source && forceAttach && !/\/regions\//.test(source),
        )
    ) {
        throw bad("Force attaching zonal disks is not supported.", "invalid");
    }
    const { initializeParams } = bootDisk;
    if (initializeParams && !old) {
        const image = initializeParams.image && requireImage(initializeParams.image, project, cloud);
        verifySnapshot({ ...initializeParams, project }, cloud);
        verifyDisk(
            "disks[0].initializeParams.",
            { type: typeOfBootDisk(lastPart(machineType)), ...initializeParams },
            inputs,
        );
        if (image && initializeParams.size !== undefined && initializeParams.size < image.diskSize) {
            throw tooSmall(image.diskSize);
        }
        const { architecture } = seriesOf(lastPart(machineType)) ?? {};
        if (image && architecture && image.architecture !== architecture) {
            const type = lastPart(machineType);
            throw bad(
                `Requested boot disk architecture (${image.architecture}) is not compatible with machine type architecture (${architecture}) of ${type}.`,
                "invalid",
            );
        }
        if (findDisk(cloud, inputs.name, inputs)) {
            throw alreadyExists(diskPath(inputs));
        }
        // "Confidential mode for Hyperdisk Balanced", also of machine types that have no other Hyperdisk:
        // https://cloud.google.com/compute/docs/disks/hyperdisks#confidential-mode
        if (!initializeParams.enableConfidentialCompute) {
            types.push(lastPart(initializeParams.type ?? typeOfBootDisk(lastPart(machineType))));
        }
    }
    verifyKey(old ? undefined : bootDisk.kmsKeySelfLink, inputs, cloud);
    for (const { source, mode } of attachedDisks) {
        requireFree(cloud, source, inputs, instanceId(inputs), mode);
        const disk = findDisk(cloud, source, inputs)?.state as Inputs;
        const zones = disk.replicaZones ? disk.replicaZones.map(lastPart) : [disk.zone];
        if (!zones.includes(inputs.zone)) {
            throw invalidField("disks[1].source", source, "The disk must be in the same zone as the instance.");
        }
        verifyAttachable(disk, machineType);
    }
    verifyAttachableType(types, machineType);
    verifyDiskCount(attachedDisks.length, machineType);
}

/** Whether a machine series has the type of a disk. */
export function verifyAttachable(disk: Inputs, machineType: string): void {
    const type = lastPart(disk.type);
    const isPersistent = !type.startsWith("hyperdisk-");
    if (
        disk.replicaZones &&
        isPersistent &&
        !(seriesOf(lastPart(machineType)) ?? { hasRegionalDisks: true }).hasRegionalDisks
    ) {
        throw incompatible([`regional ${type}`]);
    }
    verifyAttachableType(disk.enableConfidentialCompute ? [] : [type], machineType);
}

function verifyAttachableType(types: string[], machineType: string): void {
    const supported: readonly string[] | undefined = diskTypesOf(lastPart(machineType));
    const refused = types.find((type) => Object.hasOwn(diskTypes.rows, type) && supported?.includes(type) === false);
    if (refused) {
        throw incompatible([refused]);
    }
}

/**
 * The most disks of a machine, which are `maximumPersistentDisks` of its type with the boot disk:
 * https://cloud.google.com/compute/docs/disks/persistent-disks#pdnumberlimits. The text is approximate.
 */
export function verifyDiskCount(count: number, machineType: string): void {
    const { disks } = diskLimitsOf(lastPart(machineType));
    if (count > disks) {
        const cause = `The machine type ${lastPart(machineType)} supports at most ${disks + 1} disks with the boot disk.`;
        throw invalidField("disks", count + 1, cause);
    }
}

/** One for each vCPU: https://cloud.google.com/vpc/docs/multiple-interfaces-concepts. The text is approximate. */
export function verifyInterfaceCount({ networkInterfaces = [], machineType }: Inputs): void {
    const { min = 0, max = 0 } = machineLimits.rows.interfaces;
    const type = lastPart(machineType);
    const most = Math.min(max, Math.max(min, knownVcpus(type) ?? max));
    if (networkInterfaces.length > most) {
        const cause = `The machine type ${type} supports at most ${most} network interfaces.`;
        throw invalidField("networkInterfaces", networkInterfaces.length, cause);
    }
}

/** "If the network is in custom subnet mode, specifying the subnetwork is required": https://cloud.google.com/compute/docs/reference/rest/v1/instances */
function verifyAutoMode(path: string, cloud: Cloud): void {
    const network = cloud.store.read(fullName(path));
    if (!network) {
        throw notFound(path);
    }
    if (network.state.autoCreateSubnetworks === false) {
        throw invalidField(
            "networkInterfaces[0]",
            `{  "network": "${path}"}`,
            "Subnetwork should be specified for custom subnetmode network",
        );
    }
}

function verifyNetworks(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { networkInterfaces = [], project, zone } = inputs;
    verifyInterfaceCount(inputs);
    for (const { subnetwork, network, subnetworkProject = project } of networkInterfaces) {
        if (subnetwork) {
            const path = subnetworkPath(subnetwork, { project: subnetworkProject, region: regionOf(zone) });
            const found = cloud.store.read(fullName(path));
            if (!found) {
                throw notFound(path);
            }
            requireShared(cloud, "networkInterfaces[0].subnetwork", path, project);
            verifyUsable(found, "networkInterfaces[0].subnetwork", path);
            if (!path.includes(`/regions/${regionOf(zone)}/`)) {
                const cause = `Subnetwork must be in the region ${regionOf(zone)} of the instance.`;
                throw invalidField("networkInterfaces[0].subnetwork", path, cause);
            }
        } else if (network && !old) {
            verifyAutoMode(networkPath(network, project), cloud);
        }
    }
    const subnetworks = (networkInterfaces as Inputs[]).map(({ subnetwork, subnetworkProject = project }) =>
        subnetwork
            ? cloud.store.read(
                  fullName(subnetworkPath(subnetwork, { project: subnetworkProject, region: regionOf(zone) })),
              )
            : undefined,
    );
    const networks = subnetworks.map((each) => each?.state.network);
    const second = networks.findIndex((each, index) => each !== undefined && networks.indexOf(each) < index);
    if (second >= 0) {
        throw invalidField(
            `networkInterfaces[${second}]`,
            networks[second],
            "Networks must be distinct for NICs attached to a VM.",
        );
    }
    verifyExternal(inputs, instanceId(inputs), cloud, old);
    verifyInternal(inputs, instanceId(inputs), subnetworks, cloud);
    verifyAliases(inputs, subnetworks);
}

/** The account exists; the permission to use it is one of the caller. */
function verifyAccount({ serviceAccount, project }: Inputs, { cloud }: Context): void {
    const email = serviceAccount?.email;
    if (email && (!cloud.iam.hasAccount(email) || cloud.iam.isDisabled(email))) {
        throw bad(
            `The resource 'projects/${project}/serviceAccounts/${email}' of type 'serviceAccount' was not found.`,
            "notFound",
        );
    }
}

/**
 * A schedule needs a role of Compute Engine's service agent other than the automatic one, which records show to be not enough:
 * https://cloud.google.com/compute/docs/instances/schedule-instance-start-stop#required-roles
 */
function verifyPolicies(inputs: Inputs, { cloud }: Context): void {
    const policies = [inputs.resourcePolicies ?? []].flat() as string[];
    for (const each of policies) {
        const { state } = requirePolicy(cloud, each, inputs);
        const schedule = state.instanceSchedulePolicy as Inputs | undefined;
        if (schedule) {
            verifyAgent(inputs.project, cloud);
        }
    }
}

function verifyAgent(project: string, cloud: Cloud): void {
    const { agent, permissions, isAllowed } = scheduleAgent(project, cloud);
    if (!isAllowed) {
        throw new GoogleError(
            412,
            `Compute Engine System service account ${agent} needs to have [${permissions.join(",")}] permissions applied in order to perform this operation.`,
            { reason: "conditionNotMet" },
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/11899");
    }
}

/** The account that starts and stops the instances of a project by their schedules, and whether it may. */
export function scheduleAgent(project: string, cloud: Cloud) {
    const permissions = ["compute.instances.start", "compute.instances.stop"];
    const agent = `service-${cloud.projects.number(project)}@compute-system.iam.gserviceaccount.com`;
    const hasRole = cloud.iam
        .grants(projectName(project), `serviceAccount:${agent}`)
        .some(
            ({ role }) =>
                role !== "roles/compute.serviceAgent" && permissions.every((each) => permissionsOf(role)?.has(each)),
        );
    const isEffective = permissions.every((each) => isAllowedOn(cloud, agent, each, projectName(project)));
    return { agent, permissions, isAllowed: cloud.isLenient || (hasRole && isEffective) };
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances (`metadata.items[].key`) */
export function verifyMetadataKeys({ metadata = {} }: Inputs, field = "metadata"): void {
    const keys = Object.keys(metadata);
    const index = keys.findIndex((key) => !/^[\w-]{1,128}$/.test(key));
    if (index >= 0) {
        throw invalidField(
            `${field}.items[${index}].key`,
            keys[index],
            "Must be a match of regex '[a-zA-Z0-9-_]{1,128}'",
        );
    }
}

/**
 * A name of RFC 1035 with at least two labels: https://cloud.google.com/compute/docs/instances/custom-hostname-vm. The text is approximate.
 */
function verifyHostname({ hostname }: Inputs): void {
    const label = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
    if (hostname && (hostname.length > 253 || !new RegExp(`^${label}(\\.${label})+$`, "i").test(hostname))) {
        throw invalidField("hostname", hostname, "Must be a fully qualified domain name of RFC 1035.");
    }
}

/** https://cloud.google.com/compute/docs/metadata/setting-custom-metadata */
function verifyMetadata(inputs: Inputs): void {
    verifyMetadataKeys(inputs);
    const { metadata = {} } = inputs;
    const { max } = machineLimits.rows.metadataValue;
    const all = machineLimits.rows.metadata;
    const total = Object.entries<string>(metadata).reduce((sum, entry) => sum + Buffer.byteLength(entry.join("")), 0);
    if (total >= all.max) {
        const cause = `The total size of all keys and values must be less than ${all.max} bytes.`;
        throw invalidField("metadata.items", total, cause);
    }
    for (const [key, value] of Object.entries<string>(metadata)) {
        if (Buffer.byteLength(String(value)) > max) {
            throw invalidField(
                `metadata.items[0].value`,
                key,
                `Metadata value for key '${key}' is too large: maximum size is ${max} bytes.`,
            );
        }
    }
}

const text = (value: unknown) => JSON.stringify(value ?? null);

/**
 * What the provider refuses of a machine or a template while it creates the request: its error, if any.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/compute_instance_helpers.go
 */
export function refusedInterface({ networkInterfaces = [] }: Inputs): string | undefined {
    const isAlone = ({ network, subnetwork, networkAttachment }: Inputs) =>
        !(network || subnetwork || networkAttachment);
    return networkInterfaces.some(isAlone)
        ? "exactly one of network, subnetwork, or network_attachment must be provided"
        : undefined;
}

export const refusedReservation = ({ reservationAffinity: affinity }: Inputs): string | undefined =>
    affinity && (affinity.type === "SPECIFIC_RESERVATION") !== Boolean(affinity.specificReservation)
        ? "specific_reservation must be set when reservation_affinity is SPECIFIC_RESERVATION, and not set otherwise"
        : undefined;

/** https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/metadata.go */
export function refusedScript({ metadata, metadataStartupScript: script }: Inputs): string | undefined {
    const other = metadata?.["startup-script"];
    return script && other !== undefined && other !== script
        ? "Cannot provide both metadata_startup_script and metadata.startup-script."
        : undefined;
}

export const refusedPartner = ({ partnerMetadata = {} }: Inputs): string | undefined =>
    Object.values<string>(partnerMetadata)
        .map(refusedObject)
        .find((refused) => refused !== undefined);

/** The errors of new machines, and of those that are changed, in the provider's order. */
function requireExpandable(inputs: Inputs, status: string | undefined, old?: Inputs): void {
    const { attachedDisks = [], networkInterfaces = [], metadata } = inputs;
    const isKeyDouble = ({ kmsKeySelfLink, diskEncryptionKeyRsa }: Inputs) => kmsKeySelfLink && diskEncryptionKeyRsa;
    const isOpen = ({ accessConfigs, ipv6AccessConfigs }: Inputs) => accessConfigs?.length || ipv6AccessConfigs?.length;
    const reason = (prefix: string, refused?: string) => refused && `Error ${prefix}: ${refused}`;
    const refused = [
        attachedDisks.some(isKeyDouble) && "Only one of kms_key_self_link and disk_encryption_key_raw can be set",
        !old && reason("creating network interfaces", refusedInterface(inputs)),
        !old && reason("creating reservation affinity", refusedReservation(inputs)),
        old && status !== "RUNNING" && networkInterfaces.some(isOtherAccess(old)) && needsRunning,
        networkInterfaces.some((each: Inputs) => each.securityPolicy && !isOpen(each)) &&
            "Error setting security policy to the instance since at least one access config must exist",
        !old && reason("creating metadata", refusedScript(inputs)),
        !old && reason("creating partner metadata", refusedPartner(inputs)),
        old && text(metadata) !== text(old.metadata) && reason("parsing metadata", refusedScript(inputs)),
    ].find(Boolean);
    if (refused) {
        throw new Error(refused);
    }
}

const needsRunning =
    'Error to update security policy because the current instance status must be "RUNNING". The security policy or some access config may have changed which requires the security policy to be re-applied';

/** Whether the access of an interface from outside is changed. */
const isOtherAccess = (old: Inputs) => (now: Inputs, index: number) => {
    const before: Inputs = old.networkInterfaces?.[index] ?? {};
    const isOther = (one: Inputs[] = [], other: Inputs[] = []) =>
        one.length !== other.length ||
        one.some((each, at) => Object.entries(each).some(([key, value]) => value !== other[at]?.[key]));
    return (
        (now.securityPolicy ?? "") !== (before.securityPolicy ?? "") ||
        isOther(now.accessConfigs, before.accessConfigs) ||
        isOther(now.ipv6AccessConfigs, before.ipv6AccessConfigs)
    );
};

/** What the provider only changes while the instance is stopped. */
function stopsFor(inputs: Inputs, old: Inputs): boolean {
    const shielded = ({ shieldedInstanceConfig: config }: Inputs) => [
        config?.enableSecureBoot ?? false,
        config?.enableVtpm ?? true,
        config?.enableIntegrityMonitoring ?? true,
    ];
    const isMoved = (inputs.networkInterfaces ?? []).some((each: Inputs, index: number) =>
        ["network", "subnetwork", "subnetworkProject"].some(
            (key) => each[key] && lastPart(each[key]) !== lastPart(old.networkInterfaces?.[index]?.[key] ?? ""),
        ),
    );
    const account = ({ serviceAccount }: Inputs) => [serviceAccount?.email, [...(serviceAccount?.scopes ?? [])].sort()];
    return (
        lastPart(inputs.machineType) !== lastPart(old.machineType) ||
        text(account(inputs)) !== text(account(old)) ||
        text(shielded(inputs)) !== text(shielded(old)) ||
        isMoved ||
        text(inputs.scheduling?.nodeAffinities ?? []) !== text(old.scheduling?.nodeAffinities ?? []) ||
        text(inputs.advancedMachineFeatures) !== text(old.advancedMachineFeatures) ||
        (inputs.minCpuPlatform ?? "") !== (old.minCpuPlatform ?? "") ||
        Boolean(inputs.enableDisplay) !== Boolean(old.enableDisplay)
    );
}

/**
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_instance.go
 */
const needsStop =
    'Changing the machine_type, min_cpu_platform, service_account, enable_display, shielded_instance_config, scheduling.node_affinities, scheduling.max_run_duration or network_interface.[#d].(network/subnetwork/subnetwork_project) or advanced_machine_features on a started instance requires stopping it. To acknowledge this, please set allow_stopping_for_update = true in your config. You can also stop it by setting desired_status = "TERMINATED", but the instance will not be restarted after the update.';

/** The statuses that follow if no process runs machines. */
const settled: Record<string, string> = { STAGING: "RUNNING", STOPPING: "TERMINATED" };

/** The status, which a schedule, the machine itself or somebody can have changed. */
export function currentStatus(state: Inputs, cloud: Cloud): string {
    const found = cloud.simulated.of(fullName(instanceId(state))).status ?? state.currentStatus ?? "RUNNING";
    const status = String(found);
    return settled[status] !== undefined && !hasRunner(cloud) ? settled[status] : status;
}

/** What Compute Engine and the provider refuse of an instance. */
export function verifyInstance(inputs: Inputs, context: Context, old?: Inputs): void {
    const { cloud } = context;
    const status = old && currentStatus(old, cloud);
    verifyZone(inputs);
    requireExpandable(inputs, status, old);
    verifyMachine(inputs);
    verifyDisks(inputs, context, old);
    verifyNetworks(inputs, context, old);
    verifyAccount(inputs, context);
    verifyMetadata(inputs);
    verifyHostname(inputs);
    verifyNetworkTags(inputs.tags);
    if (!old || text(old.resourcePolicies) !== text(inputs.resourcePolicies)) {
        verifyPolicies(inputs, context);
    }
    if (
        old &&
        status === "RUNNING" &&
        stopsFor(inputs, old) &&
        !inputs.allowStoppingForUpdate &&
        inputs.desiredStatus !== "TERMINATED"
    ) {
        throw new Error(needsStop);
    }
    if (!old || (status === "RUNNING" && lastPart(old.machineType) !== lastPart(inputs.machineType))) {
        verifyQuota(inputs, context);
    }
}
