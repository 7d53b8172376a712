import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, World } from "./world";

const certificate = "projects/acme-dev/locations/global/certificates/web";

function prepared() {
    const world = new World();
    world.enable("certificatemanager");
    const made = world.make("Certificate", { name: "web", managed: { domains: ["www.acme.com"] } });
    const map = world.make("CertificateMap", { name: "web" });
    const refusal = (type: string, inputs: Inputs) => refusalOf(() => world.make(type, { name: "more", ...inputs }));
    return { world, certificate: made, map, refusal };
}

const entry = { map: "web", hostname: "www.acme.com", certificates: [certificate] };

test("a managed certificate is provisioning, for each of its domains", () => {
    expect(prepared().certificate.state).toMatchObject({
        managed: {
            authorizationAttemptInfos: [{ domain: "www.acme.com", state: "AUTHORIZING" }],
            state: "PROVISIONING",
        },
        sanDnsnames: ["www.acme.com"],
    });
});

test("a certificate of one's own has its private key, and says its names", () => {
    const file = (name: string) => readFileSync(join(__dirname, "../../../judges/peers/files", name), "utf8");
    const own = { pemCertificate: file("certificate.pem"), pemPrivateKey: file("key.pem") };
    const { world, refusal } = prepared();
    expect(world.make("Certificate", { name: "own", selfManaged: own }).state.sanDnsnames).toEqual(["example.com"]);
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const pemPrivateKey = privateKey.export({ type: "pkcs8", format: "pem" });
    expect(refusal("Certificate", { selfManaged: { ...own, pemPrivateKey } })).toContain(
        "The private key does not match the certificate.",
    );
});

test("a DNS authorization has the record that proves the domain", () => {
    const { world } = prepared();
    expect(world.make("DnsAuthorization", { name: "acme", domain: "acme.com" }).state).toMatchObject({
        type: "FIXED_RECORD",
        dnsResourceRecords: [
            {
                name: "_acme-challenge.acme.com.",
                type: "CNAME",
                data: expect.stringMatching(/^\d+\.authorize\.certificatemanager\.goog\.$/),
            },
        ],
    });
});

test("resources in use cannot be deleted", () => {
    const { world, certificate, map } = prepared();
    const made = world.make("CertificateMapEntry", entry);
    expect(made.state).toMatchObject({ state: "PENDING", certificates: entry.certificates });
    expect(refusalOf(() => world.remove(certificate))).toBe(
        "Error when reading or editing Certificate: googleapi: Error 400: can't delete certificate that is referenced by a CertificateMapEntry or other resources",
    );
    expect(refusalOf(() => world.remove(map))).toBe(
        "Error when reading or editing CertificateMap: googleapi: Error 400: can't delete certificate map with existing certificate map entries",
    );
    world.remove(made);
    world.remove(map);
    world.remove(certificate);

    const authorization = world.make("DnsAuthorization", { name: "acme", domain: "acme.com" });
    world.make("Certificate", { managed: { domains: ["*.acme.com"], dnsAuthorizations: [authorization.id] } });
    expect(refusalOf(() => world.remove(authorization))).toContain("that is used by ");
});

test.each<[string, Inputs, string]>([
    ["Certificate", { name: "1st", managed: { domains: ["a.acme.com"] } }, 'Error 400: Invalid resource id "1st"'],
    ["Certificate", { managed: { domains: ["acme"] } }, 'Error 400: Invalid domain name "acme".'],
    ["Certificate", { managed: { domains: [] } }, "Error 400: A managed certificate must have 1 to 100 domains."],
    [
        "Certificate",
        { managed: { domains: ["*.acme.com"] } },
        'Error 400: Wildcard domain "*.acme.com" requires a DNS authorization.',
    ],
    [
        "Certificate",
        { managed: { domains: ["a.acme.com"] }, location: "europe-west1" },
        'Error 400: No DNS authorization is given for domain "a.acme.com".',
    ],
    [
        "Certificate",
        { managed: { domains: ["acme.com"], dnsAuthorizations: ["acme"] } },
        "Error 404: Resource 'projects/acme-dev/locations/global/dnsAuthorizations/acme' was not found",
    ],
    [
        "Certificate",
        {},
        'managed: Invalid combination of arguments. "managed": one of `managed,self_managed` must be specified',
    ],
    [
        "Certificate",
        { name: "web", managed: { domains: ["a.acme.com"] } },
        "Error 409: Resource 'projects/acme-dev/locations/global/certificates/web' already exists",
    ],
    [
        "CertificateMap",
        { name: "web" },
        "Error 409: Resource 'projects/acme-dev/locations/global/certificateMaps/web' already exists",
    ],
    [
        "CertificateMapEntry",
        { ...entry, map: "other" },
        "Error 404: Resource 'projects/acme-dev/locations/global/certificateMaps/other' was not found",
    ],
    [
        "CertificateMapEntry",
        { ...entry, certificates: ["other"] },
        "Error 404: Resource 'projects/acme-dev/locations/global/certificates/other' was not found",
    ],
    [
        "CertificateMapEntry",
        { ...entry, matcher: "PRIMARY" },
        'hostname: Invalid combination of arguments. "hostname": only one of `hostname,matcher` can be specified, but `hostname,matcher` were specified.',
    ],
    ["DnsAuthorization", { domain: "*.acme.com" }, 'Error 400: Invalid domain name "*.acme.com".'],
])("a %s of %j is refused", (type, inputs, text) => {
    expect(prepared().refusal(type, inputs)).toContain(text);
});
