import { RegionUrlMap } from "@pulumi/gcp/compute/regionUrlMap";
import { URLMap, type URLMapArgs } from "@pulumi/gcp/compute/urlmap";
import type * as pulumi from "@pulumi/pulumi";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import type { LoadBalancerBackend } from "./backend";
import { domainPart } from "./domain";
import type { Redirect } from "./route";
import type { ResolvedRoute, WeightedBackend } from "./routes";

/** The IDs of backends by key. */
type Backends = Readonly<Record<string, LoadBalancerBackend>>;

const responseCodes = {
    301: "MOVED_PERMANENTLY_DEFAULT",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
};

function urlRedirect({ host, path, prefix, stripQuery = false, status = 301 }: Redirect) {
    return {
        hostRedirect: host,
        pathRedirect: path,
        prefixRedirect: prefix,
        redirectResponseCode: responseCodes[status],
        stripQuery,
    };
}

/** The backend of a route without actions that only a route action has. */
function simpleBackend({ backends }: ResolvedRoute): string | undefined {
    const [first, ...others] = backends;
    const headers = Object.keys({ ...first?.requestHeaders, ...first?.responseHeaders });
    return others.length === 0 && headers.length === 0 ? first?.backend : undefined;
}

const headersToAdd = (headers: Record<string, string>) =>
    Object.keys(headers).length === 0
        ? undefined
        : Object.entries(headers).map(([headerName, headerValue]) => ({ headerName, headerValue, replace: true }));

function weightedService(backends: Backends) {
    return ({ backend, weight, requestHeaders, responseHeaders }: WeightedBackend) => {
        const requestHeadersToAdds = headersToAdd(requestHeaders);
        const responseHeadersToAdds = headersToAdd(responseHeaders);
        const hasHeaders = requestHeadersToAdds !== undefined || responseHeadersToAdds !== undefined;
        return {
            backendService: idOf(backends, backend),
            weight,
            headerAction: hasHeaders ? { requestHeadersToAdds, responseHeadersToAdds } : undefined,
        };
    };
}

const idOf = (backends: Backends, key: string): pulumi.Output<string> =>
    (backends[key] as LoadBalancerBackend).backend.id;

/** Where a route leads: a backend, a redirect, or actions. */
function actionOf(route: ResolvedRoute, backends: Backends) {
    const { redirect, rewrite, hostRewrite } = route;
    if (redirect) {
        return { redirect: urlRedirect(redirect) };
    }
    const simple = simpleBackend(route);
    const urlRewrite = (rewrite ?? hostRewrite) ? { pathPrefixRewrite: rewrite, hostRewrite } : undefined;
    const weightedBackendServices = simple === undefined ? route.backends.map(weightedService(backends)) : undefined;
    return {
        service: simple === undefined ? undefined : idOf(backends, simple),
        action: urlRewrite || weightedBackendServices ? { urlRewrite, weightedBackendServices } : undefined,
    };
}

/** The name of the path matcher of a host, with which hosts stay distinct. */
const matcherName = (host: string, hosts: readonly string[]): string =>
    host === "*" ? "all" : partName("host", domainPart(host, hosts));

/** A path that ends with `/*` also matches the path without it, unless another route has that path. */
function pathsOf(path: string, others: string[]): string[] {
    const without = path.replace(/\/\*$/, "");
    return without === path || others.includes(without) ? [path] : [without, path];
}

/** The routes of a host; those that match no path go to the default. */
function pathMatcher(name: string, routes: ResolvedRoute[], fallback: ResolvedRoute, backends: Backends) {
    const own = routes.find(({ path }) => path === "/*") ?? fallback;
    const { service, redirect, action } = actionOf(own, backends);
    const others = routes.filter(({ path }) => path !== "/*");
    const paths = others.map(({ path }) => path);
    const pathRules = others.map((route) => {
        const { service, redirect, action } = actionOf(route, backends);
        return { paths: pathsOf(route.path, paths), service, urlRedirect: redirect, routeAction: action };
    });
    return {
        name,
        defaultService: service,
        defaultUrlRedirect: redirect,
        defaultRouteAction: action,
        pathRules: pathRules.length > 0 ? pathRules : undefined,
    };
}

/** The routes in the form of the API. */
function urlMapArgs(name: string, routes: ResolvedRoute[], backends: Backends) {
    const fallback = routes.find(({ host, path }) => host === "*" && path === "/*") as ResolvedRoute;
    const { service, redirect, action } = actionOf(fallback, backends);
    const hosts = [...new Set(routes.map(({ host }) => host))].sort();
    const isPlain = routes.length === 1;
    return {
        name,
        defaultService: service,
        defaultUrlRedirect: redirect,
        defaultRouteAction: action,
        hostRules: isPlain
            ? undefined
            : hosts.map((host) => ({ hosts: [host], pathMatcher: matcherName(host, hosts) })),
        pathMatchers: isPlain
            ? undefined
            : hosts.map((host) =>
                  pathMatcher(
                      matcherName(host, hosts),
                      routes.filter((route) => route.host === host),
                      fallback,
                      backends,
                  ),
              ),
    } satisfies URLMapArgs;
}

/** Creates the URL map with the routes. */
export function createUrlMap(
    component: string,
    { name, routes, region }: { name: string; routes: ResolvedRoute[]; region?: string },
    backends: Backends,
    child: Child,
    options: pulumi.CustomResourceOptions,
): URLMap | RegionUrlMap {
    const args = urlMapArgs(name, routes, backends);
    return region === undefined
        ? new URLMap(...child("urlMap", component, args, options))
        : new RegionUrlMap(...child("urlMap", component, { ...args, region }, options));
}

/** Creates the URL map that redirects HTTP to HTTPS. */
export function createRedirect(
    component: string,
    { name, region }: { name: string; region?: string },
    child: Child,
): URLMap | RegionUrlMap {
    const args = {
        name,
        defaultUrlRedirect: {
            httpsRedirect: true,
            redirectResponseCode: responseCodes[301],
            stripQuery: false,
        },
    };
    return region === undefined
        ? new URLMap(...child("urlMap", `${component}-redirect`, args))
        : new RegionUrlMap(...child("urlMap", `${component}-redirect`, { ...args, region }));
}
