import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const zone = "europe-west1-b";
const web = `https://www.googleapis.com/compute/v1/projects/acme-dev/zones/${zone}/instances/web`;
const region = "europe-west1";
const image = "projects/debian-cloud/global/images/debian-12-bookworm-v20261010";

export function prepare(world: World): void {
    world.enable("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.make("Instance", {
        name: "web",
        zone,
        machineType: "e2-medium",
        bootDisk: { initializeParams: { image } },
        networkInterfaces: [{ subnetwork: "apps", network: "private", networkIp: "10.0.0.5" }],
    });
    world.make("InstanceGroup", { name: "machines", zone, network: "private" });
    world.make("NetworkEndpointGroup", { name: "ports", zone, network: "private", subnetwork: "apps" });
    world.make("NetworkEndpointGroup", {
        name: "factory",
        zone,
        network: "private",
        networkEndpointType: "NON_GCP_PRIVATE_IP_PORT",
    });
    world.make("GlobalNetworkEndpointGroup", { name: "partner", networkEndpointType: "INTERNET_FQDN_PORT" });
    world.make("RegionNetworkEndpointGroup", {
        name: "partner",
        region,
        network: "private",
        networkEndpointType: "INTERNET_IP_PORT",
    });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint": [
        { globalNetworkEndpointGroup: "partner", fqdn: "api.acme.com", port: 443 },
    ],
    "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup": [
        { networkEndpointType: "INTERNET_IP_PORT" },
        { name: "much", networkEndpointType: "INTERNET_FQDN_PORT", defaultPort: 443, description: "Partner" },
    ],
    "gcp:compute/instanceGroup:InstanceGroup": [
        { zone, network: "private" },
        { name: "much", zone, instances: [web], namedPorts: [{ name: "http", port: 80 }], description: "Shop" },
    ],
    "gcp:compute/instanceGroupMembership:InstanceGroupMembership": [
        { zone, instanceGroup: "machines", instance: "web" },
    ],
    "gcp:compute/networkEndpoint:NetworkEndpoint": [
        { zone, networkEndpointGroup: "ports", instance: "web", ipAddress: "10.0.0.5", port: 80 },
        { zone, networkEndpointGroup: "factory", ipAddress: "10.20.0.5", port: 443 },
    ],
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": [
        { zone, network: "private" },
        { name: "much", zone, network: "private", subnetwork: "apps", defaultPort: 80, description: "Shop" },
    ],
    "gcp:compute/regionHealthCheck:RegionHealthCheck": [
        { region, tcpHealthCheck: { port: 443 } },
        {
            name: "much",
            region,
            checkIntervalSec: 10,
            timeoutSec: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
            httpHealthCheck: { portSpecification: "USE_SERVING_PORT", requestPath: "/healthz" },
            logConfig: { enable: true },
        },
    ],
    "gcp:compute/regionNetworkEndpoint:RegionNetworkEndpoint": [
        { region, regionNetworkEndpointGroup: "partner", ipAddress: "203.0.113.7", port: 443 },
    ],
};
