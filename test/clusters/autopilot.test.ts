import { writeFileSync } from "node:fs";
import { Deployment } from "../deploy/deployment";
import { type KubeObject, objects } from "./kubectl";
import { until } from "./until";

/** An Autopilot cluster in a network with an endpoint for Google APIs, with all pods that the library creates. */
const program = `"use strict";
const { CloudSqlInstance, Network, PubSubSubscription, PubSubTopic } = require("slipway");
const { AutoscaledDeployment, GkeCluster } = require("slipway/gke");
const { Deployment } = require("@pulumi/kubernetes/apps/v1/deployment");

const image = "ghcr.io/acme/echo@sha256:${"9".repeat(64)}";
if (require("@pulumi/pulumi").getStack() === "guest") {
    const existing = require("./names.json");
    const cluster = GkeCluster.existing(existing.cluster, { auth: "token" });
    const sales = CloudSqlInstance.existing(existing.instance, { databases: { guests: {} } });
    // The endpoint for Google APIs of a network that another stack manages.
    const egress = [{ ranges: ["10.255.255.254/32"], ports: [443] }];
    new AutoscaledDeployment("guest", { cluster, image, egress, uses: { SALES: sales.client }, scaling: 1 });
    return;
}
const network = new Network("apps", { proxyOnlySubnets: true, privateServiceConnect: { googleApis: true } });
const cluster = new GkeCluster("main", { network });
const sales = new CloudSqlInstance("sales", { network });
const topic = new PubSubTopic("orders");
const subscription = new PubSubSubscription("reader", { topic, pull: {}, deadLetter: false });
new AutoscaledDeployment("web", {
    cluster,
    image,
    port: 8080,
    health: "/healthz",
    expose: { gateway: { domain: "web.acme.com", certificate: false } },
    uses: { SALES: sales.client },
    scaling: {
        min: 1,
        max: 3,
        backlog: { subscription, perReplica: 100 },
        schedules: { always: { from: "2020-01-01", to: "2099-12-31", min: 2 } },
    },
});
new AutoscaledDeployment("worker", {
    cluster,
    image,
    spot: true,
    tolerations: [{ key: "team", value: "sales", effect: "NoSchedule" }],
    scaling: 1,
    resources: { requests: { cpu: "50m", memory: "64Mi", ephemeralStorage: "10Mi" }, limits: { cpu: "1" } },
});
// In the namespace of a user, with requests that Autopilot changes.
const labels = { app: "small" };
const resources = { requests: { cpu: "100m", memory: "100Mi" } };
new Deployment("small", {
    metadata: { name: "small", namespace: "default" },
    spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "small", image, resources }] } },
    },
}, { provider: cluster.provider, dependsOn: cluster.ready });
`;

const stackFile = "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n";

const deployed = new Deployment({
    "Pulumi.yaml": "name: autopilot\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": stackFile,
    "Pulumi.guest.yaml": stackFile,
    "package.json": '{ "name": "autopilot", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});

beforeAll(async () => {
    await deployed.up("dev");
});

afterAll(() => deployed.remove());

/** A Deployment of the cluster. */
async function deployment(namespace: string, name: string): Promise<KubeObject> {
    const found = await objects(deployed, "deployments", namespace);
    return found.find(({ metadata }) => metadata.name === name) as KubeObject;
}

test("Autopilot changes small requests of a Deployment, and none of the library's", async () => {
    const { metadata, spec } = await deployment("default", "small");
    expect(spec.template.spec.containers[0].resources).toEqual({
        requests: { cpu: "100m", memory: "103Mi", "ephemeral-storage": "1Gi" },
        limits: { "ephemeral-storage": "1Gi" },
    });
    const adjustment = "autopilot.gke.io/resource-adjustment";
    expect(metadata.annotations).toHaveProperty([adjustment]);
    for (const [namespace, name] of [
        ["web", "web"],
        ["web", "web-schedule"],
        ["worker", "worker"],
        ["custom-metrics", "custom-metrics-stackdriver-adapter"],
    ] as const) {
        const { metadata: own, spec } = await deployment(namespace, name);
        expect([name, Object.keys(own.annotations)]).not.toContain(adjustment);
        expect(spec.template.spec.tolerations).toContainEqual(
            expect.objectContaining({ key: "kubernetes.io/arch", value: "amd64" }),
        );
    }
});

test("a preview shows only the Deployment that Autopilot has changed, also after a refresh", async () => {
    expect(await deployed.preview("dev")).toEqual(["update Deployment small"]);
    await deployed.succeed(["refresh", "--stack", "dev", "--yes", "--skip-preview"]);
    expect(await deployed.preview("dev")).toEqual(["update Deployment small"]);
});

test("an internal Gateway is programmed", async () => {
    const [gateway] = await until(
        () => objects(deployed, "gateways.gateway.networking.k8s.io", "web"),
        ([found]) => found?.status?.addresses?.length > 0,
        { seconds: 60 },
    );
    expect(gateway?.status.conditions).toContainEqual(expect.objectContaining({ type: "Programmed", status: "True" }));
});

test("another stack deploys to the cluster and its database, and leaves both when it is destroyed", async () => {
    const name = (type: string) => String(deployed.cloud.resources(type)[0]?.properties.name);
    writeFileSync(
        deployed.file("names.json"),
        JSON.stringify({ cluster: name("Cluster"), instance: name("DatabaseInstance") }),
    );
    await deployed.up("guest");
    expect((await deployment("guest", "guest")).spec.replicas).toBe(1);
    expect((await deployed.preview("guest")).filter((step) => !step.startsWith("read "))).toEqual([]);
    await deployed.succeed(["destroy", "--stack", "guest", "--yes", "--skip-preview"]);
    expect(await objects(deployed, "deployments", "guest")).toEqual([]);
    expect(await deployed.preview("dev")).toEqual(["update Deployment small"]);
});
