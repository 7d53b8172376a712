import { Firewall, type FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { Network } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import { parseCidr } from "../formats/cidr";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { cidr } from "../internal/cidr";
import { partName, partOf } from "./names";
import { byProtocol, neverPublic, type Traffic, traffic } from "./traffic";

/** Machines by their network tags or by the e-mail addresses of their accounts. */
export type FirewallTargets = check.OneOf<{ tags: string[] } | { serviceAccounts: pulumi.Input<string>[] }>;

/** Where traffic may come from: any of these. Tags and accounts do not go together. */
export interface FirewallSources {
    /**
     * Ranges of addresses, as `10.0.0.0/8` or `2600:1900::/28`: up to 5,000 ("Quotas" of Cloud NGFW).
     * @default none
     */
    ranges?: string[];
    /**
     * Network tags of machines in this network: up to 30.
     * @default none
     */
    tags?: string[];
    /**
     * The e-mail addresses of the accounts of machines in this network: up to 10.
     * @default none
     */
    serviceAccounts?: pulumi.Input<string>[];
}

interface SharedRule {
    /**
     * For which machines of the network the rule is.
     * @default all
     */
    targets?: FirewallTargets;
    /**
     * Of the rules that are for a packet the one with the lowest number counts, and of two with one number the one that
     * denies: 0 to 65,535.
     * @default 1000
     */
    priority?: number;
    /**
     * Whether connections to which the rule is applied are logged, at the price of logs.
     * @default true
     */
    logging?: boolean;
    /** @default none */
    description?: string;
    /**
     * Whether a rule that allows what comes in may do so from everywhere. SSH, RDP, FTP, HTTP, MySQL and all ports never are.
     * @default false
     */
    public?: boolean;
}

/** A rule for what comes into the network, or for what goes out. */
export type FirewallRule = SharedRule &
    check.OneOf<{ sources: FirewallSources } | { destinations: string[] }> &
    check.OneOf<{ allow: Traffic[] } | { deny: Traffic[] }>;

/** Which machines SSH reaches by Identity-Aware Proxy. */
export type IapSsh = boolean | FirewallTargets;

/** "Using IAP for TCP forwarding": from where it connects. */
const iapRange = "35.235.240.0/20";

const sixth = check.custom(
    (value) => parseCidr(String(value)) !== undefined,
    "must be a range of addresses, as 10.0.0.0/8 is",
);
const range = check.either((value) => String(value).includes(":"), sixth, cidr(0, 32));

const tag = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be a network tag: up to 63 lower-case letters, digits and -, starting with a letter",
);
const account = check.input(check.matching(/^[^@\s]+@[^@\s]+$/, "must be the e-mail address of a service account"));

const some = (each: check.Check, most: number) => {
    const isRight = (given: unknown) => (given as unknown[]).length > 0 && (given as unknown[]).length <= most;
    return check.pipe(check.list(each), check.refine(isRight, `must have 1 to ${most} of them`));
};

const targets = check.variant({
    tags: check.options<{ tags: string[] }>({ tags: some(tag, 70) }, "tags"),
    serviceAccounts: check.options<{ serviceAccounts: unknown[] }>({ serviceAccounts: some(account, 10) }),
});

const sources = check.options<FirewallSources>({
    ranges: some(range, 5000),
    tags: some(tag, 30),
    serviceAccounts: some(account, 10),
});

const rule = check.options<SharedRule & { sources?: unknown; destinations?: unknown; allow?: unknown; deny?: unknown }>(
    {
        sources,
        destinations: some(range, 5000),
        allow: traffic,
        deny: traffic,
        targets,
        priority: check.whole(0, 65535),
        logging: check.flag(),
        description: check.text(),
        public: check.flag(),
    },
);

/** Checks the rules of a firewall. */
export const firewall: check.Check = check.record(partName("the name of a rule"), rule);

/** Checks which machines SSH reaches. */
export const iapSsh: check.Check = check.either((value) => typeof value === "boolean", check.flag(), targets);

/** Whether it stands for everybody: hardly anybody has a /7, and the IPv6 addresses of the internet are a /3. */
function isEverybody(given: string): boolean {
    const length = Number(given.split("/")[1]);
    return given.includes(":") ? length < 16 : length < 8;
}

