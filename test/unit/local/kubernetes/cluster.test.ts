import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientCertificate, newAuthority, serverCertificate } from "../../../../local/machine/certificates";
import type { KubeObject } from "../../../../local/runtime/kubernetes/api/api";
import { writeKubeconfig } from "../../../../local/runtime/kubernetes/kubeconfig";
import { pullError } from "../../../../local/runtime/kubernetes/kubelet/pull";
import { missingReference, type References } from "../../../../local/runtime/kubernetes/kubelet/references";
import { Addresses } from "../../../../local/runtime/kubernetes/loadBalancers/addresses";
import { AddressOwners } from "../../../../local/runtime/kubernetes/loadBalancers/addressOwners";
import { gatewayStatus, routeStatus } from "../../../../local/runtime/kubernetes/loadBalancers/gateways";
import { ingressAddress, isGkeIngress } from "../../../../local/runtime/kubernetes/loadBalancers/ingresses";
import { serviceAddress } from "../../../../local/runtime/kubernetes/loadBalancers/services";
import { newFolder, refusalOf, World } from "../world";

const cluster = { project: "acme-dev", location: "europe-west1", name: "main" };

test("an authority's certificates are valid for their addresses and names", async () => {
    const authority = await newAuthority("local");
    const { certificate } = await serverCertificate(authority, "api", ["127.0.0.1", "localhost"]);
    const server = new X509Certificate(certificate);
    const root = new X509Certificate(authority.certificate);
    expect([root.ca, root.verify(root.publicKey), root.subject]).toEqual([true, true, "CN=local"]);
    expect([server.ca, server.verify(root.publicKey), server.checkIssued(root), server.subject]).toEqual([
        false,
        true,
        true,
        "CN=api",
    ]);
    expect([server.checkIP("127.0.0.1"), server.checkHost("localhost")]).toEqual(["127.0.0.1", "localhost"]);
    expect([server.checkIP("127.0.0.2"), server.checkHost("example.com")]).toEqual([undefined, undefined]);
    expect(new Date(server.validTo).getFullYear() - new Date().getFullYear()).toBe(10);
    expect(new X509Certificate((await clientCertificate(authority, "proxy")).certificate).checkIssued(root)).toBe(true);
    expect(server.verify(new X509Certificate((await newAuthority("local")).certificate).publicKey)).toBe(false);
});

test("kubectl has a context for each cluster, named as by gcloud, and keeps the current one", () => {
    const file = join(newFolder(), "kubeconfig");
    const other = { ...cluster, name: "batch" };
    const plane = (port: number) => ({ endpoint: `127.0.0.1:${port}`, caCertificate: "Q0E=" });
    const current = () => JSON.parse(readFileSync(file, "utf8"))["current-context"];
    const both: Parameters<typeof writeKubeconfig>[1] = [
        [cluster, plane(1)],
        [other, plane(2)],
    ];
    writeKubeconfig(file, both, "slipway-local");
    expect(current()).toBe("gke_acme-dev_europe-west1_main");
    writeFileSync(
        file,
        readFileSync(file, "utf8").replace(/("current-context": ").*"/, '$1gke_acme-dev_europe-west1_batch"'),
    );
    writeKubeconfig(file, both, "slipway-local");
    expect(current()).toBe("gke_acme-dev_europe-west1_batch");
    writeKubeconfig(file, [[cluster, plane(3)]], "slipway-local");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            {
                name: "gke_acme-dev_europe-west1_main",
                cluster: { server: "https://127.0.0.1:3", "certificate-authority-data": "Q0E=" },
            },
        ],
        users: [{ name: "gke_acme-dev_europe-west1_main", user: { token: "slipway-local" } }],
        contexts: [
            {
                name: "gke_acme-dev_europe-west1_main",
                context: { cluster: "gke_acme-dev_europe-west1_main", user: "gke_acme-dev_europe-west1_main" },
            },
        ],
        "current-context": "gke_acme-dev_europe-west1_main",
    });
});

