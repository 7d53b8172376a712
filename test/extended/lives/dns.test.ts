import { Deployment } from "../../deploy/deployment";

const program = (...lines: string[]) => `import { DnsZone, Network } from "slipway";
${lines.join("\n")}
`;
const zones = [
    'const dev = new DnsZone("dev", { domain: "dev.acme.dev" });',
    'new DnsZone("acme", {',
    '    domain: "acme.dev",',
    '    name: "acme-dev",',
    "    records: {",
    '        "@": { A: ["203.0.113.7"], MX: ["10 mail.acme.dev"], TXT: ["v=spf1 -all", "k".repeat(300)] },',
    '        www: { CNAME: ["acme.dev"] },',
    "        dev: { NS: dev.nameServers },",
    "    },",
    "});",
    'const apps = new Network("apps", { privateServices: false });',
    'new DnsZone("internal", { domain: "internal", networks: [apps], records: { db: { A: ["10.0.0.7"] } } });',
    'new DnsZone("office", { domain: "office.acme.com", networks: [apps], forwardTo: ["10.1.0.53"] });',
];

/** The records of the zones: `www.acme.dev. CNAME acme.dev.` */
const records = (dns: Deployment) =>
    dns
        .resources()
        .filter(({ id }) => id.includes("/rrsets/"))
        .map(({ properties: { name, type, rrdatas } }) => `${name} ${type} ${(rrdatas as string[]).join(", ")}`)
        .sort();

describe.each(["dev", "prod"] as const)("zones as %s", (stack) => {
    const dns = new Deployment({
        "Pulumi.yaml": "name: dns\nruntime: nodejs\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
        "package.json": '{ "name": "dns", "version": "1.0.0", "main": "index.ts" }\n',
        "index.ts": program(...zones),
    });
    afterAll(() => dns.remove());

    test("have their records, and a second up and a refresh change nothing", async () => {
        expect(await dns.upAsPreviewed(stack)).toEqual(expect.arrayContaining(["create ManagedZone acme"]));
        expect(await dns.again(stack)).toEqual({ unchanged: expect.any(Number) });
        expect(records(dns)).toEqual([
            "acme.dev. A 203.0.113.7",
            "acme.dev. MX 10 mail.acme.dev.",
            `acme.dev. TXT "v=spf1 -all", "${"k".repeat(255)}" "${"k".repeat(45)}"`,
            "db.internal. A 10.0.0.7",
            expect.stringMatching(/^dev\.acme\.dev\. NS ns-cloud-.1\.googledomains\.com\., /),
            "www.acme.dev. CNAME acme.dev.",
        ]);
    });

    test("change a CNAME record to an A record and others, and an A record back to a CNAME record", async () => {
        const edit = (from: string, to: string) => dns.edit("index.ts", (text) => text.replace(from, to));
        edit('{ CNAME: ["acme.dev"] }', '{ A: ["203.0.113.8"], TXT: ["shop"] }');
        expect((await dns.upAsPreviewed(stack)).sort()).toEqual([
            "create RecordSet acme-www-TXT",
            "update RecordSet acme-www",
        ]);
        edit(', TXT: ["shop"]', "");
        expect(await dns.upAsPreviewed(stack)).toEqual(["delete RecordSet acme-www-TXT"]);
        edit('{ A: ["203.0.113.8"] }', '{ CNAME: ["acme.dev"] }');
        expect(await dns.upAsPreviewed(stack)).toEqual(["update RecordSet acme-www"]);
        expect(records(dns)).toContain("www.acme.dev. CNAME acme.dev.");
        expect(records(dns).filter((record) => record.startsWith("www."))).toHaveLength(1);
    });

    test("are asked again when the network stops sending its queries to other name servers", async () => {
        const nameServers = () =>
            dns.resources().find(({ id }) => id.endsWith("/policies/apps"))?.properties.alternativeNameServerConfig;
        const edit = (from: string, to: string) => dns.edit("index.ts", (text) => text.replace(from, to));
        edit(
            "privateServices: false",
            'privateServices: false, dnsPolicy: { inbound: true, forwardTo: ["10.1.0.53"] }',
        );
        expect(await dns.upAsPreviewed(stack)).toContain("create Policy apps");
        edit('["10.1.0.53"] }', '["10.1.0.54"] }');
        expect(await dns.upAsPreviewed(stack)).toEqual(["update Policy apps"]);
        expect(nameServers()).toEqual({ targetNameServers: [{ ipv4Address: "10.1.0.54" }] });
        edit(', forwardTo: ["10.1.0.54"]', "");
        expect(await dns.upAsPreviewed(stack)).toEqual(["replace Policy apps"]);
        expect(nameServers()).toBeUndefined();
        expect(await dns.preview(stack)).toEqual([]);
    });

    test("add records to a zone that exists already", async () => {
        dns.edit(
            "index.ts",
            (text) => `${text}DnsZone.existing("acme-dev", { records: { shop: { A: ["203.0.113.9"] } } });\n`,
        );
        expect(await dns.upAsPreviewed(stack)).toEqual(expect.arrayContaining(["create RecordSet acme-dev-shop"]));
        expect(records(dns)).toContain("shop.acme.dev. A 203.0.113.9");
        dns.edit("index.ts", (text) => text.replace(/DnsZone\.existing.*\n/, ""));
        await dns.up(stack);
    });

    test("are replaced with another domain, which production refuses", async () => {
        dns.edit("index.ts", (text) => text.replace('domain: "acme.dev"', 'domain: "acme.shop"'));
        const { code, output } = await dns.run(["preview", "-s", stack]);
        expect({ code, output }).toEqual(
            stack === "prod"
                ? { code: 1, output: expect.stringContaining("unable to replace resource") }
                : { code: 0, output: expect.stringContaining("name servers") },
        );
        dns.edit("index.ts", (text) => text.replace('domain: "acme.shop"', 'domain: "acme.dev"'));
    });

    test("are destroyed", async () => {
        await (stack === "prod" ? dns.takeDown(stack) : dns.destroy(stack));
        expect(dns.remaining()).toEqual([]);
    });
});
