import { DnsZone, type DnsZoneArgs, type ExistingDnsZoneArgs, Network } from "slipway";
import { use } from "../../../lib/internal/access/capability";
import { refused, registered, registeredOptions } from "../registered";

const domain = "acme.dev";
const apps = "projects/acme-dev/global/networks/apps";

const zoneOf = async (args: Omit<DnsZoneArgs, "domain"> & { domain?: string }) => {
    const made = await registered(() => new DnsZone("acme", { domain, ...args } as DnsZoneArgs));
    return made["ManagedZone acme"];
};
const bare = {
    name: "acme",
    description: "Managed by Pulumi",
    dnsName: "acme.dev.",
    visibility: "public",
    dnssecConfig: { state: "on" },
    cloudLoggingConfig: { enableLogging: false },
    forceDestroy: true,
};
const hidden = {
    name: "acme",
    description: "Managed by Pulumi",
    dnsName: "acme.dev.",
    visibility: "private",
    privateVisibilityConfig: { networks: [{ networkUrl: apps }] },
    forceDestroy: true,
};
const networks = ["apps"];

test("a bare zone is public and signed, and has no records of its own", async () => {
    expect(await registered(() => new DnsZone("acme", { domain }))).toEqual({ "ManagedZone acme": bare });
});

test.each([
    ["a public zone in production", "production", {}, true],
    ["a public zone in development", "development", {}, undefined],
    ["a private zone in production", "production", { networks }, undefined],
] as const)("%s is protected if it has name servers of its own", async (_, kind, args, expected) => {
    const { "ManagedZone acme": zone } = await registeredOptions(
        () => new DnsZone("acme", { domain, ...args } as DnsZoneArgs),
        {
            kind,
        },
    );
    expect(zone?.protect || undefined).toBe(expected);
});

test("a replaced zone is deleted first, because the new one has its name", async () => {
    const { "ManagedZone acme": zone } = await registeredOptions(() => new DnsZone("acme", { domain }));
    expect(zone).toMatchObject({ deleteBeforeReplace: true });
});

test("records that others added are not deleted with a zone in production", async () => {
    const { "ManagedZone acme": zone } = await registered(() => new DnsZone("acme", { domain }), {
        kind: "production",
    });
    expect(zone).toMatchObject({ forceDestroy: false });
});

test.each<[string, Omit<DnsZoneArgs, "domain">, object]>([
    ["without signatures", { dnssec: false }, { dnssecConfig: { state: "off" } }],
    ["with a log of queries", { queryLogs: true }, { cloudLoggingConfig: { enableLogging: true } }],
    [
        "with a description and labels",
        { description: "Shop", labels: { team: "web" } },
        { description: "Shop", labels: { team: "web" } },
    ],
    ["with another name", { name: "shop" }, { name: "shop" }],
])("a public zone can be %s", async (_, args, expected) => {
    expect(await zoneOf(args)).toEqual({ ...bare, ...expected });
});

test.each<[string, Partial<DnsZoneArgs>, object]>([
    ["private", { networks }, {}],
    [
        "for forwarding",
        { networks, forwardTo: ["10.0.0.53", { address: "fd20::53", path: "private" }] },
        {
            forwardingConfig: {
                targetNameServers: [
                    { ipv4Address: "10.0.0.53" },
                    { ipv6Address: "fd20::53", forwardingPath: "private" },
                ],
            },
        },
    ],
    [
        "for peering with all names of another network",
        { domain: ".", networks, peer: "hub" },
        {
            dnsName: ".",
            peeringConfig: { targetNetwork: { networkUrl: "projects/acme-dev/global/networks/hub" } },
        },
    ],
    [
        "for reverse lookups",
        { domain: "0.0.10.in-addr.arpa", networks, reverseLookup: true },
        { dnsName: "0.0.10.in-addr.arpa.", reverseLookup: true },
    ],
    ["of one label", { domain: "internal", networks }, { dnsName: "internal." }],
])("a zone can be %s", async (_, args, expected) => {
    expect(await zoneOf(args)).toEqual({ ...hidden, ...expected });
});

