import type { IncomingHttpHeaders } from "node:http";
import type { Inputs } from "../../../../simulator";

/** What rules read of a request. */
export interface Requested {
    method: string;
    scheme: "http" | "https";
    /** In lower case, with a port if the client sent one. */
    host: string;
    /** Without the query. */
    path: string;
    /** Without the question mark. */
    query: string;
    headers: IncomingHttpHeaders;
}

/** The value of a header; several are separated by commas. */
export const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined =>
    headers[name.toLowerCase()]?.toString();

export const withoutPort = (host: string): string => host.replace(/:\d+$/, "");

/**
 * The name of the path matcher for a host: of the same host with or without its port, or of the longest pattern. `*` stands for any part
 * of a host name.
 * https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps (`hostRules[].hosts[]`)
 * https://cloud.google.com/load-balancing/docs/url-map-concepts
 */
export function pathMatcherOf({ hostRules = [] }: Inputs, host: string): string | undefined {
    const patterns: { pattern: string; matcher: string }[] = hostRules.flatMap(({ hosts, pathMatcher }: Inputs) =>
        hosts.map((pattern: string) => ({ pattern: pattern.toLowerCase(), matcher: pathMatcher })),
    );
    const matches = ({ pattern }: { pattern: string }) =>
        [host, withoutPort(host)].some((name) =>
            pattern.startsWith("*") ? name.endsWith(pattern.slice(1)) : name === pattern,
        );
    // A host has 253 characters at most.
    const rank = ({ pattern }: { pattern: string }) => pattern.length + (pattern.startsWith("*") ? 0 : 1000);
    return patterns.filter(matches).sort((one, other) => rank(other) - rank(one))[0]?.matcher;
}

/** A rule of a path matcher that applies to a request. */
export interface Matched {
    rule: Inputs;
    /** The part of the path that the rule matches, which a rewrite or a redirect replaces. */
    part: string;
    /** Parts of the path by variable, of a path template. */
    variables: Record<string, string>;
}

/** The path rule with the same path, or with the longest one that ends with `/*`. They are case-sensitive. */
export function pathRuleOf(rules: Inputs[], path: string): Matched | undefined {
    const all = rules.flatMap((rule) => rule.paths.map((pattern: string) => ({ rule, pattern })));
    const exact = all.find(({ pattern }) => pattern === path);
    if (exact) {
        return { rule: exact.rule, part: path, variables: {} };
    }
    const [longest] = all
        .filter(({ pattern }) => pattern.endsWith("/*") && path.startsWith(pattern.slice(0, -1)))
        .sort((one, other) => other.pattern.length - one.pattern.length);
    return longest && { rule: longest.rule, part: longest.pattern.slice(0, -1), variables: {} };
}

/** The first route rule by priority of which one of the match rules applies. */
export function routeRuleOf(rules: Inputs[], request: Requested): Matched | undefined {
    const byPriority = [...rules].sort((one, other) => one.priority - other.priority);
    for (const rule of byPriority) {
        for (const match of rule.matchRules ?? [{ prefixMatch: "/" }]) {
            const path = pathMatch(match, request.path);
            if (path && matchesHeaders(match, request) && matchesQuery(match, request)) {
                return { rule, ...path };
            }
        }
    }
    return undefined;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps (`matchRules[]`) */
function pathMatch(match: Inputs, path: string): Omit<Matched, "rule"> | undefined {
    const { prefixMatch, fullPathMatch, regexMatch, pathTemplateMatch, ignoreCase = false } = match;
    const [given, prefix = "", full] = [path, prefixMatch, fullPathMatch].map((text: string | undefined) =>
        ignoreCase ? text?.toLowerCase() : text,
    );
    if (pathTemplateMatch) {
        const found = templatePattern(pathTemplateMatch).exec(path);
        return found ? { part: path, variables: { ...found.groups } } : undefined;
    }
    if (regexMatch) {
        return isWhole(regexMatch, path) ? { part: path, variables: {} } : undefined;
    }
    if (full !== undefined) {
        return full === given ? { part: path, variables: {} } : undefined;
    }
    return given?.startsWith(prefix) ? { part: path.slice(0, prefix.length), variables: {} } : undefined;
}

/** Patterns have to match the whole text. */
const isWhole = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`).test(text);

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * `/users/{user}/*` and `/{path=**}`: a segment, or with `**` any number of segments.
 * https://cloud.google.com/load-balancing/docs/url-map-concepts#wildcards-regx-dynamic-route
 */
function templatePattern(template: string): RegExp {
    const parts = template.split(/(\{[^}]*\}|\*\*|\*)/);
    const pattern = parts.map((part) => {
        const [, name, of = "*"] = /^\{(\w+)(?:=(.*))?\}$/.exec(part) ?? [];
        const wildcards = (text: string) =>
            text
                .split(/(\*\*|\*)/)
                .map((piece) => (piece === "**" ? ".*" : piece === "*" ? "[^/]+" : escaped(piece)))
                .join("");
        return name ? `(?<${name}>${wildcards(of)})` : wildcards(part);
    });
    return new RegExp(`^${pattern.join("")}$`);
}

function matchesHeaders({ headerMatches = [] }: Inputs, { headers, host, method }: Requested): boolean {
    const special: Record<string, string> = { ":authority": host, ":method": method };
    return headerMatches.every((match: Inputs) => {
        const value = special[match.headerName] ?? headerOf(headers, match.headerName);
        return matchesHeader(match, value) !== (match.invertMatch ?? false);
    });
}

function matchesHeader(match: Inputs, value: string | undefined): boolean {
    const { exactMatch, prefixMatch, suffixMatch, presentMatch, regexMatch, rangeMatch } = match;
    if (presentMatch) {
        return value !== undefined;
    }
    if (value === undefined) {
        return false;
    }
    if (rangeMatch) {
        const { rangeStart, rangeEnd } = rangeMatch;
        return /^[+-]?\d+$/.test(value) && Number(value) >= Number(rangeStart) && Number(value) < Number(rangeEnd);
    }
    return exactMatch
        ? value === exactMatch
        : prefixMatch
          ? value.startsWith(prefixMatch)
          : suffixMatch
            ? value.endsWith(suffixMatch)
            : regexMatch !== undefined && isWhole(regexMatch, value);
}

function matchesQuery({ queryParameterMatches = [] }: Inputs, { query }: Requested): boolean {
    const parameters = new URLSearchParams(query);
    return queryParameterMatches.every(({ name, exactMatch, presentMatch, regexMatch }: Inputs) => {
        const value = parameters.get(name);
        return presentMatch
            ? value !== null
            : value !== null && (exactMatch ? value === exactMatch : isWhole(regexMatch ?? "", value));
    });
}
