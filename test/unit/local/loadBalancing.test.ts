import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, tokenOf, World } from "./world";

const region = "europe-west1";
const managed = { loadBalancingScheme: "EXTERNAL_MANAGED" };
const certificateMap = "//certificatemanager.googleapis.com/projects/acme-dev/locations/global/certificateMaps/web";

/** A global load balancer with a forwarding rule, and a network. */
function prepared() {
    const world = new World();
    world.enable("compute", "certificatemanager", "run");
    const group = world.make("RegionNetworkEndpointGroup", { name: "web", region, cloudRun: { service: "web" } });
    const backends = [{ group: group.id }];
    const service = world.make("BackendService", { name: "web", ...managed, backends });
    const urlMap = world.make("URLMap", { name: "web", defaultService: service.id });
    const sslPolicy = world.make("SSLPolicy", { name: "web" });
    const map = world.makeAny(tokenOf("CertificateMap"), { name: "web" });
    const proxy = world.make("TargetHttpsProxy", {
        name: "web",
        urlMap: urlMap.id,
        sslPolicy: sslPolicy.id,
        certificateMap,
    });
    const address = world.make("GlobalAddress", { name: "web" });
    const rule = world.make("GlobalForwardingRule", {
        name: "web",
        target: proxy.id,
        ipAddress: address.state.address,
        portRange: "443",
        ...managed,
    });
    return { world, group, service, urlMap, sslPolicy, map, proxy, address, rule };
}

/** A network with a proxy-only subnet, if any, and a regional load balancer without its rule. */
function regional(hasProxies: boolean) {
    const world = new World();
    world.enable("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", region, network: "private", ipCidrRange: "10.0.0.0/24" });
    const purpose = { purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE" };
    const proxies = hasProxies
        ? world.make("Subnetwork", {
              name: "proxies",
              region,
              network: "private",
              ipCidrRange: "10.129.0.0/23",
              ...purpose,
          })
        : undefined;
    const service = world.make("RegionBackendService", {
        name: "web",
        region,
        loadBalancingScheme: "INTERNAL_MANAGED",
    });
    const urlMap = world.make("RegionUrlMap", { name: "web", region, defaultService: service.id });
    const proxy = world.make("RegionTargetHttpProxy", { name: "web", region, urlMap: urlMap.id });
    const address = world.make("Address", {
        name: "web",
        region,
        addressType: "INTERNAL",
        purpose: "SHARED_LOADBALANCER_VIP",
        subnetwork: "apps",
    });
    const rule = {
        name: "web",
        region,
        target: proxy.id,
        ipAddress: address.state.address,
        portRange: "80",
        network: "private",
        subnetwork: "apps",
        loadBalancingScheme: "INTERNAL_MANAGED",
    };
    return { world, proxies, rule };
}

const used = (kind: string, path: string, by: string) =>
    `The ${kind} resource 'projects/acme-dev/${path}' is already being used by 'projects/acme-dev/${by}', resourceInUseByAnotherResource`;

test("what a load balancer uses cannot be deleted, and can in the reverse order of its creation", () => {
    const { world, group, service, urlMap, sslPolicy, map, proxy, address, rule } = prepared();
    const https = "global/targetHttpsProxies/web";
    const expected: [typeof group, string][] = [
        [
            group,
            used("network_endpoint_group", `regions/${region}/networkEndpointGroups/web`, "global/backendServices/web"),
        ],
        [service, used("backend_service", "global/backendServices/web", "global/urlMaps/web")],
        [urlMap, used("url_map", "global/urlMaps/web", https)],
        [sslPolicy, used("ssl_policy", "global/sslPolicies/web", https)],
        [map, "can't delete certificate map that is referenced by a TargetHttpsProxy"],
        [proxy, used("target_https_proxy", https, "global/forwardingRules/web")],
        [address, used("address", "global/addresses/web", "global/forwardingRules/web")],
    ];
    for (const [made, refusal] of expected) {
        expect(refusalOf(() => world.remove(made))).toContain(refusal);
    }
    for (const made of [rule, address, proxy, map, sslPolicy, urlMap, service, group]) {
        world.remove(made);
    }
    expect(world.cloud.store.list("//compute.googleapis.com/projects/acme-dev/global/urlMaps")).toEqual([]);
});

