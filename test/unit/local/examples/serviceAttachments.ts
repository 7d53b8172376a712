import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const region = "europe-west1";
const at = `projects/acme-dev/regions/${region}`;

export function prepare(world: World): void {
    world.enable("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    const purpose = "PRIVATE_SERVICE_CONNECT";
    world.make("Subnetwork", { name: "psc", network: "private", ipCidrRange: "10.1.0.0/24", purpose });
    world.make("Subnetwork", { name: "more", network: "private", ipCidrRange: "10.2.0.0/24", purpose });
    world.make("RegionHealthCheck", { name: "check", region, tcpHealthCheck: { port: 80 } });
    const healthChecks = `${at}/healthChecks/check`;
    const scheme = { loadBalancingScheme: "INTERNAL" };
    world.make("RegionBackendService", { name: "sales", region, healthChecks, ...scheme, protocol: "TCP" });
    for (const name of ["sales", "much"]) {
        const backendService = `${at}/backendServices/sales`;
        const place = { network: "private", subnetwork: "apps", ipProtocol: "TCP", ports: ["80"] };
        world.make("ForwardingRule", { name, region, ...scheme, backendService, ...place });
    }
}

export const examples: Record<string, Inputs[]> = {
    "gcp:compute/serviceAttachment:ServiceAttachment": [
        {
            region,
            targetService: `${at}/forwardingRules/sales`,
            natSubnets: [`${at}/subnetworks/psc`],
            connectionPreference: "ACCEPT_AUTOMATIC",
            enableProxyProtocol: false,
        },
        {
            name: "much",
            region,
            targetService: `${at}/forwardingRules/much`,
            natSubnets: [`${at}/subnetworks/more`],
            connectionPreference: "ACCEPT_MANUAL",
            consumerAcceptLists: [{ projectIdOrNum: "acme-shop", connectionLimit: 10 }],
            consumerRejectLists: ["acme-test"],
            reconcileConnections: true,
            enableProxyProtocol: true,
            domainNames: ["sales.p.acme.com."],
            description: "Sales",
        },
    ],
};
