import { type Inputs, lastPart } from "../../rules/rules";
import { inZone } from "../../services/compute/machines/places";
import { policyPath } from "../../services/compute/machines/resourcePolicy";
import { fullName, pathOf, subnetworkPath } from "../../services/compute/names";
import type { Call, Calls, TypeCalls } from "./call";

const wait = "compute.zoneOperations.get";
const regionWait = "compute.regionOperations.get";

const regionOf = (zone: string) => zone.replace(/-[a-z]$/, "");

/** The use of the account that a machine runs as. */
const actAs = ({ serviceAccount }: Inputs): Calls =>
    serviceAccount?.email
        ? [{ method: "iam.serviceAccounts.actAs", on: `//iam.googleapis.com/serviceAccounts/${serviceAccount.email}` }]
        : [];

const subnetworks = ({ networkInterfaces = [], project, zone }: Inputs): Calls =>
    (networkInterfaces as Inputs[]).flatMap(({ subnetwork, subnetworkProject = project, accessConfigs }) => {
        const on =
            subnetwork && fullName(subnetworkPath(subnetwork, { project: subnetworkProject, region: regionOf(zone) }));
        return on
            ? [
                  { method: "compute.subnetworks.use", on },
                  ...(accessConfigs ? [{ method: "compute.subnetworks.useExternalIp", on }] : []),
              ]
            : [];
    });

const disks = (inputs: Inputs): Call[] =>
    ((inputs.attachedDisks ?? []) as Inputs[]).map(({ source, mode }) => ({
        method: mode === "READ_ONLY" ? "compute.disks.useReadOnly" : "compute.disks.use",
        on: fullName(inZone(source, inputs, "disks")),
    }));

const snapshots = (source: unknown, { project }: Inputs): Call[] =>
    source
        ? [
              {
                  method: "compute.snapshots.useReadOnly",
                  on: fullName(pathOf(String(source), project, "global/snapshots")),
              },
          ]
        : [];

const policies = (inputs: Inputs): Call[] =>
    ([inputs.resourcePolicies ?? []].flat() as string[]).map((each) => ({
        method: "compute.resourcePolicies.use",
        on: fullName(policyPath(each, inputs)),
    }));

const text = (value: unknown) => JSON.stringify(value ?? null);

/** The calls that change a property, by the property. */
const setters: Record<string, string> = {
    deletionProtection: "setDeletionProtection",
    labels: "setLabels",
    metadata: "setMetadata",
    tags: "setTags",
};

const account = ({ serviceAccount }: Inputs) => [serviceAccount?.email, [...(serviceAccount?.scopes ?? [])].sort()];
const type = ({ machineType }: Inputs) => lastPart(machineType);
const secure = ({ shieldedInstanceConfig }: Inputs) => shieldedInstanceConfig?.enableSecureBoot ?? false;

/** The calls of an update: by changed property, while the machine is stopped where it must be. */
function updateInstance(inputs: Inputs, _: unknown, old: Inputs = {}): Calls {
    const isChanged = (of: (inputs: Inputs) => unknown) => text(of(inputs)) !== text(of(old));
    const stopped: Calls = [
        ...(isChanged(type) ? ["compute.instances.setMachineType"] : []),
        ...(isChanged(account) ? ["compute.instances.setServiceAccount", ...actAs(inputs)] : []),
        ...(isChanged(secure) ? ["compute.instances.updateShieldedInstanceConfig"] : []),
    ];
    const sources = (of: Inputs) => ((of.attachedDisks ?? []) as Inputs[]).map(({ source }) => lastPart(source)).sort();
    const has = (one: Inputs, other: Inputs) => sources(one).some((each) => !sources(other).includes(each));
    const size = ({ bootDisk }: Inputs) => bootDisk?.initializeParams?.size;
    const bootDisk = { on: fullName(inZone(inputs.name, inputs, "disks")) };
    return [
        ...Object.entries(setters).flatMap(([property, method]) =>
            isChanged((of) => of[property] || undefined) ? [`compute.instances.${method}`] : [],
        ),
        ...(inputs.bootDisk?.initializeParams?.size !== undefined && isChanged(size)
            ? [{ method: "compute.disks.resize", ...bootDisk }]
            : []),
        ...(has(inputs, old) ? ["compute.instances.attachDisk", ...disks(inputs)] : []),
        ...(has(old, inputs) ? ["compute.instances.detachDisk"] : []),
        ...(inputs.resourcePolicies && !old.resourcePolicies
            ? ["compute.instances.addResourcePolicies", ...policies(inputs)]
            : []),
        ...(old.resourcePolicies && !inputs.resourcePolicies ? ["compute.instances.removeResourcePolicies"] : []),
        ...(stopped.length > 0 ? ["compute.instances.stop", ...stopped, "compute.instances.start"] : []),
        wait,
        "compute.instances.get",
    ];
}

