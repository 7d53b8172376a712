import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { duplicateMembers } from "../identity/iapMember";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";
import { subnetProblem } from "../internal/places";
import { isPlainObject } from "../internal/value";
import { type LoadBalancerArgs, loadBalancerArgs, type UncheckedArgs } from "./arguments";
import { groupProblems, type ResolvedBackend, type Target, typeOf } from "./backend";
import { type CdnPolicy, cdnProblems } from "./cdn";
import { type Guard, openProblems, otherProblems } from "./openRoutes";
import type {
    AppEngineRoute,
    BucketRoute,
    GroupRoute,
    Redirect,
    RedirectRoute,
    Route,
    ServiceRoute,
    SplitRoute,
} from "./route";
import { ruleProblems, type SecurityPolicyRules } from "./securityPolicy";

/** A backend with its share, and what is changed in its requests and responses. */
export interface WeightedBackend {
    backend: string;
    weight: number;
    requestHeaders: Record<string, string>;
    responseHeaders: Record<string, string>;
}

/** Where requests of a host and a path go. */
export interface ResolvedRoute {
    /** `*` for all hosts. */
    host: string;
    path: string;
    redirect?: Redirect;
    /** More than one with weights. */
    backends: WeightedBackend[];
    rewrite?: string;
}

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: LoadBalancerArgs, environment: Environment) {
    const { type = "global-external" } = (args ?? {}) as UncheckedArgs;
    const isExternal = type !== "regional-internal";
    const completed = check.withDefaults(args as UncheckedArgs, {
        type,
        name: shortenName(component, nameFormats.rows.computeResource.max),
        minTlsVersion: "1.2",
        httpRedirect: true,
        insecure: false,
        securityPolicy: environment.defaults.securityPolicy && isExternal,
        logging: true,
        ipv6: false,
    });
    const complete = (checked: typeof completed) => {
        const { routes, backends, all } = resolveRoutes(checked);
        const guard: Guard = {
            backends,
            isInternal: !isExternal,
            hasPolicy: checked.securityPolicy !== false && checked.securityPolicy !== undefined,
            isWithoutPolicy: args?.securityPolicy === false,
        };
        return { checked, routes, backends, all, guard };
    };
    const { checked, routes, backends, guard } = check.resolved(
        `LoadBalancer "${component}"`,
        completed,
        loadBalancerArgs,
        complete,
        (resolved) => [...problems(resolved.checked, resolved.all, environment), ...otherProblems(resolved.guard)],
    );
    const domains = [checked.domain ?? []].flat();
    const region = type === "global-external" ? undefined : (checked.region ?? environment.region);
    const policy = checked.securityPolicy;
    return {
        ...checked,
        type,
        routes,
        backends,
        domains,
        region,
        isInternal: !isExternal,
        guard,
        /** The rules of a policy of the load balancer. */
        rules: (policy === true ? {} : isPlainObject(policy) ? policy : undefined) as SecurityPolicyRules | undefined,
        /** The ID of a policy that exists already. */
        existingPolicy: (typeof policy === "boolean" || isPlainObject(policy) ? undefined : policy) as
            | pulumi.Input<string>
            | undefined,
        sampleRate:
            typeof checked.logging === "object" ? (checked.logging.sampleRate ?? 1) : checked.logging ? 1 : undefined,
    };
}

/** The routes and their backends, which routes with the same key share. In `all`, a backend is as each of its routes asks for it. */
function resolveRoutes({ routes, iap: members = [] }: UncheckedArgs) {
    const backends = new Map<string, ResolvedBackend[]>();
    const resolved = Object.entries(routes).map(([key, route]): ResolvedRoute => {
        const slash = key.indexOf("/");
        const place = { host: key.slice(0, slash) || "*", path: key.slice(slash) };
        if (isPlainObject(route) && "redirect" in route) {
            return { ...place, redirect: (route as RedirectRoute).redirect, backends: [] };
        }
        const weighted = weightedOf(key, route, members);
        for (const { backend } of weighted) {
            backends.set(backend.key, [...(backends.get(backend.key) ?? []), backend]);
        }
        const { rewrite } = (isOptions(route) ? route : {}) as ServiceRoute;
        return {
            ...place,
            rewrite,
            backends: weighted.map(({ backend, ...rest }) => ({ backend: backend.key, ...rest })),
        };
    });
    const all = [...backends.values()];
    return { routes: resolved, backends: all.map(([first]) => first as ResolvedBackend), all };
}

