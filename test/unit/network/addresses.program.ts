import { CloudRunJob, IpAddress, LoadBalancer, Network, StorageBucket, VirtualMachine, VpcConnector } from "slipway";
import { crossProject } from "../everythingElse";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";

/** Reserved addresses of each type, with all arguments, and what takes them. */
function addresses(): void {
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
        domains: "files.acme.com",
        address: new IpAddress("address-web", { type: "global-external" }),
        ipv6: new IpAddress("address-web-6", { type: "global-external", ipv6: true }),
    });
}

/** Connectors with all arguments, and what they connect. */
function connectors(): void {
    const connector = new VpcConnector("egress-connector", {
        network: new Network("egress-network"),
        range: "10.8.0.0/28",
        region: "europe-west1",
        machineType: "f1-micro",
        scaling: { min: 3, max: 5 },
        name: "egress",
        transform: { connector: { machineType: "e2-micro" } },
    });
    new CloudRunJob("egress-job", { image, network: { connector, egress: "all-traffic" } });
    new VpcConnector("shared-connector", {
        network: { subnet: "projects/acme-net/regions/europe-west1/subnetworks/connector" },
    });
}

export function program(): void {
    addresses();
    connectors();
}

/** With arguments that `program` has not. */
export function more(): void {
    // Other programs edit these arguments by transforms.
    new IpAddress("labelled-address", { labels: { team: "web" } });
}

export const longestNames: LongestNames = {
    "gcp:compute/serviceAttachment:ServiceAttachment targetService": "unlimited",
    "gcp:vpcaccess/connector:Connector name": "unlimited",
};

export const secretsElsewhere = { NetworkEndpointGroup: "only the ID of a service attachment" };

/** Those that exist already. */
export function existing(): void {
    const network = new Network("existing-address-network", {
        nat: { addresses: [IpAddress.existing("existing-address")] },
        crossProject,
    });
    const far = IpAddress.existing("far-address", { project: "acme-shared", region: "europe-west1", crossProject });
    new VirtualMachine("existing-address-machine", { network, publicAddress: far, crossProject });
    IpAddress.existing("existing-address-global", { type: "global-external", ipv6: true });
}

export const sameWithout = {
    "ServiceAttachment.region": "programs have its default",
};
