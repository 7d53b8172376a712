import type { Service } from "@pulumi/gcp/cloudrunv2/service";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone";
import * as pulumi from "@pulumi/pulumi";
import {
    type AppEngineApp,
    LoadBalancer,
    type LoadBalancerArgs,
    type Network,
    type ServerlessFunction,
    StorageBucket,
} from "slipway";
import type { Capability } from "slipway/iam";
import type { RegionalLoadBalancerArgs, SecurityRule } from "slipway/loadbalancer";

declare const run: { service: Service; invoker: Capability };
declare const predict: ServerlessFunction;
declare const assets: StorageBucket;
declare const site: AppEngineApp;
declare const apps: Network;

const domain = "shop.acme.com";
const shop = new LoadBalancer("shop", {
    domains: [domain, "admin.acme.com"],
    zone: new ManagedZone("acme", { dnsName: "acme.com." }),
    ipv6: true,
    routes: {
        "/*": run,
        "/predict/*": { service: predict, rewrite: "/", requestHeaders: { "X-Region": "{client_region}" } },
        "/static/*": { bucket: assets, cdn: { maxTtl: "2 days" }, responseHeaders: { "X-Frame-Options": "DENY" } },
        "/files/*": StorageBucket.existing("acme-data"),
        "/site/*": site,
        "/api/*": { app: site, service: "api" },
        "/old/*": { redirect: { prefix: "/new/", status: 308 } },
        "/canary/*": {
            split: [
                { service: run, weight: 90 },
                { service: predict, weight: 10, iap: ["user:ada@acme.com"] },
            ],
        },
        "admin.acme.com/*": { service: run, tag: "candidate", iap: ["group:shop@acme.com"], backend: "admin" },
    },
    minTlsVersion: "1.3",
    httpRedirect: false,
    certificates: [pulumi.output("projects/acme-dev/locations/global/certificates/shop")],
    securityPolicy: {
        rateLimit: { requests: 100, interval: "30 seconds" },
        attacks: { sets: ["sqli", "xss"], sensitivity: 2, preview: false },
        rules: {
            office: { priority: 1, action: "allow", ranges: ["203.0.113.0/24"] },
            south: { priority: 2, action: "deny", expression: 'origin.region_code == "AQ"' },
        },
    },
    logging: { sampling: 50 },
    labels: { team: pulumi.output("shop") },
    transform: {
        urlMap: { description: "Routes." },
        backendService: (args) => Object.assign(args, { compressionMode: "AUTOMATIC" }),
    },
});
const url: pulumi.Output<string> = shop.url;
void [url, shop.address.address, shop.backends.web?.endpointGroups[0]?.id, shop.dnsRecords, shop.certificates?.managed];
const external: RegionalLoadBalancerArgs = {
    type: "regional-external",
    network: apps,
    domains: domain,
    routes: { "/*": predict },
};
const args: LoadBalancerArgs = external;
void args;
new LoadBalancer("inner", {
    type: "regional-internal",
    network: apps,
    insecure: true,
    routes: { "/*": { service: predict, iap: ["group:shop@acme.com"] } },
});

// @ts-expect-error: routes are required
new LoadBalancer("none", { domains: domain });
// @ts-expect-error: an unknown option
new LoadBalancer("unknown", { domains: domain, routes: { "/*": run }, timeout: 30 });
// @ts-expect-error: App Engine is only behind global external load balancers
new LoadBalancer("regional", { type: "regional-external", network: apps, domains: domain, routes: { "/*": site } });
// @ts-expect-error: and so are buckets
new LoadBalancer("regional", { type: "regional-internal", network: apps, domains: domain, routes: { "/*": assets } });
// @ts-expect-error: a regional load balancer has no cache
new LoadBalancer("regional", {
    type: "regional-internal",
    network: apps,
    domains: domain,
    routes: { "/*": { service: run, cdn: true } },
});
// @ts-expect-error: a regional load balancer needs a network
new LoadBalancer("regional", { type: "regional-internal", domains: domain, routes: { "/*": run } });
// @ts-expect-error: a global one has none
new LoadBalancer("global", { network: apps, domains: domain, routes: { "/*": run } });
// @ts-expect-error: IPv6 is only for global load balancers
new LoadBalancer("regional", {
    type: "regional-external",
    network: apps,
    domains: domain,
    ipv6: true,
    routes: { "/*": run },
});
new LoadBalancer("both", {
    domains: domain,
    // @ts-expect-error: what Identity-Aware Proxy protects is not cached
    routes: { "/*": { service: run, cdn: true, iap: ["group:shop@acme.com"] } },
});
// @ts-expect-error: Identity-Aware Proxy does not support buckets
new LoadBalancer("bucket", { domains: domain, routes: { "/*": { bucket: assets, iap: ["group:shop@acme.com"] } } });
// @ts-expect-error: a member has a kind
new LoadBalancer("member", { domains: domain, routes: { "/*": run }, iap: ["ada@acme.com"] });
new LoadBalancer("interval", {
    domains: domain,
    routes: { "/*": run },
    // @ts-expect-error: an interval has a unit
    securityPolicy: { rateLimit: { interval: 45 } },
});
// @ts-expect-error: a rule has ranges or an expression
const rule: SecurityRule = { priority: 1, action: "deny" };
void rule;
