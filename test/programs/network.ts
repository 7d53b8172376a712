import { Network } from "slipway";

const n = new Network("core", {
    subnets: {
        a: { range: "10.0.0.0/20" },
        b: { range: "10.1.0.0/20", region: "us-central1", secondaryRanges: { pods: "10.20.0.0/16" } },
    },
    nat: { addresses: 2 },
    privateServices: true,
    proxyOnlySubnets: { "europe-west1": "10.129.0.0/23", "us-central1": "10.129.2.0/23" },
    privateServiceConnect: { googleApis: true },
    iapSsh: true,
    firewall: {
        in: {
            allow: ["tcp:443", "udp:53", "icmp"],
            sources: { ranges: ["10.0.0.0/8"] },
            destinations: ["10.0.0.0/20"],
        },
        out: { direction: "egress", deny: ["all"], destinations: ["192.0.2.0/24"], priority: 100 },
    },
});
export const id = n.network.id;
new Network("empty");
