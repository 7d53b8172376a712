import { IpAddress, Network } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { image } from "../deploying";
import { problemsIn, registered } from "../registered";

/** What a program registers whose deployment has an address, and what it refuses. */
async function exposed(
    expose: (network: Network) => object,
): Promise<{ made: Record<string, object>; refused: string }> {
    let refused = "";
    const made = await registered(() => {
        const network = new Network("apps", { proxyOnlySubnets: true });
        const cluster = new GkeCluster("main", { network });
        const args = { cluster, image, port: 8080, health: "/healthz", expose: expose(network) };
        try {
            new AutoscaledDeployment("echo", args as never);
        } catch (error) {
            refused = problemsIn(error as Error);
        }
    });
    return { made, refused };
}

const domain = "echo.acme.com";
const inside = (network: Network, more: object = {}) =>
    new IpAddress("ip", { type: "regional-internal", network, ...more });
const shared = { purpose: "SHARED_LOADBALANCER_VIP" };

test.each<[string, (network: Network) => object]>([
    [
        "public Gateway",
        () => ({ gateway: { public: true, domain, address: new IpAddress("ip", { type: "global-external" }) } }),
    ],
    ["internal Gateway", (network) => ({ gateway: { domain, certificate: false, address: inside(network, shared) } })],
])("a %s has the address of its arguments, by name, and none of its own", async (_, expose) => {
    const { made, refused } = await exposed(expose);
    expect(refused).toBe("");
    expect(Object.keys(made).filter((key) => /^(Global)?Address /.test(key))).toHaveLength(1);
    expect(made["Gateway echo"]).toMatchObject({ spec: { addresses: [{ type: "NamedAddress", value: "ip" }] } });
});

test("a public Ingress has the address of its arguments, by name", async () => {
    const address = () => new IpAddress("ip", { type: "global-external" });
    const { made, refused } = await exposed(() => ({ ingress: { public: true, domain, address: address() } }));
    expect(refused).toBe("");
    expect(made["Ingress echo"]).toMatchObject({
        metadata: { annotations: { "kubernetes.io/ingress.global-static-ip-name": "ip" } },
    });
});

test.each<[string, (network: Network) => object]>([
    ["public", () => ({ loadBalancer: { public: true, address: new IpAddress("ip") } })],
    ["internal", (network) => ({ loadBalancer: { address: inside(network) } })],
])("a %s load balancer has the address of its arguments", async (_, expose) => {
    const { made, refused } = await exposed(expose);
    expect(refused).toBe("");
    expect(made["Service echo"]).toMatchObject({ spec: { loadBalancerIP: "10.0.0.5" } });
});

test.each<[string, (network: Network) => object, string]>([
    [
        "regional one of a public Gateway",
        () => ({ gateway: { public: true, domain, address: new IpAddress("ip") } }),
        "expose.gateway.address: [address/other-type]",
    ],
    [
        "global one of a load balancer",
        () => ({ loadBalancer: { public: true, address: new IpAddress("ip", { type: "global-external" }) } }),
        "expose.loadBalancer.address: [address/other-type]",
    ],
    [
        "one of another region",
        () => ({ loadBalancer: { public: true, address: new IpAddress("ip", { region: "europe-west4" }) } }),
        "expose.loadBalancer.address: [address/other-region]",
    ],
    [
        "one for a single forwarding rule",
        (network) => ({ gateway: { domain, certificate: false, address: inside(network) } }),
        "expose.gateway.address: [gke/address-not-shared]",
    ],
    [
        "one of the Standard tier",
        () => ({ loadBalancer: { public: true, address: new IpAddress("ip", { networkTier: "STANDARD" }) } }),
        "expose.loadBalancer.address: [gke/address-tier]",
    ],
])("an address that a deployment cannot have is refused: %s", async (_, expose, expected) => {
    expect((await exposed(expose)).refused).toBe(`AutoscaledDeployment "echo": ${expected}`);
});
