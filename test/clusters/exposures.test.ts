import { createHash } from "node:crypto";
import { Deployment } from "../deploy/deployment";
import { exposing } from "./exposing";
import { type KubeObject, kubectl } from "./kubectl";
import { problems, sent } from "./lint";
import { until } from "./until";

const names = ["hidden", "inside", "named", "near", "office", "open", "shop", "web", "worker"];
const ofGateway = ["Gateway", "HTTPRoute", "HealthCheckPolicy", "GCPBackendPolicy"];
const ofIngress = ["Ingress", "BackendConfig"];
const ofPublicIngress = [...ofIngress, "FrontendConfig", "ManagedCertificate"];
const global = expect.stringMatching(/^203\.0\.113\.\d+$/);
const internal = expect.stringMatching(/^10\.0\.\d+\.\d+$/);

const deployed = new Deployment({
    "Pulumi.yaml": "name: exposures\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "exposures", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": exposing.trimStart(),
});

/** The objects of some kinds in all namespaces, from the API server. */
async function all(kinds: string, ...more: string[]): Promise<KubeObject[]> {
    const args = ["get", kinds, "--all-namespaces", "--output", "json", ...more];
    return JSON.parse(await kubectl(deployed, ...args)).items;
}

const ofProgram = ({ metadata }: KubeObject) => names.includes(metadata.namespace);
const keyOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace}/${metadata.name}`;
const isTrue = (type: string, conditions: KubeObject[] = []) =>
    conditions.some((each) => each.type === type && each.status === "True");

/** The objects that expose pods: `Gateway web/web`. */
async function exposed(): Promise<string[]> {
    const kinds = [...ofGateway, "GCPGatewayPolicy", ...ofPublicIngress];
    return (await all(kinds.join(","))).map(keyOf).sort();
}

const named = (name: string, ...kinds: string[]) => kinds.map((kind) => `${kind} ${name}/${name}`);
const securely = (name: string) => [...named(name, ...ofGateway), `HTTPRoute ${name}/${name}-redirect`];
const publicly = (name: string) => [...securely(name), ...named(name, "GCPGatewayPolicy")];

/** The resources that they have in the project: `GlobalAddress web`. */
function reservedResources(): string[] {
    const kinds = /^(GlobalAddress|Address|SSLPolicy|CertificateMap) .*\/([^/]+)$/;
    return deployed
        .existing("acme-dev")
        .flatMap((each) => (kinds.test(each) ? [each.replace(kinds, "$1 $2")] : []))
        .sort();
}

/** The number of ready pods of each Service. */
async function serving(): Promise<Record<string, number>> {
    const slices = (await all("endpointslices")).filter(ofProgram);
    const ready = ({ endpoints }: KubeObject) =>
        (endpoints ?? []).filter((each: KubeObject) => each.conditions.ready).length;
    return Object.fromEntries(slices.map((each) => [each.metadata.namespace, ready(each)]));
}

/** Gateways, routes and Ingresses that do not forward to any pod. */
async function unbalanced(): Promise<string[]> {
    const works = ({ kind, status }: KubeObject) =>
        kind === "Ingress"
            ? status.loadBalancer.ingress?.length === 1
            : kind === "Gateway"
              ? isTrue("Programmed", status?.conditions) &&
                status.listeners.every((each: KubeObject) => each.attachedRoutes === 1)
              : ["Accepted", "ResolvedRefs"].every((type) => isTrue(type, status?.parents?.[0].conditions));
    return (await all("gateways,httproutes,ingresses")).filter((each) => !works(each)).map(keyOf);
}

const isServed = (found: Record<string, number>) =>
    names.every((name) => name === "worker" || found[name] === (name === "inside" ? 3 : 2));

let created: number | undefined;
let before: Record<string, string>;

beforeAll(() => deployed.succeed(["stack", "init", "dev"]));
afterAll(() => deployed.remove());

test("deployments with all types of exposure are previewed without a cluster, and reachable after one up", async () => {
    const steps = await deployed.preview("dev");
    expect(steps).toEqual(expect.arrayContaining(["create Gateway web", "create Ingress shop"]));
    const did = await deployed.up("dev");
    created = did.created;
    expect(did).toEqual({ created: expect.any(Number) });
    before = await deployed.outputs("dev");
    expect(before).toEqual({
        open: expect.stringMatching(/^http:\/\/198\.51\.100\.\d+$/),
        openAt: before.open?.replace("http://", ""),
        inside: expect.stringMatching(/^http:\/\/10\.0\.\d+\.\d+:8443$/),
        insideAt: before.inside?.replace(/^http:\/\/|:8443$/g, ""),
        web: "https://web.acme.com",
        webAt: global,
        named: "https://named.acme.com",
        namedAt: global,
        near: "https://near.acme.com",
        nearAt: internal,
        shop: "https://shop.acme.com",
        shopAt: global,
        office: "http://office.acme.com",
        officeAt: internal,
        hidden: "http://hidden.hidden.svc.cluster.local",
    });
    await until(serving, isServed);
    await until(unbalanced, (found) => found.length === 0);
    const objects = [...publicly("web"), ...publicly("named"), ...securely("near")];
    const ingresses = [...named("shop", ...ofPublicIngress), ...named("office", ...ofIngress)];
    expect(await exposed()).toEqual([...objects, ...ingresses].sort());
    const [late] = (await all("deployments")).filter(({ metadata }) => metadata.name === "hidden");
    const digest = createHash("sha256").update("projects/acme-dev/topics/orders").digest("hex");
    expect(late?.spec.template.spec.containers[0].image).toBe(`ghcr.io/acme/late@sha256:${digest}`);
});

test("autoscalers of all types own what they scale, and a second up and a refresh change nothing", async () => {
    const bounds = async (kinds: string) => (await all(kinds)).filter(ofProgram);
    const autoscalers = await until(
        () => bounds("horizontalpodautoscalers"),
        (found) => found.some(({ spec }) => spec.minReplicas === 3),
    );
    const metrics = ({ metadata, spec }: KubeObject) => [
        metadata.name,
        spec.minReplicas,
        ...spec.metrics.map(
            (each: KubeObject) =>
                each.resource?.name ?? Object.values<KubeObject>(each).find((one) => one.metric)?.metric.name,
        ),
    ];
    expect(autoscalers.map(metrics)).toEqual([
        ["inside", 3, "cpu"],
        ["named", 2, "memory"],
        ["near", 2, "custom.googleapis.com|orders"],
        ["office", 2, "custom.googleapis.com|queue_length"],
        ["shop", 2, "pubsub.googleapis.com|subscription|num_undelivered_messages"],
        ["web", 2, "autoscaling.googleapis.com|gclb-capacity-utilization"],
    ]);
    const waiting = async () =>
        (await bounds("horizontalpodautoscalers")).find(({ metadata }) => metadata.name === "shop")?.status
            .currentMetrics?.[0]?.external?.current.averageValue;
    await until(waiting, (found) => found === "0");

    const sizes = (await bounds("verticalpodautoscalers")).map(({ metadata, spec }) => [
        metadata.name,
        spec.updatePolicy.updateMode,
        spec.resourcePolicy.containerPolicies[0],
    ]);
    const policy = (controlledResources: string[], more: object = {}) => ({
        containerName: "*",
        controlledResources,
        ...more,
    });
    expect(sizes).toEqual([
        ["inside", "Recreate", policy(["memory"], { minAllowed: { memory: "64Mi" }, maxAllowed: { memory: "1Gi" } })],
        ["named", "Initial", policy(["cpu"], { maxAllowed: { cpu: "1" } })],
        [
            "open",
            "Off",
            policy(["cpu", "memory"], { minAllowed: { cpu: "50m" }, maxAllowed: { cpu: "1", memory: "1Gi" } }),
        ],
        ["web", "InPlaceOrRecreate", policy(["cpu"])],
    ]);

    // The API server records the owner of each field.
    const owned = (await all("deployments", "--show-managed-fields")).filter(({ metadata }) =>
        metadata.managedFields.some(
            ({ manager, fieldsV1 }: KubeObject) => /^pulumi/.test(manager) && fieldsV1["f:spec"]?.["f:replicas"],
        ),
    );
    expect(owned.map(({ metadata }) => metadata.name).sort()).toEqual([
        "custom-metrics-stackdriver-adapter",
        "hidden",
        "inside-schedule",
        "open",
        "worker",
    ]);
    expect(await deployed.up("dev")).toEqual({ unchanged: created });
    expect(await deployed.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview"])).toEqual({ unchanged: created });
});

test("kubeconform and kube-score find no problems in any object, including those of the schedule and the adapter", async () => {
    const objects = await sent(deployed, "dev");
    const kinds = new Set(objects.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(
        [
            ...[
                "APIService",
                "ClusterRole",
                "ClusterRoleBinding",
                "ConfigMap",
                "Deployment",
                "HorizontalPodAutoscaler",
            ],
            ...[
                "Namespace",
                "NetworkPolicy",
                "PodDisruptionBudget",
                "Role",
                "RoleBinding",
                "Service",
                "ServiceAccount",
            ],
            ...["VerticalPodAutoscaler", ...ofGateway, "GCPGatewayPolicy", ...ofPublicIngress],
        ].sort(),
    );
    expect(await problems(deployed, "exposures", objects)).toEqual([]);
});

test("the replicas of a deployment are in different zones", async () => {
    const zones = new Map(
        (await all("nodes")).map(({ metadata }) => [metadata.name, metadata.labels["topology.kubernetes.io/zone"]]),
    );
    const pods = (await all("pods", "--selector", "app.kubernetes.io/component!=scaling-schedule")).filter(ofProgram);
    const spread = names.map((name) => {
        const own = pods.filter(({ metadata }) => metadata.namespace === name);
        return `${name}: ${[...new Set(own.map(({ spec }) => zones.get(spec.nodeName)))].sort()}`;
    });
    expect(spread).toEqual(names.map((name) => `${name}: europe-west1-b,europe-west1-c`));
});

test("one up changes the exposures, and removes the previous ones", async () => {
    expect(reservedResources()).toEqual([
        ...["Address near", "Address office", "CertificateMap web"],
        ...["GlobalAddress named", "GlobalAddress shop", "GlobalAddress web"],
        ...["SSLPolicy named", "SSLPolicy shop", "SSLPolicy web"],
    ]);
    deployed.edit("index.js", (text) => text.replace("changed = false", "changed = true"));
    await deployed.up("dev");
    const after = await deployed.outputs("dev");
    expect(after).toEqual({
        open: "https://open.acme.com",
        openAt: global,
        inside: expect.stringMatching(/^http:\/\/198\.51\.100\.\d+:8443$/),
        insideAt: after.inside?.replace(/^http:\/\/|:8443$/g, ""),
        // Its address remains, and so does the DNS record.
        web: "https://web.acme.com",
        webAt: before.webAt,
        named: "http://named.acme.com",
        namedAt: internal,
        near: "http://near.near.svc.cluster.local",
        shop: expect.stringMatching(/^http:\/\/198\.51\.100\.\d+$/),
        shopAt: after.shop?.replace("http://", ""),
        office: "https://office.acme.com",
        officeAt: global,
        hidden: "http://hidden.hidden.svc.cluster.local",
    });
    await until(serving, isServed);
    await until(unbalanced, (found) => found.length === 0);
    const ingresses = [...named("web", ...ofPublicIngress), ...named("office", ...ofPublicIngress)];
    expect(await exposed()).toEqual([...publicly("open"), ...named("named", ...ofGateway), ...ingresses].sort());
    const services = (await all("services")).filter(ofProgram).map(({ metadata, spec, status }) => {
        return [metadata.name, spec.type, status.loadBalancer.ingress?.[0].ip, Object.keys(metadata.annotations ?? {})];
    });
    const [toIngress, isPublic] = [
        ["cloud.google.com/backend-config", "cloud.google.com/neg"],
        ["cloud.google.com/l4-rbs"],
    ];
    expect(services).toEqual([
        ["hidden", "ClusterIP", undefined, []],
        ["inside", "LoadBalancer", after.insideAt, isPublic],
        ["named", "ClusterIP", undefined, []],
        ["near", "ClusterIP", undefined, []],
        ["office", "ClusterIP", undefined, toIngress],
        ["open", "ClusterIP", undefined, []],
        ["shop", "LoadBalancer", after.shopAt, isPublic],
        ["web", "ClusterIP", undefined, toIngress],
    ]);
    expect(reservedResources()).toEqual([
        ...["Address named", "CertificateMap open"],
        ...["GlobalAddress office", "GlobalAddress open", "GlobalAddress web"],
        ...["SSLPolicy office", "SSLPolicy open", "SSLPolicy web"],
    ]);
    expect(await deployed.preview("dev")).toEqual([]);
});

test("destroy removes everything", async () => {
    await deployed.destroy("dev");
    expect(deployed.remaining()).toEqual([]);
});
