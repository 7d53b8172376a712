import { Network, NetworkLoadBalancer, UnmanagedInstanceGroup, VirtualMachine } from "slipway";

const network = new Network("sales", { proxyOnlySubnets: true });
const group = (name: string, zone: string) =>
    new UnmanagedInstanceGroup(name, {
        machines: [new VirtualMachine(name, { network, zone, startupScript: "./group/start.sh" })],
        ports: { queue: 8080 },
    });
const main = group("queue", "europe-west1-b");
const standby = group("queue-standby", "europe-west1-c");

// For clients in the network: the standby gets connections while the machine fails its health check.
const queue = new NetworkLoadBalancer("queue", { network, group: main, failover: { group: standby }, ports: [8080] });

// For partners on the internet.
const partners = new NetworkLoadBalancer("partners", {
    type: "external-passthrough",
    network,
    group: [main, standby],
    ports: [8080],
    clients: ["203.0.113.0/24"],
    sessionAffinity: "client-ip",
});

// For everybody, with proxies between.
const everybody = new NetworkLoadBalancer("everybody", {
    type: "regional-external-proxy",
    network,
    group: [main, standby],
    ports: [443],
    idleTimeout: "10 minutes",
});

export const addresses = {
    queue: queue.address.address,
    partners: partners.address.address,
    everybody: everybody.address.address,
};