test("a regional load balancer needs a proxy-only subnet, which cannot be deleted before its rule", () => {
    const without = regional(false);
    expect(refusalOf(() => without.world.make("ForwardingRule", without.rule))).toContain(
        "An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.",
    );
    const { world, proxies, rule } = regional(true);
    const made = world.make("ForwardingRule", rule);
    expect(refusalOf(() => world.remove(proxies as NonNullable<typeof proxies>))).toContain(
        used("subnetwork", `regions/${region}/subnetworks/proxies`, `regions/${region}/forwardingRules/web`),
    );
    world.remove(made);
    world.remove(proxies as NonNullable<typeof proxies>);
});

/**
 * A network with subnets in two regions, of which the first has a proxy-only subnet, and a cross-region internal load balancer without rules:
 * https://cloud.google.com/load-balancing/docs/l7-internal/setting-up-l7-cross-reg-internal
 */
function crossRegion() {
    const { world } = regional(false);
    world.enable("certificatemanager");
    world.make("Subnetwork", { name: "apps", region: "us-east1", network: "private", ipCidrRange: "10.1.0.0/24" });
    const purpose = { purpose: "GLOBAL_MANAGED_PROXY", role: "ACTIVE" };
    const place = { region, network: "private", ipCidrRange: "10.2.0.0/23" };
    const proxies = world.make("Subnetwork", { name: "proxies", ...place, ...purpose });
    const internal = { loadBalancingScheme: "INTERNAL_MANAGED" };
    const service = world.make("BackendService", { name: "web", ...internal });
    const urlMap = world.make("URLMap", { name: "web", defaultService: service.id });
    const proxy = world.make("TargetHttpProxy", { name: "web", urlMap: urlMap.id });
    const subnetwork = `projects/acme-dev/regions/${region}/subnetworks/apps`;
    const kind = { addressType: "INTERNAL", purpose: "SHARED_LOADBALANCER_VIP", subnetwork };
    const address = world.make("Address", { name: "inner", region, ...kind });
    const rule = { name: "inner", ...internal, target: proxy.id, portRange: "80", network: "private", subnetwork };
    return { world, proxies, urlMap, address, rule: { ...rule, ipAddress: address.state.address } };
}

test("a cross-region internal load balancer has addresses of subnets, in regions with a proxy-only subnet of all regions", () => {
    const { world, proxies, address, rule } = crossRegion();
    const made = world.make("GlobalForwardingRule", rule);
    expect(made.state.ipAddress).toBe(address.state.address);
    const own = "global/forwardingRules/inner";
    expect(refusalOf(() => world.remove(address))).toContain(used("address", `regions/${region}/addresses/inner`, own));
    expect(refusalOf(() => world.remove(proxies))).toContain(
        used("subnetwork", `regions/${region}/subnetworks/proxies`, own),
    );
    expect(refusalOf(() => world.make("GlobalForwardingRule", { ...rule, name: "twice" }))).toContain(
        "Specified IP address is in-use and would result in a conflict.",
    );
    const elsewhere = rule.subnetwork.replace(region, "us-east1");
    const far = { ...rule, name: "far", subnetwork: elsewhere, ipAddress: undefined };
    expect(refusalOf(() => world.make("GlobalForwardingRule", far))).toContain(
        "An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.",
    );
    const without = { ...rule, name: "without", subnetwork: undefined, ipAddress: undefined };
    expect(refusalOf(() => world.make("GlobalForwardingRule", without))).toContain("A subnetwork must be specified");
    const ephemeral = world.make("GlobalForwardingRule", { ...rule, name: "next", ipAddress: undefined });
    expect(ephemeral.state.ipAddress).toMatch(/^10\.0\.0\.\d+$/);
    world.remove(ephemeral);
    world.remove(made);
    world.remove(proxies);
});

