import { type Call, type Calls, type Inputs, lastPart, type TypeCalls } from "../../../rules/rules";
import { zoneWait } from "../calls";
import { fullName, subnetworkPath } from "../names";
import { policyPath } from "./resourcePolicy";
import { snapshotUse } from "./snapshot";
import { inZone } from "./zonal";

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
        zoneWait,
        "compute.instances.get",
    ];
}

/** The calls for an instance. */
export const instanceCalls: TypeCalls = {
    create: (inputs) => [
        "compute.instances.insert",
        ...subnetworks(inputs),
        ...disks(inputs),
        ...snapshotUse(inputs.bootDisk?.initializeParams?.snapshot, inputs),
        ...policies(inputs),
        ...actAs(inputs),
        ...(inputs.deletionProtection ? ["compute.instances.setDeletionProtection"] : []),
        zoneWait,
        "compute.instances.get",
        "compute.disks.get",
    ],
    read: ["compute.instances.get", "compute.disks.get"],
    update: updateInstance,
    delete: ["compute.instances.delete", zoneWait],
};
