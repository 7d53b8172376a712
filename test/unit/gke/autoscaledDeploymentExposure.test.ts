import * as pulumi from "@pulumi/pulumi";
import { Network } from "slipway";
import { AutoscaledDeployment, type AutoscaledDeploymentArgs, GkeCluster } from "slipway/gke";
import type { ExposureContext } from "../../../lib/gke/deployment/exposure/context";
import { exposeByLoadBalancer } from "../../../lib/gke/deployment/exposure/loadBalancer";
import {
    type Args,
    bare,
    deployed,
    deployedOptions,
    deploying,
    draining,
    image,
    metadata,
    policy,
    service,
    serving,
    withContainer,
} from "../deploying";
import { refused, registered, registeredOptions } from "../registered";

const secured = { port: 8080, health: "/healthz" };
const balanced = "Deployment echo";
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const frontEnds = ["130.211.0.0/22", "35.191.0.0/16"];
const admitted = (...ranges: string[]) =>
    policy([{ from: ranges.map((cidr) => ({ ipBlock: { cidr } })), ports: [{ port: 8080, protocol: "TCP" }] }]);
const served = (drain: number) =>
    withContainer({ ...serving, ...draining(drain) }, { terminationGracePeriodSeconds: drain + 30 });
const internalLoadBalancer = { "networking.gke.io/load-balancer-type": "Internal" };

const loadBalancers: [string, object, object, object, string[]][] = [
    ["is internal", {}, { loadBalancerSourceRanges: privateRanges }, internalLoadBalancer, privateRanges],
    ["is public if configured", { public: true }, {}, { "cloud.google.com/l4-rbs": "enabled" }, ["0.0.0.0/0"]],
    [
        "accepts connections from some ranges, on a configured port and address",
        { public: true, port: 81, allowFrom: ["203.0.113.0/24"], address: pulumi.output("203.0.113.7") },
        {
            loadBalancerSourceRanges: ["203.0.113.0/24"],
            loadBalancerIP: "203.0.113.7",
            ports: [{ name: "http", port: 81, targetPort: "http", protocol: "TCP" }],
        },
        { "cloud.google.com/l4-rbs": "enabled" },
        ["203.0.113.0/24"],
    ],
];

test.each(loadBalancers)("a load balancer %s", async (_, loadBalancer, spec, annotations, ranges) => {
    const made = await deployed({ ...secured, expose: { loadBalancer } } as Args);
    expect(made).toEqual({
        ...bare,
        "NetworkPolicy echo": admitted(...ranges),
        [balanced]: served(15),
        "Service echo": service({ type: "LoadBalancer", externalTrafficPolicy: "Local", ...spec }, annotations),
    });
});

const custom = (apiVersion: string, kind: string, spec: object, name = "echo", annotations?: object) => ({
    apiVersion,
    kind,
    metadata: { ...metadata, name, ...(annotations && { annotations }) },
    spec,
});
const ofService = { targetRef: { group: "", kind: "Service", name: "echo" } };
const asked = { checkIntervalSec: 10, timeoutSec: 5, healthyThreshold: 1, unhealthyThreshold: 3 };
const gatewayApi = "gateway.networking.k8s.io/v1";
const listener = (name: string, protocol: string, port: number, more: object = {}) => ({
    name,
    protocol,
    port,
    allowedRoutes: { namespaces: { from: "Same" } },
    ...more,
});
const route = (sectionName: string, rule: object, name = "echo") =>
    custom(
        gatewayApi,
        "HTTPRoute",
        { parentRefs: [{ name: "echo", sectionName }], hostnames: ["echo.acme.com"], rules: [rule] },
        name,
    );
const toService = { backendRefs: [{ name: "echo", port: 80 }] };
const toHttps = { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] };
const freshName = expect.stringMatching(/^echo-[0-9a-f]{6}$/);
const policies = (backend: object = {}) => ({
    "HealthCheckPolicy echo": custom("networking.gke.io/v1", "HealthCheckPolicy", {
        default: { ...asked, config: { type: "HTTP", httpHealthCheck: { requestPath: "/healthz" } } },
        ...ofService,
    }),
    "GCPBackendPolicy echo": custom("networking.gke.io/v1", "GCPBackendPolicy", {
        default: { timeoutSec: 30, connectionDraining: { drainingTimeoutSec: 60 }, ...backend },
        ...ofService,
    }),
});
const sslPolicy = { "SSLPolicy echo": { name: "echo", profile: "MODERN", minTlsVersion: "TLS_1_2" } };
const gatewayPolicy = custom("networking.gke.io/v1", "GCPGatewayPolicy", {
    default: { sslPolicy: "echo" },
    targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "echo" },
});
const publicGateway = (annotations: object | undefined, more: object = {}) =>
    custom(
        gatewayApi,
        "Gateway",
        {
            gatewayClassName: "gke-l7-global-external-managed",
            addresses: [{ type: "NamedAddress", value: "echo" }],
            listeners: [listener("http", "HTTP", 80), listener("https", "HTTPS", 443, more)],
        },
        "echo",
        annotations,
    );