test("a zone is visible in networks of the program", async () => {
    const made = await registered(() => new DnsZone("acme", { domain, networks: [new Network("apps"), apps] }));
    expect(made["ManagedZone acme"]).toMatchObject({
        privateVisibilityConfig: { networks: [{ networkUrl: expect.stringContaining("apps") }, { networkUrl: apps }] },
    });
});

/** The records of a zone, by resource. */
const recordsOf = async (records: DnsZoneArgs["records"], more: object = {}) => {
    const args = { domain, records, ...more } as DnsZoneArgs;
    const { "ManagedZone acme": _, ...made } = await registered(() => new DnsZone("acme", args));
    return made;
};
const record = { managedZone: "acme", ttl: 300 };

test("records have whole names, final dots, and five minutes by default", async () => {
    const made = await recordsOf({
        "@": { A: ["203.0.113.7"], AAAA: ["2001:db8::7"], MX: ["10 mx1.acme.dev", "20 mx2.acme.dev."], ttl: "1 hour" },
        www: { CNAME: ["acme.dev"] },
        "_sip._tcp": { SRV: ["0 5 5060 sip.acme.dev"] },
        "*.apps": { A: ["203.0.113.8", "203.0.113.9"] },
        dev: { NS: ["ns1.acme.com"], DS: ["44879 8 2 9a7b"] },
        pki: { CAA: ["0 issue pki.goog", '0 iodef "mailto:pki@acme.dev"'] },
    });
    expect(made).toEqual({
        "RecordSet acme-@": { ...record, name: "acme.dev.", type: "A", ttl: 3600, rrdatas: ["203.0.113.7"] },
        "RecordSet acme-@-AAAA": { ...record, name: "acme.dev.", type: "AAAA", ttl: 3600, rrdatas: ["2001:db8::7"] },
        "RecordSet acme-@-MX": {
            ...record,
            name: "acme.dev.",
            type: "MX",
            ttl: 3600,
            rrdatas: ["10 mx1.acme.dev.", "20 mx2.acme.dev."],
        },
        "RecordSet acme-www": { ...record, name: "www.acme.dev.", type: "CNAME", rrdatas: ["acme.dev."] },
        "RecordSet acme-_sip._tcp-SRV": {
            ...record,
            name: "_sip._tcp.acme.dev.",
            type: "SRV",
            rrdatas: ["0 5 5060 sip.acme.dev."],
        },
        "RecordSet acme-*.apps": {
            ...record,
            name: "*.apps.acme.dev.",
            type: "A",
            rrdatas: ["203.0.113.8", "203.0.113.9"],
        },
        "RecordSet acme-dev-NS": { ...record, name: "dev.acme.dev.", type: "NS", rrdatas: ["ns1.acme.com."] },
        "RecordSet acme-dev-DS": { ...record, name: "dev.acme.dev.", type: "DS", rrdatas: ["44879 8 2 9a7b"] },
        "RecordSet acme-pki-CAA": {
            ...record,
            name: "pki.acme.dev.",
            type: "CAA",
            rrdatas: ['0 issue "pki.goog"', '0 iodef "mailto:pki@acme.dev"'],
        },
    });
});

const long = "a".repeat(300);
test.each([
    ["v=spf1 include:_spf.acme.dev ~all", '"v=spf1 include:_spf.acme.dev ~all"'],
    ['say "hello" \\', '"say \\"hello\\" \\\\"'],
    [long, `"${"a".repeat(255)}" "${"a".repeat(45)}"`],
    ['"in quotes" "already"', '"in quotes" "already"'],
])("the text %j is quoted, and split at 255 characters", async (text, expected) => {
    expect(await recordsOf({ "@": { TXT: [text] } })).toEqual({
        "RecordSet acme-@-TXT": { ...record, name: "acme.dev.", type: "TXT", rrdatas: [expected] },
    });
});