/** Whether a route has options, and is not only a component. */
const isOptions = (route: Route): boolean => isPlainObject(route) && typeOf(route) === undefined;

/** The backends of a route with their weights. */
function weightedOf(key: string, route: Route, members: readonly string[]) {
    const path = `routes.${key}`;
    if (!isOptions(route)) {
        return [weightedBackend(path, key, targetOf(route), {}, members)];
    }
    const { split } = route as SplitRoute;
    if (split) {
        return split.map((one, index) =>
            weightedBackend(`${path}.split.${index}`, key, targetOf(one as Route), one, members, one.weight),
        );
    }
    return [weightedBackend(path, key, targetOf(route), route as ServiceRoute, members)];
}

function targetOf(route: Route): Target {
    const { app, bucket, group, service, tag, port, capacity, timeout } = route as Partial<
        ServiceRoute & BucketRoute & GroupRoute
    > &
        Partial<Pick<AppEngineRoute, "app">>;
    if (!isOptions(route)) {
        const kinds: Record<string, Target["kind"]> = {
            AppEngineApp: "app",
            AutoscaledInstanceGroup: "group",
            StorageBucket: "bucket",
        };
        return { kind: kinds[String(typeOf(route))] ?? "service", component: route } as Target;
    }
    if (group) {
        return { kind: "group", component: group, port, capacity, timeout };
    }
    return app
        ? { kind: "app", component: app, service: service as unknown as string | undefined }
        : bucket
          ? { kind: "bucket", component: bucket }
          : { kind: "service", component: service as ServiceRoute["service"], tag };
}

type Options = Partial<Pick<ServiceRoute, "cdn" | "iap" | "backend" | "requestHeaders" | "responseHeaders">>;

function weightedBackend(
    path: string,
    route: string,
    target: Target,
    { cdn, iap, backend, requestHeaders = {}, responseHeaders = {} }: Options,
    members: readonly string[],
    weight = 100,
) {
    const isBucket = target.kind === "bucket";
    const hasIap = target.kind === "service" || target.kind === "group";
    const resolved: ResolvedBackend = {
        key: backend ?? keyOf(target, route),
        path,
        target,
        cdn: (cdn ?? isBucket) as CdnPolicy | boolean,
        iap: hasIap ? ((iap === false ? [] : (iap ?? members)) as ResolvedBackend["iap"]) : [],
        isOpen: iap === false,
        responseHeaders: isBucket ? responseHeaders : {},
    };
    return { backend: resolved, weight, requestHeaders, responseHeaders: isBucket ? {} : responseHeaders };
}

/** The key of a backend: the name of its component, with the service of an application. What exists already has that of the route. */
function keyOf(target: Target, route: string): string {
    const name: unknown = Reflect.get(target.component, "__name");
    const slug = route
        .replace(/\/\*$/, "")
        .replaceAll(/[^a-z0-9]+/gi, "-")
        .replace(/^-|-$/g, "")
        .toLowerCase();
    const own = typeof name === "string" ? name : slug || "default";
    const all = target.kind === "app" && target.service !== undefined ? `${own}-${target.service}` : own;
    return all.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
}