test("a cross-region internal load balancer has certificates with the scope of all regions, and no map", () => {
    const { world, urlMap, rule } = crossRegion();
    const authorization = world.makeAny(tokenOf("DnsAuthorization"), { name: "web", domain: "acme.com" });
    const managed = { domains: ["acme.com"], dnsAuthorizations: [authorization.id] };
    const certificate = (name: string, scope: object) =>
        world.makeAny(tokenOf("Certificate"), { name, managed, ...scope }).id;
    const secure = (name: string, args: object) =>
        world.make("TargetHttpsProxy", { name, urlMap: urlMap.id, ...args }).id;
    const external = certificate("external", {});
    expect(refusalOf(() => secure("external", { certificateManagerCertificates: [external] }))).toContain(
        "The certificate must have the scope ALL_REGIONS.",
    );
    const all = { certificateManagerCertificates: [certificate("all", { scope: "ALL_REGIONS" })] };
    const secured = { ...rule, name: "secure", portRange: "443" };
    world.make("GlobalForwardingRule", { ...secured, target: secure("all", all) });
    world.makeAny(tokenOf("CertificateMap"), { name: "web" });
    const mapped = { ...secured, name: "mapped", target: secure("mapped", { certificateMap }), ipAddress: undefined };
    expect(refusalOf(() => world.make("GlobalForwardingRule", mapped))).toContain(
        "A target proxy with a certificate map does not support the load balancing scheme INTERNAL_MANAGED.",
    );
});

test("a global proxy with certificates of its own is not for external clients", () => {
    const { world, urlMap } = prepared();
    const authorization = world.makeAny(tokenOf("DnsAuthorization"), { name: "web", domain: "acme.com" });
    const args = { scope: "ALL_REGIONS", managed: { domains: ["acme.com"], dnsAuthorizations: [authorization.id] } };
    const certificateManagerCertificates = [world.makeAny(tokenOf("Certificate"), { name: "all", ...args }).id];
    const own = { name: "own", urlMap: urlMap.id, certificateManagerCertificates };
    expect(refusalOf(() => world.make("TargetHttpsProxy", own))).toContain(
        "Invalid value for field 'resource.sslCertificates[0]': '//certificatemanager.googleapis.com/projects/acme-dev/locations/global/certificates/all'. Cloud certificate reference is not supported for TargetHttpsProxy creation.",
    );
});

test("two rules share an address with different ports, and not with the same", () => {
    const { world, rule } = regional(true);
    world.make("ForwardingRule", rule);
    expect(refusalOf(() => world.make("ForwardingRule", { ...rule, name: "other" }))).toContain(
        "Specified IP address is in-use and would result in a conflict.",
    );
    expect(world.make("ForwardingRule", { ...rule, name: "other", portRange: "8080" }).state.portRange).toBe(
        "8080-8080",
    );
});

test("Identity-Aware Proxy stays enabled if the program leaves its block out, and its members are a policy of their own", () => {
    const { world } = prepared();
    world.enable("iap", "iam");
    const made = world.make("BackendService", { name: "guarded", ...managed, iap: { enabled: true } });
    expect(world.update(made, { name: "guarded", ...managed }).state.iap).toMatchObject({ enabled: true });
    expect(world.update(made, { name: "guarded", ...managed, iap: { enabled: false } }).state.iap).toMatchObject({
        enabled: false,
    });
    const grant = { role: "roles/iap.httpsResourceAccessor", member: "group:shop@acme.com" };
    expect(world.make("WebBackendServiceIamMember", { webBackendService: "guarded", ...grant }).id).toBe(
        "projects/acme-dev/iap_web/compute/services/guarded/roles/iap.httpsResourceAccessor/group:shop@acme.com",
    );
    expect(
        refusalOf(() => world.make("WebBackendServiceIamMember", { webBackendService: "none", ...grant })),
    ).toContain("Error 404");
});

