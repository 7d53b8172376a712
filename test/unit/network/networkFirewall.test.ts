import * as pulumi from "@pulumi/pulumi";
import { Network, type NetworkArgs } from "slipway";
import type { FirewallRule, Traffic } from "slipway/network";
import { refused, registered, told } from "../registered";

const closed: NetworkArgs = { nat: false, privateServices: false };
const made = async (args: NetworkArgs) => {
    const all = await registered(() => new Network("apps", { ...closed, ...args }));
    return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith("Firewall")));
};
const rule = (key: string, more: object) => ({
    [`Firewall apps-${key}`]: {
        name: `apps-${key}`,
        network: "projects/acme-dev/global/networks/apps",
        direction: "INGRESS",
        priority: 1000,
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        ...more,
    },
});
const account = "sales@acme-dev.iam.gserviceaccount.com";

test.each<[string, FirewallRule, object]>([
    [
        "lets ranges in",
        { allow: ["tcp:443", "tcp:8000-9000", "icmp"], sources: { ranges: ["10.0.0.0/8", "192.168.0.0/16"] } },
        {
            allows: [{ protocol: "tcp", ports: ["443", "8000-9000"] }, { protocol: "icmp" }],
            sourceRanges: ["10.0.0.0/8", "192.168.0.0/16"],
        },
    ],
    [
        "lets ranges in, with its direction",
        { allow: ["icmp"], sources: { ranges: ["10.0.0.0/8"] }, direction: "ingress" },
        { allows: [{ protocol: "icmp" }], sourceRanges: ["10.0.0.0/8"] },
    ],
    [
        "is for tags, from tags and ranges",
        { allow: ["udp:53"], sources: { tags: ["web"], ranges: ["10.0.0.0/8"] }, targets: { tags: ["dns"] } },
        {
            allows: [{ protocol: "udp", ports: ["53"] }],
            sourceTags: ["web"],
            sourceRanges: ["10.0.0.0/8"],
            targetTags: ["dns"],
        },
    ],
    [
        "is for accounts, from accounts",
        {
            allow: ["all"],
            sources: { serviceAccounts: [account] },
            targets: { serviceAccounts: [pulumi.output(account)] },
            priority: 10,
            logging: false,
            description: "Sales among themselves.",
        },
        {
            allows: [{ protocol: "all" }],
            sourceServiceAccounts: [account],
            targetServiceAccounts: [account],
            priority: 10,
            description: "Sales among themselves.",
            logConfig: undefined,
        },
    ],
    [
        "keeps everybody out",
        { deny: ["all"], sources: { ranges: ["::/0"] } },
        { denies: [{ protocol: "all" }], sourceRanges: ["::/0"] },
    ],
    [
        "keeps what is inside from everywhere",
        { deny: ["tcp", "udp:53", "udp"], destinations: ["0.0.0.0/0"], priority: 65535 },
        {
            direction: "EGRESS",
            destinationRanges: ["0.0.0.0/0"],
            denies: [{ protocol: "tcp" }, { protocol: "udp" }],
            priority: 65535,
        },
    ],
    [
        "lets what is inside go to a range",
        { allow: ["tcp", "tcp:443"], destinations: ["203.0.113.0/24"] },
        { direction: "EGRESS", destinationRanges: ["203.0.113.0/24"], allows: [{ protocol: "tcp" }] },
    ],
    [
        "lets what has any address inside go to a range",
        {
            allow: ["tcp:443"],
            sources: { ranges: ["0.0.0.0/0"] },
            destinations: ["203.0.113.0/24"],
            direction: "egress",
        },
        {
            direction: "EGRESS",
            sourceRanges: ["0.0.0.0/0"],
            destinationRanges: ["203.0.113.0/24"],
            allows: [{ protocol: "tcp", ports: ["443"] }],
        },
    ],
    [
        "lets everybody in, as it says",
        { allow: ["tcp:443"], sources: { ranges: ["0.0.0.0/0"] }, public: true },
        { allows: [{ protocol: "tcp", ports: ["443"] }], sourceRanges: ["0.0.0.0/0"] },
    ],
])("a rule %s", async (_, given, expected) => {
    const [[key, args] = []] = Object.entries(rule("web", expected));
    expect(await made({ firewall: { web: given } })).toEqual({ [key as string]: JSON.parse(JSON.stringify(args)) });
});

