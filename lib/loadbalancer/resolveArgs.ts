import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { duplicateMembers } from "../iam/iapMember";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";
import { fractionOf } from "../internal/percent";
import { subnetProblem } from "../internal/places";
import { nameOf } from "../internal/pulumiSdk";
import { isPlainObject } from "../internal/value";
import { type LoadBalancerArgs, loadBalancerArgs, type UncheckedArgs } from "./arguments";
import { groupProblems, openByDefaultProblems, type ResolvedBackend, type Target } from "./backend";
import { cdnProblems } from "./cdn";
import { type Guard, openProblems, otherProblems } from "./openRoutes";
import { resolveRoutes } from "./resolveRoutes";
import type { RedirectRoute } from "./route";
import { ruleProblems, type SecurityPolicyRules } from "./securityPolicy";

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
        (resolved) => [
            ...problems(resolved.checked, resolved.all, environment),
            ...openByDefaultProblems(resolved.backends),
            ...otherProblems(resolved.guard),
        ],
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
        sampleRate: checked.logging === false ? undefined : fractionOf(Object(checked.logging).sampling ?? 100),
    };
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
                  check.problem(
                      "iap",
                      "loadbalancer/iap-of-bucket",
                      "does not protect routes to buckets and App Engine. Set iap on the routes to services instead.",
                  ),
              ]
            : []),
        ...duplicateMembers("iap", iap),
        ...ruleProblems(securityPolicy),
        ...(type === "regional-internal" && (securityPolicy === true || isPlainObject(securityPolicy))
            ? [
                  check.problem(
                      "securityPolicy",
                      "loadbalancer/policy-of-internal",
                      "must be the ID of a policy or false for an internal load balancer, whose clients are not on the internet.",
                  ),
              ]
            : []),
        ...domainProblems(args, domains, isGlobal),
        check.when(
            insecure && hasIap,
            "insecure",
            "loadbalancer/insecure-with-iap",
            "cannot be combined with iap, because Identity-Aware Proxy requires HTTPS. Remove one.",
        ),
        check.when(
            insecure && certificates,
            "certificates",
            "loadbalancer/certificates-with-insecure",
            "cannot be combined with insecure: true. Remove one.",
        ),
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
            ? [
                  check.problem(
                      `routes.${key}.redirect.prefix`,
                      "loadbalancer/redirect-prefix-and-path",
                      "cannot be combined with path. Remove one.",
                  ),
              ]
            : [];
    });
    return [
        ...(Object.hasOwn(routes, "/*") ? [] : [check.problem("routes", "loadbalancer/default-route-missing", reason)]),
        ...rewritten,
    ];
}

/** Routes with one backend must ask for the same one. */
function sharingProblem(first: ResolvedBackend, other: ResolvedBackend): check.Problem | undefined {
    const name = nameOf(first.target.component);
    const isSame = (key: keyof Target) => Reflect.get(first.target, key) === Reflect.get(other.target, key);
    if (!isSame("kind") || !isSame("component")) {
        const reason = `has the same name as another backend of ${first.path}, "${first.key}". Set another name: backend: "${first.key}-2".`;
        return check.problem(other.path, "loadbalancer/backend-name-twice", reason);
    }
    const settings = ({ cdn, iap, responseHeaders, target }: ResolvedBackend) => {
        const { component: _, ...place } = target;
        return JSON.stringify([cdn, iap, responseHeaders, place]);
    };
    const reason = `has other options than ${first.path} for the same component${name ? ` "${name}"` : ""}. Give its backend a name of its own: backend: "${first.key}-2".`;
    return check.when(settings(first) !== settings(other), other.path, "loadbalancer/backend-options-differ", reason);
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
                  check.problem(
                      path,
                      "loadbalancer/backend-kind-of-type",
                      `is not supported: a ${type} load balancer has no ${kinds[target.kind]} behind it. Use type: "global-external".`,
                  ),
              ]
            : []),
        ...(!isGlobal && target.kind === "service" && cached
            ? [
                  check.problem(
                      `${path}.cdn`,
                      "loadbalancer/cdn-of-regional",
                      `is not supported by a ${type} load balancer. Remove it, or use type: "global-external".`,
                  ),
              ]
            : []),
        ...(cached && iap.length > 0
            ? [
                  check.problem(
                      `${path}.cdn`,
                      "loadbalancer/cdn-with-iap",
                      "cannot be combined with iap, because Google Cloud does not cache what Identity-Aware Proxy protects. Remove one, or set iap: false on the route.",
                  ),
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
): (check.Problem | undefined)[] {
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
        check.when(
            domains.length === 0 && !insecure,
            "domain",
            "loadbalancer/domain-missing",
            "is missing, and with it the certificate for HTTPS. Set it, or insecure: true to serve HTTP only.",
        ),
        check.when(
            first.startsWith("*."),
            "domain",
            "loadbalancer/first-domain-wildcard",
            `must not start with a wildcard, because url has the first domain (got "${first}").`,
        ),
        check.when(
            zone !== undefined && domains.length === 0,
            "zone",
            "loadbalancer/zone-without-domain",
            "needs a domain for its records. Set domain.",
        ),
        check.when(
            certificates && domains.length === 0,
            "certificates",
            "loadbalancer/certificates-without-domain",
            "need the domain that they are for. Set domain.",
        ),
        check.when(
            wildcards.length > 0 && zone === undefined && isGlobal && !insecure && !certificates,
            "zone",
            "loadbalancer/wildcard-without-zone",
            `is missing: a certificate for ${wildcards[0]} needs DNS authorization. Set the zone of the domain, or certificates.`,
        ),
        ...(insecure || domains.length === 0
            ? []
            : hosts
                  .filter((host) => !isCovered(host))
                  .map((host) =>
                      check.problem(
                          `routes.${host}`,
                          "loadbalancer/host-without-certificate",
                          `must be one of the domains, for which there are certificates: ${[first, ...others].join(", ")}. Add it to domain.`,
                      ),
                  )),
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
            check.when(value !== undefined, path, "loadbalancer/option-of-regional", only),
        );
    }
    const region = given ?? environment.region;
    if (network === undefined) {
        return [
            check.problem(
                "network",
                "loadbalancer/network-missing",
                `is missing, because the proxies of a ${type} load balancer are in a subnet. Set it.`,
            ),
        ];
    }
    return [
        check.when(ipv6, "ipv6", "loadbalancer/ipv6-of-regional", 'is only for type "global-external". Remove it.'),
        check.when(
            network.proxies[region] === undefined && !network.isFound,
            "network",
            "loadbalancer/proxy-only-subnet-missing",
            `must have a proxy-only subnet in ${region}. Set proxyOnlySubnets of the Network.`,
        ),
        type === "regional-internal" ? subnetProblem("network", network, region, "the load balancer") : undefined,
    ];
}