describe("an image", () => {
    const image = "europe-west1-docker.pkg.dev/acme-dev/app/echo:1";
    const node = "nodes-main@acme-dev.iam.gserviceaccount.com";
    const failed = `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;

    function world(): World {
        const made = new World().grantEditors();
        made.enable("artifactregistry", "iam");
        made.make("Account", { accountId: "nodes-main" });
        made.make("Repository", { repositoryId: "app", location: "europe-west1", format: "DOCKER" });
        return made;
    }
    const grant = (made: World) =>
        made.make("RepositoryIamMember", {
            repository: "app",
            location: "europe-west1",
            role: "roles/artifactregistry.reader",
            member: `serviceAccount:${node}`,
        });

    test("of another registry is assumed to exist", async () => {
        expect(await pullError(world().cloud, "acme-dev", "nginx", node)).toBeUndefined();
    });

    test("of the cache of Docker Hub is not found, as the cache may remove it", async () => {
        const cached = "mirror.gcr.io/library/nginx:1.29";
        expect(await pullError(world().cloud, "acme-dev", cached, node)).toBe(
            `rpc error: code = NotFound desc = ${failed.replaceAll(image, cached)}: ${cached}: not found`,
        );
        expect(await pullError(world().cloud, "acme-dev", "docker.io/library/nginx:1.29", node)).toBeUndefined();
    });

    test("is not pulled by an account that cannot read its repository", async () => {
        expect(await pullError(world().cloud, "acme-dev", image, node)).toBe(
            `${failed}: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://europe-west1-docker.pkg.dev/v2/token?scope=repository%3Aacme-dev%2Fapp%2Fecho%3Apull&service=europe-west1-docker.pkg.dev: 403 Forbidden`,
        );
    });

    test.each([undefined, "default"])(
        "can be read by the project's default account (%s), which is an editor",
        async (account) => {
            const made = world();
            made.enable("compute");
            expect(await pullError(made.cloud, "acme-dev", image, account)).not.toContain("403");
        },
    );

    test("that was not pushed is not found", async () => {
        const made = world();
        grant(made);
        const startErrorOf = await pullError(made.cloud, "acme-dev", image, node);
        expect(startErrorOf).toBe(`rpc error: code = NotFound desc = ${failed}: ${image}: not found`);
    });
});

describe("what a pod refers to", () => {
    const none = { all: () => [], get: () => undefined };
    const some = (data: Record<string, string>) => ({
        all: () => [],
        get: (name: string) => (name === "there" ? ({ metadata: { name }, data } as unknown as KubeObject) : undefined),
    });
    const nothing: References = { configMaps: none, secrets: none, secretProviderClasses: none };
    const all: References = {
        configMaps: some({ a: "1" }),
        secrets: some({ a: "1" }),
        secretProviderClasses: some({}),
    };
    const pod = (container: object, volumes: object[] = []): KubeObject => ({
        metadata: { name: "p", namespace: "n", uid: "u" },
        spec: { containers: [container], volumes: volumes.map((each) => ({ name: "v", ...each })) },
    });
    const startErrorOf = (of: KubeObject, referred = nothing) => missingReference(of, referred)?.message;
    const mount = 'MountVolume.SetUp failed for volume "v" : ';

    test.each([
        [{ configMap: { name: "there" } }, 'configmap "there" not found'],
        [{ secret: { secretName: "there" } }, 'secret "there" not found'],
        [{ projected: { sources: [{ secret: { name: "there" } }] } }, 'secret "there" not found'],
        [
            { csi: { driver: "secrets-store-gke.csi.k8s.io", volumeAttributes: { secretProviderClass: "there" } } },
            'rpc error: code = Unknown desc = failed to get secretproviderclass n/there, error: SecretProviderClass.secrets-store.csi.x-k8s.io "there" not found',
        ],
    ])("must exist for its volume %j", (volume, message) => {
        expect(startErrorOf(pod({}, [volume]))).toBe(`${mount}${message}`);
        expect(startErrorOf(pod({}, [volume]), all)).toBeUndefined();
    });

    test.each([
        [{ envFrom: [{ configMapRef: { name: "there" } }] }, 'configmap "there" not found'],
        [
            { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "there", key: "a" } } }] },
            'secret "there" not found',
        ],
    ])("must exist for its variables %j", (container, message) => {
        expect(startErrorOf(pod(container))).toBe(message);
        expect(startErrorOf(pod(container), all)).toBeUndefined();
    });

    test("must have the key, unless it is optional", () => {
        const variable = (more = {}) => ({
            env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "there", key: "b", ...more } } }],
        });
        expect(startErrorOf(pod(variable()), all)).toBe("couldn't find key b in ConfigMap n/there");
        expect(startErrorOf(pod(variable({ optional: true })), all)).toBeUndefined();
        expect(startErrorOf(pod({}, [{ configMap: { name: "not", optional: true } }]))).toBeUndefined();
    });
});