test("a CNAME and an A record are the same resource, which the other records of the name wait for", async () => {
    const options = await registeredOptions(
        () => new DnsZone("acme", { domain, records: { www: { A: ["203.0.113.7"], AAAA: ["2001:db8::7"] } } }),
    );
    expect(options["RecordSet acme-www-AAAA"]?.after).toContain("RecordSet acme-www");
    expect(await recordsOf({ www: { CNAME: ["shop.acme.dev"] } })).toHaveProperty("RecordSet acme-www");
});

test("a subdomain is delegated to the name servers of its zone", async () => {
    const made = await registered(() => {
        const { nameServers } = new DnsZone("dev", { domain: "dev.acme.dev" });
        new DnsZone("acme", { domain, records: { dev: { NS: nameServers } } });
    });
    expect(made["RecordSet acme-dev-NS"]).toMatchObject({ name: "dev.acme.dev.", type: "NS" });
});

test("answers follow weights, or the region of the client", async () => {
    const network = "apps";
    const made = await recordsOf(
        {
            wrr: {
                A: {
                    weighted: [
                        { weight: 60, values: ["10.0.0.1"] },
                        { weight: 40, values: ["10.0.0.2"] },
                    ],
                },
            },
            geo: { CNAME: { geo: { "europe-west1": ["eu.acme.dev"], "us-central1": { values: ["us.acme.dev"] } } } },
            healthy: {
                A: {
                    geo: {
                        "europe-west1": {
                            loadBalancers: [{ type: "regionalL7ilb", address: "10.0.0.3", port: 443, network }],
                        },
                        "europe-west4": {
                            loadBalancers: [
                                { type: "globalL7ilb", address: "10.0.0.4", port: 53, protocol: "udp", network },
                            ],
                        },
                    },
                },
            },
        },
        { networks },
    );
    const target = { networkUrl: apps, project: "acme-dev" };
    expect(made).toEqual({
        "RecordSet acme-wrr": {
            ...record,
            name: "wrr.acme.dev.",
            type: "A",
            routingPolicy: {
                wrrs: [
                    { weight: 60, rrdatas: ["10.0.0.1"] },
                    { weight: 40, rrdatas: ["10.0.0.2"] },
                ],
            },
        },
        "RecordSet acme-geo": {
            ...record,
            name: "geo.acme.dev.",
            type: "CNAME",
            routingPolicy: {
                geos: [
                    { location: "europe-west1", rrdatas: ["eu.acme.dev."] },
                    { location: "us-central1", rrdatas: ["us.acme.dev."] },
                ],
            },
        },
        "RecordSet acme-healthy": {
            ...record,
            name: "healthy.acme.dev.",
            type: "A",
            routingPolicy: {
                geos: [
                    {
                        location: "europe-west1",
                        healthCheckedTargets: {
                            internalLoadBalancers: [
                                {
                                    ...target,
                                    loadBalancerType: "regionalL7ilb",
                                    ipAddress: "10.0.0.3",
                                    port: "443",
                                    ipProtocol: "tcp",
                                    region: "europe-west1",
                                },
                            ],
                        },
                    },
                    {
                        location: "europe-west4",
                        healthCheckedTargets: {
                            internalLoadBalancers: [
                                {
                                    ...target,
                                    loadBalancerType: "globalL7ilb",
                                    ipAddress: "10.0.0.4",
                                    port: "53",
                                    ipProtocol: "udp",
                                },
                            ],
                        },
                    },
                ],
            },
        },
    });
});

test("consumers get a role on the zone", async () => {
    const made = await registered(() => {
        const { role } = new DnsZone("acme", { domain });
        use("job", { ZONE: role("roles/dns.admin") }, "serviceAccount:job@acme-dev.iam", {});
    });
    expect(Object.values(made)).toContainEqual(
        expect.objectContaining({ managedZone: "acme", role: "roles/dns.admin", project: "acme-dev" }),
    );
});

