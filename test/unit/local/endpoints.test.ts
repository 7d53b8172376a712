import type { Inputs } from "../../../local/simulator/rules/rules";
import { type Made, refusalOf, World } from "./world";

const network = "projects/acme-dev/global/networks/private";
const target = "projects/acme-services/regions/europe-west1/serviceAttachments/sales";

/** A project with a network, a subnetwork, and an address in each. */
function prepared() {
    const world = new World();
    world.enable("compute", "dns", "servicedirectory", "servicenetworking");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "services", network: "private", ipCidrRange: "10.0.0.0/24" });
    const inside = world.make("Address", { name: "inside", addressType: "INTERNAL", subnetwork: "services" });
    const apis = world.make("GlobalAddress", { name: "apis", ...apisAddress, address: "10.255.255.254" });
    return { world, inside, apis };
}

const apisAddress = { purpose: "PRIVATE_SERVICE_CONNECT", addressType: "INTERNAL", network };
const args = { name: "sales", loadBalancingScheme: "", network, ipAddress: "inside", target };
const bundle = { name: "apis", loadBalancingScheme: "", network, ipAddress: "apis", target: "all-apis" };

describe("an endpoint", () => {
    const endpoint = (world: World, more: Inputs = {}) => world.make("ForwardingRule", { ...args, ...more });
    const creating = "Error creating ForwardingRule: googleapi: Error";

    test("has an address, and the service accepts it", () => {
        const { world } = prepared();
        expect(endpoint(world).state).toMatchObject({
            ipAddress: "10.0.0.2",
            pscConnectionStatus: "ACCEPTED",
            pscConnectionId: expect.stringMatching(/^\d{17}$/),
            network: `https://www.googleapis.com/compute/v1/${network}`,
        });
    });

    test("is replaced for another service, but not for another format of the same one", () => {
        const { world } = prepared();
        const { token, inputs, state } = endpoint(world);
        const replaced = (more: Inputs) => world.provider.diff(token, { ...inputs, ...more }, inputs, state).replaced;
        expect(replaced({ target: target.replace("sales", "orders") })).toEqual(["target"]);
        expect(replaced({ target: `https://www.googleapis.com/compute/v1/${target}` })).toEqual([]);
        expect(replaced({ ipAddress: "10.0.0.9" })).toEqual(["ipAddress"]);
        expect(replaced({ allowPscGlobalAccess: true })).toEqual([]);
    });

    test.each<[Inputs, string]>([
        [
            { loadBalancingScheme: "INTERNAL" },
            "400: Invalid value for field 'resource.loadBalancingScheme': 'INTERNAL'.",
        ],
        [{ network: undefined }, "400: Invalid value for field 'resource.network': ''."],
        [{ network: "public" }, "404: The resource 'projects/acme-dev/global/networks/public' was not found, notFound"],
        [
            { target: target.replace("europe-west1", "us-east1") },
            "400: Invalid value for field 'resource.target': 'projects/acme-services/regions/us-east1/serviceAttachments/sales'.",
        ],
        [
            { ipAddress: "outside" },
            "404: The resource 'projects/acme-dev/regions/europe-west1/addresses/outside' was not found, notFound",
        ],
        [{ ipAddress: "10.0.0.9" }, "400: Invalid value for field 'resource.IPAddress': '10.0.0.9'."],
        [{ region: "europe-west99" }, "400: Invalid value for field 'region': 'europe-west99'. Unknown region."],
        [
            { target: undefined, backendService: "sales" },
            "404: The resource 'projects/acme-dev/regions/europe-west1/backendServices/sales' was not found, notFound",
        ],
        [{ target: undefined }, "400: Invalid value for field 'resource.target': ''."],
    ])("is refused with %j", (more, words) => {
        expect(refusalOf(() => endpoint(prepared().world, more))).toContain(`${creating} ${words}`);
    });

    test("has a unique name and address", () => {
        const { world } = prepared();
        world.make("Address", { name: "public" });
        endpoint(world);
        expect(refusalOf(() => endpoint(world, { name: "other" }))).toBe(
            `${creating} 400: Invalid value for field 'resource.IPAddress': '10.0.0.2'. Specified IP address is in-use and would result in a conflict., invalid`,
        );
        expect(refusalOf(() => endpoint(world, { ipAddress: "public" }))).toContain(
            "The purpose of the IP address must be GCE_ENDPOINT.",
        );
        world.make("Address", { name: "free", addressType: "INTERNAL", subnetwork: "services" });
        expect(refusalOf(() => endpoint(world, { ipAddress: "free" }))).toBe(
            `${creating} 409: The resource 'projects/acme-dev/regions/europe-west1/forwardingRules/sales' already exists, alreadyExists`,
        );
    });

    test("has an address in the region of its subnetwork", () => {
        const { world } = prepared();
        const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/services";
        const far = { name: "far", addressType: "INTERNAL", region: "us-east1", subnetwork };
        expect(refusalOf(() => world.make("Address", far))).toBe(
            `Error creating Address: googleapi: Error 400: Invalid value for field 'resource.subnetwork': '${subnetwork}'. The subnetwork must be in the same region as the address, 'us-east1'., invalid`,
        );
    });

    test("prevents deletion of its address and network", () => {
        const { world, inside } = prepared();
        const made = endpoint(world);
        expect(refusalOf(() => world.remove(inside))).toBe(
            "Error when reading or editing Address: googleapi: Error 400: The address resource 'projects/acme-dev/regions/europe-west1/addresses/inside' is already being used by 'projects/acme-dev/regions/europe-west1/forwardingRules/sales', resourceInUseByAnotherResource",
        );
        world.remove(made);
        world.remove(inside);
    });
});

