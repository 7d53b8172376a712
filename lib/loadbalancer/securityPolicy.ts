import { RegionSecurityPolicy, type RegionSecurityPolicyArgs } from "@pulumi/gcp/compute/regionSecurityPolicy";
import { SecurityPolicy, type SecurityPolicyArgs } from "@pulumi/gcp/compute/securityPolicy";
import type * as pulumi from "@pulumi/pulumi";
import { armorLimits, rateLimitIntervals } from "../facts/limits/loadBalancing";
import { nameFormats } from "../facts/names";
import { wafRules } from "../facts/wafRules";
import * as check from "../internal/arguments/check";
import { type Duration, duration, secondsIn } from "../internal/arguments/duration";
import { isPlainObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import { isInternalType, type LoadBalancerType } from "./types";

/** A rate limit for each client address. */
export interface RateLimit {
    /**
     * The requests that a client address may send in the interval: 1 to 1,000,000. Further ones get the status 429.
     * @default 1000
     */
    requests?: number;
    /**
     * The {@link https://cloud.google.com/armor/docs/rate-limiting-overview interval}.
     * @default "1 minute"
     */
    interval?: Duration;
    /**
     * Only logs the requests that it would refuse.
     * @default false
     */
    preview?: boolean;
}

/** Google's {@link https://cloud.google.com/armor/docs/waf-rules preconfigured rules} against common attacks. */
export interface AttackRules {
    /**
     * The rule sets.
     * @default all but those for single languages (`php`, `java`, `nodejs`) and `methodenforcement`, which refuses PUT, PATCH and DELETE
     */
    sets?: readonly AttackRuleSet[];
    /**
     * The sensitivity: 1 has the fewest false positives, 4 finds the most attacks.
     * @default 1
     */
    sensitivity?: 1 | 2 | 3 | 4;
    /**
     * Only logs the requests that the rules would refuse. Set it to `false` once the logs show no requests of your users.
     * @default true
     */
    preview?: boolean;
}

/** A set of preconfigured rules, such as `sqli`. */
export type AttackRuleSet = keyof typeof wafRules.rows;

/** A rule of a policy: for client addresses, or for an expression. */
export type SecurityRule = check.OneOf<AddressRule | ExpressionRule>;

interface SharedSecurityRule {
    /** The priority: 0 to 9999. The matching rule with the lowest number applies. */
    priority: number;
    /** What happens to a request: `"deny"` responds with 403. */
    action: "allow" | "deny";
    /**
     * Only logs the requests that it matches.
     * @default false
     */
    preview?: boolean;
}

interface AddressRule extends SharedSecurityRule {
    /** CIDR ranges of client addresses: at most 10. */
    ranges: readonly string[];
}

interface ExpressionRule extends SharedSecurityRule {
    /** An {@link https://cloud.google.com/armor/docs/rules-language-reference expression}, such as `origin.region_code == "AQ"`: at most 5 subexpressions. */
    expression: string;
}

/** A {@link https://cloud.google.com/armor/docs/security-policy-overview Cloud Armor security policy}. */
export interface SecurityPolicyRules {
    /**
     * A limit for each client address, or `false`.
     * @default 1000 requests in a minute
     */
    rateLimit?: check.Short<RateLimit | false, true>;
    /**
     * Rules against common attacks, or `false`.
     * @default the rules of OWASP, which only log what they would refuse
     */
    attacks?: check.Short<AttackRules | false, true>;
    /**
     * Further rules by name, which apply before the others.
     * @default none
     */
    rules?: Record<string, SecurityRule>;
}

/** Rules, the ID of a policy that exists already, or whether the default rules apply. */
export type SecurityPolicyOption = SecurityPolicyRules | pulumi.Input<string> | boolean;

const { ranges, subexpressions, requests } = armorLimits.rows;

const shared = {
    priority: check.whole(0, 9999),
    action: check.oneOf("allow", "deny"),
    preview: check.flag(),
};
const range = check.matching(
    /^(\*|[\da-fA-F:.]+(\/\d{1,3})?)$/,
    "must be a CIDR range such as 203.0.113.0/24, or * for all addresses",
);
const rule = check.variant({
    ranges: check.options<AddressRule>(
        {
            ...shared,
            ranges: check.pipe(
                check.list(range),
                check.refine(
                    (all) => all.length >= ranges.min && all.length <= ranges.max,
                    `must be ${ranges.min} to ${ranges.max} ranges`,
                ),
            ),
        },
        "priority",
        "action",
        "ranges",
    ),
    expression: check.options<ExpressionRule>(
        {
            ...shared,
            expression: check.pipe(
                check.text(),
                check.refine(
                    (text) => text.trim() !== "" && text.split(/&&|\|\|/).length <= subexpressions.max,
                    `must have 1 to ${subexpressions.max} subexpressions, separated by && and ||`,
                ),
            ),
        },
        "priority",
        "action",
        "expression",
    ),
});

const interval = check.pipe(
    duration("1 second", "1 hour"),
    check.refine(
        (value) => rateLimitIntervals.includes(secondsIn(value) as 60),
        `must be ${rateLimitIntervals.slice(0, -1).join(", ")} or ${rateLimitIntervals.at(-1)} seconds`,
    ),
);

const sets = Object.keys(wafRules.rows) as AttackRuleSet[];
const policyRules = check.options<SecurityPolicyRules>({
    rateLimit: check.switched(
        check.options<RateLimit>({
            requests: check.limit(requests),
            interval,
            preview: check.flag(),
        }),
    ),
    attacks: check.switched(
        check.options<AttackRules>({
            sets: check.pipe(
                check.list(check.oneOf(...sets)),
                check.refine(
                    (all) => new Set(all).size === all.length && all.length > 0,
                    "must be different rule sets",
                ),
            ),
            sensitivity: check.custom((value) => [1, 2, 3, 4].includes(value as number), "must be 1, 2, 3 or 4"),
            preview: check.flag(),
        }),
    ),
    rules: check.record(check.nameOf(nameFormats.rows.computeResource), rule),
});

/** Checks a security policy. */
export const securityPolicy: check.Check<SecurityPolicyOption> = check.lazily((value) =>
    typeof value === "boolean"
        ? check.flag()
        : isPlainObject(value)
          ? policyRules
          : check.input(
                check.matching(
                    /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/(global|regions\/[^/]+)\/securityPolicies\/[^/]+$/,
                    "must be rules, true, false, or the ID of a policy such as projects/acme-dev/global/securityPolicies/shop",
                ),
            ),
) as check.AnyCheck;

/** Completes a policy: its own rules, or the ID of one that exists already. */
export const resolvePolicy = (policy: SecurityPolicyOption | undefined) => ({
    /** The rules of a policy of the load balancer. */
    rules: (policy === true ? {} : isPlainObject(policy) ? policy : undefined) as CheckedRules | undefined,
    /** The ID of a policy that exists already. */
    existingPolicy: (typeof policy === "boolean" || isPlainObject(policy) ? undefined : policy) as
        | pulumi.Input<string>
        | undefined,
});

/** Whether a policy is the load balancer's own: rules, not the ID of a policy that exists already. */
export const isOwnPolicy = (policy: SecurityPolicyOption | undefined): boolean =>
    policy === true || isPlainObject(policy);

/** Rules of an internal load balancer. */
export const kindProblem = (policy: SecurityPolicyOption | undefined, type: LoadBalancerType) =>
    check.when(
        isInternalType(type) && isOwnPolicy(policy),
        "securityPolicy",
        "loadbalancer/policy-of-internal",
        "must be the ID of a policy or false for an internal load balancer, whose clients are not on the internet.",
    );

/** Rules with equal priorities, which Cloud Armor refuses. */
export function ruleProblems(policy: SecurityPolicyOption | undefined): check.Problem[] {
    const { rules = {} } = (isPlainObject(policy) ? policy : {}) as SecurityPolicyRules;
    const all = Object.entries(rules);
    return all.flatMap(([name, { priority }], index) => {
        const [other] = all.slice(0, index).find(([, earlier]) => earlier.priority === priority) ?? [];
        const reason = `is the priority of rule ${other} (got ${priority}). Choose another priority.`;
        return other === undefined
            ? []
            : [check.problem(`securityPolicy.rules.${name}.priority`, "loadbalancer/rule-priority-twice", reason)];
    });
}

/** The priorities of the preset: after the program's own rules, and the rate limit last, because it ends the evaluation. */
const attackPriority = 10_000;
const ratePriority = 20_000;
const defaultPriority = armorLimits.rows.priority.max;

const ofAddresses = (ranges: readonly string[]) => ({
    versionedExpr: "SRC_IPS_V1",
    config: { srcIpRanges: [...ranges] },
});

type CheckedRules = check.Long<SecurityPolicyRules>;

/** The rules by priority, in which the API returns them. */
function rulesOf({ rateLimit = {}, attacks = {}, rules = {} }: CheckedRules) {
    const own = Object.entries(rules)
        .sort(([, one], [, other]) => one.priority - other.priority)
        .map(([description, { priority, action, preview = false, ...when }]) => ({
            priority,
            description,
            action: action === "deny" ? "deny(403)" : "allow",
            preview,
            match: when.ranges ? ofAddresses(when.ranges) : { expr: { expression: when.expression as string } },
        }));
    return [
        ...own,
        ...(attacks === false ? [] : attackRules(attacks)),
        ...(rateLimit === false ? [] : [rateLimitRule(rateLimit)]),
        {
            priority: defaultPriority,
            description: "default",
            action: "allow",
            preview: false,
            match: ofAddresses(["*"]),
        },
    ];
}

function attackRules({ sets: chosen, sensitivity = 1, preview = true }: AttackRules) {
    const isChosen = (set: AttackRuleSet) => chosen?.includes(set) ?? wafRules.rows[set].isDefault;
    return sets
        .map((set, index) => ({ set, priority: attackPriority + index }))
        .filter(({ set }) => isChosen(set))
        .map(({ set, priority }) => {
            const { name } = wafRules.rows[set];
            return {
                priority,
                description: set,
                action: "deny(403)",
                preview,
                match: { expr: { expression: `evaluatePreconfiguredWaf('${name}', {'sensitivity': ${sensitivity}})` } },
            };
        });
}

function rateLimitRule({ requests: count = 1000, interval = "1 minute", preview = false }: RateLimit) {
    return {
        priority: ratePriority,
        description: "rate limit",
        action: "throttle",
        preview,
        match: ofAddresses(["*"]),
        rateLimitOptions: {
            conformAction: "allow",
            exceedAction: "deny(429)",
            enforceOnKey: "IP",
            rateLimitThreshold: { count, intervalSec: secondsIn(interval) },
        },
    };
}

/** Creates the policy of a load balancer. */
export function createSecurityPolicy(
    component: string,
    name: string,
    rules: CheckedRules,
    region: string | undefined,
    child: Child,
): SecurityPolicy | RegionSecurityPolicy {
    const shared = { name, type: "CLOUD_ARMOR", rules: rulesOf(rules) };
    return region === undefined
        ? new SecurityPolicy(...child("securityPolicy", component, shared satisfies SecurityPolicyArgs))
        : new RegionSecurityPolicy(
              ...child("securityPolicy", component, { ...shared, region } satisfies RegionSecurityPolicyArgs),
          );
}
