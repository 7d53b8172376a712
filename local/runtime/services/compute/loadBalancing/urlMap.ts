import type { Inputs } from "../../../../simulator";
import { type Matched, pathMatcherOf, pathRuleOf, type Requested, routeRuleOf, withoutPort } from "./matching";

/** A backend that a route leads to. */
export interface WeightedBackend {
    /** The path of a backend service or of a backend bucket. */
    service: string;
    weight: number;
    headerAction?: Inputs;
}

/** Where a URL map leads a request. */
export interface Route {
    /** The destination of a redirect, instead of backends. */
    redirect?: { status: number; location: string };
    backends: WeightedBackend[];
    /** The path for the backend. */
    path: string;
    /** The host for the backend, if it is another one. */
    host?: string;
    /** In milliseconds, if it is set. */
    timeout?: number;
    retryPolicy?: Inputs;
    /** In the order in which they apply, after those of the weighted backend. */
    headerActions: Inputs[];
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps (`redirectResponseCode`) */
const redirectCodes: Record<string, number> = {
    MOVED_PERMANENTLY_DEFAULT: 301,
    FOUND: 302,
    SEE_OTHER: 303,
    TEMPORARY_REDIRECT: 307,
    PERMANENT_REDIRECT: 308,
};

/**
 * The route of a request: of the rule that matches, or the default of the path matcher or of the URL map.
 * https://cloud.google.com/load-balancing/docs/url-map-concepts
 */
export function routeOf(map: Inputs, request: Requested): Route {
    const name = pathMatcherOf(map, request.host);
    const matcher: Inputs | undefined = (map.pathMatchers ?? []).find((each: Inputs) => each.name === name);
    const rules: Inputs[] = matcher?.routeRules ?? [];
    const matched = rules.length > 0 ? routeRuleOf(rules, request) : pathRuleOf(matcher?.pathRules ?? [], request.path);
    const fallback = matcher ?? map;
    const { rule, part, variables } = matched ?? {
        rule: {
            service: fallback.defaultService,
            urlRedirect: fallback.defaultUrlRedirect,
            routeAction: fallback.defaultRouteAction,
        },
        part: "/",
        variables: {},
    };
    // The order is that of `routeRules[].headerAction`: the rule, the path matcher, and the URL map.
    const headerActions = [rule.headerAction, matcher?.headerAction, map.headerAction].filter(Boolean);
    return routeTo({ rule, part, variables }, request, headerActions);
}

function routeTo({ rule, part, variables }: Matched, request: Requested, headerActions: Inputs[]): Route {
    const { service, urlRedirect, routeAction = {} }: Inputs = rule;
    const { weightedBackendServices: weighted = [], urlRewrite, timeout, retryPolicy }: Inputs = routeAction;
    const redirect = urlRedirect && redirected(urlRedirect, part, request);
    const backends: WeightedBackend[] = weighted.map(({ backendService, weight = 0, headerAction }: Inputs) => ({
        service: backendService,
        weight,
        headerAction,
    }));
    return {
        redirect,
        backends: service ? [{ service, weight: 1 }] : backends,
        path: rewritten(urlRewrite ?? {}, part, variables, request.path),
        host: urlRewrite?.hostRewrite || undefined,
        timeout: millisecondsOf(timeout),
        retryPolicy,
        headerActions,
    };
}

/** A duration of the API; 0 stands for none. */
export function millisecondsOf({ seconds = 0, nanos = 0 }: Inputs = {}): number | undefined {
    return Number(seconds) * 1000 + Number(nanos) / 1e6 || undefined;
}

/** The matched part of the path is replaced: https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps (`urlRewrite`) */
function rewritten(
    { pathPrefixRewrite, pathTemplateRewrite }: Inputs,
    part: string,
    variables: Record<string, string>,
    path: string,
): string {
    if (pathTemplateRewrite) {
        return pathTemplateRewrite.replaceAll(/\{(\w+)\}/g, (_: string, name: string) => variables[name] ?? "");
    }
    return pathPrefixRewrite ? pathPrefixRewrite + path.slice(part.length) : path;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps (`urlRedirect`) */
function redirected(redirect: Inputs, part: string, { scheme, host, path, query }: Requested): Route["redirect"] {
    const { hostRedirect, pathRedirect, prefixRedirect, httpsRedirect, stripQuery, redirectResponseCode } = redirect;
    const changed = pathRedirect || (prefixRedirect ? prefixRedirect + path.slice(part.length) : path);
    const search = stripQuery || query === "" ? "" : `?${query}`;
    return {
        status: redirectCodes[redirectResponseCode] ?? 301,
        location: `${httpsRedirect ? "https" : scheme}://${hostRedirect || withoutPort(host)}${changed}${search}`,
    };
}

/**
 * Chooses backends by their weights. The choices are spread evenly instead of at random, so that few requests show the weights.
 */
export class Split {
    private position = 0;

    choose(backends: WeightedBackend[]): WeightedBackend | undefined {
        const total = backends.reduce((sum, { weight }) => sum + weight, 0);
        // The multiples of the golden ratio are distributed evenly.
        this.position = (this.position + (Math.sqrt(5) - 1) / 2) % 1;
        let left = this.position * total;
        return backends.find(({ weight }) => {
            left -= weight;
            return left < 0;
        });
    }
}

export const isBucket = ({ service }: WeightedBackend): boolean => service.includes("/backendBuckets/");

/** The names of hosts in a URL map, for the terminal. */
export const hostsOf = ({ hostRules = [] }: Inputs): string[] =>
    hostRules.flatMap(({ hosts }: Inputs) => hosts).filter((host: string) => host !== "*");