const behindGateway = {
    ...bare,
    "NetworkPolicy echo": admitted(...frontEnds),
    [balanced]: served(30),
    "Service echo": service(),
    "GlobalAddress echo": { name: "echo" },
    ...policies(),
    ...sslPolicy,
    "GCPGatewayPolicy echo": gatewayPolicy,
    "HTTPRoute echo": route("https", toService),
    "HTTPRoute echo-redirect": route("http", toHttps, "echo-redirect"),
};

test.each([
    ["by default", {}],
    ["if it says so", { certificate: "managed" } as const],
])("a public Gateway has an address, a managed certificate %s, TLS 1.2 and a redirect to HTTPS", async (_, more) => {
    const made = await deployed({
        ...secured,
        expose: { gateway: { domain: "echo.acme.com", public: true, ...more } },
    });
    expect(made).toEqual({
        ...behindGateway,
        "Certificate echo": { name: freshName, managed: { domains: ["echo.acme.com"] } },
        "CertificateMap echo": { name: "echo" },
        "CertificateMapEntry echo": {
            name: freshName,
            map: "echo",
            hostname: "echo.acme.com",
            certificates: [expect.stringMatching(/\/certificates\/echo-[0-9a-f]{6}$/)],
        },
        "Gateway echo": publicGateway({ "networking.gke.io/certmap": "echo" }),
    });
});

test.each<[string, object, object | undefined, object]>([
    ["a certificate map", { map: pulumi.output("all") }, { "networking.gke.io/certmap": "all" }, {}],
    [
        "certificates without a map",
        { map: undefined, names: ["one"] },
        undefined,
        { tls: { mode: "Terminate", options: { "networking.gke.io/pre-shared-certs": "one" } } },
    ],
    [
        "certificates of Compute Engine",
        { names: ["one", pulumi.output("two")] },
        undefined,
        { tls: { mode: "Terminate", options: { "networking.gke.io/pre-shared-certs": "one,two" } } },
    ],
])("a public Gateway accepts existing %s", async (_, certificate, annotations, more) => {
    const gateway = {
        domain: "echo.acme.com",
        public: true,
        certificate,
        timeout: "90 seconds",
        securityPolicy: "armor",
    };
    const made = await deployed({ ...secured, expose: { gateway } } as Args);
    expect(made).toEqual({
        ...behindGateway,
        ...policies({ timeoutSec: 90, securityPolicy: "armor" }),
        "Gateway echo": publicGateway(annotations, more),
    });
});

const internalAddress = {
    "Address echo": {
        name: "echo",
        region: "europe-west1",
        addressType: "INTERNAL",
        purpose: "SHARED_LOADBALANCER_VIP",
        subnetwork: expect.any(String),
    },
};

test.each<[string, object | false, object[], object]>([
    [
        "with certificates of the region",
        { names: ["one"] },
        [
            listener("http", "HTTP", 80),
            listener("https", "HTTPS", 443, {
                tls: { mode: "Terminate", options: { "networking.gke.io/cert-manager-certs": "one" } },
            }),
        ],
        {
            "HTTPRoute echo": route("https", toService),
            "HTTPRoute echo-redirect": route("http", toHttps, "echo-redirect"),
        },
    ],
    ["without TLS", false, [listener("http", "HTTP", 80)], { "HTTPRoute echo": route("http", toService) }],
])("an internal Gateway %s is in the network", async (_, certificate, listeners, routes) => {
    const made = await deployed({ ...secured, expose: { gateway: { domain: "echo.acme.com", certificate } } } as Args);
    expect(made).toEqual({
        ...bare,
        "NetworkPolicy echo": admitted(...frontEnds, ...privateRanges),
        [balanced]: served(30),
        "Service echo": service(),
        ...internalAddress,
        ...policies(),
        "Gateway echo": custom(gatewayApi, "Gateway", {
            gatewayClassName: "gke-l7-rilb",
            addresses: [{ type: "NamedAddress", value: "echo" }],
            listeners,
        }),
        ...routes,
    });
});