test("the service agent that reads private buckets exists from the first backend bucket on", () => {
    const { world } = prepared();
    world.make("Bucket", { name: "acme-files", location: region });
    const member = `serviceAccount:service-${world.number}@https-lb.iam.gserviceaccount.com`;
    const grant = { bucket: "acme-files", role: "roles/storage.objectViewer", member };
    expect(refusalOf(() => world.make("BucketIAMMember", grant))).toContain("does not exist");
    world.make("BackendBucket", { name: "files", bucketName: "acme-files" });
    expect(world.make("BucketIAMMember", grant).state.member).toBe(member);
});

const group = `projects/acme-dev/regions/${region}/networkEndpointGroups/web`;
const serverless = { name: "new", ...managed, backends: [{ group }] };
const capacity = { backends: [{ group, capacityScaler: 1 }] };
const service = "projects/acme-dev/global/backendServices/web";
const rules = (...more: Inputs[]) => [
    ...more,
    { action: "allow", priority: 2147483647, match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } } },
];
const expression = (text: string) => ({ action: "deny(403)", priority: 1, match: { expr: { expression: text } } });
const throttle = (intervalSec: number) => ({
    action: "throttle",
    priority: 1,
    match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
    rateLimitOptions: {
        conformAction: "allow",
        exceedAction: "deny(429)",
        rateLimitThreshold: { count: 10, intervalSec },
    },
});
const matcher = (paths: string[]) => ({
    name: "new",
    defaultService: service,
    hostRules: [{ hosts: ["*"], pathMatcher: "all" }],
    pathMatchers: [{ name: "all", defaultService: service, pathRules: [{ paths, service }] }],
});

