import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("compute", "dns");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("ManagedZone", { name: "sales", dnsName: "sales.example." });
}

export const examples: Record<string, Inputs[]> = {
    ...policyExamples("gcp:dns/dnsManagedZoneIam", { managedZone: "sales" }, "roles/dns.admin"),
    "gcp:dns/managedZone:ManagedZone": [
        { dnsName: "acme.example." },
        {
            name: "much",
            dnsName: "googleapis.com.",
            description: "Google's APIs.",
            visibility: "private",
            privateVisibilityConfig: { networks: [{ networkUrl: "projects/acme-dev/global/networks/private" }] },
            cloudLoggingConfig: { enableLogging: true },
            labels: { team: "sales" },
        },
    ],
    "gcp:dns/policy:Policy": [
        { name: "empty" },
        {
            name: "much",
            description: "Name servers of the company.",
            enableInboundForwarding: true,
            enableLogging: true,
            networks: [{ networkUrl: "projects/acme-dev/global/networks/private" }],
            alternativeNameServerConfig: {
                targetNameServers: [
                    { ipv4Address: "10.1.0.53", forwardingPath: "private" },
                    { ipv4Address: "8.8.8.8" },
                ],
            },
        },
    ],
    "gcp:dns/recordSet:RecordSet": [
        { managedZone: "sales", name: "sales.example.", type: "A", rrdatas: ["10.0.0.5"] },
        { managedZone: "sales", name: "*.sales.example.", type: "CNAME", ttl: 300, rrdatas: ["sales.example."] },
    ],
};