describe("an endpoint for Google APIs", () => {
    const endpoint = (world: World, more: Inputs = {}) => world.make("GlobalForwardingRule", { ...bundle, ...more });
    const creating = "Error creating GlobalForwardingRule: googleapi: Error";

    test("has a reserved address, and prevents deletion of it and of its network", () => {
        const { world, apis } = prepared();
        const made = endpoint(world);
        expect(made.state).toMatchObject({ ipAddress: "10.255.255.254", pscConnectionStatus: "" });
        const used = "projects/acme-dev/global/forwardingRules/apis";
        expect(refusalOf(() => world.remove(apis))).toContain(`is already being used by '${used}'`);
        world.remove(made);
        world.remove(apis);
    });

    test.each<[Inputs, string]>([
        [{ name: "google-apis" }, "400: Invalid value for field 'resource.name': 'google-apis'."],
        [{ name: "a".repeat(21) }, `400: Invalid value for field 'resource.name': '${"a".repeat(21)}'.`],
        [
            { ipAddress: "other" },
            "404: The resource 'projects/acme-dev/global/addresses/other' was not found, notFound",
        ],
        [{ target: "some-apis" }, "404: The resource 'projects/acme-dev/global/targetPools/some-apis' was not found"],
    ])("is refused with %j", (more, words) => {
        expect(refusalOf(() => endpoint(prepared().world, more))).toContain(`${creating} ${words}`);
    });

    test("is registered with Service Directory in us-central1 or a configured region, and requires its API", () => {
        const { world } = prepared();
        const made = endpoint(world);
        expect(made.state.serviceDirectoryRegistrations).toMatchObject({ serviceDirectoryRegion: "us-central1" });
        world.remove(made);
        const { state } = endpoint(world, {
            serviceDirectoryRegistrations: { serviceDirectoryRegion: "europe-west1" },
        });
        expect(state.serviceDirectoryRegistrations).toMatchObject({
            namespace: expect.stringMatching(/^goog-psc-private-\d+$/),
            serviceDirectoryRegion: "europe-west1",
        });
        const without = new World();
        without.enable("compute");
        without.make("Network", { name: "private", autoCreateSubnetworks: false });
        expect(refusalOf(() => endpoint(without))).toContain(
            `${creating} 403: Service Directory API has not been used in project acme-dev before or it is disabled.`,
        );
    });

    test("requires an address outside of the subnetworks", () => {
        const { world } = prepared();
        const refusal = (more: Inputs) => refusalOf(() => world.make("GlobalAddress", { ...apisAddress, ...more }));
        expect(refusal({ address: "10.0.0.9" })).toContain(
            "Requested range conflicts with other resources: The provided IP range overlaps with existing subnetwork IP range 10.0.0.0/24.",
        );
        expect(refusal({})).toContain("The field is not a valid IP address or does not match");
    });
});