/** Calls for instances, disks and resource policies. */
export const machines: Record<string, TypeCalls> = {
    "gcp:compute/instance:Instance": {
        create: (inputs) => [
            "compute.instances.insert",
            ...subnetworks(inputs),
            ...disks(inputs),
            ...snapshots(inputs.bootDisk?.initializeParams?.snapshot, inputs),
            ...policies(inputs),
            ...actAs(inputs),
            ...(inputs.deletionProtection ? ["compute.instances.setDeletionProtection"] : []),
            wait,
            "compute.instances.get",
            "compute.disks.get",
        ],
        read: ["compute.instances.get", "compute.disks.get"],
        update: updateInstance,
        delete: ["compute.instances.delete", wait],
    },
    "gcp:compute/disk:Disk": {
        create: (inputs) => ["compute.disks.insert", ...snapshots(inputs.snapshot, inputs), wait, "compute.disks.get"],
        update: (inputs, _, old = {}) => [
            ...(inputs.size !== old.size ? ["compute.disks.resize"] : []),
            ...(text(inputs.labels) !== text(old.labels) ? ["compute.disks.setLabels"] : []),
            ...(text([inputs.provisionedIops, inputs.provisionedThroughput]) !==
            text([old.provisionedIops, old.provisionedThroughput])
                ? ["compute.disks.update"]
                : []),
            wait,
            "compute.disks.get",
        ],
        delete: ["compute.disks.delete", wait],
    },
    "gcp:compute/regionDisk:RegionDisk": {
        create: (inputs) => [
            "compute.regionDisks.insert",
            ...snapshots(inputs.snapshot, inputs),
            regionWait,
            "compute.regionDisks.get",
        ],
        read: ["compute.regionDisks.get"],
        update: (inputs, _, old = {}) => [
            ...(inputs.size !== old.size ? ["compute.regionDisks.resize"] : []),
            ...(text(inputs.labels) !== text(old.labels) ? ["compute.regionDisks.setLabels"] : []),
            regionWait,
            "compute.regionDisks.get",
        ],
        delete: ["compute.regionDisks.delete", regionWait],
    },
    "gcp:compute/snapshot:Snapshot": {
        create: (inputs) => [
            { method: "compute.disks.createSnapshot", on: fullName(inZone(inputs.sourceDisk, inputs, "disks")) },
            wait,
            "compute.snapshots.get",
        ],
        read: ["compute.snapshots.get"],
        update: ["compute.snapshots.setLabels", "compute.globalOperations.get", "compute.snapshots.get"],
        delete: ["compute.snapshots.delete", "compute.globalOperations.get"],
    },
    "gcp:compute/attachedDisk:AttachedDisk": {
        create: (inputs) => [
            { method: "compute.instances.attachDisk", on: fullName(inZone(inputs.instance, inputs, "instances")) },
            { method: "compute.disks.use", on: fullName(inZone(inputs.disk, inputs, "disks")) },
            wait,
        ],
        read: ["compute.instances.get"],
        update: [],
        delete: ["compute.instances.detachDisk", wait],
    },
    "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment": {
        create: (inputs) => [
            { method: "compute.disks.addResourcePolicies", on: fullName(inZone(inputs.disk, inputs, "disks")) },
            { method: "compute.resourcePolicies.use", on: fullName(policyPath(inputs.name, inputs)) },
            wait,
            "compute.disks.get",
        ],
        read: ["compute.disks.get"],
        update: [],
        delete: ["compute.disks.removeResourcePolicies", wait],
    },
    "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment": {
        create: (inputs) => [
            {
                method: "compute.regionDisks.addResourcePolicies",
                on: fullName(pathOf(inputs.disk, inputs.project, `regions/${inputs.region}/disks`)),
            },
            { method: "compute.resourcePolicies.use", on: fullName(policyPath(inputs.name, inputs)) },
            regionWait,
            "compute.regionDisks.get",
        ],
        read: ["compute.regionDisks.get"],
        update: [],
        delete: ["compute.regionDisks.removeResourcePolicies", regionWait],
    },
};
