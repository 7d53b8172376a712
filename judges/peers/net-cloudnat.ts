import { Router } from "@pulumi/gcp/compute/router";
import { RouterNat } from "@pulumi/gcp/compute/routerNat";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { IpAddress, Network } from "slipway";
import type { Example } from "./example";

const given = () => {
    new Network("vpc");
};

export const examples: Example[] = [
    {
        title: "Basic Example",
        hcl: 157,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", { nat: true });
        },
    },
    {
        title: "Subnetwork configuration",
        hcl: 739,
        kind: "components",
        given: () => {
            const subnet = (index: number) => {
                return { range: `10.0.${index}.0/24`, secondaryRanges: { pods: `172.16.${index}.0/24` } };
            };
            new Network("vpc", {
                subnets: { "net-0": subnet(0), "net-1": subnet(1), "net-2": subnet(2), "net-3": subnet(3) },
            });
        },
        program: () => {
            const pods = { secondaryRangeNames: ["pods"] };
            Network.existing("vpc", {
                subnets: {
                    "net-0": { existing: "vpc-net-0" },
                    "net-1": { existing: "vpc-net-1" },
                    "net-2": { existing: "vpc-net-2" },
                    "net-3": { existing: "vpc-net-3" },
                },
                nat: {
                    subnets: {
                        "net-0": true,
                        "net-1": { secondaryRangeNames: [] },
                        "net-2": pods,
                        "net-3": { primary: false, ...pods },
                    },
                },
            });
        },
    },
    {
        title: "Reserved IPs and custom rules",
        hcl: 695,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", {
                nat: {
                    addresses: [new IpAddress("a1"), new IpAddress("a3")],
                    rules: { rule1: { destinations: ["8.8.8.8"], addresses: [new IpAddress("a2")] } },
                },
            });
        },
    },
    {
        title: "Hybrid NAT",
        hcl: 858,
        kind: "raw",
        program: () => {
            const { network, subnetworks } = new Network("vpc1", { subnets: { apps: { range: "10.0.0.0/24" } } });
            const range = new Subnetwork("vpc1-nat", {
                network: network.id,
                ipCidrRange: "192.168.15.0/24",
                purpose: "PRIVATE_NAT",
            });
            const router = new Router("vpc1-nat", { network: network.id }).name;
            new RouterNat("vpc1-nat", {
                router,
                type: "PRIVATE",
                sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
                subnetworks: [{ name: subnetworks.apps?.id ?? "", sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
                enableEndpointIndependentMapping: false,
                enableDynamicPortAllocation: true,
                rules: [
                    {
                        ruleNumber: 0,
                        description: "private nat",
                        match: "nexthop.is_hybrid",
                        action: { sourceNatActiveRanges: [range.id] },
                    },
                ],
            });
        },
    },
    {
        title: "NAT for Proxy net or Secure Web Proxy",
        hcl: 209,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", {
                nat: { endpoints: "load-balancer-proxies" },
            });
        },
    },
];
