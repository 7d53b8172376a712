import type { Inputs } from "../../../../local/simulator/rules/rules";
import { tokenOf, type World } from "../world";

export function prepare(world: World): void {
    world.enable("certificatemanager");
    world.makeAny(tokenOf("CertificateMap"), { name: "web" });
    world.makeAny(tokenOf("DnsAuthorization"), { name: "acme", domain: "acme.com" });
    world.makeAny(tokenOf("Certificate"), { name: "acme", managed: { domains: ["www.acme.com"] } });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:certificatemanager/certificate:Certificate": [
        { managed: { domains: ["www.acme.com"] } },
        {
            name: "much",
            managed: {
                domains: ["acme.com", "*.acme.com"],
                dnsAuthorizations: ["projects/acme-dev/locations/global/dnsAuthorizations/acme"],
            },
            labels: { team: "forecast" },
        },
        { selfManaged: { pemCertificate: "certificate", pemPrivateKey: "key" } },
    ],
    "gcp:certificatemanager/certificateMap:CertificateMap": [{}, { name: "much", description: "For the web." }],
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": [
        {
            map: "web",
            hostname: "www.acme.com",
            certificates: ["projects/acme-dev/locations/global/certificates/acme"],
        },
        {
            name: "much",
            map: "web",
            matcher: "PRIMARY",
            certificates: ["projects/acme-dev/locations/global/certificates/acme"],
        },
    ],
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": [
        { domain: "shop.acme.com" },
        { name: "much", domain: "shop.acme.com", location: "europe-west1", labels: { team: "forecast" } },
    ],
};
