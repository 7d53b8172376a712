import { Network as Vpc } from "@pulumi/gcp/compute/network";
import { allow, DnsZone, Environment, Network } from "slipway";
import type { Example } from "./example";

/** The networks that the examples expect. */
function networks(): void {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    for (const name of ["vpc", "vpc2"]) {
        new Vpc(name, { name, autoCreateSubnetworks: false }, { dependsOn });
    }
}

export const examples: Example[] = [
    {
        title: "Private Zone",
        hcl: 374,
        kind: "components",
        given: networks,
        program: () => {
            const zone = new DnsZone("test-example", {
                domain: "test.example",
                networks: [Network.existing("vpc")],
                records: { localhost: { A: ["127.0.0.1"] }, myhost: { A: ["10.0.0.120"], ttl: "10 minutes" } },
            });
            allow(zone.role("roles/dns.admin"), "group:ops@acme.com");
        },
    },
    {
        title: "Forwarding Zone",
        hcl: 262,
        kind: "components",
        given: networks,
        program: () => {
            new DnsZone("test-example", {
                domain: "test.example",
                networks: [Network.existing("vpc")],
                forwardTo: ["10.0.1.1", { address: "1.2.3.4", path: "private" }],
            });
        },
    },
    {
        title: "Peering Zone",
        hcl: 223,
        kind: "components",
        given: networks,
        program: () => {
            new DnsZone("test-example", {
                domain: ".",
                networks: [Network.existing("vpc")],
                peer: Network.existing("vpc2"),
            });
        },
    },
    {
        title: "Routing Policies",
        hcl: 914,
        kind: "components",
        given: networks,
        program: () => {
            const network = Network.existing("vpc");
            new DnsZone("test-example", {
                domain: "test.example",
                networks: [network],
                records: {
                    regular: { A: ["10.20.0.1"] },
                    geo1: {
                        A: {
                            geo: {
                                "europe-west1": ["10.0.0.1"],
                                "europe-west2": ["10.0.0.2"],
                                "europe-west3": ["10.0.0.3"],
                            },
                        },
                    },
                    geo2: {
                        A: {
                            geo: {
                                "europe-west8": {
                                    loadBalancers: [{ type: "globalL7ilb", address: "10.0.0.4", port: 80, network }],
                                },
                            },
                        },
                    },
                    wrr: {
                        A: {
                            weighted: [
                                { weight: 60, values: ["10.10.0.1"] },
                                { weight: 20, values: ["10.10.0.2"] },
                                { weight: 20, values: ["10.10.0.3"] },
                            ],
                        },
                        ttl: "10 minutes",
                    },
                },
            });
        },
    },
    {
        title: "Reverse Lookup Zone",
        hcl: 304,
        kind: "components",
        given: networks,
        program: () => {
            new DnsZone("test-example", {
                domain: "0.0.10.in-addr.arpa",
                networks: [Network.existing("vpc")],
                records: { 10: { PTR: ["test.example.com"] } },
            });
        },
    },
    {
        title: "Reverse Lookup Managed Zone",
        hcl: 231,
        kind: "components",
        given: networks,
        program: () => {
            new DnsZone("test-example", {
                domain: "0.0.10.in-addr.arpa",
                networks: [Network.existing("vpc")],
                reverseLookup: true,
            });
        },
    },
    {
        title: "Public Zone",
        hcl: 288,
        kind: "components",
        program: () => {
            const zone = new DnsZone("test-example", {
                domain: "test.example",
                records: { myhost: { A: ["127.0.0.1"] } },
            });
            allow(zone.role("roles/dns.admin"), "group:ops@acme.com");
        },
    },
];