test.each<[string, string, Inputs, string]>([
    [
        "a group without a platform",
        "RegionNetworkEndpointGroup",
        { name: "new", region },
        "A serverless platform must be specified.",
    ],
    ["a missing health check", "BackendService", { name: "new", healthChecks: "no" }, "healthChecks/no' was not found"],
    [
        "a drain of more than an hour",
        "BackendService",
        { name: "new", connectionDrainingTimeoutSec: 3601 },
        "field 'resource.connectionDraining.drainingTimeoutSec': '3601'",
    ],
    [
        "a cookie of more than two weeks",
        "BackendService",
        { name: "new", affinityCookieTtlSec: 1_209_601 },
        "field 'resource.affinityCookieTtlSec': '1209601'",
    ],
    [
        "a header without a value",
        "BackendService",
        { name: "new", customRequestHeaders: ["host"] },
        "field 'resource.customRequestHeaders[0]': 'host'. A custom header must have the form 'Name: value'.",
    ],
    [
        "a header of Google's",
        "BackendService",
        { name: "new", customResponseHeaders: ["X-Goog-A: b"] },
        "The name is reserved.",
    ],
    [
        "a header that is set twice",
        "BackendService",
        { name: "new", customRequestHeaders: ["A: b", "a: c"] },
        "field 'resource.customRequestHeaders[1]': 'a: c'. A header can be set once.",
    ],
    ["a port of a check", "HealthCheck", { name: "new", tcpHealthCheck: { port: 70_000 } }, "tcpHealthCheck.port"],
    [
        "path rules beside route rules",
        "URLMap",
        {
            name: "new",
            defaultService: service,
            hostRules: [{ hosts: ["*"], pathMatcher: "all" }],
            pathMatchers: [
                {
                    name: "all",
                    defaultService: service,
                    pathRules: [{ paths: ["/a"], service }],
                    routeRules: [{ priority: 1, service, matchRules: [{ prefixMatch: "/" }] }],
                },
            ],
        },
        "Only one of path rules and route rules can be specified.",
    ],
    [
        "two route rules with one priority",
        "URLMap",
        {
            name: "new",
            defaultService: service,
            hostRules: [{ hosts: ["*"], pathMatcher: "all" }],
            pathMatchers: [
                {
                    name: "all",
                    defaultService: service,
                    routeRules: ["/a", "/b"].map((prefixMatch) => ({
                        priority: 1,
                        service,
                        matchRules: [{ prefixMatch }],
                    })),
                },
            ],
        },
        "field 'resource.pathMatchers[0].routeRules[1].priority': '1'. Priorities must be unique.",
    ],
    ["a missing group", "BackendService", { ...serverless, backends: [{ group: `${group}-2` }] }, "was not found"],
    [
        "a timeout of a serverless backend",
        "BackendService",
        { ...serverless, timeoutSec: 120 },
        "Invalid value for field 'resource.timeoutSec': '120'. Timeout sec is not supported for a backend service with Serverless network endpoint groups., invalid",
    ],
    [
        "a port name of a serverless backend",
        "BackendService",
        { ...serverless, portName: "http" },
        "Port name is not supported for a backend service with Serverless network endpoint groups.",
    ],
    [
        "two groups of one region",
        "BackendService",
        { ...serverless, backends: [{ group }, { group, description: "again" }] },
        "one Serverless network endpoint group per region",
    ],
    [
        "a balancing mode of a serverless backend",
        "BackendService",
        { ...serverless, backends: [{ group, balancingMode: "RATE" }] },
        "Invalid value for field 'resource.backends[0].balancingMode': 'RATE'. Balancing mode is not supported for Serverless network endpoint groups.",
    ],
    [
        "outlier detection of a regional serverless backend",
        "RegionBackendService",
        { ...serverless, ...capacity, region, outlierDetection: { consecutiveErrors: 5 } },
        "Outlier detection is not supported for a regional backend service with Serverless network endpoint groups.",
    ],
    [
        "a regional service of another scheme",
        "RegionBackendService",
        { name: "new", region, backends: [{ group }] },
        "Invalid load balancing scheme for regional backend service with Serverless network endpoint group.",
    ],
    [
        "a group of another region",
        "RegionBackendService",
        { ...serverless, ...capacity, region: "us-east1" },
        "The group must be in the region 'us-east1'.",
    ],
    [
        "Cloud CDN with Identity-Aware Proxy",
        "BackendService",
        { name: "new", ...managed, enableCdn: true, iap: { enabled: true } },
        "IAP cannot be enabled for a backend service with Cloud CDN.",
    ],
    [
        "Cloud CDN in a region",
        "RegionBackendService",
        { name: "new", region, ...managed, enableCdn: true },
        "Cloud CDN is only supported",
    ],
    [
        "a lifetime with the headers of the origin",
        "BackendService",
        {
            name: "new",
            ...managed,
            enableCdn: true,
            cdnPolicy: { cacheMode: "USE_ORIGIN_HEADERS", maxTtl: 60, cacheKeyPolicy: { includeHost: true } },
        },
        "maxTtl must not be specified with cache mode USE_ORIGIN_HEADERS.",
    ],
    [
        "a missing security policy",
        "BackendService",
        { name: "new", ...managed, securityPolicy: "none" },
        "was not found",
    ],
    ["a missing bucket", "BackendBucket", { name: "new", bucketName: "acme-none" }, "The bucket does not exist."],
    ["a missing service", "URLMap", { name: "new", defaultService: `${service}-2` }, "was not found"],
    ["a map without a destination", "URLMap", { name: "new" }, "must be specified"],
    ["a path with * in the middle", "URLMap", matcher(["/a/*/b"]), "Invalid path"],
    ["a path twice", "URLMap", matcher(["/a", "/a"]), "Duplicate path '/a'."],
    [
        "a path matcher that no host has",
        "URLMap",
        { ...matcher(["/a"]), hostRules: [] },
        "The path matcher 'all' is not used by any host rule.",
    ],
    [
        "a global service of a regional map",
        "RegionUrlMap",
        { name: "new", region, defaultService: service },
        "The backend must be in the same scope as the URL map.",
    ],
    [
        "a proxy without certificates",
        "TargetHttpsProxy",
        { name: "new", urlMap: "web" },
        "An SSL certificate must be specified.",
    ],
    [
        "a certificate by its name",
        "RegionTargetHttpsProxy",
        { name: "new", region, urlMap: "web", certificateManagerCertificates: ["web"] },
        "Invalid value for certificate_manager_certificates: web is an invalid format for a certificateManagerCertificate resource",
    ],
    [
        "TLS settings without TLS",
        "BackendService",
        { name: "new", ...managed, protocol: "HTTP", tlsSettings: { sni: "acme.com" } },
        "TLS settings may only be specified when the backend protocol is SSL, HTTPS or HTTP2.",
    ],
    ["a missing map", "TargetHttpProxy", { name: "new", urlMap: "none" }, "was not found"],
    [
        "a missing certificate map",
        "TargetHttpsProxy",
        { name: "new", urlMap: "web", certificateMap: certificateMap.replace("web", "none") },
        "was not found",
    ],
    [
        "a rule of another scheme than its services",
        "GlobalForwardingRule",
        { name: "new", target: "projects/acme-dev/global/targetHttpsProxies/web", portRange: "443" },
        "The load balancing scheme must be that of the backend service 'projects/acme-dev/global/backendServices/web', EXTERNAL_MANAGED.",
    ],
    [
        "an address that is not reserved",
        "GlobalForwardingRule",
        {
            name: "new",
            target: "projects/acme-dev/global/targetHttpsProxies/web",
            portRange: "443",
            ipAddress: "192.0.2.1",
            ...managed,
        },
        "The IP address must be reserved.",
    ],
    [
        "TLS 1.3 with the profile MODERN",
        "SSLPolicy",
        { name: "new", profile: "MODERN", minTlsVersion: "TLS_1_3" },
        "TLS 1.3 requires",
    ],
    [
        "rules without a default",
        "SecurityPolicy",
        { name: "new", rules: [throttle(60)] },
        "A default rule with priority 2147483647",
    ],
    [
        "an unknown interval",
        "SecurityPolicy",
        { name: "new", rules: rules(throttle(45)) },
        "intervalSec': '45'. Must be one of 10, 30",
    ],
    [
        "a throttle with a ban",
        "SecurityPolicy",
        {
            name: "new",
            rules: rules({
                ...throttle(60),
                rateLimitOptions: { ...throttle(60).rateLimitOptions, banDurationSec: 60 },
            }),
        },
        "Can only be specified for the action rate_based_ban.",
    ],
    [
        "a redirect without a target",
        "SecurityPolicy",
        { name: "new", rules: rules({ ...expression("true"), action: "redirect" }) },
        "Redirect options must be specified exactly for the action redirect.",
    ],
    [
        "ranges without their addresses",
        "SecurityPolicy",
        { name: "new", rules: rules({ ...expression("true"), match: { versionedExpr: "SRC_IPS_V1" } }) },
        "Must be specified with versionedExpr.",
    ],
    [
        "an unknown set of rules",
        "SecurityPolicy",
        { name: "new", rules: rules(expression("evaluatePreconfiguredWaf('sqli-v99-stable')")) },
        "Unknown preconfigured expression set: 'sqli-v99-stable'.",
    ],
    [
        "an unbalanced expression",
        "RegionSecurityPolicy",
        { name: "new", region, rules: rules(expression("inIpRange(origin.ip")) },
        "Error parsing",
    ],
    ...[
        ["an expression that ends too early", "request.headers['a'] ==", "Error parsing the expression"],
        ["an unknown function", "foo(origin.ip)", "undeclared reference to 'foo'"],
        ["an unknown variable", "client.ip == '192.0.2.1'", "undeclared reference to 'client'"],
        ["an invalid regular expression", "request.path.matches('/(')", "missing closing )"],
        ["a look-ahead, which RE2 does not have", "request.path.matches('a(?=b)')", "Error parsing the expression"],
    ].map(([name = "", text = "", refusal = ""]): [string, "SecurityPolicy", object, string] => [
        name,
        "SecurityPolicy",
        { name: "new", rules: rules(expression(text)) },
        refusal,
    ]),
    [
        "six subexpressions",
        "SecurityPolicy",
        { name: "new", rules: rules(expression(Array(6).fill("origin.asn == 1").join(" || "))) },
        "5 subexpressions at most",
    ],
])("%s is refused", (_, type, inputs, refusal) => {
    const { world } = prepared();
    expect(refusalOf(() => world.make(type, inputs))).toContain(refusal);
});

