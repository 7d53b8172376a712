import type { Inputs } from "../../../local/simulator/rules/rules";
import { type Made, refusalOf, World } from "./world";

const region = "europe-west1";
const at = `projects/acme-dev/regions/${region}`;

/** A load balancer and subnets for consumers in one network, and an endpoint's address in another. */
function prepared(): { world: World; rule: Made; subnet: Made } {
    const world = new World();
    world.enable("compute", "servicedirectory");
    for (const name of ["private", "other"]) {
        world.make("Network", { name, autoCreateSubnetworks: false });
    }
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.make("Subnetwork", { name: "shop", network: "other", ipCidrRange: "10.0.0.0/24" });
    const purpose = "PRIVATE_SERVICE_CONNECT";
    const subnet = world.make("Subnetwork", { name: "psc", network: "private", ipCidrRange: "10.1.0.0/24", purpose });
    world.make("Subnetwork", { name: "more", network: "private", ipCidrRange: "10.2.0.0/24", purpose });
    world.make("Subnetwork", { name: "far", network: "other", ipCidrRange: "10.3.0.0/24", purpose });
    world.make("RegionHealthCheck", { name: "check", region, tcpHealthCheck: { port: 80 } });
    const healthChecks = `${at}/healthChecks/check`;
    const rules = ["INTERNAL", "EXTERNAL"].map((scheme) => {
        const name = scheme === "INTERNAL" ? "inner" : "outer";
        const service = { name, region, healthChecks, loadBalancingScheme: scheme, protocol: "TCP" };
        world.make("RegionBackendService", service);
        const rule = { name, region, loadBalancingScheme: scheme, backendService: `${at}/backendServices/${name}` };
        const place = scheme === "INTERNAL" ? { network: "private", subnetwork: "apps" } : {};
        return world.make("ForwardingRule", { ...rule, ...place, ipProtocol: "TCP", ports: ["80"] });
    });
    world.make("Address", { name: "to-sales", region, addressType: "INTERNAL", subnetwork: "shop" });
    return { world, rule: rules[0] as Made, subnet };
}

const attachment = {
    name: "sales",
    region,
    targetService: `${at}/forwardingRules/inner`,
    natSubnets: [`${at}/subnetworks/psc`],
    connectionPreference: "ACCEPT_MANUAL",
    enableProxyProtocol: false,
};
const attach = (world: World, inputs: Inputs = {}) => world.make("ServiceAttachment", { ...attachment, ...inputs });

test.each<[string, Inputs, string]>([
    [
        "a rule that does not exist",
        { targetService: "gone" },
        "'projects/acme-dev/regions/europe-west1/forwardingRules/gone' was not found",
    ],
    ["an external load balancer", { targetService: "outer" }, "must be a forwarding rule of an internal load balancer"],
    ["a subnet for machines", { natSubnets: ["apps"] }, "with the purpose PRIVATE_SERVICE_CONNECT"],
    ["a subnet of another network", { natSubnets: ["far"] }, "with the purpose PRIVATE_SERVICE_CONNECT"],
    ["no subnet", { natSubnets: [] }, "At least one NAT subnet is required"],
    [
        "projects and networks",
        {
            consumerAcceptLists: [{ projectIdOrNum: "acme-dev", connectionLimit: 1 }],
            consumerRejectLists: ["projects/acme-dev/global/networks/other"],
        },
        "must have only projects or only networks",
    ],
    ["a domain without a dot", { domainNames: ["p.acme.com"] }, "which ends with a dot"],
])("a service attachment is refused for %s", (_, inputs, message) => {
    expect(refusalOf(() => attach(prepared().world, inputs))).toContain(message);
});

test("a forwarding rule and a subnet are in one attachment, and cannot be deleted before it", () => {
    const { world, rule, subnet } = prepared();
    const made = attach(world);
    expect(refusalOf(() => attach(world, { name: "twice" }))).toContain("is already being used by");
    expect(refusalOf(() => attach(world, { name: "twice", natSubnets: ["more"] }))).toContain(
        "is already being used by",
    );
    expect(refusalOf(() => world.remove(rule))).toContain(made.id);
    expect(refusalOf(() => world.remove(subnet))).toContain(made.id);
});

const own = "projects/acme-dev/global/networks/other";

test.each<[string, Inputs]>([
    ["PENDING", {}],
    ["ACCEPTED", { connectionPreference: "ACCEPT_AUTOMATIC" }],
    ["ACCEPTED", { consumerAcceptLists: [{ projectIdOrNum: "acme-dev", connectionLimit: 1 }] }],
    ["ACCEPTED", { consumerAcceptLists: [{ networkUrl: own, connectionLimit: 1 }] }],
    ["PENDING", { consumerAcceptLists: [{ networkUrl: own.replace("other", "private"), connectionLimit: 1 }] }],
    ["REJECTED", { connectionPreference: "ACCEPT_AUTOMATIC", consumerRejectLists: ["acme-dev"] }],
])("the connection of an endpoint is %s by the lists of the attachment: %j", (status, inputs) => {
    const { world } = prepared();
    const { id } = attach(world, inputs);
    const endpoint = {
        name: "to-sales",
        region,
        network: "other",
        target: id,
        loadBalancingScheme: "",
        ipAddress: `${at}/addresses/to-sales`,
    };
    expect(world.make("ForwardingRule", endpoint).state.pscConnectionStatus).toBe(status);
    expect(
        refusalOf(() => world.make("ForwardingRule", { ...endpoint, name: "lost", target: `${id}-lost` })),
    ).toContain("was not found");
});

test("an attachment lists the endpoints of its consumers with their states", () => {
    const { world } = prepared();
    const made = attach(world, { consumerAcceptLists: [{ projectIdOrNum: "acme-dev", connectionLimit: 1 }] });
    expect(made.state.connectedEndpoints).toEqual([]);
    const endpoint = world.make("ForwardingRule", {
        name: "to-sales",
        region,
        network: "other",
        target: `${at}/serviceAttachments/sales`,
        ipAddress: "to-sales",
        loadBalancingScheme: "",
    });
    expect(world.refreshed(made)?.state.connectedEndpoints).toEqual([
        {
            consumerNetwork: endpoint.state.network,
            endpoint: endpoint.state.selfLink,
            natIps: [],
            propagatedConnectionCount: 0,
            pscConnectionId: endpoint.state.pscConnectionId,
            status: "ACCEPTED",
        },
    ]);
    const changed = world.update(made, { ...made.inputs, description: "of sales" });
    expect(changed.state.connectedEndpoints).toHaveLength(1);
    world.remove(endpoint);
    expect(world.refreshed(changed)?.state.connectedEndpoints).toEqual([]);
});
