import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, World } from "./world";

/** A project with a network, and machines in it. */
function prepared() {
    const world = new World();
    world.enable("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    const machine = (name: string, networkInterface: Inputs) =>
        world.make("Instance", {
            name,
            zone: "europe-west1-b",
            machineType: "e2-medium",
            bootDisk: { initializeParams: { image: "debian-cloud/debian-12" } },
            networkInterfaces: [{ subnetwork: "apps", subnetworkProject: "acme-dev", ...networkInterface }],
        });
    return { world, machine };
}

const outside = (natIp: string, networkTier = "PREMIUM") => ({ accessConfigs: [{ natIp, networkTier }] });

test("a machine has a static address of its region, which nobody can release", () => {
    const { world, machine } = prepared();
    const address = world.make("Address", { name: "web" });
    const made = machine("web", outside(address.state.address));
    expect(made.state.networkInterfaces).toMatchObject([{ accessConfigs: [{ natIp: address.state.address }] }]);
    expect(refusalOf(() => world.remove(address))).toContain(
        "The address resource 'projects/acme-dev/regions/europe-west1/addresses/web' is already being used by 'projects/acme-dev/zones/europe-west1-b/instances/web'",
    );
    world.remove(made);
    world.remove(address);
});

test("a machine with an external address that is not reserved in its region is refused", () => {
    const { world, machine } = prepared();
    const message = (address: string) =>
        `Error creating instance: googleapi: Error 400: Invalid value for field 'resource.networkInterfaces[0].accessConfigs[0].natIP': '${address}'. The specified external IP address '${address}' was not found in region 'europe-west1'., invalid`;
    const addresses = [
        world.make("GlobalAddress", { name: "shop" }),
        world.make("Address", { name: "far", region: "us-east1" }),
        world.make("Address", { name: "inside", addressType: "INTERNAL", subnetwork: "apps" }),
    ].map(({ state }) => String(state.address));
    for (const address of [...addresses, "198.51.100.7"]) {
        expect(refusalOf(() => machine("web", outside(address)))).toBe(message(address));
    }
});

test("a machine with an address of another network tier is refused", () => {
    const { world, machine } = prepared();
    const { state } = world.make("Address", { name: "web", networkTier: "STANDARD" });
    expect(refusalOf(() => machine("web", outside(state.address)))).toContain(
        `External IP address: ${state.address} has a different network tier STANDARD from the network tier in instance access config PREMIUM.`,
    );
    expect(machine("web", outside(state.address, "STANDARD")).state.name).toBe("web");
});

test("two machines with one external address are refused", () => {
    const { world, machine } = prepared();
    const { state } = world.make("Address", { name: "web" });
    machine("web", outside(state.address));
    expect(refusalOf(() => machine("other", outside(state.address)))).toContain(
        `External IP address: ${state.address} is already in-use.`,
    );
});

test("a machine has a reserved internal address, which only it can have, and nobody can release", () => {
    const { world, machine } = prepared();
    const address = world.make("Address", {
        name: "db",
        addressType: "INTERNAL",
        subnetwork: "apps",
        address: "10.0.0.7",
    });
    const made = machine("db", { networkIp: "10.0.0.7" });
    expect(refusalOf(() => machine("other", { networkIp: "10.0.0.7" }))).toContain(
        "IP '10.0.0.7' is already being used by another resource.",
    );
    expect(refusalOf(() => world.remove(address))).toContain("instances/db'");
    world.remove(made);
    world.remove(address);
});

test("an address that a machine has can be reserved", () => {
    const { world, machine } = prepared();
    machine("db", { networkIp: "10.0.0.7" });
    const args = { name: "db", addressType: "INTERNAL", subnetwork: "apps", address: "10.0.0.7" };
    expect(world.make("Address", args).state.address).toBe("10.0.0.7");
});

test("an external address with a purpose, and an internal one of Cloud NAT, are refused", () => {
    const { world } = prepared();
    expect(refusalOf(() => world.make("Address", { name: "web", purpose: "SHARED_LOADBALANCER_VIP" }))).toContain(
        "The field cannot be specified with external address.",
    );
    const address = world.make("Address", { name: "in", addressType: "INTERNAL", subnetwork: "apps" });
    world.make("Router", { name: "nat", network: "private" });
    const nat = {
        name: "nat",
        router: "nat",
        natIpAllocateOption: "MANUAL_ONLY",
        natIps: [address.id],
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    };
    expect(refusalOf(() => world.make("RouterNat", nat))).toContain("A NAT IP must be an external IP address.");
});
