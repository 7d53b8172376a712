import { type Firewall, firewall, firewallProblems, firewallRules } from "../../../lib/appengine/entry/firewall";
import { made, refusal } from "./around";

const office = { action: "allow" as const, range: "203.0.113.0/24", description: "the office" };
const registered = (given: Firewall, isCalled = false) =>
    made((child) => firewallRules("shop", given, isCalled, child, []));
const refusedFirewall = (given: unknown, isCalled = false) =>
    refusal<Firewall>("firewall", given, firewall, (all) => firewallProblems(all, isCalled));

test("each rule is a resource named by its priority, and other addresses are allowed", async () => {
    const { inputs, options } = await registered({ rules: { 2000: { action: "deny", range: "*" }, 1000: office } });
    expect(inputs).toEqual({
        "FirewallRule shop-firewall-1000": {
            priority: 1000,
            action: "ALLOW",
            sourceRange: "203.0.113.0/24",
            description: "the office",
        },
        "FirewallRule shop-firewall-2000": { priority: 2000, action: "DENY", sourceRange: "*" },
    });
    expect(options["FirewallRule shop-firewall-1000"]).toMatchObject({ parent: "Part shop" });
});

test("other addresses are denied by a rule before App Engine's default, after the allowing rules are created", async () => {
    const { inputs, options } = await registered({ default: "deny", rules: { 1000: office } });
    expect(inputs).toEqual({
        "FirewallRule shop-firewall-1000": expect.objectContaining({ action: "ALLOW" }),
        "FirewallRule shop-firewall-2147483646": {
            priority: 2147483646,
            action: "DENY",
            sourceRange: "*",
            description: "Everybody else",
        },
    });
    expect(options["FirewallRule shop-firewall-2147483646"]).toMatchObject({
        after: ["FirewallRule shop-firewall-1000"],
    });
});

test("Cloud Scheduler and Cloud Tasks are allowed if they are used and other addresses are denied", async () => {
    const { inputs } = await registered({ default: "deny" }, true);
    expect(inputs).toEqual({
        "FirewallRule shop-firewall-2147483645": {
            priority: 2147483645,
            action: "ALLOW",
            sourceRange: "0.1.0.2/32",
            description: "Cloud Scheduler and Cloud Tasks",
        },
        "FirewallRule shop-firewall-2147483646": expect.objectContaining({ action: "DENY" }),
    });
});

test("they are allowed once if the program has its own rule, and not if other addresses are allowed", async () => {
    const callers = { action: "allow" as const, range: "0.1.0.0/16" };
    expect(Object.keys((await registered({ default: "deny", rules: { 5: callers } }, true)).inputs)).toEqual([
        "FirewallRule shop-firewall-2147483646",
        "FirewallRule shop-firewall-5",
    ]);
    expect((await registered({ default: "allow" }, true)).inputs).toEqual({});
    expect((await registered({}, true)).inputs).toEqual({});
});

test.each(["*", "0.1.0.2", "0.1.0.2/32", "0.0.0.0/0"])("a rule that blocks them for %s is refused", async (range) => {
    const given: Firewall = { rules: { 10: { action: "deny", range } } };
    expect(await refusedFirewall(given, true)).toBe(
        'App "shop": firewall.rules.10: [appengine/firewall-blocks-scheduler]',
    );
    expect(firewallProblems(given, false)).toEqual([]);
    const before: Firewall = { rules: { 9: { action: "allow", range: "0.1.0.2/32" }, ...given.rules } };
    expect(firewallProblems(before, true)).toEqual(range.startsWith("0.1.0.2") ? [expect.anything()] : []);
});

test.each([
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["203.0.113.0/24", "203.0.113.7"],
    ["2001:db8::/32", "2001:db8:1::/48"],
    ["::ffff:203.0.113.0/120", "::ffff:cb00:7105"],
    ["*", "2001:db8::1"],
])("after %s a rule for %s is refused because it never applies", async (first, second) => {
    const rules = { 20: { action: "deny", range: second }, 10: { action: "allow", range: first } };
    expect(await refusedFirewall({ rules })).toBe(
        'App "shop": firewall.rules.20: [appengine/firewall-rule-never-reached]',
    );
});

test.each([
    ["203.0.113.7", "203.0.113.0/24"],
    ["203.0.113.0/24", "203.0.112.0/24"],
    ["0.0.0.0/0", "2001:db8::/32"],
    ["::/0", "203.0.113.7"],
    ["2001:db8::/48", "2001:db8:1::/48"],
])("after %s a rule for %s applies", async (first, second) => {
    const rules = { 10: { action: "allow", range: first }, 20: { action: "deny", range: second } };
    await expect(refusedFirewall({ rules })).rejects.toThrow("Nothing was refused.");
});

test("a default after a rule for all addresses is refused", async () => {
    expect(await refusedFirewall({ default: "allow", rules: { 10: { action: "deny", range: "*" } } })).toBe(
        'App "shop": firewall.default: [appengine/firewall-default-never-reached]',
    );
});

