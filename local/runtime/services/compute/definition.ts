import { type Inputs, lastPart } from "../../../simulator";

/** What a machine is started with: an instance, or one of a group with the properties of its template. */
export interface MachineDefinition {
    name: string;
    /** The numeric ID. */
    id: string;
    project: string;
    zone: string;
    machineType: string;
    metadata: Record<string, string>;
    tags: string[];
    /** The account; without it, the machine has no tokens. */
    account?: { email: string; scopes: string[] };
    /** `scheduling` as the provider has it. */
    scheduling: Inputs;
    /** The link of the boot disk's image. */
    image: string;
    /** The names of devices, and whether they can be written, of the boot disk and others. */
    disks: { deviceName: string; mode: string }[];
    networkInterfaces: Inputs[];
}

/** The definition of an instance, by its state in the store. */
export const definitionOf = (state: Inputs): MachineDefinition => ({
    ...sharedParts(state),
    name: state.name,
    id: String(state.instanceId),
    zone: state.zone,
    image: state.bootDisk?.initializeParams?.image ?? "",
    disks: [state.bootDisk, ...(state.attachedDisks ?? []), ...(state.scratchDisks ?? [])].map(diskOf),
});

const diskOf = (disk: Inputs | undefined, index: number) => ({
    deviceName: disk?.deviceName ?? `persistent-disk-${index}`,
    mode: disk?.mode ?? "READ_WRITE",
});

/**
 * The definition of an instance of a group, by the state of its template.
 *
 * @param own the instance
 */
export const definitionOfTemplate = (
    state: Inputs,
    own: Pick<MachineDefinition, "name" | "id" | "zone">,
): MachineDefinition => ({
    ...sharedParts(state),
    ...own,
    image: state.disks?.[0]?.sourceImage ?? "",
    disks: (state.disks ?? []).map(diskOf),
});

/** What the states of instances and templates have in common. */
const sharedParts = (state: Inputs) => ({
    project: String(state.project),
    machineType: lastPart(state.machineType),
    metadata: {
        ...Object.fromEntries(
            Object.entries((state.metadata ?? {}) as Inputs).map(([key, value]) => [key, String(value)]),
        ),
        ...(state.metadataStartupScript && { "startup-script": String(state.metadataStartupScript) }),
    },
    tags: (state.tags ?? []) as string[],
    ...(state.serviceAccount?.email && {
        account: { email: String(state.serviceAccount.email), scopes: state.serviceAccount.scopes ?? [] },
    }),
    scheduling: state.scheduling ?? {},
    networkInterfaces: (state.networkInterfaces ?? []) as Inputs[],
});

/** Whether Compute Engine can preempt a machine: https://cloud.google.com/compute/docs/instances/spot */
export const isSpot = ({ scheduling }: Pick<MachineDefinition, "scheduling">): boolean =>
    scheduling.preemptible === true || scheduling.provisioningModel === "SPOT";

/** The name of a machine in the network: https://cloud.google.com/compute/docs/internal-dns */
export const hostnameOf = ({ name, zone, project }: MachineDefinition): string =>
    `${name}.${zone}.c.${project.includes(":") ? project.split(":").reverse().join(".") : project}.internal`;
