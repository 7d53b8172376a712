import { AutoscaledInstanceGroup, VirtualMachine, type VirtualMachineArgs } from "slipway";
import { changeWarning } from "../../../lib/compute/changes";
import { refused, registered, registeredWhole } from "../registered";

const machine = (args: object = {}) =>
    new VirtualMachine("gateway", { zone: "europe-west1-b", ...args } as VirtualMachineArgs);
const apps = { network: "apps", subnet: "apps" };
const features = { nestedVirtualization: true, threadsPerCore: 1, turboMode: "ALL_CORE_MAX" };
const provided = { enableNestedVirtualization: true, threadsPerCore: 1, turboMode: "ALL_CORE_MAX" };
const aliasRanges = { services: "10.1.0.16/28", pods: "/24" };
const aliasIpRanges = [
    { subnetworkRangeName: "services", ipCidrRange: "10.1.0.16/28" },
    { subnetworkRangeName: "pods", ipCidrRange: "/24" },
];

test("a machine has features of its processor, forwards packets, and has a host name and a description", async () => {
    const all = await registered(() =>
        machine({
            description: "Forwards packets.",
            hostname: "gateway.acme.internal",
            machineType: "n2-standard-4",
            advancedMachineFeatures: features,
            canIpForward: true,
            network: { ...apps, nicType: "GVNIC", aliasRanges },
            interfaces: [{ network: "data", subnet: "data", nicType: "VIRTIO_NET" }],
        }),
    );
    const subnet = (name: string) => `projects/acme-dev/regions/europe-west1/subnetworks/${name}`;
    expect(all["Instance gateway"]).toMatchObject({
        description: "Forwards packets.",
        hostname: "gateway.acme.internal",
        advancedMachineFeatures: provided,
        canIpForward: true,
        networkInterfaces: [
            { subnetwork: subnet("apps"), nicType: "GVNIC", aliasIpRanges },
            { subnetwork: subnet("data"), nicType: "VIRTIO_NET" },
        ],
    });
});

test("the instances of a group have them as well", async () => {
    const all = await registered(
        () =>
            new AutoscaledInstanceGroup("gateway", {
                machineType: "c3-standard-4",
                advancedMachineFeatures: { threadsPerCore: 2 },
                canIpForward: true,
                network: { ...apps, nicType: "GVNIC", aliasRanges: { services: "/28" } },
            }),
    );
    expect(all["RegionInstanceTemplate gateway-template"]).toMatchObject({
        advancedMachineFeatures: { enableNestedVirtualization: false, threadsPerCore: 2 },
        canIpForward: true,
        networkInterfaces: [
            { nicType: "GVNIC", aliasIpRanges: [{ subnetworkRangeName: "services", ipCidrRange: "/28" }] },
        ],
    });
});

test("an interface has an IPv6 address of the kind of its subnet as well", async () => {
    const all = await registered(() =>
        machine({
            network: { ...apps, ipv6: "internal" },
            interfaces: [{ network: "data", subnet: "data", ipv6: "external" }],
        }),
    );
    expect(all["Instance gateway"]).toMatchObject({
        networkInterfaces: [
            { stackType: "IPV4_IPV6" },
            { stackType: "IPV4_IPV6", ipv6AccessConfigs: [{ networkTier: "PREMIUM" }] },
        ],
    });
});

test("a machine without features has no block of them", async () => {
    for (const args of [
        {},
        { advancedMachineFeatures: {} },
        { advancedMachineFeatures: { nestedVirtualization: false } },
    ]) {
        const { "Instance gateway": instance } = await registered(() => machine(args));
        expect(instance).not.toHaveProperty("advancedMachineFeatures");
    }
});

test.each<[string, object, string]>([
    [
        "nested virtualization of E2",
        { advancedMachineFeatures: { nestedVirtualization: true } },
        "advancedMachineFeatures.nestedVirtualization: [compute/nested-virtualization-of-machine]",
    ],
    [
        "nested virtualization of AMD",
        { machineType: "n2d-standard-2", advancedMachineFeatures: { nestedVirtualization: true } },
        "advancedMachineFeatures.nestedVirtualization: [compute/nested-virtualization-of-machine]",
    ],
    [
        "nested virtualization of Arm",
        { machineType: "c4a-standard-2", advancedMachineFeatures: { nestedVirtualization: true } },
        "advancedMachineFeatures.nestedVirtualization: [compute/nested-virtualization-of-machine]",
    ],
    [
        "two threads of Arm",
        { machineType: "c4a-standard-2", advancedMachineFeatures: { threadsPerCore: 2 } },
        "advancedMachineFeatures.threadsPerCore: [compute/threads-of-machine]",
    ],
    [
        "three threads",
        { advancedMachineFeatures: { threadsPerCore: 3 } },
        "advancedMachineFeatures.threadsPerCore: must be",
    ],
    ["a host name without a domain", { hostname: "gateway" }, "hostname: must be a domain"],
    [
        "an alias range that is none",
        { network: { ...apps, aliasRanges: { services: "10.1.0.17/28" } } },
        "network.aliasRanges.services: must start at the first address of its block, 10.1.0.16/28",
    ],
    [
        "a size of an alias range that is none",
        { network: { ...apps, aliasRanges: { services: "/33" } } },
        "network.aliasRanges.services: must be a size from /8 to /32",
    ],
    ["another card", { network: { ...apps, nicType: "gvnic" } }, "network.nicType: must be one of GVNIC, VIRTIO_NET"],
    [
        "Google's name of a feature",
        { advancedMachineFeatures: { enableNestedVirtualization: true } },
        'did you mean "nestedVirtualization"?',
    ],
])("%s is refused", async (_, args, text) => {
    expect(await refused(() => machine(args))).toContain(text);
});

const tracked = async (args: object) => {
    const { kept } = await registeredWhole(() => machine({ machineType: "n2-standard-4", ...args }));
    return Object.values(kept ?? {})[0] as never;
};

test.each<[string, object, string]>([
    ["host name", { hostname: "gateway.acme.internal" }, "another hostname replaces the machine"],
    ["card", { network: { ...apps, nicType: "GVNIC" } }, "another nicType replaces the machine"],
    [
        "feature",
        { advancedMachineFeatures: { threadsPerCore: 1 } },
        "another advancedMachineFeatures stops the machine",
    ],
])("a preview says what a %s changes, set or removed", async (_, args, text) => {
    const [without, having] = [await tracked({ network: apps }), await tracked({ network: apps, ...args })];
    const seen = (before: never, now: never) => changeWarning('VirtualMachine "gateway"', before, now);
    expect(seen(without, having)).toContain(text);
    expect(seen(having, without)).toContain(text);
    expect(seen(having, having)).toBeUndefined();
    expect(
        seen(without, await tracked({ network: { ...apps, aliasRanges }, canIpForward: true, description: "x" })),
    ).toBeUndefined();
});