const next = `ghcr.io/acme/echo@sha256:${"b".repeat(64)}`;

describe("a canary", () => {
    const common = { ...secured, expose: { gateway: { domain: "echo.acme.com", certificate: false } } } as Args;
    const both = { ...common, scaling: { min: 2, max: 4, requestsPerSecond: 50 } } as Args;
    const kinds = ["Deployment", "Service", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler"];
    const ofVersion = [...kinds, "HealthCheckPolicy", "GCPBackendPolicy"];

    /** The objects of the canary, which are those of the deployment under another name. */
    function renamed(made: Record<string, unknown>, image: string) {
        const text = (object: unknown) =>
            JSON.stringify(object)
                .replaceAll('name":"echo"', 'name":"echo-canary"')
                .replace(/ghcr.io\/acme\/echo@sha256:a+/, image);
        return Object.fromEntries(
            ofVersion.map((kind) => [`${kind} echo-canary`, JSON.parse(text(made[`${kind} echo`]))]),
        );
    }

    const weighted = (latest: number, canary: number) =>
        route("http", {
            backendRefs: [
                { name: "echo", port: 80, weight: latest },
                { name: "echo-canary", port: 80, weight: canary },
            ],
        });

    test("has all objects of a deployment, and a tenth of the requests", async () => {
        const made = await deployed({ ...both, canary: { template: { image: next } } });
        const without = await deployed(both);
        expect(made).toEqual({ ...without, ...renamed(without, next), "HTTPRoute echo": weighted(90, 10) });
    });

    test.each([
        [0, 100],
        [100, 0],
        [35, 65],
    ])("receives its share of the requests: %d to %d", async (latest, canary) => {
        const made = await deployed({ ...both, canary: { template: { image: next }, split: { latest, canary } } });
        expect(made["HTTPRoute echo"]).toEqual(weighted(latest, canary));
    });

    test("can differ in its code, its size and its number", async () => {
        const template = {
            command: ["next"],
            args: ["--fast"],
            env: { LEVEL: "debug" },
            health: "/ready",
            resources: { requests: { cpu: "1" } },
            scaling: 1,
        } as const;
        const made = await deployed({ ...both, env: { OTHER: "a" }, canary: { template } as never });
        expect(made["Deployment echo-canary"]).toMatchObject({
            spec: {
                replicas: 1,
                template: {
                    spec: {
                        containers: [
                            {
                                command: ["next"],
                                args: ["--fast"],
                                env: [
                                    { name: "PORT", value: "8080" },
                                    { name: "LEVEL", value: "debug" },
                                ],
                                resources: { requests: { cpu: "1", memory: "1Gi" } },
                                readinessProbe: { httpGet: { path: "/ready" } },
                            },
                        ],
                    },
                },
            },
        });
        expect(made["HealthCheckPolicy echo-canary"]).toMatchObject({
            spec: { default: { config: { httpHealthCheck: { requestPath: "/ready" } } } },
        });
        expect(made).not.toHaveProperty(["HorizontalPodAutoscaler echo-canary"]);
    });

    test("is admitted by what it calls, and mounts the same secrets", async () => {
        const made = await registered(() => {
            const cluster = new GkeCluster("main", { network: { ranges: { proxies: "10.129.0.0/23" } } });
            const { caller } = new AutoscaledDeployment("callee", { cluster, image, port: 8080 });
            const canary = { template: { image: next } };
            return new AutoscaledDeployment("echo", { cluster, image, ...both, uses: { CALLEE: caller }, canary });
        });
        expect(made["NetworkPolicy echo-canary-calls-callee"]).toMatchObject({
            metadata: { name: "callee-called-by-echo-canary", namespace: "callee" },
            spec: {
                podSelector: { matchLabels: { "app.kubernetes.io/name": "callee" } },
                ingress: [{ from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "echo-canary" } } }] }],
            },
        });
    });

    test("is ready, with its own health check, before the route sends it requests", async () => {
        const made = await deployedOptions(() => deploying({ ...both, canary: { template: { image: next } } }));
        expect(made["Service echo-canary"]?.after).toContain("Deployment echo-canary");
        for (const kind of ["Service", "HealthCheckPolicy", "GCPBackendPolicy"]) {
            expect(made["HTTPRoute echo"]?.after).toContain(`${kind} echo-canary`);
        }
    });
});

