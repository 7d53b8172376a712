import { isIP } from "node:net";
import { FirewallRule as Rule } from "@pulumi/gcp/appengine/firewallRule";
import type * as pulumi from "@pulumi/pulumi";
import { appEngineLimits } from "../../facts/limits/appEngine";
import { type Cidr, contains, parseCidr } from "../../formats/cidr";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";

/** A firewall rule for requests from a range of addresses. */
export interface FirewallRule {
    /** Whether the requests are allowed or denied with HTTP status 403. */
    action: "allow" | "deny";
    /**
     * The source of the requests: an address, a CIDR range such as `203.0.113.0/24` or `2001:db8::/32`, or `*` for all.
     * Requests through a load balancer have the client's address.
     */
    range: string;
    /**
     * A description: at most {@link
     * https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps.firewall.ingressRules 400 characters}.
     * @default none
     */
    description?: string;
}

/**
 * The {@link https://cloud.google.com/appengine/docs/standard/understanding-firewalls firewall} of the application, for all
 * of its services.
 */
export interface Firewall {
    /**
     * The action for requests that match no rule. `"deny"` creates a rule for `*` with the priority 2147483646, after all
     * others, because the default rule of every application, 2147483647, can only be changed by hand. Cloud Scheduler and
     * Cloud Tasks are allowed while the application has `cron` or `queues`.
     * @default "allow"
     */
    default?: "allow" | "deny";
    /**
     * The rules by priority, 1 to 2147483644; the matching rule with the lowest number is used. There can be
     * {@link https://cloud.google.com/appengine/docs/standard/creating-firewalls 1,000}, including App Engine's own and those
     * for `default`.
     * @default none
     */
    rules?: Record<number, FirewallRule>;
}

/** The {@link https://cloud.google.com/appengine/docs/standard/creating-firewalls maximum} number of rules. */
const maxRules = appEngineLimits.rows.firewallRules.max;

/** The last priority that a program can use; the application's default rule follows. */
const lastPriority = 2_147_483_646;

/**
 * The address from which Cloud Scheduler and Cloud Tasks
 * {@link https://cloud.google.com/appengine/docs/standard/understanding-firewalls call App Engine}.
 */
const schedulerAddress = "0.1.0.2/32";

const matchesScheduler = ({ range }: FirewallRule) => containsRange(range)(parseRange(schedulerAddress));

const isPriority = (value: unknown) => /^[1-9]\d{0,9}$/.test(String(value)) && Number(value) < lastPriority - 1;

/** Checks a source range: an address, a CIDR range, or `*`. */
export const sourceRange = check.validText(rangeProblem);

function rangeProblem(text: string): string | undefined {
    if (text === "*") {
        return undefined;
    }
    const block = parseRange(text);
    if (!block) {
        return "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *";
    }
    // App Engine stores the first address of the range; any other address would cause a diff at every preview.
    return block.isExact ? undefined : "must start at the first address of its block";
}

/** Parses an address or a range; undefined for `*`. */
function parseRange(text: string): Cidr | undefined {
    const [address = ""] = text.split("/");
    switch (isIP(address)) {
        case 0:
            return undefined;
        case 4:
            return parseCidr(text === address ? `${text}/32` : text);
        default:
            return parseCidr(text === address ? `${text}/128` : text);
    }
}

/**
 * Returns a function that tests whether a range contains another range; `*` contains all. Parses the outer range once, as up to
 * a thousand rules are compared with each other.
 */
function containsRange(outer: string): (inner: Cidr | undefined) => boolean {
    const all = parseRange(outer);
    return all ? (inner) => inner !== undefined && contains(all, inner) : () => true;
}

const rule = check.options<FirewallRule>(
    {
        action: check.oneOf("allow", "deny"),
        range: sourceRange,
        description: check.pipe(check.text(), check.longest(appEngineLimits.rows.firewallDescription.max)),
    },
    "action",
    "range",
);

