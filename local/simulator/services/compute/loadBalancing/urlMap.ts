import { loadBalancingLimits } from "slipway/facts";
import type { Cloud } from "../../../cloud/cloud";
import type { Context, Inputs, TypeRules } from "../../../rules/rules";
import { api, fullName, invalidField, pathOf, placeOf, selfLink } from "../names";
import { balancing, type References } from "./calls";
import {
    createdState,
    fingerprint,
    generatedNumber,
    pathIn,
    referencePath,
    required,
    requireUnused,
    sharedRules,
    verifyRegion,
} from "./references";

const collection = "urlMaps";
const limits = loadBalancingLimits.rows;

/** The backends to which a URL map refers, with the field of each. */
export function backendPaths(inputs: Inputs): { field: string; path: string; isWeighted: boolean }[] {
    const { defaultService, defaultRouteAction, pathMatchers = [] } = inputs;
    const of = (field: string, service: string | undefined, action: Inputs | undefined) => [
        ...(service ? [{ field, path: pathTo(service, inputs), isWeighted: false }] : []),
        ...(action?.weightedBackendServices ?? []).map(({ backendService }: Inputs, index: number) => ({
            field: `${field}.weightedBackendServices[${index}].backendService`,
            path: pathTo(backendService, inputs),
            isWeighted: true,
        })),
    ];
    const inMatchers = pathMatchers.flatMap((matcher: Inputs, index: number) => {
        const field = `pathMatchers[${index}]`;
        const { pathRules = [], routeRules = [] } = matcher;
        return [
            ...of(`${field}.defaultService`, matcher.defaultService, matcher.defaultRouteAction),
            ...[...pathRules, ...routeRules].flatMap(({ service, routeAction }: Inputs) =>
                of(`${field}.pathRules.service`, service, routeAction),
            ),
        ];
    });
    return [...of("defaultService", defaultService, defaultRouteAction), ...inMatchers];
}

/** A backend service, or a backend bucket if its path says so. */
const pathTo = (input: string, inputs: Inputs) =>
    referencePath(input, inputs, input.includes("/backendBuckets/") ? "backendBuckets" : "backendServices");

function verifyBackends(inputs: Inputs, cloud: Cloud): void {
    const { region } = inputs;
    for (const { field, path, isWeighted } of backendPaths(inputs)) {
        const isRegional = path.includes("/regions/");
        if (isRegional !== (region !== undefined) || (region !== undefined && !path.includes(`/regions/${region}/`))) {
            throw invalidField(field, path, `The backend must be in the same scope as the URL map.`);
        }
        if (isWeighted && path.includes("/backendBuckets/")) {
            throw invalidField(field, path, "A weighted backend must be a backend service.");
        }
        required(cloud, path);
    }
}

/** Exactly one destination: https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps */
function verifyDestination(field: string, service: unknown, redirect: unknown, action: Inputs | undefined): void {
    const weighted = action?.weightedBackendServices ?? [];
    const destinations = [service, redirect, weighted.length > 0 ? weighted : undefined].filter(Boolean);
    if (destinations.length !== 1 || (redirect && action)) {
        throw invalidField(
            field,
            "",
            "Exactly one of a service, a URL redirect and a route action with weighted backend services must be specified.",
        );
    }
    if (weighted.length > 0 && weighted.every(({ weight = 0 }: Inputs) => weight === 0)) {
        throw invalidField(`${field}.weightedBackendServices`, "", "The sum of the weights must be greater than 0.");
    }
    // "The value must be from 1 to 1024 characters", without a slash: https://docs.cloud.google.com/compute/docs/reference/rest/v1/urlMaps
    const { pathPrefixRewrite = "/", hostRewrite = "a" } = action?.urlRewrite ?? {};
    if (pathPrefixRewrite.length > limits.path.max || hostRewrite.length > limits.hostRewrite.max) {
        throw invalidField(
            `${field}.urlRewrite.pathPrefixRewrite`,
            pathPrefixRewrite,
            `Must have up to ${limits.path.max} characters.`,
        );
    }
}

