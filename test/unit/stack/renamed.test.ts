import type * as pulumi from "@pulumi/pulumi";
import { createRenamedFirst } from "../../../lib/stack/renamed";
import { registration, startProgram, transformed, urnOfChild } from "../engine";

const diskType = "gcp:compute/disk:Disk";
const networkType = "gcp:compute/network:Network";
const subnetType = "gcp:compute/subnetwork:Subnetwork";
const policyType = "gcp:compute/resourcePolicy:ResourcePolicy";

type Program = Awaited<ReturnType<typeof startProgram>>;

/** Whether the previous resource is deleted first, by the options of the new one; undefined if these stay as they are. */
async function deletesFirst(type: string, before: object | undefined, now: pulumi.Inputs) {
    const { shop } = await startProgram({ deployed: before ? { [urnOfChild(type, "data")]: before } : {} });
    const args = registration(type, "data", now, { parent: shop, protect: true });
    const result = createRenamedFirst(args) as pulumi.ResourceTransformationResult;
    expect(result.props).toBe(now);
    const { props, opts } = (await transformed(args, result)) ?? {};
    expect([props, opts?.protect]).toEqual(opts ? [now, true] : [undefined, undefined]);
    return opts && Reflect.get(opts, "deleteBeforeReplace");
}

const disk = { name: "data", zone: "europe-west1-b", project: "acme-dev" };
const link = "https://www.googleapis.com/compute/v1/projects/acme-dev/zones/europe-west1-b";
const subnet = { name: "data", region: "europe-west1", network: "projects/acme-dev/global/networks/one" };

test.each<[string, string, object, pulumi.Inputs]>([
    ["another name", diskType, disk, { ...disk, name: "logs" }],
    ["another zone", diskType, disk, { ...disk, zone: "europe-west1-c" }],
    ["another project", diskType, disk, { ...disk, project: "acme-prod" }],
    ["another name of a network", networkType, { name: "one" }, { name: "two" }],
    ["another project of a network", networkType, { project: "one" }, { project: "two" }],
    ["another name of a schedule", policyType, { name: "one" }, { name: "two" }],
    ["another region of a schedule", policyType, { region: "one" }, { region: "two" }],
    ["another name in another network", subnetType, subnet, { ...subnet, name: "b", network: "two" }],
    ["another region in another network", subnetType, subnet, { ...subnet, region: "b", network: "two" }],
    // The link of a network that the same update creates is unknown at preview.
    ["another name in a new network", subnetType, subnet, { ...subnet, name: "b", network: undefined }],
])("a resource with %s is created before the previous one is deleted", async (_, type, before, now) => {
    expect(await deletesFirst(type, before, now)).toBe(false);
});

test.each<[string, string, object | undefined, pulumi.Inputs]>([
    ["is new", diskType, undefined, disk],
    ["has the same name", diskType, disk, { ...disk, size: 20 }],
    ["has the same zone, as a link", diskType, { ...disk, zone: link }, disk],
    ["leaves out what the provider sets", diskType, disk, { name: "data" }],
    ["has another name in the same network", subnetType, subnet, { ...subnet, name: "b" }],
    ["has the same name in another network", subnetType, subnet, { ...subnet, network: "two" }],
])("the options of a resource stay if it %s", async (_, type, before, now) => {
    expect(await deletesFirst(type, before, now)).toBe(undefined);
});

test.each<[string, string, (program: Program) => pulumi.CustomResourceOptions]>([
    ["of another type", "gcp:storage/bucket:Bucket", () => ({})],
    ["of the program itself", diskType, () => ({ parent: undefined })],
    ["of another component", diskType, ({ stack }) => ({ parent: stack })],
    ["that is imported", diskType, () => ({ import: "data" })],
    ["that is read", diskType, () => ({ id: "data" })],
    ["with a URN", diskType, () => ({ urn: "urn" })],
])("a resource %s is left as it is", async (_, type, options) => {
    const program = await startProgram();
    const args = registration(type, "data", disk, { parent: program.shop, ...options(program) });
    expect(createRenamedFirst(args)).toBe(undefined);
});

test("a resource gets one transform, after those of the program", async () => {
    const { shop } = await startProgram();
    const own = () => undefined;
    const args = registration(diskType, "data", disk, { parent: shop, transforms: [own] });
    const { opts } = createRenamedFirst(args) as pulumi.ResourceTransformationResult;
    expect(opts.transforms).toEqual([own, expect.any(Function)]);
    expect(createRenamedFirst(args)).toBe(undefined);
});