const iap = { allows: [{ protocol: "tcp", ports: ["22"] }], sourceRanges: ["35.235.240.0/20"] };

test.each<[string, NetworkArgs["iapSsh"], object]>([
    ["all machines", true, rule("iap-ssh", iap)],
    ["machines with a tag", { tags: ["admin"] }, rule("iap-ssh", { ...iap, targetTags: ["admin"] })],
    [
        "machines of an account",
        { serviceAccounts: [account] },
        rule("iap-ssh", { ...iap, targetServiceAccounts: [account] }),
    ],
    ["no machine", false, {}],
])("SSH connects to %s through Identity-Aware Proxy", async (_, iapSsh, expected) => {
    expect(await made({ iapSsh })).toEqual(expected);
});

const from = (...ranges: string[]) => ({ sources: { ranges } });
const traffic = "must be a protocol, with ports if it has any, such as tcp:443, udp:8000-9000 or icmp";

const all = "FTP (20), FTP (21), SSH (22), HTTP (80), MySQL (3306), RDP (3389)";
/** The services, with ports, that this traffic reaches, and that are not for everyone. */
const managed: Record<string, string> = {
    "tcp:22": "SSH (22)",
    "tcp:20-25": "FTP (20), FTP (21), SSH (22)",
    "tcp:80": "HTTP (80)",
    "tcp:3306": "MySQL (3306)",
    "udp:3389": "RDP (3389)",
    tcp: all,
    udp: all,
    all,
    "tcp:0-65535": all,
};

test.each(Object.entries(managed))("%s for everyone is refused with the names of its services", async (allow, what) => {
    const web = { allow: [allow], ...from("::/0"), public: true } as FirewallRule;
    const ssh = what.includes("SSH") ? " For SSH take iapSsh." : "";
    expect(await told(() => new Network("apps", { firewall: { web } }))).toContain(
        `must not allow everyone to access ${what} (got "::/0"). Name the ranges that need it.${ssh} To accept`,
    );
});

test("insecure without public does not open SSH to everyone", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const web: FirewallRule = { allow: ["tcp:22"], ...from("0.0.0.0/0"), insecure: true };
    expect((await refused(() => new Network("apps", { firewall: { web } }))).split("\n")).toEqual([
        'Network "apps": firewall.web.insecure: [network/firewall-insecure-without-public]',
        'Network "apps": firewall.web.sources.ranges.0: [network/open-to-everyone]',
    ]);
    warn.mockRestore();
});

