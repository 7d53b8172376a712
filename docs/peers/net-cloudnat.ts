import { Address } from "@pulumi/gcp/compute/address";
import { Router } from "@pulumi/gcp/compute/router";
import { RouterNat } from "@pulumi/gcp/compute/routerNat";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { Network } from "slipway";
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
        kind: "transform",
        given: () => {
            const subnet = (index: number) => {
                return { range: `10.0.${index}.0/24`, secondaryRanges: { pods: `172.16.${index}.0/24` } };
            };
            new Network("vpc", {
                subnets: { "net-0": subnet(0), "net-1": subnet(1), "net-2": subnet(2), "net-3": subnet(3) },
            });
        },
        program: () => {
            const primary = "PRIMARY_IP_RANGE";
            const secondary = "LIST_OF_SECONDARY_IP_RANGES";
            const pods = { secondaryIpRangeNames: ["pods"] };
            Network.existing("vpc", {
                nat: true,
                transform: {
                    nat: {
                        sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
                        subnetworks: [
                            { name: "vpc-net-0", sourceIpRangesToNats: ["ALL_IP_RANGES"] },
                            { name: "vpc-net-1", sourceIpRangesToNats: [primary] },
                            { name: "vpc-net-2", sourceIpRangesToNats: [primary, secondary], ...pods },
                            { name: "vpc-net-3", sourceIpRangesToNats: [secondary], ...pods },
                        ],
                    },
                },
            });
        },
    },
    {
        title: "Reserved IPs and custom rules",
        hcl: 695,
        kind: "both",
        given,
        program: () => {
            const address = new Address("a2").selfLink;
            Network.existing("vpc", {
                nat: { addresses: 2 },
                transform: {
                    nat: {
                        enableEndpointIndependentMapping: false,
                        rules: [
                            {
                                ruleNumber: 0,
                                description: "rule1",
                                match: "destination.ip == '8.8.8.8'",
                                action: { sourceNatActiveIps: [address] },
                            },
                        ],
                    },
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