/** Checks each option of the firewall. */
export const firewall = check.options<Firewall>({
    default: check.oneOf("allow", "deny"),
    rules: check.record(
        check.custom<number>(isPriority, `the priority of a rule must be a whole number from 1 to ${lastPriority - 2}`),
        rule,
    ),
});

/**
 * Checks combinations of rules.
 * @param isCalled whether the application has `cron` or `queues`
 */
export function firewallProblems(settings: Firewall, isCalled: boolean): check.Problem[] {
    const rules = effectiveRules(settings, isCalled);
    // Including the application's default rule.
    const count = Object.keys(rules).length + 1;
    const first = Object.entries(rules).find(([, each]) => matchesScheduler(each));
    return [
        ...(count > maxRules
            ? [
                  check.problem(
                      "firewall.rules",
                      "appengine/firewall-too-many-rules",
                      `there can be ${maxRules} rules at most; with the rules for default and the rule of App Engine there are ${count}.`,
                  ),
              ]
            : []),
        ...(isCalled && first?.[1].action === "deny"
            ? [
                  check.problem(
                      `firewall.rules.${first[0]}`,
                      "appengine/firewall-blocks-scheduler",
                      `blocks Cloud Scheduler and Cloud Tasks, which call from ${schedulerAddress}, and the application has cron or queues (got "${first[1].range}"). Allow ${schedulerAddress} in a rule before it.`,
                  ),
              ]
            : []),
        ...shadowedRules(settings),
    ];
}

/** Checks for rules that no request can reach. */
function shadowedRules({ default: defaultAction, rules = {} }: Firewall): check.Problem[] {
    const all = Object.entries(rules);
    const matchers = all.map(([, { range }]) => containsRange(range));
    const shadowed = all.flatMap(([priority, { range }], index) => {
        const own = parseRange(range);
        const earlier = all[matchers.findIndex((each, place) => place < index && each(own))];
        const path = `firewall.rules.${priority}`;
        const reason = `is never reached (got "${range}"): the rule ${earlier?.[0]} for "${earlier?.[1].range}" is evaluated before it. Set a lower priority, or remove it.`;
        return earlier ? [check.problem(path, "appengine/firewall-rule-never-reached", reason)] : [];
    });
    const catchAll = defaultAction && all.find(([, { range }]) => range === "*");
    const reason = `is never reached: the rule ${catchAll?.[0]} matches all addresses. Remove one of them.`;
    return catchAll
        ? [...shadowed, check.problem("firewall.default", "appengine/firewall-default-never-reached", reason)]
        : shadowed;
}

/** All rules in their order, including those for `default`. */
function effectiveRules(
    { default: defaultAction = "allow", rules = {} }: Firewall,
    isCalled: boolean,
): Record<number, FirewallRule> {
    const isCovered = Object.values(rules).some(matchesScheduler);
    const all = { ...rules };
    if (defaultAction === "deny" && isCalled && !isCovered) {
        all[lastPriority - 1] = {
            action: "allow",
            range: schedulerAddress,
            description: "Cloud Scheduler and Cloud Tasks",
        };
    }
    if (defaultAction === "deny") {
        all[lastPriority] = { action: "deny", range: "*", description: "Everybody else" };
    }
    return all;
}

/** Registers the rules, by priority. */
export function firewallRules(
    component: string,
    settings: Firewall,
    isCalled: boolean,
    child: Child,
    after: pulumi.Resource[],
): Record<string, Rule> {
    const registered: Record<string, Rule> = {};
    for (const [priority, { action, range, description }] of Object.entries(effectiveRules(settings, isCalled))) {
        const args = { priority: Number(priority), action: action.toUpperCase(), sourceRange: range, description };
        // The rule that denies everything is created after the rules that allow.
        const first = priority === String(lastPriority) ? Object.values(registered) : [];
        const options = { dependsOn: [...after, ...first] };
        registered[priority] = new Rule(...child("firewall", `${component}-firewall-${priority}`, args, options));
    }
    return registered;
}