test.each<[object, string]>([
    [{ allow: ["tcp:443"], ...from("10.0.0.0/8", "0.0.0.0/0") }, "sources.ranges.1: [network/open-to-everyone]"],
    [{ allow: ["tcp:443"], ...from("128.0.0.0/1") }, "sources.ranges.0: [network/open-to-everyone]"],
    [{ allow: ["tcp:443"], ...from("2600::/15") }, "sources.ranges.0: [network/open-to-everyone]"],
    [{ allow: ["icmp"], ...from("10.0.0.0/7") }, "sources.ranges.0: [network/open-to-everyone]"],
    ...Object.keys(managed).map((allow): [object, string] => [
        { allow: [allow], ...from("::/0"), public: true },
        "sources.ranges.0: [network/management-open-to-everyone]",
    ]),
    [{ allow: ["https"], ...from("10.0.0.0/8") }, `allow.0: ${traffic} (got "https").`],
    [{ allow: ["tcp:443-80"], ...from("10.0.0.0/8") }, `allow.0: ${traffic} (got "tcp:443-80").`],
    [{ allow: ["tcp:65536"], ...from("10.0.0.0/8") }, `allow.0: ${traffic} (got "tcp:65536").`],
    [{ allow: ["icmp:1"], ...from("10.0.0.0/8") }, `allow.0: ${traffic} (got "icmp:1").`],
    [{ allow: [], ...from("10.0.0.0/8") }, "allow: must have a protocol, such as tcp:443 (got [])."],
    [{ allow: ["all"] }, "[network/firewall-sources-or-destinations-missing]"],
    [
        { allow: ["all"], destinations: ["10.0.0.0/8"], direction: "ingress" },
        "sources: [network/firewall-sources-missing]",
    ],
    [
        { allow: ["all"], sources: { tags: ["a"] }, destinations: ["10.0.0.0/8"], direction: "egress" },
        "sources: [network/firewall-sources-of-egress]",
    ],
    [
        { allow: ["all"], sources: { serviceAccounts: [account] }, destinations: ["10.0.0.0/8"], direction: "egress" },
        "sources: [network/firewall-sources-of-egress]",
    ],
    [
        { allow: ["tcp:80"], ...from("10.0.0.0/8"), insecure: true },
        "insecure: [network/firewall-insecure-without-public]",
    ],
    [{ ...from("10.0.0.0/8") }, "[network/firewall-allow-or-deny]"],
    [{ allow: ["tcp:443"], ...from("10.0.0.0/8", "2001:db8::/32") }, "[network/firewall-ip-versions]"],
    [{ allow: ["tcp:443"], ...from("10.0.0.0/8"), destinations: ["2001:db8::/32"] }, "[network/firewall-ip-versions]"],
    [{ allow: ["tcp:443", "icmp"], ...from("2001:db8::/32") }, "allow: [network/firewall-icmp-of-ipv6]"],
    [{ deny: ["icmp"], destinations: ["2001:db8::/32"] }, "deny: [network/firewall-icmp-of-ipv6]"],
    [
        { allow: ["tcp:443"], ...from("2001:db8::1/32") },
        'sources.ranges.0: must start at the first address of its block (got "2001:db8::1/32").',
    ],
    [{ allow: ["all"], deny: ["all"], ...from("10.0.0.0/8") }, "[network/firewall-allow-or-deny]"],
    [{ allow: ["all"], sources: {} }, "sources: [network/firewall-sources-empty]"],
    [
        { allow: ["all"], sources: { tags: ["web"] }, targets: { serviceAccounts: [account] } },
        "[network/firewall-tags-and-accounts]",
    ],
    [{ allow: ["tcp:22"], ...from("0.0.0.0/0") }, "sources.ranges.0: [network/management-open-to-everyone]"],
    [
        { allow: ["all"], destinations: ["203.0.113.0/24"], public: true },
        "public: [network/firewall-public-without-ingress]",
    ],
    [
        { allow: ["all"], ...from("10.0.0.0/8"), destinations: ["10.0.0.0/8"], direction: "egress", public: true },
        "public: [network/firewall-public-without-ingress]",
    ],
    [{ deny: ["all"], ...from("0.0.0.0/0"), public: true }, "public: [network/firewall-public-without-ingress]"],
    [
        { allow: ["all"], ...from("10.0.0.1/8") },
        'sources.ranges.0: must start at the first address of its block, 10.0.0.0/8 (got "10.0.0.1/8").',
    ],
    [
        { allow: ["all"], ...from("fe80::1") },
        'sources.ranges.0: must be a range of addresses such as 10.0.0.0/8 (got "fe80::1").',
    ],
    [{ allow: ["all"], sources: { ranges: [] } }, "sources.ranges: must have 1 to 5000 of them (got [])."],
    [
        { allow: ["all"], sources: { tags: ["Web"] } },
        'sources.tags.0: must be a network tag: up to 63 lower-case letters, digits and hyphens, starting with a letter (got "Web").',
    ],
    [
        { allow: ["all"], sources: { serviceAccounts: ["sales"] } },
        'sources.serviceAccounts.0: must be a ServiceAccount, or the email address of one (got "sales").',
    ],
    [
        { allow: ["all"], ...from("10.0.0.0/8"), targets: {} },
        "targets: must have exactly one of tags, serviceAccounts (got {}).",
    ],
    [
        { allow: ["all"], ...from("10.0.0.0/8"), priority: 65536 },
        "priority: must be a whole number from 0 to 65535 (got 65536).",
    ],
    [{ allow: ["all"], ...from("10.0.0.0/8"), log: true }, 'log: unknown option "log"; did you mean "logging"?'],
])("the rule %j is refused", async (given, words) => {
    const firewall = { web: given } as Record<string, FirewallRule>;
    const path = /^\w[\w.]*: /.test(words) ? "firewall.web." : "firewall.web: ";
    expect(await refused(() => new Network("apps", { firewall }))).toBe(`Network "apps": ${path}${words}`);
});