describe("private services access", () => {
    const services = { purpose: "VPC_PEERING", addressType: "INTERNAL", network };
    const connection = {
        network,
        service: "servicenetworking.googleapis.com",
        reservedPeeringRanges: ["google"],
        deletionPolicy: "ABANDON",
    };
    const connect = (world: World, more: Inputs = {}) => world.make("Connection", { ...connection, ...more });
    const sql = { region: "europe-west1", databaseVersion: "POSTGRES_17", deletionProtection: false };
    const instance = (world: World) => {
        world.enable("sqladmin");
        const ipConfiguration = { ipv4Enabled: false, privateNetwork: network };
        const settings = { edition: "ENTERPRISE", tier: "db-custom-2-7680", ipConfiguration };
        return world.make("DatabaseInstance", { name: "sales", ...sql, settings });
    };

    test("has a range outside of all subnetworks, which Google can also choose", () => {
        const { world } = prepared();
        world.make("Subnetwork", { name: "far", network: "private", region: "us-east1", ipCidrRange: "10.127.0.0/20" });
        expect(world.make("GlobalAddress", { name: "google", ...services, prefixLength: 16 }).state.address).toBe(
            "10.126.0.0",
        );
        expect(
            refusalOf(() => world.make("GlobalAddress", { ...services, address: "10.0.0.0", prefixLength: 16 })),
        ).toContain("overlaps with existing subnetwork IP range 10.0.0.0/24.");
    });

    test("that is abandoned prevents deletion of the network only while the peered network has resources", () => {
        const world = new World();
        world.enable("compute", "servicenetworking");
        const made = world.make("Network", { name: "private", autoCreateSubnetworks: false });
        const range = world.make("GlobalAddress", { name: "google", ...services, prefixLength: 16 });
        const connected = connect(world);
        const database = instance(world);
        world.remove(connected);
        world.remove(range);
        expect(refusalOf(() => world.remove(made))).toMatch(
            /^Error waiting for Deleting Network: The network resource 'projects\/acme-dev\/global\/networks\/private' is already being used by 'projects\/acme-dev\/global\/routes\/peering-route-\d{16}'$/,
        );
        world.remove(database);
        world.remove(made);
        expect(world.cloud.store.list().filter(({ type }) => type?.includes("servicenetworking"))).toEqual([]);
    });

    test("of a deleted network keeps its ranges, and accepts others if configured", () => {
        const { world } = prepared();
        for (const name of ["google", "other"]) {
            world.make("GlobalAddress", { name, ...services, prefixLength: 20 });
        }
        connect(world);
        expect(refusalOf(() => connect(world, { reservedPeeringRanges: ["other"] }))).toBe(
            "Error waiting for Create Service Networking Connection: Error code 9, message: Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection.",
        );
        const taken: Made = connect(world, { reservedPeeringRanges: ["other"], updateOnCreationFail: true });
        expect(taken.state).toMatchObject({ reservedPeeringRanges: ["other"] });
    });

    test("exchanges routes only if there is a peering", () => {
        const { world } = prepared();
        const routes = { network: "private", exportCustomRoutes: true, importCustomRoutes: false };
        const tell = (peering: string) => world.make("NetworkPeeringRoutesConfig", { ...routes, peering });
        const peering = "servicenetworking-googleapis-com";
        expect(refusalOf(() => tell(peering))).toContain(
            "Error creating NetworkPeeringRoutesConfig: googleapi: Error 400: There is no peering (servicenetworking-googleapis-com) for the network.",
        );
        world.make("GlobalAddress", { name: "google", ...services, prefixLength: 20 });
        connect(world);
        expect(tell(peering).id).toBe(`${network}/networkPeerings/${peering}`);
    });
});