const negs = {
    "cloud.google.com/neg": '{"ingress":true}',
    "cloud.google.com/backend-config": '{"default":"echo"}',
};
const ingress = (annotations: object) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { ...metadata, annotations: { "pulumi.com/waitFor": "jsonpath={.metadata.uid}", ...annotations } },
    spec: {
        rules: [
            {
                host: "echo.acme.com",
                http: {
                    paths: [
                        {
                            path: "/",
                            pathType: "Prefix",
                            backend: { service: { name: "echo", port: { name: "http" } } },
                        },
                    ],
                },
            },
        ],
    },
});
const backendConfig = (more: object = {}) => ({
    "BackendConfig echo": custom("cloud.google.com/v1", "BackendConfig", {
        healthCheck: { ...asked, type: "HTTP", requestPath: "/healthz", port: 8080 },
        timeoutSec: 30,
        connectionDraining: { drainingTimeoutSec: 60 },
        ...more,
    }),
});
const frontEnd = {
    ...sslPolicy,
    "FrontendConfig echo": custom("networking.gke.io/v1beta1", "FrontendConfig", {
        sslPolicy: "echo",
        redirectToHttps: { enabled: true, responseCodeName: "MOVED_PERMANENTLY_DEFAULT" },
    }),
};
const external = {
    "kubernetes.io/ingress.class": "gce",
    "kubernetes.io/ingress.global-static-ip-name": "echo",
    "networking.gke.io/v1beta1.FrontendConfig": "echo",
};
const behindIngress = {
    ...bare,
    "NetworkPolicy echo": admitted(...frontEnds),
    [balanced]: served(30),
    "Service echo": service({}, negs),
    "GlobalAddress echo": { name: "echo" },
    ...frontEnd,
};

test("a public Ingress has an address, a managed certificate and a redirect to HTTPS", async () => {
    const made = await deployed({ ...secured, expose: { ingress: { domain: "echo.acme.com", public: true } } });
    expect(made).toEqual({
        ...behindIngress,
        ...backendConfig(),
        "ManagedCertificate echo": custom("networking.gke.io/v1", "ManagedCertificate", { domains: ["echo.acme.com"] }),
        "Ingress echo": ingress({ ...external, "networking.gke.io/managed-certificates": "echo" }),
    });
});

test("a public Ingress accepts existing certificates", async () => {
    const options = { certificate: { names: ["one", "two"] }, timeout: "90 seconds", securityPolicy: "armor" };
    const made = await deployed({
        ...secured,
        expose: { ingress: { domain: "echo.acme.com", public: true, ...options } },
    } as Args);
    expect(made).toEqual({
        ...behindIngress,
        ...backendConfig({ timeoutSec: 90, securityPolicy: { name: "armor" } }),
        "Ingress echo": ingress({ ...external, "ingress.gcp.kubernetes.io/pre-shared-cert": "one,two" }),
    });
});

test.each<[string, object | false, object]>([
    [
        "with certificates",
        { names: ["one"] },
        { "ingress.gcp.kubernetes.io/pre-shared-cert": "one", "kubernetes.io/ingress.allow-http": "false" },
    ],
    ["without TLS", false, {}],
])("an internal Ingress %s is in the network", async (_, certificate, annotations) => {
    const made = await deployed({ ...secured, expose: { ingress: { domain: "echo.acme.com", certificate } } } as Args);
    expect(made).toEqual({
        ...bare,
        "NetworkPolicy echo": admitted(...frontEnds, ...privateRanges),
        [balanced]: served(30),
        "Service echo": service({}, negs),
        ...internalAddress,
        ...backendConfig(),
        "Ingress echo": ingress({
            "kubernetes.io/ingress.class": "gce-internal",
            "kubernetes.io/ingress.regional-static-ip-name": "echo",
            ...annotations,
        }),
    });
});