const many = (count: number, item: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => item(index));
test.each<[string, number, (items: string[]) => object, (index: number) => string]>([
    ["sources.ranges", 5000, (ranges) => ({ sources: { ranges } }), (index) => `10.${index >> 8}.${index & 255}.0/24`],
    ["sources.tags", 30, (tags) => ({ sources: { tags } }), (index) => `tag-${index}`],
    ["targets.tags", 70, (tags) => ({ ...from("10.0.0.0/8"), targets: { tags } }), (index) => `tag-${index}`],
    [
        "sources.serviceAccounts",
        10,
        (accounts) => ({ sources: { serviceAccounts: accounts } }),
        (index) => `a${index}@b`,
    ],
])("a rule can have no more %s than %d", async (path, max, given, item) => {
    const program = (count: number) => () =>
        new Network("apps", { firewall: { web: { allow: ["icmp"], ...given(many(count, item)) } as FirewallRule } });
    expect(Object.keys(await registered(program(max)))).toContain("Firewall apps-web");
    expect(await refused(program(max + 1))).toContain(
        `Network "apps": firewall.web.${path}: must have 1 to ${max} of them`,
    );
});

test("a rule with sources and destinations restricts both sides of ingress or egress", async () => {
    const both = { allow: ["tcp:443"] as Traffic[], ...from("10.1.0.0/16"), destinations: ["10.2.0.0/16"] };
    const ranges = { sourceRanges: ["10.1.0.0/16"], destinationRanges: ["10.2.0.0/16"] };
    const firewall = { into: both, out: { ...both, direction: "egress" as const } };
    const all = await registered(() => new Network("apps", { firewall }));
    expect(all["Firewall apps-into"]).toMatchObject({ direction: "INGRESS", ...ranges });
    expect(all["Firewall apps-out"]).toMatchObject({ direction: "EGRESS", ...ranges });
});

test("a public rule for HTTP needs insecure, which warns", async () => {
    const warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const firewall = { web: { allow: ["tcp:80"], ...from("0.0.0.0/0"), public: true, insecure: true } };
    const all = await registered(() => new Network("apps", { firewall } as NetworkArgs));
    expect(all["Firewall apps-web"]).toMatchObject({ sourceRanges: ["0.0.0.0/0"], allows: [{ ports: ["80"] }] });
    expect(warnings.mock.calls).toEqual([
        [
            'Network "apps": firewall.web.sources.ranges.0: must not allow everyone to access HTTP (80) (got "0.0.0.0/0"). ' +
                "Name the ranges that need it. It is passed on because of insecure.",
        ],
    ]);
    warnings.mockRestore();
});

test("a rule's name is limited to that of a resource, and unique", async () => {
    const web: FirewallRule = { allow: ["icmp"], sources: { tags: ["web"] } };
    expect(await refused(() => new Network("apps", { firewall: { "iap-ssh": web }, iapSsh: true }))).toBe(
        'Network "apps": firewall.iap-ssh: [network/firewall-name-reserved]',
    );
    expect(await made({ firewall: { "iap-ssh": web } })).toMatchObject({
        "Firewall apps-iap-ssh": { sourceTags: ["web"] },
    });
    expect(await refused(() => new Network("apps", { firewall: { [`a${"b".repeat(63)}`]: web } }))).toContain(
        "the name of a rule must have up to 63 lower-case letters, digits and hyphens",
    );
});