describe("a load balancer", () => {
    function addresses(): Addresses {
        const world = new World();
        world.enable("compute");
        world.make("Address", { name: "web", region: "europe-west1" });
        world.make("GlobalAddress", { name: "front" });
        return new Addresses(world.cloud, cluster);
    }
    const service = (spec: object, annotations: object = {}, status?: object) =>
        ({ metadata: { annotations }, spec, status }) as unknown as KubeObject;
    const web = () => addresses().named("web", "regional") as string;

    test("has its own address, which it keeps", () => {
        const [here, used] = [addresses(), new Set<string>()];
        const first = serviceAddress(service({}), here, used);
        expect(first).toEqual({ address: "198.51.100.253" });
        used.add("198.51.100.253");
        expect(serviceAddress(service({}), here, used)).toEqual({ address: "198.51.100.252" });
        const kept = { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } };
        expect(serviceAddress(service({}, {}, kept), here, used)).toEqual({ address: "198.51.100.7" });
    });

    test("that is internal has an address of the subnetwork, also if it was external before", () => {
        const internal = { "networking.gke.io/load-balancer-type": "Internal" };
        const before = { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } };
        const found = serviceAddress(service({}, internal, before), addresses(), new Set());
        expect(found).toEqual({ address: "10.132.15.253" });
    });

    test("accepts a reserved address, and no other", () => {
        expect(serviceAddress(service({ loadBalancerIP: web() }), addresses(), new Set())).toEqual({ address: web() });
        expect(serviceAddress(service({ loadBalancerIP: "192.0.2.1" }), addresses(), new Set())).toEqual({
            problem: 'requested ip "192.0.2.1" is neither static nor assigned to the LB',
        });
        const named = (name: string) => service({}, { "networking.gke.io/load-balancer-ip-addresses": name });
        expect(serviceAddress(named("web"), addresses(), new Set())).toEqual({ address: web() });
        expect(serviceAddress(named("not"), addresses(), new Set())).toEqual({
            problem: 'address "not" was not found',
        });
    });

    test("of an Ingress accepts a global address by name", () => {
        const named = (name: string) => service({}, { "kubernetes.io/ingress.global-static-ip-name": name });
        const here = addresses();
        const nobody = new AddressOwners([]);
        expect(ingressAddress(named("front"), here, new Set(), nobody)).toEqual({
            address: here.named("front", "global"),
        });
        expect(ingressAddress(named("web"), here, new Set(), nobody)).toEqual({
            problem: "the given static IP name web doesn't translate to an existing static IP.",
        });
        expect([isGkeIngress(service({})), isGkeIngress(service({ ingressClassName: "nginx" }))]).toEqual([
            true,
            false,
        ]);
    });

    test("of a Gateway is programmed once it has its address, and its routes are accepted", () => {
        const gateway = (...given: object[]) =>
            ({
                metadata: { name: "web", namespace: "n", generation: 2 },
                spec: {
                    gatewayClassName: "gke-l7-global-external-managed",
                    addresses: given,
                    listeners: [{ name: "http" }, { name: "https" }],
                },
            }) as unknown as KubeObject;
        const route = {
            metadata: { name: "r", namespace: "n", generation: 1 },
            spec: { parentRefs: [{ name: "web", sectionName: "http" }], rules: [{ backendRefs: [{ name: "app" }] }] },
        } as unknown as KubeObject;
        const here = addresses();
        const front = here.named("front", "global");
        const statusOf = (address: string, routes: KubeObject[] = []) =>
            gatewayStatus(
                gateway({ type: "NamedAddress", value: address }),
                routes,
                here,
                new Set(),
                new AddressOwners([]),
            );
        const status = statusOf("front", [route]);
        expect(status).toMatchObject({
            addresses: [{ type: "IPAddress", value: front }],
            conditions: [
                { type: "Accepted", status: "True", observedGeneration: 2 },
                { type: "Programmed", status: "True" },
            ],
            listeners: [
                { name: "http", attachedRoutes: 1 },
                { name: "https", attachedRoutes: 0 },
            ],
        });
        expect(statusOf("not")).toMatchObject({
            addresses: [],
            conditions: [{ status: "True" }, { status: "False", message: 'address "not" was not found' }],
        });
        expect(routeStatus(route, [gateway()], () => true)).toMatchObject({
            parents: [{ controllerName: "networking.gke.io/gateway", conditions: [{}, { status: "True" }, {}] }],
        });
        expect(routeStatus(route, [gateway()], () => false)).toMatchObject({
            parents: [{ conditions: [{}, { reason: "BackendNotFound", message: 'Service "n/app" not found' }, {}] }],
        });
        expect(routeStatus(route, [], () => true)).toEqual({ parents: [] });
    });

    describe("of an internal load balancer needs an active proxy-only subnet in the cluster's region", () => {
        const subnet = (world: World, more: object = {}) =>
            world.make("Subnetwork", {
                name: "proxies",
                network: "default",
                ipCidrRange: "10.5.0.0/23",
                purpose: "REGIONAL_MANAGED_PROXY",
                role: "ACTIVE",
                ...more,
            });
        const metadata = { name: "web", namespace: "n", uid: "0a1b2c3d-4e5f", generation: 1 };
        const statusOf = (world: World, gatewayClassName: string) =>
            gatewayStatus(
                { metadata, spec: { gatewayClassName, listeners: [] } },
                [],
                new Addresses(world.cloud, cluster),
                new Set(),
                new AddressOwners([]),
            );
        const prepared = () => {
            const world = new World();
            world.enable("compute");
            return world;
        };
        const refused =
            "An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.";

        test.each(["gke-l7-rilb", "gke-l7-regional-external-managed"])("for a Gateway (%s)", (gatewayClass) => {
            const world = prepared();
            const message = `error cause: gceSync: generic::invalid_argument: Insert: Invalid value for field 'resource.target': 'regions/europe-west1/targetHttpProxies/gkegw1-0a1b-n-web'. ${refused}`;
            expect(statusOf(world, gatewayClass)).toMatchObject({
                addresses: [],
                conditions: [
                    { type: "Accepted", status: "True" },
                    { type: "Programmed", status: "False", reason: "Pending", message },
                ],
            });
            subnet(world, { name: "backup", ipCidrRange: "10.6.0.0/23", role: "BACKUP" });
            subnet(world, { name: "far", ipCidrRange: "10.7.0.0/23", region: "us-east1" });
            expect(statusOf(world, gatewayClass)).toMatchObject({ conditions: [{}, { status: "False" }] });
            subnet(world);
            expect(statusOf(world, gatewayClass)).toMatchObject({ conditions: [{}, { status: "True" }] });
        });

        test("for an Ingress", () => {
            const world = prepared();
            const annotations = { "kubernetes.io/ingress.class": "gce-internal" };
            const ingress = { metadata: { ...metadata, annotations }, spec: {} };
            const found = () =>
                ingressAddress(ingress, new Addresses(world.cloud, cluster), new Set(), new AddressOwners([]));
            expect(found()).toEqual({
                problem: `error running load balancer syncing routine: loadbalancer 0a1b2c3d-n-web does not exist: googleapi: Error 400: Invalid value for field 'resource.target': 'regions/europe-west1/targetHttpProxies/k8s2-tp-0a1b2c3d-n-web'. ${refused}, invalid`,
            });
            subnet(world);
            expect(found()).toEqual({ address: "10.132.15.253" });
        });

        test("which has no options of other subnetworks, and is the only active one", () => {
            const world = prepared();
            const problem = (more: object) => refusalOf(() => subnet(world, more));
            expect(problem({ logConfig: { flowSampling: 0.5 } })).toContain(
                "Invalid field set in subnetwork with purpose REGIONAL_MANAGED_PROXY., invalid",
            );
            expect(problem({ role: undefined })).toContain("'resource.role'");
            expect(problem({ ipCidrRange: "10.5.0.0/27" })).toContain("'resource.ipCidrRange': '10.5.0.0/27'");
            expect(subnet(world).state).toMatchObject({ purpose: "REGIONAL_MANAGED_PROXY", state: "READY" });
            expect(problem({ name: "other", ipCidrRange: "10.6.0.0/23" })).toContain("'resource.role': 'ACTIVE'");
            subnet(world, { name: "backup", ipCidrRange: "10.6.0.0/23", role: "BACKUP" });
        });
    });

    test("of an Ingress waits for the address that a Gateway has, and vice versa", () => {
        const here = addresses();
        const front = here.named("front", "global") as string;
        const of = (uid: string, rest: object) => ({ metadata: { uid }, ...rest }) as unknown as KubeObject;
        const annotations = { "kubernetes.io/ingress.global-static-ip-name": "front" };
        const ingress = of("i", { metadata: { uid: "i", annotations }, spec: {} });
        const spec = {
            gatewayClassName: "gke-l7-global-external-managed",
            addresses: [{ type: "NamedAddress", value: "front" }],
            listeners: [],
        };
        const first = new AddressOwners([of("g", { status: { addresses: [{ value: front }] } })]);
        const problem = `googleapi: Error 400: Invalid value for field 'resource.IPAddress': '${front}'. Specified IP address is in-use and would result in a conflict., invalid`;
        expect(ingressAddress(ingress, here, new Set(), first)).toEqual({ problem });
        expect(gatewayStatus(of("g", { spec }), [], here, new Set(), first)).toMatchObject({
            addresses: [{ value: front }],
        });

        const second = new AddressOwners([]);
        second.assign(front, ingress);
        second.assign(front, of("g", {}));
        expect(ingressAddress(ingress, here, new Set(), second)).toEqual({ address: front });
        expect(gatewayStatus(of("g", { spec }), [], here, new Set(), second)).toMatchObject({
            addresses: [],
            conditions: [{}, { type: "Programmed", status: "False", reason: "AddressNotUsable", message: problem }],
        });
    });
});