/** What is wrong with rules whose parts are right each by itself. */
export function firewallProblems(rules: Record<string, FirewallRule>): check.Problem[] {
    return Object.entries(rules).flatMap(([key, each]) => {
        const found = [...shapeProblems(each), ...openProblems(each)];
        return found.map(({ path, reason }) => ({ path: `firewall.${key}${path && `.${path}`}`, reason }));
    });
}

function shapeProblems({
    sources: from,
    destinations,
    allow,
    deny,
    targets: to,
    ...others
}: FirewallRule): check.Problem[] {
    const accounts = from?.serviceAccounts !== undefined || to?.serviceAccounts !== undefined;
    const tags = from?.tags !== undefined || to?.tags !== undefined;
    const problems: [boolean, string, string][] = [
        [(from === undefined) === (destinations === undefined), "", "must have either sources or destinations."],
        [(allow === undefined) === (deny === undefined), "", "must have either allow or deny."],
        [from !== undefined && Object.keys(from).length === 0, "sources", "must have ranges, tags or serviceAccounts."],
        [accounts && tags, "", "must not have tags beside service accounts."],
        [
            others.public === true && (from === undefined || allow === undefined),
            "public",
            "is for a rule that allows what comes in. Leave it out.",
        ],
    ];
    return problems.flatMap(([isWrong, path, reason]) => (isWrong ? [{ path, reason }] : []));
}

/** What would let everybody in who was not meant to be. */
function openProblems({ sources: from, allow, public: isPublic }: FirewallRule): check.Problem[] {
    const open = from?.ranges?.findIndex(isEverybody) ?? -1;
    if (open < 0 || allow === undefined) {
        return [];
    }
    const path = `sources.ranges.${open}`;
    const got = `(got "${from?.ranges?.[open]}")`;
    const never = neverPublic(allow);
    if (never.length > 0) {
        const how = never.some((each) => each.startsWith("SSH")) ? " For SSH take iapSsh." : "";
        return [
            {
                path,
                reason: `must not let everybody in to ${never.join(", ")} ${got}. Name the ranges that need it.${how}`,
            },
        ];
    }
    return isPublic
        ? []
        : [{ path, reason: `lets everybody in ${got}. Name the ranges that need it, or say public: true.` }];
}

/** The firewall's rules as the API takes them, by the last part of their names. */
function rulesOf(rules: Record<string, FirewallRule>, ssh: IapSsh): Record<string, FirewallRule> {
    if (ssh === false) {
        return rules;
    }
    const to = ssh === true ? {} : { targets: ssh };
    return { ...rules, "iap-ssh": { allow: ["tcp:22"], sources: { ranges: [iapRange] }, ...to } };
}

function definition({ sources: from, destinations, allow, deny, targets: to, ...rule }: FirewallRule) {
    return {
        direction: from ? "INGRESS" : "EGRESS",
        sourceRanges: from?.ranges,
        sourceTags: from?.tags,
        sourceServiceAccounts: from?.serviceAccounts,
        destinationRanges: destinations,
        targetTags: to?.tags,
        targetServiceAccounts: to?.serviceAccounts,
        allows: allow && byProtocol(allow),
        denies: deny && byProtocol(deny),
        priority: rule.priority ?? 1000,
        description: rule.description,
        logConfig: rule.logging === false ? undefined : { metadata: "INCLUDE_ALL_METADATA" },
    } satisfies Partial<FirewallArgs>;
}

/** The rules of a network's firewall, which lets out everything and in nothing that no rule allows ("VPC firewall rules"). */
export function firewallOf(
    component: string,
    { name, network }: { name: string; network: Network },
    given: { firewall: Record<string, FirewallRule>; iapSsh: IapSsh },
    child: Child,
): Record<string, Firewall> {
    const rules = Object.entries(rulesOf(given.firewall, given.iapSsh));
    const made = rules.map(([key, each]) => {
        const args = { name: partOf(name, key), network: network.id, ...definition(each) };
        return [key, new Firewall(...child("firewall", `${component}-${key}`, args))];
    });
    return Object.fromEntries(made);
}
