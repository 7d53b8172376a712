import { prepare } from "./examples/balancedGroups";
import { World } from "./world";

const zone = "europe-west1-b";
const region = "europe-west1";
const compute = "projects/acme-dev";
const zonal = `${compute}/zones/${zone}`;

let world: World;
beforeEach(() => {
    world = new World();
    prepare(world);
});

const service = (args: object) => world.make("BackendService", { loadBalancingScheme: "EXTERNAL_MANAGED", ...args });
const regionalService = (args: object) =>
    world.make("RegionBackendService", { loadBalancingScheme: "INTERNAL_MANAGED", region, ...args });
const check = (args: object = {}) => world.make("HealthCheck", { tcpHealthCheck: { port: 80 }, ...args }).id;
const ports = { group: `${zonal}/networkEndpointGroups/ports`, balancingMode: "RATE", maxRatePerEndpoint: 10 };
const machines = { group: `${zonal}/instanceGroups/machines` };

// https://cloud.google.com/compute/docs/instance-groups/creating-groups-of-unmanaged-instances
describe("unmanaged groups", () => {
    test("have members that exist, in the zone and the network of the group", () => {
        const membership = { zone, instanceGroup: "machines" };
        expect(() => world.make("InstanceGroupMembership", { ...membership, instance: "missing" })).toThrow(
            `The resource '${zonal}/instances/missing' was not found`,
        );
        world.make("Network", { name: "other", autoCreateSubnetworks: false });
        world.make("InstanceGroup", { name: "others", zone, network: "other" });
        expect(() => world.make("InstanceGroupMembership", { zone, instanceGroup: "others", instance: "web" })).toThrow(
            "The instance must be in the network",
        );
        world.make("InstanceGroup", { name: "far", zone: "europe-west1-c", network: "private" });
        expect(() =>
            world.make("InstanceGroupMembership", {
                zone: "europe-west1-c",
                instanceGroup: "far",
                instance: `${zonal}/instances/web`,
            }),
        ).toThrow("The instance must be in the zone");
    });

    test("list their members", () => {
        const group = world.make("InstanceGroup", { name: "shop", zone, network: "private" });
        world.make("InstanceGroupMembership", { zone, instanceGroup: "shop", instance: "web" });
        expect(world.refreshed(group)?.state).toMatchObject({
            size: 1,
            instances: [expect.stringContaining(`${zonal}/instances/web`)],
        });
    });
});

// https://cloud.google.com/load-balancing/docs/negs/zonal-neg-concepts
describe("endpoints", () => {
    test("of machines have an address of the machine", () => {
        const endpoint = { zone, networkEndpointGroup: "ports", instance: "web", port: 80 };
        expect(() => world.make("NetworkEndpoint", { ...endpoint, ipAddress: "10.0.0.99" })).toThrow(
            "The address must be the primary address of the instance",
        );
        world.make("NetworkEndpoint", { ...endpoint, ipAddress: "10.0.0.5" });
    });

    test("outside of Google Cloud have no machine", () => {
        const endpoint = { zone, networkEndpointGroup: "factory", ipAddress: "10.0.0.5", port: 80 };
        expect(() => world.make("NetworkEndpoint", { ...endpoint, instance: "web" })).toThrow("is not supported");
    });

    // https://cloud.google.com/load-balancing/docs/negs/internet-neg-concepts
    test("on the internet are alone in a global group, and of its type", () => {
        const endpoint = { globalNetworkEndpointGroup: "partner", port: 443 };
        expect(() => world.make("GlobalNetworkEndpoint", { ...endpoint, ipAddress: "203.0.113.7" })).toThrow("fqdn");
        world.make("GlobalNetworkEndpoint", { ...endpoint, fqdn: "api.acme.com" });
        expect(() => world.make("GlobalNetworkEndpoint", { ...endpoint, fqdn: "eu.acme.com" })).toThrow("only one");
    });
});

// https://cloud.google.com/load-balancing/docs/backend-service
describe("backend services", () => {
    test("of endpoints have the mode RATE, a rate and a health check", () => {
        expect(() => service({ backends: [ports] })).toThrow("must have a health check");
        const healthChecks = check();
        expect(() => service({ healthChecks, backends: [{ group: ports.group }] })).toThrow("The mode must be RATE");
        expect(() => service({ healthChecks, backends: [{ ...ports, maxRatePerEndpoint: undefined }] })).toThrow(
            "A maximum rate",
        );
        service({ healthChecks, backends: [ports] });
    });

    test("with endpoints on the internet have no health check", () => {
        const backends = [{ group: `${compute}/global/networkEndpointGroups/partner` }];
        expect(() => service({ healthChecks: check(), backends })).toThrow("Health checks are not supported");
        service({ backends });
    });

    test("have either instances or endpoints", () => {
        expect(() => service({ healthChecks: check(), backends: [ports, machines] })).toThrow("either instance groups");
    });

    // https://cloud.google.com/load-balancing/docs/health-check-concepts#lb_guide
    test("have a health check of their scope, except internal ones of a region", () => {
        const scope = "The health check must have the scope of the backend service.";
        const regional = world.make("RegionHealthCheck", { region, tcpHealthCheck: { port: 80 } });
        const external = { loadBalancingScheme: "EXTERNAL_MANAGED", backends: [{ ...machines, capacityScaler: 1 }] };
        expect(() => regionalService({ ...external, healthChecks: check() })).toThrow(scope);
        expect(() => service({ healthChecks: regional.id, backends: [machines] })).toThrow(scope);
        regionalService({ healthChecks: regional.id, backends: [machines] });
        regionalService({ name: "other", healthChecks: check(), backends: [machines] });
    });

    test("keep their groups from being deleted", () => {
        const group = world.make("InstanceGroup", { name: "shop", zone, network: "private" });
        service({ healthChecks: check(), backends: [{ group: `${zonal}/instanceGroups/shop` }] });
        expect(() => world.remove(group)).toThrow("is already being used by");
    });
});

test("groups of published services and of the internet in a region have a target or a network", () => {
    const make = (args: object) => world.make("RegionNetworkEndpointGroup", { region, ...args });
    expect(() => make({ networkEndpointType: "PRIVATE_SERVICE_CONNECT" })).toThrow("pscTargetService");
    expect(() => make({ networkEndpointType: "INTERNET_FQDN_PORT" })).toThrow("network");
});

test("data sources find groups of a zone by their names", () => {
    world.make("InstanceGroup", { name: "shop", zone, network: "private", namedPorts: [{ name: "http", port: 80 }] });
    const find = (kind: string, inputs: object) => world.provider.invoke(`gcp:compute/get${kind}:get${kind}`, inputs);
    expect(find("InstanceGroup", { name: "shop", zone })).toMatchObject({
        zone,
        namedPorts: [{ name: "http", port: 80 }],
    });
    expect(find("NetworkEndpointGroup", { name: "ports", zone })).toMatchObject({
        zone,
        networkEndpointType: "GCE_VM_IP_PORT",
    });
    expect(() => find("InstanceGroup", { name: "shop", zone: "europe-west1-c" })).toThrow("not found");
});
