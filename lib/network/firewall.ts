import { Firewall, type FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { Network } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import { firewallLimits } from "../facts/limits/network";
import { nameFormats } from "../facts/names";
import type { AnyServiceAccount } from "../iam/serviceAccount";
import * as check from "../internal/arguments/check";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { ipRange } from "../internal/network/cidr";
import { iapSourceRange } from "../internal/network/vpc";
import { partKey } from "./names";
import { groupByProtocol, sensitiveServices, type Traffic, type TrafficInCapitals, traffic } from "./traffic";

/** VMs by network tag, or by the email address of their service account. */
export type FirewallTargets = check.OneOf<
    | {
          /** Network tags: VMs with any of them. 1 to 70. */
          tags: string[];
      }
    | {
          /** The email addresses of service accounts: VMs that run as any of them. 1 to 10. */
          serviceAccounts: check.Short<pulumi.Input<string>, AnyServiceAccount>[];
      }
>;

/** The sources of traffic: any of these. Tags and service accounts cannot be combined. */
export interface FirewallSources {
    /**
     * IP ranges such as `10.0.0.0/8` or `2600:1900::/28`: {@link https://cloud.google.com/firewall/docs/quotas up to 5,000}.
     * @default none
     */
    ranges?: string[];
    /**
     * Network tags of VMs in this network: up to 30.
     * @default none
     */
    tags?: string[];
    /**
     * The email addresses of the service accounts of VMs in this network: up to 10.
     * @default none
     */
    serviceAccounts?: check.Short<pulumi.Input<string>, AnyServiceAccount>[];
}

interface SharedRule {
    /**
     * The VMs that the rule applies to.
     * @default all VMs of the network
     */
    targets?: FirewallTargets;
    /**
     * The {@link https://cloud.google.com/firewall/docs/firewalls priority}, 0 to 65,535: the matching rule with the lowest
     * number applies, and among equal numbers a rule that denies.
     * @default 1000
     */
    priority?: number;
    /**
     * Enables {@link https://cloud.google.com/firewall/docs/firewall-rules-logging firewall rules logging}, which is billed.
     * @default true
     */
    logging?: boolean;
    /**
     * A description of the rule.
     * @default none
     */
    description?: string;
    /**
     * The direction, for a rule with `sources` and `destinations`: `"egress"` takes only `ranges` as sources.
     * @default "ingress" with `sources`, otherwise "egress"
     */
    direction?: "ingress" | "egress";
    /**
     * Permits an ingress rule to allow traffic from every address. SSH, RDP, FTP, HTTP, MySQL and all ports together also need
     * `insecure`.
     * @default false
     */
    public?: boolean;
    /**
     * Permits a `public` rule to allow SSH, RDP, FTP, HTTP, MySQL or all ports, with a warning.
     * @default false
     */
    insecure?: boolean;
}

/**
 * A {@link https://cloud.google.com/firewall/docs/firewalls firewall rule} for ingress (`sources`) or egress (`destinations`). A rule
 * with both restricts {@link https://cloud.google.com/firewall/docs/firewalls#sources_or_destinations_for_the_rule both sides}.
 */
export type FirewallRule = SharedRule &
    (
        | {
              /** The sources of the traffic. */
              sources: check.Short<FirewallSources, string[]>;
              /**
               * The destinations of the traffic: IP ranges such as `10.0.0.0/8`.
               * @default any address
               */
              destinations?: string[];
          }
        | {
              /**
               * The sources of the traffic.
               * @default any address
               */
              sources?: check.Short<FirewallSources, string[]>;
              /** The destinations of the traffic: IP ranges such as `10.0.0.0/8`. */
              destinations: string[];
          }
    ) &
    check.OneOf<
        | {
              /** The traffic that the rule allows: protocols, with ports if they have any, such as `tcp:443` or `udp:8000-9000`. */
              allow: check.Short<Traffic[], TrafficInCapitals[]>;
          }
        | {
              /** The traffic that the rule denies: protocols, with ports if they have any, such as `tcp:443` or `udp:8000-9000`. */
              deny: check.Short<Traffic[], TrafficInCapitals[]>;
          }
    >;

/** The VMs that accept SSH through Identity-Aware Proxy. */
export type IapSsh = boolean | FirewallTargets;

const tag = check.matching(
    nameFormats.rows.computeResource.pattern,
    `must be a network tag: up to ${nameFormats.rows.computeResource.max} lower-case letters, digits and hyphens, starting with a letter`,
);
const account = check.partOf(
    "ServiceAccount",
    ({ email }: AnyServiceAccount) => email,
    check.input(check.matching(/^[^@\s]+@[^@\s]+$/, "must be a ServiceAccount, or the email address of one")),
);

const limits = firewallLimits.rows;

const listOf = <Item>(item: check.Check<Item>, { min, max }: { min: number; max: number }) => {
    const hasItems = ({ length }: readonly Item[]) => length >= min && length <= max;
    return check.pipe(check.list(item), check.refine(hasItems, `must have ${min} to ${max} of them`));
};

const targets = check.variant({
    tags: check.options<{ tags: string[] }>({ tags: listOf(tag, limits.targetTags) }, "tags"),
    serviceAccounts: check.options<{ serviceAccounts: check.Short<pulumi.Input<string>, AnyServiceAccount>[] }>({
        serviceAccounts: listOf(account, limits.serviceAccounts),
    }),
});

/** Checks the network tags of VMs. */
export const tags = listOf(tag, limits.targetTags);

/** Checks a priority. */
export const priority = check.whole(limits.priority.min, limits.priority.max);

const sources = check.short(
    check.options<FirewallSources>({
        ranges: listOf(ipRange, limits.ranges),
        tags: listOf(tag, limits.sourceTags),
        serviceAccounts: listOf(account, limits.serviceAccounts),
    }),
    (ranges: string[]) => ({ ranges }),
    Array.isArray,
);

/** A rule in any direction. */
type AnyRule = SharedRule & {
    sources?: check.Short<FirewallSources, string[]>;
    destinations?: string[];
    allow?: check.Short<Traffic[], TrafficInCapitals[]>;
    deny?: check.Short<Traffic[], TrafficInCapitals[]>;
};

const rule = check.options<AnyRule>({
    sources,
    destinations: listOf(ipRange, limits.ranges),
    allow: traffic,
    deny: traffic,
    targets,
    priority,
    logging: check.flag(),
    description: check.text(),
    direction: check.oneOf("ingress", "egress"),
    public: check.flag(),
    insecure: check.flag(),
});

type CheckedSsh = boolean | check.Long<FirewallTargets>;

/** A rule after its check. */
type LongRule = check.Long<AnyRule>;

/** Checks each option of the firewall rules. */
export const firewall = check.record(partKey("the name of a rule"), rule);

/** Checks the VMs that accept SSH. */
export const iapSsh = check.either((value) => typeof value === "boolean", check.flag(), targets);

/** Whether a range is so large that it is public: above an IPv4 /8 or an IPv6 /16. */
function isPublicRange(range: string): boolean {
    const length = Number(range.split("/")[1]);
    return range.includes(":") ? length < 16 : length < 8;
}

/** The direction of a rule. */
const directionOf = ({ direction, sources: from }: Pick<LongRule, "direction" | "sources">) =>
    direction ?? (from ? "ingress" : "egress");

/** Checks combinations of options. */
export function firewallProblems(
    title: string,
    rules: Record<string, LongRule>,
    iap: CheckedSsh,
): (check.Problem | undefined)[] {
    const own = Object.entries(rules).flatMap(([key, rule]) => {
        const at = `firewall.${key}`;
        return [
            ...combinationProblems(at, rule),
            ...publicAccessProblems(at, rule),
            ...check.insecureProblems(title, rule.insecure, sensitiveAccessProblems(at, rule)),
        ];
    });
    return [
        ...own,
        check.when(
            iap && Object.hasOwn(rules, "iap-ssh"),
            "firewall.iap-ssh",
            "network/firewall-name-reserved",
            "is the name of the rule that iapSsh creates. Choose another name.",
        ),
    ];
}

function combinationProblems(
    at: string,
    { sources: from, destinations, allow, deny, targets: to, direction, public: isPublic, insecure }: LongRule,
): (check.Problem | undefined)[] {
    const accounts = from?.serviceAccounts !== undefined || to?.serviceAccounts !== undefined;
    const tags = from?.tags !== undefined || to?.tags !== undefined;
    const ranges = [...(from?.ranges ?? []), ...(destinations ?? [])];
    const ofIpv6 = ranges.filter((range) => range.includes(":"));
    return [
        // https://cloud.google.com/firewall/docs/using-firewalls
        check.when(
            ofIpv6.length > 0 && ofIpv6.length < ranges.length,
            at,
            "network/firewall-ip-versions",
            `must have ranges of either IPv4 or IPv6 (got "${ranges.find((range) => !range.includes(":"))}" and "${ofIpv6[0]}"). Write a rule for each.`,
        ),
        // https://github.com/kubernetes/kops/issues/15298
        check.when(
            ofIpv6.length > 0 && [...(allow ?? []), ...(deny ?? [])].includes("icmp"),
            `${at}.${allow ? "allow" : "deny"}`,
            "network/firewall-icmp-of-ipv6",
            `cannot have icmp, which is the ICMP of IPv4, for IPv6 (got "${ofIpv6[0]}"). Remove one of them.`,
        ),
        check.when(
            from === undefined && destinations === undefined,
            at,
            "network/firewall-sources-or-destinations-missing",
            "must have sources or destinations.",
        ),
        check.when(
            from === undefined && direction === "ingress",
            `${at}.sources`,
            "network/firewall-sources-missing",
            "is missing for ingress.",
        ),
        check.when(
            direction === "egress" && (from?.tags ?? from?.serviceAccounts) !== undefined,
            `${at}.sources`,
            "network/firewall-sources-of-egress",
            "can only have ranges for egress. Set targets for the VMs that the rule applies to.",
        ),
        check.when(
            (allow === undefined) === (deny === undefined),
            at,
            "network/firewall-allow-or-deny",
            "must have either allow or deny.",
        ),
        check.when(
            from !== undefined && Object.keys(from).length === 0,
            `${at}.sources`,
            "network/firewall-sources-empty",
            "must have ranges, tags or serviceAccounts.",
        ),
        check.when(
            accounts && tags,
            at,
            "network/firewall-tags-and-accounts",
            "cannot combine tags with service accounts.",
        ),
        check.when(
            isPublic === true && (directionOf({ direction, sources: from }) === "egress" || allow === undefined),
            `${at}.public`,
            "network/firewall-public-without-ingress",
            "is only valid for a rule that allows ingress. Remove it.",
        ),
        check.when(
            insecure === true && isPublic !== true,
            `${at}.insecure`,
            "network/firewall-insecure-without-public",
            "is only valid with public: true. Remove it.",
        ),
    ];
}

/** The first range of a rule from which everyone may access its targets. */
function publicRange({ sources: from, allow, direction }: LongRule) {
    const ranges = from?.ranges ?? [];
    const index = ranges.findIndex(isPublicRange);
    return index < 0 || allow === undefined || direction === "egress"
        ? undefined
        : { path: `sources.ranges.${index}`, allow, got: `(got "${ranges[index]}")` };
}

/** Refuses ingress from every address without `public`. */
function publicAccessProblems(at: string, rule: LongRule): check.Problem[] {
    const { path = "", allow = [], got } = publicRange(rule) ?? {};
    const isAllowed = path === "" || rule.public || (!rule.insecure && sensitiveServices(allow).length > 0);
    return isAllowed
        ? []
        : [
              check.problem(
                  `${at}.${path}`,
                  "network/open-to-everyone",
                  `allows everyone ${got}. Name the ranges that need it, or set public: true.`,
              ),
          ];
}

/** Refuses ingress from every address to sensitive services without `insecure`. */
function sensitiveAccessProblems(at: string, rule: LongRule): check.Problem[] {
    const { path = "", allow = [], got } = publicRange(rule) ?? {};
    const services = sensitiveServices(allow);
    if (services.length === 0) {
        return [];
    }
    const ssh = services.some((each) => each.startsWith("SSH")) ? " For SSH take iapSsh." : "";
    const reason = `must not allow everyone to access ${services.join(", ")} ${got}. Name the ranges that need it.${ssh}`;
    return [check.problem(`${at}.${path}`, "network/management-open-to-everyone", reason)];
}

/** Adds the rule for SSH through Identity-Aware Proxy. */
function withIapSsh(rules: Record<string, LongRule>, ssh: CheckedSsh): Record<string, LongRule> {
    if (ssh === false) {
        return rules;
    }
    const to = ssh === true ? {} : { targets: ssh };
    return { ...rules, "iap-ssh": { allow: ["tcp:22"], sources: { ranges: [iapSourceRange] }, ...to } };
}

/** The arguments of a firewall resource. */
function firewallArgs({ sources: from, destinations, allow, deny, targets: to, ...rule }: LongRule) {
    return {
        direction: directionOf({ direction: rule.direction, sources: from }).toUpperCase(),
        sourceRanges: from?.ranges,
        sourceTags: from?.tags,
        sourceServiceAccounts: from?.serviceAccounts,
        destinationRanges: destinations,
        targetTags: to?.tags,
        targetServiceAccounts: to?.serviceAccounts,
        allows: allow && groupByProtocol(allow),
        denies: deny && groupByProtocol(deny),
        priority: rule.priority ?? 1000,
        description: rule.description,
        logConfig: rule.logging === false ? undefined : { metadata: "INCLUDE_ALL_METADATA" },
    } satisfies Partial<FirewallArgs>;
}

/** Creates the firewall rules, by the suffix of their names. */
export function createFirewall(
    component: string,
    { name, network }: { name: string; network: Network },
    { firewall, iapSsh }: { firewall: Record<string, LongRule>; iapSsh: CheckedSsh },
    child: Child,
): Record<string, Firewall> {
    const rules = Object.entries(withIapSsh(firewall, iapSsh));
    const created = rules.map(([key, rule]) => {
        const args = { name: partName(name, key), network: network.id, ...firewallArgs(rule) };
        return [key, new Firewall(...child("firewall", `${component}-${key}`, args))];
    });
    return Object.fromEntries(created);
}