test("the reasons name the rule that comes before, and what it matches", () => {
    const reasons = (given: Firewall, isCalled = false) =>
        firewallProblems(given, isCalled).map(({ reason }) => reason);
    const everyone = { action: "deny" as const, range: "*" };
    const one = { action: "allow" as const, range: "203.0.113.7" };
    expect(reasons({ rules: { 5: { ...one, range: "2001:db8::1" }, 10: office, 20: one } })).toEqual([
        'is never reached (got "203.0.113.7"): the rule 10 for "203.0.113.0/24" is evaluated before it. Set a lower priority, or remove it.',
    ]);
    expect(reasons({ default: "deny", rules: { 5: office, 10: everyone } })).toEqual([
        "is never reached: the rule 10 matches all addresses. Remove one of them.",
    ]);
    expect(reasons({ default: "deny", rules: { 5: office, 8: one, 10: everyone } })).toEqual([
        'is never reached (got "203.0.113.7"): the rule 5 for "203.0.113.0/24" is evaluated before it. Set a lower priority, or remove it.',
        "is never reached: the rule 10 matches all addresses. Remove one of them.",
    ]);
    expect(reasons({ rules: { 5: office, 10: everyone } }, true)).toEqual([
        'blocks Cloud Scheduler and Cloud Tasks, which call from 0.1.0.2/32, and the application has cron or queues (got "*"). Allow 0.1.0.2/32 in a rule before it.',
    ]);
});

const range = "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *";
const priority = "the priority of a rule must be a whole number from 1 to 2147483644";
const wrong: [string, unknown, string][] = [
    ["a priority of 0", { rules: { 0: office } }, `firewall.rules.0: ${priority} (got "0").`],
    ["a priority that is not a number", { rules: { office } }, `firewall.rules.office: ${priority} (got "office").`],
    [
        "the priority of App Engine's own rule",
        { rules: { 2147483647: office } },
        `firewall.rules.2147483647: ${priority} (got "2147483647").`,
    ],
    [
        "the priority of the default rule",
        { rules: { 2147483645: office } },
        `firewall.rules.2147483645: ${priority} (got "2147483645").`,
    ],
    ["an action in upper case", { default: "DENY" }, 'firewall.default: must be one of allow, deny (got "DENY").'],
    ["no range", { rules: { 1: { action: "deny" } } }, "firewall.rules.1.range: is missing."],
    ...[
        "office",
        "203.0.113.0/33",
        "203.0.113.256",
        "2001:db8::/129",
        "fe80::1%eth0",
        "1.2.3.4/8/8",
        "1.2.3.0/",
        "",
    ].map((given): [string, unknown, string] => [
        `"${given}"`,
        { rules: { 1: { action: "deny", range: given } } },
        `firewall.rules.1.range: ${range} (got "${given}").`,
    ]),
    ...["203.0.113.1/24", "2001:db8::1/32"].map((given): [string, unknown, string] => [
        `${given}, which is stored otherwise`,
        { rules: { 1: { action: "deny", range: given } } },
        `firewall.rules.1.range: must start at the first address of its block (got "${given}").`,
    ]),
    [
        "an unknown option",
        { rules: { 1: { ...office, sourceRange: "*" } } },
        'firewall.rules.1.sourceRange: unknown option "sourceRange"; the options are action, range, description.',
    ],
];

test.each(wrong)("a firewall with %s is refused", async (_, given, expected) => {
    expect(await refusedFirewall(given)).toBe(`App "shop": ${expected}`);
});

test("a description of 401 characters is refused", async () => {
    const rules = { 1: { ...office, description: "a".repeat(401) } };
    expect(await refusedFirewall({ rules })).toContain(
        "firewall.rules.1.description: must have 400 characters at most",
    );
});

test("a description of 400 characters, and the first and the last priority, are accepted", async () => {
    const rules = {
        1: { ...office, description: "a".repeat(400) },
        2147483644: { action: "allow", range: "192.0.2.0/24" },
    };
    await expect(refusedFirewall({ rules })).rejects.toThrow("Nothing was refused.");
});

test("1,000 rules are accepted, including those for other addresses and App Engine's default", async () => {
    const address = (index: number) => `198.51.${Math.floor(index / 200)}.${index % 200}`;
    const rules = (count: number) =>
        Object.fromEntries(
            Array.from({ length: count }, (_, index) => [index + 1, { action: "deny", range: address(index) }]),
        ) as Firewall["rules"];
    expect(firewallProblems({ rules: rules(999) }, false)).toEqual([]);
    expect(firewallProblems({ default: "deny", rules: rules(997) }, true)).toEqual([]);
    expect(await refusedFirewall({ default: "deny", rules: rules(998) }, true)).toBe(
        'App "shop": firewall.rules: [appengine/firewall-too-many-rules]',
    );
});
