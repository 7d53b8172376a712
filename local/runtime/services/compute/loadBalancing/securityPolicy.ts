import { isInRange } from "../../../../../lib/formats";
import { type Entry, type Inputs, lastPart } from "../../../../simulator";
import type { Program } from "../../../../simulator/apis";
import { compileRule, unavailable } from "../../../../simulator/services/compute/loadBalancing/armorRule";
import type { Terminal } from "../../../emulator/terminal";
import type { OwnAnswer } from "../../run/invoker";
import { headerOf, type Requested } from "./matching";

/** What security policies read of a request. */
export interface ArmorRequest extends Requested {
    /** The IP address of the client. */
    client: string;
    /** The region of the client, such as `DE`; empty if unknown. */
    region: string;
}

/** https://cloud.google.com/armor/docs/configure-security-policies: a refusal has a body like this one. */
const titles: Record<number, string> = {
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    502: "Bad Gateway",
};

const answerOf = (action: string, options: Inputs | undefined, reason: string): OwnAnswer => {
    if (action === "redirect") {
        return { status: 302, headers: { location: options?.target ?? "" }, body: "", reason };
    }
    const status = Number(/^deny\((\d+)\)$/.exec(action)?.[1] ?? 403);
    const text = `${status} ${titles[status]}`;
    const body = `<!doctype html><meta charset="utf-8"><title>${status}</title>${text}`;
    return { status, body, reason };
};

/** The requests of a key in an interval. */
interface Count {
    since: number;
    requests: number;
}

/** Evaluates the Cloud Armor policies of backend services. */
export class SecurityPolicies {
    private readonly counts = new Map<string, Count>();
    private readonly bans = new Map<string, number>();
    private readonly programs = new Map<string, Program | Error>();

    constructor(
        private readonly terminal: Terminal,
        private readonly now: () => number = Date.now,
    ) {}

    /**
     * The answer of the rule that refuses a request, or the headers that the rule adds which allows it.
     * https://cloud.google.com/armor/docs/security-policy-overview#eval-order
     *
     * @param backend the backend service: limits apply to each of them
     */
    check(policy: Entry, backend: string, request: ArmorRequest): OwnAnswer | { added: Inputs[] } {
        const rules: Inputs[] = [...((policy.state.rules as Inputs[] | undefined) ?? [])];
        for (const rule of rules.sort((one, other) => one.priority - other.priority)) {
            if (!this.matches(policy, rule, request)) {
                continue;
            }
            const key = `${backend} ${policy.name} ${rule.priority}`;
            const action = this.actionOf(rule, key, request);
            const title = `Cloud Armor rule ${rule.priority}${rule.description ? ` (${rule.description})` : ""} of '${lastPart(policy.name)}'`;
            const reason = `${title} refuses ${request.method} ${request.path} of ${request.client}`;
            if (!rule.preview) {
                return action.name === "allow"
                    ? { added: rule.headerAction?.requestHeadersToAdds ?? [] }
                    : answerOf(action.name, action.redirect, reason);
            }
            // https://cloud.google.com/armor/docs/security-policy-overview#preview_mode: only logged.
            if (action.name !== "allow") {
                this.terminal.log(`${lastPart(backend)}: in preview, ${reason} with ${action.name}`);
            }
        }
        return { added: [] };
    }

    private matches(policy: Entry, { match = {}, priority }: Inputs, request: ArmorRequest): boolean {
        const { config, expr } = match;
        if (!expr) {
            const ranges: string[] = config?.srcIpRanges ?? [];
            return ranges.some((range) => range === "*" || isInRange(request.client, range));
        }
        const program = this.program(expr.expression);
        const why =
            program instanceof Error
                ? program.message
                : (
                      unavailable.find((name) => program.calls(name).length > 0)?.concat("()") ??
                      program.variables.find((name) => name === "token")
                  )?.concat(" is not evaluated here");
        if (program instanceof Error || why !== undefined) {
            this.terminal.logOnce(`rule ${priority} of '${lastPart(policy.name)}' matches nothing: ${why}`);
            return false;
        }
        return program.evaluate(attributes(request)) === true;
    }