describe("a zone", () => {
    const zone = { name: "sales", dnsName: "sales.example.", visibility: "private" };
    const seen = (networkUrl: string) => ({ privateVisibilityConfig: { networks: [{ networkUrl }] } });
    const creating = "Error creating ManagedZone: googleapi: Error";

    test("is visible in existing networks, and has a unique name", () => {
        const { world } = prepared();
        const refusal = (more: Inputs) => refusalOf(() => world.make("ManagedZone", { ...zone, ...more }));
        expect(refusal({ dnsName: "sales.example" })).toBe(
            `${creating} 400: Invalid value for 'entity.managedZone.dnsName': 'sales.example', invalid`,
        );
        expect(refusal({ name: "Sales" })).toContain("400: Invalid value for 'entity.managedZone.name': 'Sales'");
        expect(refusal(seen("public"))).toContain("networks[0].networkUrl': 'public'");
        expect(refusal({ ...seen(network), visibility: "public" })).toContain("visibility': 'public'");
        world.make("ManagedZone", { ...zone, ...seen(network) });
        expect(refusal({})).toBe(
            `${creating} 409: The resource 'entity.managedZone' named 'sales' already exists, alreadyExists`,
        );
        expect(refusalOf(() => new World().make("ManagedZone", zone))).toContain(
            "403: Cloud DNS API has not been used in project acme-dev before",
        );
    });

    test("has records of its domain, which prevent its deletion", () => {
        const { world } = prepared();
        const record = { managedZone: "sales", name: "sales.example.", type: "A", rrdatas: ["10.0.0.5"] };
        const refusal = (more: Inputs) => refusalOf(() => world.make("RecordSet", { ...record, ...more }));
        const failed = "Error creating DNS RecordSet: googleapi: Error";
        expect(refusal({})).toBe(
            `${failed} 404: The 'parameters.managedZone' resource named 'sales' does not exist., notFound`,
        );
        const made = world.make("ManagedZone", zone);
        expect(refusal({ name: "sales.example" })).toContain('doesn\'t end with "."');
        expect(refusal({ name: "orders.example." })).toContain(`${failed} 400: Invalid value for 'entity.change`);
        expect(refusal({ rrdatas: ["sales"] })).toContain(`${failed} 400: Invalid value for 'entity.change`);
        expect(refusal({ rrdatas: undefined })).toContain(
            'routingPolicy: Invalid combination of arguments. "routing_policy": one of `routing_policy,rrdatas` must be specified',
        );
        const set = world.make("RecordSet", record);
        expect(refusal({})).toBe(
            `${failed} 409: The resource 'entity.change.additions[0]' named 'sales.example. (A)' already exists, alreadyExists`,
        );
        expect(refusalOf(() => world.remove(made))).toContain(
            "googleapi: Error 400: The resource named 'sales' cannot be deleted because it is not empty, containerNotEmpty",
        );
        world.remove(set);
        world.remove(made);
    });

    test("is deleted with its records if configured", () => {
        const { world } = prepared();
        const made = world.make("ManagedZone", { ...zone, forceDestroy: true });
        world.make("RecordSet", { managedZone: "sales", name: "sales.example.", type: "A", rrdatas: ["10.0.0.5"] });
        world.remove(made);
        expect(world.cloud.store.list("//dns.googleapis.com")).toEqual([]);
    });
});

test("an address that a gateway uses cannot be deleted", () => {
    const { world } = prepared();
    world.make("Router", { name: "out", network: "private" });
    const address = world.make("Address", { name: "out" });
    const nat = world.make("RouterNat", {
        name: "out",
        router: "out",
        natIpAllocateOption: "MANUAL_ONLY",
        natIps: [address.id],
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    });
    expect(refusalOf(() => world.remove(address))).toContain(
        "is already being used by 'projects/acme-dev/regions/europe-west1/routers/out', resourceInUseByAnotherResource",
    );
    world.remove(nat);
    world.remove(address);
});
