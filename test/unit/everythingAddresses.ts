import { IpAddress, LoadBalancer, Network, StorageBucket, VirtualMachine } from "slipway";

/** Reserved addresses of each type, with all arguments, and what takes them. */
export function addresses(): void {
    const outside = new IpAddress("address-outside", {
        name: "acme-outside",
        description: "The allowlist of the supplier",
        region: "europe-west1",
        networkTier: "STANDARD",
        labels: { team: "web" },
        transform: { address: { labels: { team: "shop" } } },
    });
    const network = new Network("address-network", { nat: { addresses: [new IpAddress("address-nat")] } });
    const inside = { type: "regional-internal" as const, network };
    new IpAddress("address-shared", { ...inside, purpose: "SHARED_LOADBALANCER_VIP" });
    new VirtualMachine("address-machine", {
        network,
        publicAddress: outside,
        privateAddress: new IpAddress("address-inside", { ...inside, address: "10.0.0.7" }),
    });
    new LoadBalancer("balanced-addresses", {
        routes: { "/*": new StorageBucket("address-files") },
        domain: "files.acme.com",
        address: new IpAddress("address-web", { type: "global-external" }),
        ipv6: new IpAddress("address-web-6", { type: "global-external", ipv6: true }),
    });
}