function problems(
    args: UncheckedArgs,
    groups: ResolvedBackend[][],
    environment: Environment,
): (check.Problem | undefined)[] {
    const { type, domain, certificates, insecure, iap = [], securityPolicy } = args;
    const isGlobal = type === "global-external";
    const domains = [domain ?? []].flat();
    const hasIap = groups.flat().some((backend) => backend.iap.length > 0);
    return [
        ...routeProblems(args),
        ...groups.flatMap(([first, ...others]) =>
            others.map((other) => sharingProblem(first as ResolvedBackend, other)),
        ),
        ...groups.flat().flatMap((backend) => backendProblems(backend, isGlobal, args)),
        ...openProblems(groups.flat()),
        ...(iap.length > 0 && groups.flat().some(({ target }) => target.kind === "app" || target.kind === "bucket")
            ? [
                  {
                      path: "iap",
                      reason: "does not protect routes to buckets and App Engine. Set iap on the routes to services instead.",
                  },
              ]
            : []),
        ...duplicateMembers("iap", iap),
        ...ruleProblems(securityPolicy),
        ...(type === "regional-internal" && (securityPolicy === true || isPlainObject(securityPolicy))
            ? [
                  {
                      path: "securityPolicy",
                      reason: "must be the ID of a policy or false for an internal load balancer, whose clients are not on the internet.",
                  },
              ]
            : []),
        ...domainProblems(args, domains, isGlobal),
        insecure && hasIap
            ? {
                  path: "insecure",
                  reason: "cannot be combined with iap, because Identity-Aware Proxy requires HTTPS. Remove one.",
              }
            : undefined,
        insecure && certificates
            ? { path: "certificates", reason: "cannot be combined with insecure: true. Remove one." }
            : undefined,
        ...networkProblems(args, isGlobal, environment),
    ];
}

/** The default route, and hosts that are no domains. */
function routeProblems({ routes }: UncheckedArgs): check.Problem[] {
    const reason = `must have the route "/*", for requests that no other one matches (got ${Object.keys(routes).join(", ") || "{}"}).`;
    const rewritten = Object.entries(routes).flatMap(([key, route]) => {
        const { redirect } = (isPlainObject(route) ? route : {}) as Partial<RedirectRoute>;
        const both = redirect?.path !== undefined && redirect.prefix !== undefined;
        return both
            ? [{ path: `routes.${key}.redirect.prefix`, reason: "cannot be combined with path. Remove one." }]
            : [];
    });
    return [...(Object.hasOwn(routes, "/*") ? [] : [{ path: "routes", reason }]), ...rewritten];
}

/** Routes with one backend must ask for the same one. */
function sharingProblem(first: ResolvedBackend, other: ResolvedBackend): check.Problem | undefined {
    const name = (first.target.component as { __name?: string }).__name;
    const isSame = (key: keyof Target) => Reflect.get(first.target, key) === Reflect.get(other.target, key);
    if (!isSame("kind") || !isSame("component")) {
        const reason = `has the same name as another backend of ${first.path}, "${first.key}". Give it another one: backend: "${first.key}-2".`;
        return { path: other.path, reason };
    }
    const settings = ({ cdn, iap, responseHeaders, target }: ResolvedBackend) => {
        const { component: _, ...place } = target;
        return JSON.stringify([cdn, iap, responseHeaders, place]);
    };
    const reason = `has other options than ${first.path} for the same component${name ? ` "${name}"` : ""}. Give its backend a name of its own: backend: "${first.key}-2".`;
    return settings(first) === settings(other) ? undefined : { path: other.path, reason };
}

