import type { Inputs } from "../../../../local/simulator/rules/rules";
import { tokenOf, type World } from "../world";

const global = "projects/acme-dev/global";
const regional = "projects/acme-dev/regions/europe-west1";

export function prepare(world: World): void {
    world.enable("compute", "certificatemanager");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "services", network: "private", ipCidrRange: "10.0.0.0/24" });
    const purpose = { purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE" };
    world.make("Subnetwork", { name: "proxies", network: "private", ipCidrRange: "10.129.0.0/23", ...purpose });
    world.make("RegionNetworkEndpointGroup", { name: "web", region: "europe-west1", cloudRun: { service: "called" } });
    const managed = { loadBalancingScheme: "EXTERNAL_MANAGED" };
    world.make("BackendService", { name: "web", ...managed });
    world.make("BackendService", { name: "other", ...managed });
    world.make("RegionBackendService", { name: "web", ...managed });
    world.make("RegionBackendService", { name: "tcp", loadBalancingScheme: "INTERNAL_MANAGED", protocol: "TCP" });
    world.make("BackendBucket", { name: "files", bucketName: "acme-files" });
    world.make("SecurityPolicy", { name: "shared" });
    world.make("URLMap", { name: "web", defaultService: `${global}/backendServices/web` });
    world.make("RegionUrlMap", { name: "web", defaultService: `${regional}/backendServices/web` });
    world.make("SSLPolicy", { name: "modern", profile: "MODERN", minTlsVersion: "TLS_1_2" });
    world.makeAny(tokenOf("CertificateMap"), { name: "web" });
    world.makeAny(tokenOf("DnsAuthorization"), { name: "acme", domain: "acme.com", location: "europe-west1" });
    world.makeAny(tokenOf("Certificate"), {
        name: "acme",
        location: "europe-west1",
        managed: {
            domains: ["acme.com"],
            dnsAuthorizations: [`projects/acme-dev/locations/europe-west1/dnsAuthorizations/acme`],
        },
    });
}

const certificateMap = "//certificatemanager.googleapis.com/projects/acme-dev/locations/global/certificateMaps/web";
const rules = [
    {
        action: "throttle",
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
        priority: 10,
        preview: true,
        description: "rate",
        rateLimitOptions: {
            conformAction: "allow",
            exceedAction: "deny(429)",
            enforceOnKey: "IP",
            rateLimitThreshold: { count: 100, intervalSec: 60 },
        },
    },
    {
        action: "allow",
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
        priority: 2147483647,
        description: "default",
        preview: false,
    },
];

export const examples: Record<string, Inputs[]> = {
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": [
        { region: "europe-west1", cloudRun: { service: "called" } },
        { name: "much", region: "europe-west1", networkEndpointType: "SERVERLESS", appEngine: { service: "web" } },
    ],
    "gcp:compute/backendService:BackendService": [
        {},
        {
            name: "much",
            loadBalancingScheme: "EXTERNAL_MANAGED",
            protocol: "HTTPS",
            backends: [{ group: `${regional}/networkEndpointGroups/web` }],
            enableCdn: true,
            cdnPolicy: { cacheMode: "CACHE_ALL_STATIC", defaultTtl: 60, cacheKeyPolicy: { includeHost: true } },
            iap: { enabled: false },
            logConfig: { enable: true, sampleRate: 0.5 },
            securityPolicy: `${global}/securityPolicies/shared`,
        },
    ],
    "gcp:compute/regionBackendService:RegionBackendService": [
        { region: "europe-west1", loadBalancingScheme: "INTERNAL_MANAGED" },
        {
            name: "much",
            region: "europe-west1",
            loadBalancingScheme: "EXTERNAL_MANAGED",
            protocol: "HTTPS",
            backends: [{ group: `${regional}/networkEndpointGroups/web`, capacityScaler: 1 }],
            iap: { enabled: true },
            logConfig: { enable: true, sampleRate: 1 },
        },
    ],
    "gcp:compute/backendBucket:BackendBucket": [
        { bucketName: "acme-files" },
        {
            name: "much",
            bucketName: "acme-files",
            enableCdn: true,
            cdnPolicy: { cacheMode: "USE_ORIGIN_HEADERS" },
            customResponseHeaders: ["X-Frame-Options: DENY"],
        },
    ],
    "gcp:compute/uRLMap:URLMap": [
        { defaultService: `${global}/backendServices/web` },
        {
            name: "much",
            defaultRouteAction: {
                weightedBackendServices: [
                    { backendService: `${global}/backendServices/web`, weight: 90 },
                    { backendService: `${global}/backendServices/other`, weight: 10 },
                ],
            },
            hostRules: [{ hosts: ["acme.com"], pathMatcher: "acme" }],
            pathMatchers: [
                {
                    name: "acme",
                    defaultService: `${global}/backendServices/web`,
                    pathRules: [
                        {
                            paths: ["/files", "/files/*"],
                            service: `${global}/backendBuckets/files`,
                            routeAction: { urlRewrite: { pathPrefixRewrite: "/" } },
                        },
                    ],
                },
            ],
        },
        { name: "redirect", defaultUrlRedirect: { httpsRedirect: true, stripQuery: false } },
    ],
    "gcp:compute/regionUrlMap:RegionUrlMap": [
        { region: "europe-west1", defaultService: `${regional}/backendServices/web` },
        { name: "much", region: "europe-west1", defaultUrlRedirect: { httpsRedirect: true, stripQuery: false } },
    ],
    "gcp:compute/targetHttpProxy:TargetHttpProxy": [{ urlMap: `${global}/urlMaps/web` }],
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy": [
        { urlMap: `${global}/urlMaps/web`, certificateMap },
        { name: "much", urlMap: "web", certificateMap, sslPolicy: `${global}/sslPolicies/modern` },
    ],
    "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy": [
        { region: "europe-west1", urlMap: `${regional}/urlMaps/web` },
    ],
    "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy": [
        {
            region: "europe-west1",
            urlMap: `${regional}/urlMaps/web`,
            certificateManagerCertificates: ["projects/acme-dev/locations/europe-west1/certificates/acme"],
        },
    ],
    "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy": [
        { region: "europe-west1", backendService: `${regional}/backendServices/tcp` },
        {
            name: "much",
            region: "europe-west1",
            backendService: `${regional}/backendServices/tcp`,
            proxyHeader: "PROXY_V1",
            description: "Shop",
        },
    ],
    "gcp:compute/securityPolicy:SecurityPolicy": [{}, { name: "much", description: "Limits.", rules }],
    "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy": [
        { region: "europe-west1" },
        { name: "much", region: "europe-west1", type: "CLOUD_ARMOR", rules },
    ],
    "gcp:compute/regionSslPolicy:RegionSslPolicy": [
        { region: "europe-west1" },
        { name: "much", region: "europe-west1", profile: "RESTRICTED", minTlsVersion: "TLS_1_3" },
    ],
};