// `resourceComputeBackendBucketEncoder` and `resourceComputeBackendServiceEncoder` in the provider's google-beta/services/compute.
test("an origin whose headers are used takes over from cached lifetimes, which the provider then does not send", () => {
    const { world } = prepared();
    const policies = (cacheMode: string) => ({ enableCdn: true, cdnPolicy: { cacheMode, signedUrlCacheMaxAgeSec: 0 } });
    const unset = { clientTtl: 0, defaultTtl: 0, maxTtl: 0 };
    world.make("Bucket", { name: "acme-pages", location: "EU" });
    const bucket = { name: "pages", bucketName: "acme-pages" };
    for (const [type, inputs] of [
        ["BackendBucket", bucket],
        ["BackendService", { name: "new", ...managed }],
    ] as const) {
        const made = world.make(type, { ...inputs, ...policies("CACHE_ALL_STATIC") });
        expect(made.state.cdnPolicy).toMatchObject({ clientTtl: 3600, defaultTtl: 3600, maxTtl: 86_400 });
        const updated = world.update(made, { ...inputs, ...policies("USE_ORIGIN_HEADERS") });
        expect(updated.state.cdnPolicy).toMatchObject(unset);
    }
    const forced = { ...bucket, name: "forced" };
    const made = world.make("BackendBucket", { ...forced, ...policies("CACHE_ALL_STATIC") });
    const { state } = world.update(made, { ...forced, ...policies("FORCE_CACHE_ALL") });
    expect(state.cdnPolicy).toMatchObject({ defaultTtl: 3600, maxTtl: 0 });
});

