import { AutoscaledInstanceGroup, IpAddress, Network, VirtualMachine, type VirtualMachineArgs } from "slipway";
import { changeWarning } from "../../../lib/compute/changes";
import { refused, registered, registeredWhole } from "../registered";

const router = (args: object = {}) =>
    new VirtualMachine("router", { zone: "europe-west1-b", ...args } as VirtualMachineArgs);
const subnets = { main: { range: "10.8.0.0/20" } };
const data = { network: "data", subnet: "data" };

const interfacesOf = (all: Record<string, unknown>, key = "Instance router") =>
    (all[key] as { networkInterfaces: object[] }).networkInterfaces;

test("a machine has an interface in each network, with addresses of its own", async () => {
    const all = await registered(() => {
        const network = new Network("apps", { subnets });
        const other = new Network("other", { subnets: { main: { range: "10.9.0.0/20" } } });
        router({
            machineType: "e2-standard-4",
            network,
            interfaces: [
                other,
                {
                    ...data,
                    publicAddress: new IpAddress("front", { type: "regional-external" }),
                    privateAddress: new IpAddress("back", { type: "regional-internal", network: other }),
                },
                { network: "third", subnet: "third", publicAddress: true },
            ],
        });
    });
    const subnet = (name: string) => `projects/acme-dev/regions/europe-west1/subnetworks/${name}`;
    expect(interfacesOf(all)).toEqual([
        { subnetwork: subnet("apps-main") },
        { subnetwork: subnet("other-main") },
        {
            subnetwork: subnet("data"),
            networkIp: expect.anything(),
            accessConfigs: [{ natIp: expect.anything(), networkTier: "PREMIUM" }],
        },
        { subnetwork: subnet("third"), accessConfigs: [{ networkTier: "PREMIUM" }] },
    ]);
});

test("the instances of a group have several interfaces", async () => {
    const all = await registered(
        () => new AutoscaledInstanceGroup("shop", { interfaces: [{ ...data, publicAddress: true }] }),
    );
    expect(interfacesOf(all, "RegionInstanceTemplate shop-template")).toEqual([
        { subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/slipway-dev-default" },
        {
            subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/data",
            accessConfigs: [{ networkTier: "PREMIUM" }],
        },
    ]);
});

test("a machine of a type that is named by its GPUs can have as many interfaces as any", async () => {
    const interfaces = [1, 2, 3, 4, 5, 6, 7].map((each) => ({ network: `n${each}`, subnet: `n${each}` }));
    const all = await registered(() =>
        router({
            machineType: "a2-highgpu-1g",
            zone: "europe-west4-a",
            network: { network: "far", subnet: "far" },
            interfaces,
        }),
    );
    expect(interfacesOf(all)).toHaveLength(8);
});

test.each<[string, () => unknown, string]>([
    [
        "two interfaces in one network",
        () => router({ network: data, interfaces: [{ network: "data", subnet: "other" }] }),
        "interfaces.0: [compute/interfaces-in-one-network]",
    ],
    [
        "more interfaces than vCPUs",
        () => router({ interfaces: [data, { network: "third", subnet: "third" }] }),
        "interfaces: [compute/too-many-interfaces]",
    ],
    ["an interface without a subnet", () => router({ interfaces: [{ network: "data" }] }), "interfaces.0.subnet: "],
    [
        "an interface in another region",
        () =>
            router({
                interfaces: [{ network: "data", subnet: "projects/acme-dev/regions/europe-west4/subnetworks/data" }],
            }),
        "interfaces.0.subnet: [place/other-region]",
    ],
    ["an interface that is a text", () => router({ interfaces: ["data"] }), "interfaces.0: "],
    [
        "a reserved address of a group",
        () => new AutoscaledInstanceGroup("shop", { interfaces: [{ ...data, privateAddress: "10.0.0.5" } as never] }),
        "interfaces.0.privateAddress: ",
    ],
])("%s is refused", async (_, program, text) => {
    expect(await refused(program)).toContain(text);
});

test("a network without a subnet in the region is refused, and an address of another type", async () => {
    const far = () => new Network("far", { subnets: { main: { range: "10.9.0.0/20", region: "europe-west4" } } });
    const problem = (program: () => unknown) =>
        registered(program).then(
            () => "",
            ({ message }: Error) => message,
        );
    expect(await problem(() => router({ interfaces: [far()] }))).toContain("interfaces.0");
    const publicAddress = () => new IpAddress("front", { type: "global-external" });
    expect(await problem(() => router({ interfaces: [{ ...data, publicAddress: publicAddress() }] }))).toContain(
        "interfaces.0.publicAddress: must be an IpAddress of type",
    );
});

const tracked = async (args: object) => {
    const { kept } = await registeredWhole(() => router({ machineType: "e2-standard-4", ...args }));
    return Object.values(kept ?? {})[0] as never;
};

test("another number of interfaces replaces the machine, and another network of one stops it, as the preview says", async () => {
    const third = { network: "third", subnet: "third" };
    const none = await tracked({});
    const one = await tracked({ interfaces: [data] });
    const two = await tracked({ interfaces: [data, third] });
    const other = await tracked({ interfaces: [third] });
    const seen = (before: never, now: never) => changeWarning('VirtualMachine "router"', before, now);
    expect(seen(none, none)).toBeUndefined();
    expect(seen(none, one)).toContain("another number of interfaces replaces the machine");
    expect(seen(one, two)).toContain("another number of interfaces replaces the machine");
    expect(seen(one, none)).toContain("another number of interfaces replaces the machine");
    expect(seen(one, other)).toContain("another network of an interface stops the machine");
});
