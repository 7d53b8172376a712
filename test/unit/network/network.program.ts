import * as pulumi from "@pulumi/pulumi";
import {
    allow,
    CloudRunService,
    LoadBalancer,
    Network,
    ServerlessFunction,
    ServiceAttachment,
    StorageBucket,
    VpcConnector,
} from "slipway";
import { GkeCluster } from "slipway/gke";
import { crossProject, digest, type Given, place } from "../everythingElse";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

const target = "projects/acme-services/regions/europe-west1/serviceAttachments/sales";

/** Networks with all options, and their users. */
export function program(source: string): void {
    const bare = new Network("bare-network");
    new GkeCluster("inside", { network: bare });
    const full = new Network("full-network", {
        name: "apps",
        subnets: {
            near: { range: "10.0.0.0/20", secondaryRanges: { pods: "10.4.0.0/14", services: "10.8.0.0/20" } },
            far: {
                range: "10.1.0.0/20",
                region: "us-east1",
                flowLogs: { interval: "1 minute", sampling: 100, metadata: "EXCLUDE_ALL_METADATA" },
            },
            silent: { range: "10.2.0.0/20", flowLogs: false },
            closed: {
                range: "10.3.0.0/20",
                flowLogs: false,
                privateGoogleAccess: false,
                ipv6: "internal",
                hybrid: true,
                description: "Moved from the data center.",
            },
            published: { range: "10.3.16.0/24", purpose: "PRIVATE_SERVICE_CONNECT", flowLogs: {} },
        },
        globalProxyOnlySubnets: { "europe-west1": "10.3.17.0/24" },
        nat: { addresses: 1, minPortsPerVm: 64, maxPortsPerVm: 1024, logging: "ALL" },
        privateServices: {
            range: "10.64.0.0/16",
            name: "services",
            exportCustomRoutes: true,
            importCustomRoutes: true,
            dnsDomains: ["acme.internal"],
        },
        serviceProducers: { "netapp.servicenetworking.goog": { range: "10.65.0.0/20" } },
        privateServiceConnect: {
            googleApis: { address: "10.128.0.1", bundle: "vpc-sc", domains: ["googleapis.com", "pkg.dev"] },
            endpoints: {
                sales: { serviceAttachment: pulumi.output(target) },
                silent: { serviceAttachment: target, subnet: "silent", address: "10.2.0.5" },
            },
        },
        dnsPolicy: { inbound: true, queryLogs: true },
        firewall: {
            web: { allow: ["tcp:443"], sources: { ranges: ["0.0.0.0/0"] }, public: true, priority: 900 },
            sales: {
                allow: ["tcp:8080-8090", "icmp"],
                sources: { serviceAccounts: [pulumi.output("sales@acme-dev.iam.gserviceaccount.com")] },
                targets: { serviceAccounts: ["web@acme-dev.iam.gserviceaccount.com"] },
                description: "From sales to the web.",
                logging: false,
            },
            out: { deny: ["all"], destinations: ["0.0.0.0/0"], targets: { tags: ["kept"] } },
        },
        iapSsh: { tags: ["admin"] },
        routes: {
            lab: {
                range: "192.168.0.0/16",
                nextHop: { address: pulumi.output("10.0.0.9") },
                tags: ["web"],
                priority: 9,
            },
            google: { range: "2600:2d00:2:2000::/64", nextHop: "internet", description: "Google APIs." },
        },
        labels: { team: "forecast", owner: pulumi.output("sales") },
    });
    allow(full.subnet("near").user, "group:apps@acme.com");
    full.endpoint("orders", target, "europe-west1", pulumi.output("10.0.0.9"));
    new Network("closed-network", { nat: false, privateServices: false, privateServiceConnect: { googleApis: true } });
    new GkeCluster("within", { network: full });
    const network = { network: full, tags: ["predict"], egress: "all-traffic" as const };
    new ServerlessFunction("joined", { source, trigger: { http: {} }, entryPoint: "answer", network });
    balanced(source);
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ alerts, network }: Given): void {
    new Network("other-proxies", {
        nat: { endpoints: "load-balancer-proxies" },
        subnets: { two: { range: "10.3.0.0/20" } },
    });
    const service = new CloudRunService("other-balanced", {
        image: `docker.io/acme/other@${digest}`,
        ingress: "load-balancer",
    });
    new LoadBalancer("other-balancer", {
        name: "other-name",
        domains: "other.acme.com",
        certificates: ["projects/acme-shared/locations/global/certificates/other"],
        iap: ["group:others@acme.com"],
        routes: {
            "/*": service,
            "/old/*": { redirect: { host: "old.acme.com", prefix: "/archive", status: 307, stripQuery: true } },
            "/gone/*": { redirect: { path: "/gone", status: 302 } },
            "/files/*": { service, rewrite: "/public/" },
        },
        securityPolicy: {
            attacks: { sets: ["sqli", "xss"], preview: false },
            rateLimit: { requests: 77, interval: "2 minutes", preview: true },
        },
        alerts,
        crossProject,
    });
    new LoadBalancer("other-regional", {
        type: "regional-internal",
        network,
        region: "europe-west4",
        domains: "regional.acme.com",
        alerts,
        crossProject,
        routes: { "/*": { redirect: { host: "regional.acme.com", status: 303 } } },
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    const { region } = place;
    const network = new Network("regional-network", {
        subnets: { near: { range: "10.4.0.0/20" }, far: { range: "10.5.0.0/20", region } },
        globalProxyOnlySubnets: { "europe-west1": "10.129.4.0/23", [region]: "10.129.6.0/23" },
    });
    new LoadBalancer("cross-region", {
        type: "cross-region-internal",
        network,
        regions: ["europe-west1", region],
        insecure: true,
        routes: { "/*": { redirect: { host: "regional.acme.com" } } },
    });
    new VpcConnector("regional-connector", { network, range: "10.8.1.0/28", machineType: "f1-micro" });
    new ServiceAttachment("described-attachment", {
        target: `projects/acme-dev/regions/${region}/forwardingRules/other`,
        subnets: [`projects/acme-dev/regions/${region}/subnetworks/others`],
        accept: "all",
        description: "Others",
        region,
    });
}

/** Load balancers of all types, with all options. */
function balanced(source: string): void {
    const ingress = "load-balancer";
    const http = { trigger: { http: { ingress } }, entryPoint: "answer", source } as const;
    const behind = new ServerlessFunction("behind", http);
    const beside = new ServerlessFunction("beside", http);
    const admin = new ServerlessFunction("balanced-admin", http);
    new LoadBalancer("balanced", {
        domains: ["balanced.acme.com", "*.acme.com"],
        zone: "acme",
        ipv6: true,
        routes: {
            "/*": {
                split: [
                    { service: behind, weight: 90 },
                    { service: beside, weight: 10, requestHeaders: { "X-Next": "1" } },
                ],
            },
            "/static/*": {
                bucket: new StorageBucket("balanced"),
                rewrite: "/",
                responseHeaders: { "X-Frame-Options": "DENY" },
            },
            "/cached/*": {
                service: behind,
                cdn: { cacheMode: "FORCE_CACHE_ALL", queryParameters: ["page"] },
                backend: "cached",
            },
            "/old/*": { redirect: { prefix: "/", status: 308 } },
            "admin.acme.com/*": { service: admin, iap: ["group:admins@acme.com"], backend: "admin" },
        },
        securityPolicy: {
            attacks: { sensitivity: 2 },
            rules: {
                office: { priority: 1, action: "allow", ranges: ["203.0.113.0/24"] },
                south: { priority: 2, action: "deny", expression: 'origin.region_code == "AQ"', preview: true },
            },
        },
        labels: { team: "shop" },
    });
    const network = new Network("balanced-network", { proxyOnlySubnets: true });
    const regional = { network, domains: "regional.acme.com", iap: ["user:ada@acme.com"] as ["user:ada@acme.com"] };
    new LoadBalancer("outer", {
        type: "regional-external",
        ...regional,
        zone: "acme",
        securityPolicy: true,
        routes: { "/*": admin },
    });
    new LoadBalancer("inner", { type: "regional-internal", network, insecure: true, routes: { "/*": behind } });
}

export const sampleCalls: SampleCalls = {
    "SubnetRoles.user": {
        offer: () => new Network("offered").subnet("default").user,
        source: "https://cloud.google.com/compute/docs/access/iam",
        calls: [call("InstancesClient.insert with the subnet", "compute.subnetworks.use")],
    },
};

export const longestNames: LongestNames = {
    // https://cloud.google.com/compute/docs/reference/rest/v1/firewalls
    "compute/firewall:Firewall description": 2048,
    "gcp:servicenetworking/connection:Connection service": "unlimited",
};

export const sameWithout = {
    "Network.firewall.<name>.direction": "programs have its default",
};