const read = (type: string) =>
    type === "gcp:dns/managedZone:ManagedZone" ? { name: "acme-dev", dnsName: "acme.dev." } : undefined;

test("records are added to a zone that exists already, also in another project", async () => {
    const made = await registered(
        () => DnsZone.existing("acme-dev", { project: "acme-shared", records: { www: { A: ["203.0.113.7"] } } }),
        { read },
    );
    expect(made).toEqual({
        "RecordSet acme-dev-www": {
            managedZone: "acme-dev",
            project: "acme-shared",
            name: "www.acme.dev.",
            type: "A",
            ttl: 300,
            rrdatas: ["203.0.113.7"],
        },
    });
});

/** The problems of a zone, without its name. */
const problemsOf = async (program: () => unknown) =>
    (await refused(program)).split("\n").map((line) => line.replace(/^DnsZone ".*?": /, ""));

const withRecords = (records: object, more: object = {}) => ({ records, ...more });
test.each<[string, object, string[]]>([
    ["a final dot", { domain: "acme.dev." }, ['domain: must not end with a dot, which is added (got "acme.dev.").']],
    [
        "upper case",
        { domain: "Acme.dev" },
        ['domain: must be a domain such as shop.acme.dev, in lower case (got "Acme.dev").'],
    ],
    ["a public zone of one label", { domain: "internal" }, ["domain: [dns/domain-not-public]"]],
    ["a public zone of all names", { domain: "." }, ["domain: [dns/domain-not-public]"]],
    ["no domain", { domain: undefined }, ["domain: is missing."]],
    ["no network", { networks: [] }, ["networks: must have at least one network (got [])."]],
    ["forwarding without a network", { forwardTo: ["10.0.0.53"] }, ["networks: [dns/networks-missing]"]],
    [
        "a name server without an address",
        { networks, forwardTo: ["dns.acme.dev"] },
        ['forwardTo.0: must be the IP address of a name server, such as "10.0.0.53" (got "dns.acme.dev").'],
    ],
    ["two kinds", { networks, forwardTo: ["10.0.0.53"], peer: "hub" }, ["peer: [dns/several-kinds]"]],
    ["a signed private zone", { networks, dnssec: true }, ["dnssec: [dns/public-only]"]],
    ["a log of a private zone", { networks, queryLogs: true }, ["queryLogs: [dns/public-only]"]],
    [
        "records beside forwarding",
        { networks, forwardTo: ["10.0.0.53"], records: { www: { A: ["10.0.0.1"] } } },
        ["records: [dns/records-unused]"],
    ],
    ["a reverse lookup of names", { networks, reverseLookup: true }, ["domain: [dns/reverse-domain]"]],
    ["a peer of itself", { networks, peer: "apps" }, ["peer: [dns/peer-of-itself]"]],
    [
        "an unknown type",
        withRecords({ www: { SOA: ["x"] } }),
        ['records.www.SOA: unknown option "SOA". Cloud DNS sets it.'],
    ],
    ["records without a type", withRecords({ www: { ttl: "1 minute" } }), ["records.www: [dns/records-empty]"]],
    [
        "a whole name",
        withRecords({ "www.acme.dev": { A: ["203.0.113.7"] } }),
        ["records.www.acme.dev: [dns/record-with-domain]"],
    ],
    [
        "the domain as name",
        withRecords({ "acme.dev": { A: ["203.0.113.7"] } }),
        ["records.acme.dev: [dns/record-with-domain]"],
    ],
    [
        "an empty name",
        withRecords({ "": { A: ["203.0.113.7"] } }),
        [
            'records.: must be a name in the zone, such as www, in lower case; @ is the domain itself, and * all other names (got "").',
        ],
    ],
    [
        "a name in upper case",
        withRecords({ WWW: { A: ["203.0.113.7"] } }),
        [
            'records.WWW: must be a name in the zone, such as www, in lower case; @ is the domain itself, and * all other names (got "WWW").',
        ],
    ],
    [
        "a name with a final dot",
        withRecords({ "www.": { A: ["203.0.113.7"] } }),
        [
            'records.www.: must be a name in the zone, such as www, in lower case; @ is the domain itself, and * all other names (got "www.").',
        ],
    ],
    [
        "a CNAME of the domain",
        withRecords({ "@": { CNAME: ["shop.acme.com"] } }),
        ["records.@.CNAME: [dns/cname-of-domain]"],
    ],
    [
        "a CNAME beside others",
        withRecords({ www: { CNAME: ["shop.acme.com"], TXT: ["hello"] } }),
        ["records.www.CNAME: [dns/cname-beside-others]"],
    ],
    [
        "two CNAMEs",
        withRecords({ www: { CNAME: ["a.acme.com", "b.acme.com"] } }),
        ["records.www.CNAME: [dns/several-cnames]"],
    ],
    [
        "name servers of the domain",
        withRecords({ "@": { NS: ["ns1.acme.com"] } }),
        ["records.@.NS: [dns/ns-of-domain]"],
    ],
    [
        "name servers of a wildcard",
        withRecords({ "*.dev": { NS: ["ns1.acme.com"] } }),
        ["records.*.dev.NS: [dns/ns-of-wildcard]"],
    ],
    [
        "nine name servers",
        withRecords({ dev: { NS: [..."123456789"].map((n) => `ns${n}.acme.com`) } }),
        [
            'records.dev.NS: there can be 8 name servers at most (got ["ns1.acme.com", "ns2.acme.com", "ns3.acme.com", "ns4.acme.com", "ns5.acme.com"…).',
        ],
    ],
    [
        "an ALIAS of a signed zone",
        withRecords({ "@": { ALIAS: ["shop.acme.com"] } }),
        ["records.@.ALIAS: [dns/alias-unsupported]"],
    ],
    [
        "an IPv6 address as A",
        withRecords({ www: { A: ["2001:db8::7"] } }),
        ['records.www.A.0: must be an IPv4 address, such as "203.0.113.7" (got "2001:db8::7").'],
    ],
    [
        "an IPv4 address as AAAA",
        withRecords({ www: { AAAA: ["203.0.113.7"] } }),
        ['records.www.AAAA.0: must be an IPv6 address, such as "2001:db8::7" (got "203.0.113.7").'],
    ],
    [
        "a name of one label",
        withRecords({ www: { CNAME: ["shop"] } }),
        ['records.www.CNAME.0: must be a whole domain name, such as www.acme.dev (got "shop").'],
    ],
    [
        "a mail server without a preference",
        withRecords({ "@": { MX: ["mail.acme.dev"] } }),
        ['records.@.MX.0: must be such as "10 mail.acme.dev" (got "mail.acme.dev").'],
    ],
    [
        "a service without a port",
        withRecords({ "_sip._tcp": { SRV: ["0 5 sip.acme.dev"] } }),
        ['records._sip._tcp.SRV.0: must be such as "0 5 5060 sip.acme.dev" (got "0 5 sip.acme.dev").'],
    ],
    [
        "an authority without a tag",
        withRecords({ "@": { CAA: ["pki.goog"] } }),
        ['records.@.CAA.0: must be such as \'0 issue "pki.goog"\' (got "pki.goog").'],
    ],
    [
        "a text in quotes that is too long",
        withRecords({ "@": { TXT: [`"${long}"`] } }),
        [
            'records.@.TXT.0: must be a text of printable ASCII characters; one in quotes has at most 255 in each pair of them (got "\\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…).',
        ],
    ],
    [
        "a text with a line break",
        withRecords({ "@": { TXT: ["a\nb"] } }),
        [
            'records.@.TXT.0: must be a text of printable ASCII characters; one in quotes has at most 255 in each pair of them (got "a\\nb").',
        ],
    ],
    ["no value", withRecords({ www: { A: [] } }), ["records.www.A: must have at least one value (got [])."]],
    [
        "a text in place of a list",
        withRecords({ www: { A: "203.0.113.7" } }),
        [
            'records.www.A: must be a list of values, of which each must be an IPv4 address, such as "203.0.113.7" (got "203.0.113.7").',
        ],
    ],
    [
        "a ttl without a unit",
        withRecords({ www: { A: ["203.0.113.7"], ttl: 300 } }),
        ['records.www.ttl: must be a duration such as "90 seconds" or "7 days" (got 300).'],
    ],
    [
        "a policy of name servers",
        withRecords({ dev: { NS: { weighted: [{ weight: 1, values: ["ns1.acme.com"] }] } } }),
        [
            "records.dev.NS: must be a list of values, of which each must be a whole domain name, such as www.acme.dev (got { weighted: [{ … }] }).",
        ],
    ],
    [
        "a policy without a kind",
        withRecords({ www: { A: { values: ["203.0.113.7"] } } }),
        [
            'records.www.A: must have exactly one of weighted, geo (got { values: ["203.0.113.7"] }).',
            'records.www.A.values: unknown option "values"; the options are weighted, geo.',
        ],
    ],
    [
        "a weight above 1000",
        withRecords({ www: { A: { weighted: [{ weight: 1001, values: ["203.0.113.7"] }] } } }),
        ["records.www.A.weighted.0.weight: must be a whole number from 0 to 1000 weight (got 1001)."],
    ],
    [
        "an answer without values",
        withRecords({ www: { A: { weighted: [{ weight: 1 }] } } }),
        ["records.www.A.weighted.0: must have exactly one of values, loadBalancers (got { weight: 1 })."],
    ],
    [
        "a region of a policy that is none",
        withRecords({ www: { A: { geo: { europe: ["203.0.113.7"] } } } }),
        ['records.www.A.geo.europe: must be a region such as europe-west1 (got "europe").'],
    ],
    [
        "load balancers in a public zone",
        withRecords({
            www: {
                A: {
                    geo: {
                        "europe-west1": {
                            loadBalancers: [{ type: "regionalL4ilb", address: "10.0.0.1", port: 80, network: "apps" }],
                        },
                    },
                },
            },
        }),
        ["records.www.A.geo.europe-west1.loadBalancers: [dns/load-balancers-in-public-zone]"],
    ],
    [
        "load balancers of a text, and a region of a global one",
        withRecords(
            {
                www: {
                    TXT: {
                        weighted: [
                            {
                                weight: 1,
                                loadBalancers: [
                                    {
                                        type: "globalL7ilb",
                                        address: "10.0.0.1",
                                        port: 80,
                                        network: "apps",
                                        region: "europe-west1",
                                    },
                                ],
                            },
                        ],
                    },
                },
            },
            { networks },
        ),
        [
            "records.www.TXT.weighted.0.loadBalancers: [dns/load-balancers-without-address]",
            "records.www.TXT.weighted.0.loadBalancers.0.region: [dns/region-of-global]",
        ],
    ],
])("%s is refused", async (_, args, problems) => {
    expect(await problemsOf(() => new DnsZone("acme", { domain, ...args } as DnsZoneArgs))).toEqual(problems);
});

test.each<[string, string, ExistingDnsZoneArgs, string[]]>([
    ["a domain as the name", "acme.dev", {}, ["name: [environment/existing-name-invalid]"]],
    [
        "records that no zone has",
        "acme-dev",
        { records: { "@": { CNAME: ["a.acme.com"] } } },
        ["records.@.CNAME: [dns/cname-of-domain]"],
    ],
    [
        "an argument of new zones",
        "acme-dev",
        { domain } as object,
        ['domain: unknown option "domain"; the options are project, records, transform, crossProject.'],
    ],
])("an existing zone with %s is refused", async (_, name, args, problems) => {
    expect(await problemsOf(() => DnsZone.existing(name, args))).toEqual(problems);
});