test("a classic load balancer has no advanced routing rules", () => {
    const { world } = prepared();
    const defaultService = world.make("BackendService", { name: "classic" }).id;
    const routeRules = [{ priority: 1, service: defaultService, matchRules: [{ prefixMatch: "/" }] }];
    const map = {
        name: "new",
        defaultService,
        hostRules: [{ hosts: ["*"], pathMatcher: "all" }],
        pathMatchers: [{ name: "all", defaultService, routeRules }],
    };
    expect(refusalOf(() => world.make("URLMap", map))).toContain(
        "Invalid value for field 'resource.defaultService': 'https://www.googleapis.com/compute/v1/projects/acme-dev/global/backendServices/classic'. Advanced routing rules are not supported for scheme EXTERNAL, invalid",
    );
});

test("rules with the same priority are refused by the provider", () => {
    const { world } = prepared();
    const double = rules(expression("true"), expression("false"));
    expect(refusalOf(() => world.make("SecurityPolicy", { name: "new", rules: double }))).toContain(
        "Two rules have the same priority, please update one of the priorities to be different.",
    );
});

// https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts#ip_address_specifications
test("an internal rule without an address gets a free one of its subnetwork, which it holds, and a name by its label", () => {
    const { world } = prepared();
    world.make("Network", { name: "inner", autoCreateSubnetworks: false });
    const subnetwork = world.make("Subnetwork", { name: "rules", network: "inner", ipCidrRange: "10.40.0.0/24" });
    world.make("Address", { name: "first", addressType: "INTERNAL", subnetwork: "rules" });
    world.make("RegionHealthCheck", { name: "tcp", region, tcpHealthCheck: { port: 80 } });
    const backends = { name: "inner", region, loadBalancingScheme: "INTERNAL", protocol: "TCP", healthChecks: "tcp" };
    const backendService = world.make("RegionBackendService", backends).id;
    const inner = { region, loadBalancingScheme: "INTERNAL", backendService, network: "inner", subnetwork: "rules" };
    const ruleOf = (name: string, more: Inputs = {}) =>
        world.make("ForwardingRule", { name, ...inner, allPorts: true, ...more });
    const made = ruleOf("one", { serviceLabel: "api" });
    expect(made.state).toMatchObject({
        ipAddress: "10.40.0.3",
        serviceName: `api.one.il4.${region}.lb.acme-dev.internal`,
        subnetwork: subnetwork.state.selfLink,
    });
    expect(world.changed(made)).toEqual([]);
    expect(ruleOf("two").state.ipAddress).toBe("10.40.0.4");
    expect(refusalOf(() => world.remove(subnetwork))).toContain("is already being used by");
});