test("the load balancer has the same health check timeout as the pods", async () => {
    const health = { readiness: "/healthz", timeout: "20 seconds" } as const;
    const made = await deployed({
        port: 8080,
        health,
        expose: { gateway: { domain: "echo.acme.com", certificate: false } },
    });
    expect(made["HealthCheckPolicy echo"]).toMatchObject({
        spec: { default: { checkIntervalSec: 20, timeoutSec: 20 } },
    });
});

test("the load balancer waits for its dependencies", async () => {
    const expose = { gateway: { domain: "echo.acme.com", public: true as const } };
    const made = await deployedOptions(() => deploying({ ...secured, expose }));
    expect(made["Gateway echo"]?.after).toEqual(
        expect.arrayContaining([
            "CertificateMapEntry echo",
            "GCPBackendPolicy echo",
            "GlobalAddress echo",
            "HealthCheckPolicy echo",
            // It is in use while the load balancer exists.
            "SSLPolicy echo",
            "Service echo",
        ]),
    );
    expect(made["GlobalAddress echo"]?.after).toContain("Service compute");
    expect(made["CertificateMap echo"]?.after).toContain("Service certificatemanager");
    // Another domain needs another certificate while the previous one is still in use.
    for (const key of ["Certificate echo", "CertificateMapEntry echo"]) {
        expect(made[key]).toMatchObject({
            deleteBeforeReplace: false,
            ignoreChanges: ["name"],
            replacementTrigger: "echo",
        });
    }
    const ingress = await deployedOptions(() => deploying({ ...secured, expose: { ingress: expose.gateway } }));
    expect(ingress["Ingress echo"]?.after).toEqual(
        expect.arrayContaining([
            "BackendConfig echo",
            "FrontendConfig echo",
            "ManagedCertificate echo",
            "Service echo",
        ]),
    );
});

test("a load balancer of another type is created after the previous one is deleted and its address released", async () => {
    const options = async (expose: object) => deployedOptions(() => deploying({ ...secured, expose }));
    const host = "echo.acme.com";
    const anew = (replacementTrigger: string) => ({ replacementTrigger, deleteBeforeReplace: true });
    const [outside, inside] = [
        { domain: host, public: true },
        { domain: host, certificate: false },
    ];
    expect((await options({ gateway: outside }))["Gateway echo"]).toMatchObject(anew("gke-l7-global-external-managed"));
    expect((await options({ gateway: inside }))["Gateway echo"]).toMatchObject(anew("gke-l7-rilb"));
    expect((await options({ ingress: outside }))["Ingress echo"]).toMatchObject(anew("gce"));
    expect((await options({ ingress: inside }))["Ingress echo"]).toMatchObject(anew("gce-internal"));
    expect((await options({ loadBalancer: {} }))["Service echo"]).toMatchObject({
        replaceOnChanges: ['metadata.annotations["networking.gke.io/load-balancer-type"]'],
        deleteBeforeReplace: true,
    });
});

const host = "echo.acme.com";
const loadBalancer = (port?: number) => ({ loadBalancer: { public: true, ...(port && { port }) } });

test.each<[string, object, string, string]>([
    ["a load balancer", loadBalancer(), "http://203.0.113.9", "203.0.113.9"],
    ["one on another port", loadBalancer(8443), "http://203.0.113.9:8443", "203.0.113.9"],
    ["one on the port of TLS", loadBalancer(443), "https://203.0.113.9", "203.0.113.9"],
    ["a public Gateway", { gateway: { domain: host, public: true } }, "https://echo.acme.com", "203.0.113.5"],
    ["an internal Gateway", { gateway: { domain: host, certificate: false } }, "http://echo.acme.com", "10.0.0.5"],
    [
        "a public Ingress",
        { ingress: { domain: pulumi.output(host), public: true } },
        "https://echo.acme.com",
        "203.0.113.5",
    ],
    [
        "an internal Ingress",
        { ingress: { domain: host, certificate: { names: ["a"] } } },
        "https://echo.acme.com",
        "10.0.0.5",
    ],
])("%s has an address", async (_, expose, url, address) => {
    const made = await registered(() => {
        const echo = new AutoscaledDeployment("echo", {
            cluster: new GkeCluster("main", { network: { ranges: { proxies: "10.129.0.0/23" } } }),
            image,
            ...secured,
            expose,
        } as never);
        const outputs = { URL: echo.url, ADDRESS: echo.address };
        new AutoscaledDeployment("told", { cluster: new GkeCluster("other"), image, env: outputs });
    });
    expect(made["Deployment told"]).toMatchObject({
        spec: {
            template: {
                spec: {
                    containers: [
                        {
                            env: [
                                { name: "URL", value: url },
                                { name: "ADDRESS", value: address },
                            ],
                        },
                    ],
                },
            },
        },
    });
});