/** Hosts: `*`, or a name in which only the first label can be `*`. */
const hostForm = /^(\*|(\*[.-])?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d+)?)$/i;
/** Paths start with `/`; `*` is at the end, after a `/`. */
const pathForm = /^\/([^?#*]*|([^?#*]*\/)?\*)$/;

function verifyHosts({ hostRules = [], pathMatchers = [] }: Inputs): void {
    const names = pathMatchers.map(({ name }: Inputs) => name);
    const hosts = hostRules.flatMap(({ hosts: each }: Inputs) => each);
    const [duplicate] = hosts.filter((host: string, index: number) => hosts.indexOf(host) < index);
    if (duplicate !== undefined) {
        throw invalidField("hostRules", duplicate, `Duplicate host '${duplicate}'.`);
    }
    for (const { hosts: each, pathMatcher } of hostRules) {
        const [wrong] = each.filter((host: string) => !hostForm.test(host));
        if (wrong !== undefined) {
            throw invalidField("hostRules[0].hosts[0]", wrong, "Invalid host.");
        }
        if (!names.includes(pathMatcher)) {
            throw invalidField("hostRules[0].pathMatcher", pathMatcher, `There is no path matcher '${pathMatcher}'.`);
        }
    }
    const unused = names.find((name: string) => !hostRules.some(({ pathMatcher }: Inputs) => pathMatcher === name));
    if (unused !== undefined) {
        throw invalidField("pathMatchers", unused, `The path matcher '${unused}' is not used by any host rule.`);
    }
}

/** The first backend service of a URL map that has another scheme. */
export function otherScheme(map: Inputs, scheme: string, cloud: Cloud): { path: string; scheme: string } | undefined {
    return backendPaths(map)
        .map(({ path }) => ({ path, scheme: schemeOf(path, cloud) ?? scheme }))
        .find((backend) => backend.scheme !== scheme);
}

/**
 * The backend services of a URL map that forwarding rules use have the scheme of the rules:
 * https://cloud.google.com/load-balancing/docs/backend-service#load_balancing_scheme. The text is approximate.
 */
function verifySchemes(inputs: Inputs, cloud: Cloud): void {
    const place = `//${api}/${placeOf(inputs)}`;
    const map = pathIn(collection)(inputs);
    const list = (name: string) => cloud.store.list(`${place}/${name}`);
    const proxies = [...list("targetHttpProxies"), ...list("targetHttpsProxies")].filter(
        ({ state }) => pathOf(String(state.urlMap), "", "") === map,
    );
    const targets = proxies.map(({ name }) => name.replace(`//${api}/`, ""));
    for (const { state } of list("forwardingRules")) {
        const wrong = targets.includes(pathOf(String(state.target), "", ""))
            ? otherScheme(inputs, String(state.loadBalancingScheme), cloud)
            : undefined;
        if (wrong) {
            const cause = `The backend service has the scheme ${wrong.scheme}, and the forwarding rule '${state.name}' ${state.loadBalancingScheme}.`;
            throw invalidField("defaultService", wrong.path, cause);
        }
    }
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps (`pathMatchers`): the texts are approximate. */
function verifyRoutes(field: string, { pathRules = [], routeRules = [] }: Inputs): void {
    if (pathRules.length > 0 && routeRules.length > 0) {
        throw invalidField(field, "", "Only one of path rules and route rules can be specified.");
    }
    const priorities = routeRules.map(({ priority }: Inputs) => priority);
    const index = priorities.findIndex((priority: number, place: number) => priorities.indexOf(priority) < place);
    if (index >= 0) {
        throw invalidField(`${field}.routeRules[${index}].priority`, priorities[index], "Priorities must be unique.");
    }
}

/** "Advanced traffic management" is not for classic load balancers: https://cloud.google.com/load-balancing/docs/https/traffic-management */
function verifyAdvanced(inputs: Inputs, cloud: Cloud): void {
    const { pathMatchers = [], region } = inputs;
    const isAdvanced = pathMatchers.some(({ routeRules = [] }: Inputs) => routeRules.length > 0);
    const classic = backendPaths(inputs).find(({ path }) => schemeOf(path, cloud) === "EXTERNAL");
    if (isAdvanced && region === undefined && classic) {
        const cause = "Advanced routing rules are not supported for scheme EXTERNAL";
        throw invalidField(classic.field, selfLink(classic.path), cause);
    }
}

/** The scheme of a backend service; undefined for backend buckets. */
const schemeOf = (path: string, cloud: Cloud): string | undefined =>
    path.includes("/backendBuckets/")
        ? undefined
        : String(cloud.store.read(fullName(path))?.state.loadBalancingScheme ?? "EXTERNAL");

function verify(inputs: Inputs, { cloud }: Context): void {
    verifyRegion(inputs);
    const { defaultService, defaultUrlRedirect, defaultRouteAction, pathMatchers = [] } = inputs;
    verifyDestination("defaultService", defaultService, defaultUrlRedirect, defaultRouteAction);
    verifyHosts(inputs);
    for (const [index, matcher] of pathMatchers.entries()) {
        const field = `pathMatchers[${index}]`;
        verifyDestination(
            `${field}.defaultService`,
            matcher.defaultService,
            matcher.defaultUrlRedirect,
            matcher.defaultRouteAction,
        );
        const paths = (matcher.pathRules ?? []).flatMap((rule: Inputs) => rule.paths);
        const wrong = paths.find((path: string) => !pathForm.test(path) || path.length > 1024);
        if (wrong !== undefined) {
            throw invalidField(
                `${field}.pathRules`,
                wrong,
                "Invalid path: it must start with '/', and '*' is only allowed at the end after '/'.",
            );
        }
        const duplicate = paths.find((path: string, place: number) => paths.indexOf(path) < place);
        if (duplicate !== undefined) {
            throw invalidField(`${field}.pathRules`, duplicate, `Duplicate path '${duplicate}'.`);
        }
        verifyRoutes(field, matcher);
        for (const [place, { service, urlRedirect, routeAction }] of (matcher.pathRules ?? []).entries()) {
            verifyDestination(`${field}.pathRules[${place}]`, service, urlRedirect, routeAction);
        }
    }
    verifyBackends(inputs, cloud);
    verifyAdvanced(inputs, cloud);
    verifySchemes(inputs, cloud);
}

/** The server's defaults in a route action. */
const zero = { seconds: "0", nanos: 0 };

const rules: Omit<TypeRules, "noun"> = {
    ...sharedRules(collection),
    changesOnUpdate: ["fingerprint"],
    verify,
    state: (inputs, context, old) => ({
        ...createdState(inputs, context, old, collection),
        fingerprint: fingerprint(inputs),
        mapId: generatedNumber(inputs, collection),
        ...withTimeouts(inputs, inputs.region === undefined),
    }),
    remove: (inputs, { cloud }) =>
        requireUnused("url_map", pathIn(collection)(inputs), cloud, "targetHttpProxies", "targetHttpsProxies"),
};

/** The timeouts of default route actions of global maps, which the server sets. */
function withTimeouts(inputs: Inputs, isGlobal: boolean): Inputs {
    const { defaultRouteAction, pathMatchers } = inputs;
    const complete = (action: Inputs) => (isGlobal ? { maxStreamDuration: zero, timeout: zero, ...action } : action);
    return {
        ...(defaultRouteAction && { defaultRouteAction: complete(defaultRouteAction) }),
        ...(pathMatchers && {
            pathMatchers: pathMatchers.map((matcher: Inputs) => ({
                ...matcher,
                ...(matcher.defaultRouteAction && { defaultRouteAction: complete(matcher.defaultRouteAction) }),
            })),
        }),
    };
}

const ofUrlMap: References = (inputs) => {
    const all = backendPaths(inputs).map((each) => each.path);
    const isBucket = (each: string) => each.includes("/backendBuckets/");
    return [
        ["backendServices", all.filter((each) => !isBucket(each))],
        ["backendBuckets", all.filter(isBucket)],
    ];
};

export const urlMap: TypeRules = {
    ...rules,
    noun: "UrlMap",
    generatedNoun: "ComputeUrlMap",
    calls: balancing("urlMaps", ofUrlMap),
    cost: "free",
};

export const regionUrlMap: TypeRules = {
    ...rules,
    noun: "RegionUrlMap",
    generatedNoun: "ComputeRegionUrlMap",
    calls: balancing("urlMaps", ofUrlMap),
    cost: "free",
};
