import { FirewallRule as Rule } from "@pulumi/gcp/appengine/firewallRule";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { blockOf, holding, sourceRange } from "./sourceRange";

/** Whether requests from some addresses are answered. */
export interface FirewallRule {
    /** What becomes of the requests; one that is denied is answered with 403. */
    action: "allow" | "deny";
    /**
     * Where they come from: an address, a range in CIDR notation, as `203.0.113.0/24` or `2001:db8::/32`, or `*` for everywhere.
     * What comes through a load balancer has the caller's address.
     */
    range: string;
    /**
     * What the rule is for: up to 400 characters ("FirewallRule").
     * @default none
     */
    description?: string;
}

/** Who reaches an application, all of its services alike ("Understanding the App Engine firewall"). */
export interface Firewall {
    /**
     * What becomes of requests for which there is no rule. The rule that says so is one for `*` with the priority 2147483646, behind
     * all others, as that which every application has from the start, 2147483647, can only be changed by hand. Cloud
     * Scheduler and Cloud Tasks are let in as long as the application has `cron` or `queues`.
     * @default "allow"
     */
    default?: "allow" | "deny";
    /**
     * The rules by their priorities, 1 to 2147483644, of which the lowest that matches counts: up to 1,000 with that of App Engine
     * and those for `default` ("Creating App Engine firewall rules").
     * @default none
     */
    rules?: Record<number, FirewallRule>;
}

/** How many rules there can be ("Creating App Engine firewall rules"). */
const most = 1000;

/** The last that a program can have; the application's own follows. */
const last = 2_147_483_646;

/** From where Cloud Scheduler and Cloud Tasks call App Engine ("Understanding the App Engine firewall"). */
const callers = "0.1.0.2/32";

/** Whether a rule is for them. */
const isForCallers = ({ range }: FirewallRule) => holding(range)(blockOf(callers));

const isPriority = (given: unknown) => /^[1-9]\d{0,9}$/.test(String(given)) && Number(given) < last - 1;

const rule = check.options<FirewallRule>(
    {
        action: check.oneOf("allow", "deny"),
        range: sourceRange,
        description: check.matching(/^[\s\S]{0,400}$/, "must have up to 400 characters"),
    },
    "action",
    "range",
);

/** Checks a firewall. */
export const firewall: check.Check = check.options<Firewall>({
    default: check.oneOf("allow", "deny"),
    rules: check.record(
        check.custom(isPriority, `the priority of a rule must be a whole number from 1 to ${last - 2}`),
        rule,
    ),
});

/**
 * What is wrong with rules that are right each by itself.
 *
 * @param isCalled whether the application has `cron` or `queues`
 */
export function firewallProblems(given: Firewall, isCalled: boolean): check.Problem[] {
    const rules = rulesOf(given, isCalled);
    // With the one that every application has.
    const count = Object.keys(rules).length + 1;
    const first = Object.entries(rules).find(([, each]) => isForCallers(each));
    return [
        ...(count > most
            ? [
                  {
                      path: "firewall.rules",
                      reason: `there can be ${most} rules at most, and with those for default and that of App Engine there are ${count}.`,
                  },
              ]
            : []),
        ...(isCalled && first?.[1].action === "deny"
            ? [
                  {
                      path: `firewall.rules.${first[0]}`,
                      reason: `shuts out Cloud Scheduler and Cloud Tasks, which call from ${callers}, and the application has cron or queues (got "${first[1].range}"). Allow ${callers} by a rule before it.`,
                  },
              ]
            : []),
        ...unreached(given),
    ];
}

/** Rules for which no request is left. */
function unreached({ default: otherwise, rules = {} }: Firewall): check.Problem[] {
    const all = Object.entries(rules);
    const holds = all.map(([, { range }]) => holding(range));
    const hidden = all.flatMap(([priority, { range }], index) => {
        const own = blockOf(range);
        const earlier = all[holds.findIndex((each, place) => place < index && each(own))];
        const path = `firewall.rules.${priority}`;
        const reason = `is never reached (got "${range}"): the rule ${earlier?.[0]} for "${earlier?.[1].range}" comes before it. Give it a lower priority, or leave it out.`;
        return earlier ? [{ path, reason }] : [];
    });
    const everybody = otherwise && all.find(([, { range }]) => range === "*");
    const reason = `is never reached: the rule ${everybody?.[0]} is for everybody. Leave one of the two out.`;
    return everybody ? [...hidden, { path: "firewall.default", reason }] : hidden;
}

/** All rules in their order, with those for what no rule of the program says. */
function rulesOf(
    { default: otherwise = "allow", rules = {} }: Firewall,
    isCalled: boolean,
): Record<number, FirewallRule> {
    const isDecided = Object.values(rules).some(isForCallers);
    const all = { ...rules };
    if (otherwise === "deny" && isCalled && !isDecided) {
        all[last - 1] = { action: "allow", range: callers, description: "Cloud Scheduler and Cloud Tasks" };
    }
    if (otherwise === "deny") {
        all[last] = { action: "deny", range: "*", description: "Everybody else" };
    }
    return all;
}

/** Registers the rules, by their priorities. */
export function firewallRules(
    component: string,
    given: Firewall,
    isCalled: boolean,
    child: Child,
    after: pulumi.Resource[],
): Record<string, Rule> {
    const made: Record<string, Rule> = {};
    for (const [priority, { action, range, description }] of Object.entries(rulesOf(given, isCalled))) {
        const args = { priority: Number(priority), action: action.toUpperCase(), sourceRange: range, description };
        // Nobody is shut out while those who may come in are not yet let in.
        const first = priority === String(last) ? Object.values(made) : [];
        const options = { dependsOn: [...after, ...first] };
        made[priority] = new Rule(...child("firewall", `${component}-firewall-${priority}`, args, options));
    }
    return made;
}