test.each([
    ["no status", undefined],
    ["no load balancer", {}],
    ["no address", { loadBalancer: { ingress: [] } }],
])("a load balancer whose Service has %s yet has an empty address", async (_, status) => {
    const addresses: string[] = [];
    await registered(() => {
        const service = { status: pulumi.output(status) };
        exposeByLoadBalancer({ service } as unknown as ExposureContext).address?.apply((ip) => addresses.push(ip));
    });
    expect(addresses).toEqual([""]);
});

test("a Gateway's load balancer has the capacity of a replica, by which the replicas are scaled", async () => {
    const gateway = { domain: "echo.acme.com", public: true } as const;
    const made = await deployed({ ...secured, scaling: { requestsPerSecond: 50 }, expose: { gateway } });
    expect(made["Service echo"]).toEqual(service({}, { "networking.gke.io/max-rate-per-endpoint": "50" }));
});

describe("an internal Gateway or Ingress needs a proxy-only subnet", () => {
    const internal = { domain: "echo.acme.com", certificate: false } as const;
    const echo = (cluster: GkeCluster, expose: AutoscaledDeploymentArgs["expose"] = { gateway: internal }) =>
        new AutoscaledDeployment("echo", { cluster, image, ...secured, expose });

    test.each<[string, () => GkeCluster, AutoscaledDeploymentArgs["expose"], string]>([
        ["of the cluster's own network", () => new GkeCluster("main"), { gateway: internal }, "expose.gateway"],
        [
            "of a Network",
            () => new GkeCluster("main", { network: new Network("apps") }),
            { ingress: internal },
            "expose.ingress",
        ],
        [
            "in the cluster's region",
            () => {
                const proxyOnlySubnets = { "us-east1": "10.129.0.0/23" };
                return new GkeCluster("main", { network: new Network("apps", { proxyOnlySubnets }) });
            },
            { gateway: internal },
            "expose.gateway",
        ],
    ])("%s", async (_, cluster, expose, path) => {
        const before = Object.keys(await registered(cluster));
        expect(await refused(() => echo(cluster(), expose), {}, before)).toBe(
            `AutoscaledDeployment "echo": ${path}: [gke/proxy-only-subnet-missing]`,
        );
    });

    test.each([
        ["Gateway", { gateway: internal }],
        ["Ingress", { ingress: internal }],
    ])("that is deleted after the %s", async (kind, expose) => {
        const made = await registeredOptions(() => {
            const network = new Network("apps", { proxyOnlySubnets: true });
            return echo(new GkeCluster("main", { network }), expose);
        });
        expect(made[`${kind} echo`]?.after).toEqual(
            expect.arrayContaining(["Subnetwork apps-proxies-europe-west1", "Firewall apps-proxies-europe-west1"]),
        );
    });

    test("in its own region, as is its address", async () => {
        const made = await registered(() => {
            const region = "us-east1";
            return echo(new GkeCluster("main", { region, network: { ranges: { proxies: "10.129.0.0/23" } } }));
        });
        expect(made["Subnetwork main-proxies"]).toMatchObject({ region: "us-east1" });
        expect(made["Address echo"]).toMatchObject({ region: "us-east1" });
    });

    test("which a warning names where another program creates the network", async () => {
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        const network = { network: "apps", subnet: "apps" };
        await registered(() => echo(new GkeCluster("main", { network })));
        await registered(() =>
            echo(new GkeCluster("main", { network }), { gateway: { domain: "echo.acme.com", public: true } }),
        );
        await registered(() =>
            echo(new GkeCluster("main", { network }), {
                ingress: { domain: "echo.acme.com", certificate: { names: ["one"] } },
            }),
        );
        await registered(() =>
            echo(new GkeCluster("main", { network }), { ingress: { domain: "echo.acme.com", public: true } }),
        );
        expect(warn.mock.calls).toEqual(
            ["gateway", "ingress"].map((key) => [
                `AutoscaledDeployment "echo": expose.${key}: needs a proxy-only subnet in the cluster's region of the existing network. Without one Google Cloud does not create the load balancer.`,
            ]),
        );
        warn.mockRestore();
    });
});
