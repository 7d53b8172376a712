import { Address } from "@pulumi/gcp/compute/address";
import { Network as Vpc } from "@pulumi/gcp/compute/network";
import { NetworkAttachment } from "@pulumi/gcp/compute/networkAttachment";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { Environment, IpAddress, Network } from "slipway";
import type { Example } from "./example";

/** The network that the examples expect. */
function given(): void {
    new Network("vpc", {
        subnets: { apps: { range: "10.0.16.0/24" }, far: { range: "10.0.17.0/24", region: "us-central1" } },
        privateServices: false,
    });
}

/** A network with IPv6 addresses. */
function givenIpv6(): void {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    const vpc = { name: "vpc", autoCreateSubnetworks: false, enableUlaInternalIpv6: true };
    const network = new Vpc("vpc", vpc, { dependsOn }).id;
    for (const [index, ipv6AccessType] of ["EXTERNAL", "INTERNAL"].entries()) {
        const name = `ipv6-${ipv6AccessType.toLowerCase()}`;
        const ipCidrRange = `192.168.${index}.0/24`;
        new Subnetwork(name, { name, network, ipCidrRange, stackType: "IPV4_IPV6", ipv6AccessType });
    }
}

export const examples: Example[] = [
    {
        title: "External and global addresses",
        hcl: 246,
        kind: "components",
        program: () => {
            new IpAddress("one");
            new IpAddress("two", { region: "europe-west2", networkTier: "STANDARD" });
            new IpAddress("app-1", { type: "global-external" });
            new IpAddress("app-2", { type: "global-external" });
        },
    },
    {
        title: "Internal addresses",
        hcl: 307,
        kind: "components",
        given,
        program: () => {
            const inside = { type: "regional-internal" as const, network: { subnet: "vpc-apps" } };
            new IpAddress("ilb-1", { ...inside, purpose: "SHARED_LOADBALANCER_VIP" });
            new IpAddress("ilb-2", { ...inside, address: "10.0.16.102" });
        },
    },
    {
        title: "IPv6 addresses",
        hcl: 390,
        kind: "transform",
        given: givenIpv6,
        program: () => {
            const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/ipv6-external";
            new IpAddress("nlb", {
                transform: { address: { ipVersion: "IPV6", ipv6EndpointType: "NETLB", subnetwork } },
            });
            new IpAddress("vm", {
                type: "regional-internal",
                network: { subnet: "ipv6-internal" },
                transform: { address: { ipVersion: "IPV6" } },
            });
        },
    },
    {
        title: "PSA addresses",
        hcl: 201,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", { privateServices: { range: "10.10.10.0/24" } });
        },
    },
    {
        title: "PSC addresses",
        hcl: 170,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", { privateServiceConnect: { googleApis: { address: "10.0.0.32" } } });
        },
    },
    {
        title: "PSC addresses (2)",
        hcl: 320,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", {
                subnets: { apps: { existing: "vpc-apps" } },
                privateServiceConnect: {
                    endpoints: {
                        "cloudsql-one": {
                            serviceAttachment: "projects/acme-sql/regions/europe-west1/serviceAttachments/db",
                            address: "10.0.16.32",
                        },
                    },
                },
            });
        },
    },
    {
        title: "PSC addresses (3)",
        hcl: 244,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", { privateServiceConnect: { googleApis: { address: "10.0.32.32" } } });
        },
    },
    {
        title: "PSC addresses (4)",
        hcl: 341,
        kind: "components",
        given,
        program: () => {
            Network.existing("vpc", {
                subnets: { apps: { existing: "vpc-apps" } },
                privateServiceConnect: {
                    endpoints: {
                        "cloudsql-one": {
                            serviceAttachment: "projects/acme-sql/regions/europe-west1/serviceAttachments/db",
                            address: "10.0.16.32",
                        },
                    },
                },
            });
        },
    },
    {
        title: "IPSec Interconnect addresses",
        hcl: 351,
        kind: "raw",
        given,
        program: () => {
            const range = {
                addressType: "INTERNAL",
                purpose: "IPSEC_INTERCONNECT",
                network: "projects/acme-dev/global/networks/vpc",
                prefixLength: 29,
            };
            new Address("vpn-gw-range-1", { ...range, name: "vpn-gw-range-1", address: "10.255.255.0" });
            new Address("vpn-gw-range-2", { ...range, name: "vpn-gw-range-2", address: "10.255.255.8" });
        },
    },
    {
        title: "PSC Network Attachments",
        hcl: 273,
        kind: "raw",
        given,
        program: () => {
            new NetworkAttachment("gce-0", {
                name: "gce-0",
                region: "europe-west1",
                subnetworks: ["projects/acme-dev/regions/europe-west1/subnetworks/vpc-apps"],
                connectionPreference: "ACCEPT_MANUAL",
                producerAcceptLists: ["acme-dev"],
            });
        },
    },
    {
        title: "Use contexts",
        hcl: 826,
        kind: "components",
        given,
        program: () => {
            new IpAddress("ilb-1", {
                type: "regional-internal",
                region: "us-central1",
                network: { subnet: "vpc-far" },
                purpose: "SHARED_LOADBALANCER_VIP",
            });
            new IpAddress("ilb-2", {
                type: "regional-internal",
                network: { subnet: "vpc-apps" },
                address: "10.0.16.102",
            });
            Network.existing("vpc", { privateServiceConnect: { googleApis: { address: "10.0.0.32" } } });
        },
    },
];