/** What {@link https://cloud.google.com/load-balancing/docs/features Google Cloud does not combine}. */
function backendProblems(
    { path, target, cdn, iap }: ResolvedBackend,
    isGlobal: boolean,
    { type, iap: members }: UncheckedArgs,
): check.Problem[] {
    const kinds = { app: "App Engine", bucket: "buckets that are private", group: "groups of instances", service: "" };
    const cached = cdn !== false;
    return [
        ...(!isGlobal && target.kind !== "service"
            ? [
                  {
                      path,
                      reason: `is not supported: a ${type} load balancer has no ${kinds[target.kind]} behind it. Use type: "global-external".`,
                  },
              ]
            : []),
        ...(!isGlobal && target.kind === "service" && cached
            ? [
                  {
                      path: `${path}.cdn`,
                      reason: `is not supported by a ${type} load balancer. Remove it, or use type: "global-external".`,
                  },
              ]
            : []),
        ...(cached && iap.length > 0
            ? [
                  {
                      path: `${path}.cdn`,
                      reason: "cannot be combined with iap, because Google Cloud does not cache what Identity-Aware Proxy protects. Remove one, or set iap: false on the route.",
                  },
              ]
            : []),
        ...cdnProblems(`${path}.cdn`, cdn),
        ...(target.kind === "group" ? groupProblems(path, target) : []),
        ...(iap === members ? [] : duplicateMembers(`${path}.iap`, iap)),
    ];
}

/** A domain has a certificate, or there is neither. */
function domainProblems(
    { insecure, zone, certificates, routes }: UncheckedArgs,
    domains: string[],
    isGlobal: boolean,
): check.Problem[] {
    const refused = (path: string, reason: string) => [{ path, reason }];
    const [first = "", ...others] = domains;
    const hosts = Object.keys(routes)
        .map((key) => key.slice(0, key.indexOf("/")))
        .filter((host) => host !== "");
    const isCovered = (host: string) =>
        domains.some(
            (domain) => domain === host || (domain.startsWith("*.") && host.replace(/^[^.]+/, "*") === domain),
        );
    const wildcards = domains.filter((domain) => domain.startsWith("*."));
    return [
        ...(domains.length === 0 && !insecure
            ? refused(
                  "domain",
                  "is missing, and with it the certificate for HTTPS. Set it, or insecure: true to serve HTTP only.",
              )
            : []),
        ...(first.startsWith("*.")
            ? refused(
                  "domain",
                  `must not start with a wildcard, because url is that of the first domain (got "${first}").`,
              )
            : []),
        ...(zone !== undefined && domains.length === 0
            ? refused("zone", "needs a domain for its records. Set domain.")
            : []),
        ...(certificates && domains.length === 0
            ? refused("certificates", "need the domain that they are for. Set domain.")
            : []),
        ...(wildcards.length > 0 && zone === undefined && isGlobal && !insecure && !certificates
            ? refused(
                  "zone",
                  `is missing: a certificate for ${wildcards[0]} needs DNS authorization. Set the zone of the domain, or certificates.`,
              )
            : []),
        ...(insecure || domains.length === 0
            ? []
            : hosts
                  .filter((host) => !isCovered(host))
                  .map((host) => ({
                      path: `routes.${host}`,
                      reason: `must be one of the domains, for which there are certificates: ${[first, ...others].join(", ")}. Add it to domain.`,
                  }))),
    ];
}

/** A regional load balancer needs a network with a proxy-only subnet; a global one has none. */
function networkProblems(
    { network, region: given, ipv6, type }: UncheckedArgs,
    isGlobal: boolean,
    environment: Environment,
): (check.Problem | undefined)[] {
    if (isGlobal) {
        const only = 'is only for type "regional-external" and "regional-internal". Remove it.';
        return Object.entries({ network, region: given }).map(([path, value]) =>
            value === undefined ? undefined : { path, reason: only },
        );
    }
    const region = given ?? environment.region;
    if (network === undefined) {
        return [
            {
                path: "network",
                reason: `is missing, because the proxies of a ${type} load balancer are in a subnet. Set it.`,
            },
        ];
    }
    return [
        ipv6 ? { path: "ipv6", reason: 'is only for type "global-external". Remove it.' } : undefined,
        network.proxies[region] === undefined && !network.isFound
            ? {
                  path: "network",
                  reason: `must have a proxy-only subnet in ${region}. Set proxyOnlySubnets of the Network.`,
              }
            : undefined,
        type === "regional-internal" ? subnetProblem("network", network, region, "the load balancer") : undefined,
    ];
}