test("a rule of a service mesh listens on any address, and a global one with IPv6 gets such an address", () => {
    const { world } = prepared();
    const mesh = { loadBalancingScheme: "INTERNAL_SELF_MANAGED" };
    world.make("HealthCheck", { name: "http", httpHealthCheck: { port: 80 } });
    const service = world.make("BackendService", { name: "mesh", ...mesh, healthChecks: "http" }).id;
    const map = world.make("URLMap", { name: "mesh", defaultService: service }).id;
    const target = world.make("TargetHttpProxy", { name: "mesh", urlMap: map, proxyBind: true }).id;
    const meshed = { name: "mesh", ...mesh, target, portRange: "80", ipAddress: "0.0.0.0" };
    expect(world.make("GlobalForwardingRule", meshed).state.ipAddress).toBe("0.0.0.0");

    const open = world.make("BackendService", { name: "open", loadBalancingScheme: "EXTERNAL_MANAGED" }).id;
    const openMap = world.make("URLMap", { name: "open", defaultService: open }).id;
    const openTarget = world.make("TargetHttpProxy", { name: "open", urlMap: openMap }).id;
    const sixth = { name: "six", loadBalancingScheme: "EXTERNAL_MANAGED", target: openTarget, portRange: "80" };
    expect(world.make("GlobalForwardingRule", { ...sixth, ipVersion: "IPV6" }).state.ipAddress).toMatch(/^2001:db8:/);
});

test("an endpoint group of a published service keeps the port of its producer", () => {
    const { world } = prepared();
    const made = world.make("RegionNetworkEndpointGroup", {
        name: "published",
        region,
        networkEndpointType: "PRIVATE_SERVICE_CONNECT",
        pscTargetService: `projects/other/regions/${region}/serviceAttachments/api`,
        pscData: { producerPort: "88" },
    });
    expect(world.changed(made)).toEqual([]);
});

describe("a backend service of another project than its routes", () => {
    /** Two projects with the API, of which one has a group and a health check. */
    function projects() {
        const world = new World();
        world.enable("compute", "cloudresourcemanager", "cloudbilling");
        const project = "acme-shop";
        const shared = { billingAccount: "012345-6789AB-CDEF01", autoCreateNetwork: false, deletionPolicy: "DELETE" };
        world.make("Project", { projectId: project, name: project, ...shared });
        world.make("Service", { project, service: "compute.googleapis.com" });
        const group = world.make("InstanceGroup", { project, name: "shop", zone: "europe-west1-b" });
        const healthChecks = world.make("HealthCheck", { project, name: "shop", tcpHealthCheck: { port: 80 } }).id;
        return { world, project, backends: [{ group: group.id }], healthChecks };
    }
    const refusedReference = "Cross project referencing is not allowed for this resource.";

    test("has the groups and health checks of its own project", () => {
        const { world, project, backends, healthChecks } = projects();
        const shop = { name: "shop", ...managed, backends, healthChecks };
        expect(refusalOf(() => world.make("BackendService", shop))).toContain(
            `Invalid value for field 'resource.backends[0].group': 'https://www.googleapis.com/compute/v1/${backends[0]?.group}'. ${refusedReference}`,
        );
        const own = world.make("InstanceGroup", { name: "shop", zone: "europe-west1-b" });
        const probed = { ...shop, backends: [{ group: own.id }] };
        expect(refusalOf(() => world.make("BackendService", probed))).toContain(refusedReference);
        world.make("BackendService", { ...shop, project });
    });

    test("is not deleted while routes of another project lead to it", () => {
        const { world, project, backends, healthChecks } = projects();
        const service = world.make("BackendService", { project, name: "shop", ...managed, backends, healthChecks });
        const urlMap = world.make("URLMap", { name: "front", defaultService: service.id });
        expect(refusalOf(() => world.remove(service))).toContain(`is already being used by '${urlMap.id}'`);
        world.remove(urlMap);
        world.remove(service);
    });
});
