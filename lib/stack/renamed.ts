import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { supportsTransforms, typeOf, valueIfKnown } from "../internal/engine/pulumiSdk";
import { resourcesInState, type StateOutputs } from "../internal/engine/stackState";

/**
 * What other resources use without being replaced with it: machines a disk or a network, services and jobs a subnet, disks a schedule. Google
 * Cloud refuses to delete these before their users have left them, and the provider deletes every resource with a name in the program first
 * (`nameRequiresDeleteBeforeReplace`): https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/schema.go. Under another
 * name they can exist together, so that the new one is created first. Under the same name, they cannot.
 *
 * By type: the inputs that are its name, and what must change as well. Subnets with the same range cannot be in one network.
 */
const named: Record<string, { by: string[]; within?: string }> = {
    "gcp:compute/disk:Disk": { by: ["name", "zone", "project"] },
    "gcp:compute/network:Network": { by: ["name", "project"] },
    "gcp:compute/regionDisk:RegionDisk": { by: ["name", "region", "project"] },
    "gcp:compute/resourcePolicy:ResourcePolicy": { by: ["name", "region", "project"] },
    "gcp:compute/subnetwork:Subnetwork": { by: ["name", "region", "project"], within: "network" },
};

const prepared = new WeakSet<pulumi.Resource>();

/** Creates a resource of a component under its new name before the one with the previous name is deleted. */
export const createRenamedFirst: pulumi.ResourceTransformation = ({ resource, type, name, props, opts }) => {
    const parent = opts.parent;
    const isOwn = typeOf(parent)?.startsWith("slipway:index:");
    const { import: imported, id }: pulumi.CustomResourceOptions = opts;
    const isManaged = imported === undefined && id === undefined && opts.urn === undefined;
    const identity = named[type];
    if (!identity || !isOwn || !isManaged || prepared.has(resource) || !supportsTransforms()) {
        return undefined;
    }
    prepared.add(resource);
    const state = resourcesInState();
    const urn = known(pulumi.createUrn(name, type, parent));
    const transform: pulumi.ResourceTransform = AsyncResource.bind(async (args) => {
        const outputs = (await state)?.get(String(await urn));
        return outputs && (await isElsewhere(args.props, outputs, identity))
            ? { props: args.props, opts: { ...args.opts, deleteBeforeReplace: false } as pulumi.CustomResourceOptions }
            : undefined;
    });
    return { props, opts: { ...opts, transforms: [...(opts.transforms ?? []), transform] } };
};

/** Whether the resource can exist together with the one in the state. */
async function isElsewhere(
    props: pulumi.Inputs,
    outputs: StateOutputs,
    { by, within }: { by: string[]; within?: string },
): Promise<boolean> {
    const values = await Promise.all([...by, within ?? ""].map((key) => known(props[key])));
    const isOther = (value: unknown, key: string) => lastPart(value) !== lastPart(outputs[key]);
    // Inputs that are left out are settings of the provider. A new network is unknown at preview.
    const hasOtherName = by.some((key, index) => values[index] !== undefined && isOther(values[index], key));
    return hasOtherName && (within === undefined || isOther(values.at(-1), within));
}

/** Paths and self links end with the name. */
const lastPart = (value: unknown) => (typeof value === "string" ? value.split("/").at(-1) : value);

/** The value of an input; undefined if it is unknown. */
const known = (input: unknown): Promise<unknown> => valueIfKnown(pulumi.output(input));