    private program(expression: string): Program | Error {
        const known = this.programs.get(expression);
        if (known) {
            return known;
        }
        let program: Program | Error;
        try {
            program = compileRule(expression);
        } catch (error) {
            program = error as Error;
        }
        this.programs.set(expression, program);
        return program;
    }

    /** The action of a rule that matches: that of its limit, if it has one. */
    private actionOf(rule: Inputs, key: string, request: ArmorRequest): { name: string; redirect?: Inputs } {
        const { action, rateLimitOptions: options, redirectOptions } = rule;
        if (!options) {
            return { name: action, redirect: redirectOptions };
        }
        const client = `${key} ${limitKey(options, request)}`;
        return this.isWithinLimit(action, options, client)
            ? { name: options.conformAction ?? "allow" }
            : { name: options.exceedAction, redirect: options.exceedRedirectOptions };
    }

    /** https://cloud.google.com/armor/docs/rate-limiting-overview */
    private isWithinLimit(action: string, options: Inputs, client: string): boolean {
        if ((this.bans.get(client) ?? 0) > this.now()) {
            return false;
        }
        const isExceeded = this.count(client, options.rateLimitThreshold);
        if (action === "rate_based_ban" && isExceeded) {
            const { banThreshold, banDurationSec = 0 } = options;
            if (!banThreshold || this.count(`${client} ban`, banThreshold)) {
                this.bans.set(client, this.now() + banDurationSec * 1000);
            }
        }
        return !isExceeded;
    }

    /** Counts a request; returns whether there are too many in the interval. */
    private count(key: string, { count, intervalSec }: Inputs): boolean {
        const known = this.counts.get(key);
        const isNew = known === undefined || known.since + intervalSec * 1000 <= this.now();
        const current = isNew ? { since: this.now(), requests: 0 } : known;
        current.requests++;
        this.counts.set(key, current);
        return current.requests > count;
    }
}

/** https://cloud.google.com/armor/docs/rules-language-reference#attributes */
function attributes({ client, region, method, path, query, scheme, headers }: ArmorRequest): Record<string, unknown> {
    const given = Object.entries(headers).map(([name, value]) => [name, value?.toString() ?? ""]);
    return {
        origin: { ip: client, user_ip: client, region_code: region, asn: 0 },
        request: { method, path, query, scheme, headers: Object.fromEntries(given) },
    };
}

/**
 * The key that requests are counted by. Keys that a request does not have count together, or by IP address.
 * https://cloud.google.com/armor/docs/rate-limiting-overview#identifying_clients_for_rate_limiting
 */
function limitKey({ enforceOnKey, enforceOnKeyName, enforceOnKeyConfigs = [] }: Inputs, request: ArmorRequest): string {
    const own = [{ enforceOnKeyType: enforceOnKey || "ALL", enforceOnKeyName }];
    const configs: Inputs[] = enforceOnKeyConfigs.length > 0 ? enforceOnKeyConfigs : own;
    return configs.map((config) => keyPart(config, request)).join(" ");
}

function keyPart({ enforceOnKeyType: type, enforceOnKeyName: name = "" }: Inputs, request: ArmorRequest): string {
    const { client, region, path, headers } = request;
    switch (type) {
        case "IP":
        case "USER_IP":
            return client;
        case "XFF_IP":
            return headerOf(headers, "x-forwarded-for")?.split(",")[0]?.trim() || client;
        case "HTTP_HEADER":
            return (headerOf(headers, name) ?? "").slice(0, 128);
        case "HTTP_COOKIE": {
            const cookies = (headers.cookie ?? "").split(/;\s*/);
            return (cookies.find((cookie) => cookie.startsWith(`${name}=`)) ?? "").slice(0, 128);
        }
        case "HTTP_PATH":
            return path.slice(0, 128);
        case "REGION_CODE":
            return region;
        default:
            return "";
    }
}
