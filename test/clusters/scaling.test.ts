import type { Resource } from "../../local";
import { serve } from "../../local/runtime/emulator/server";
import { Api, type KubeObject } from "../../local/runtime/kubernetes/api/api";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";
import { until, watched } from "./until";

const image = `ghcr.io/acme/echo@sha256:${"0".repeat(64)}`;
const autoscaler = "/apis/autoscaling/v2/namespaces/echo/horizontalpodautoscalers/echo";
const deployment = "/apis/apps/v1/namespaces/echo/deployments/echo";
const pods = "/api/v1/namespaces/echo/pods";

/** A program with a deployment in a cluster; `more` contains additional arguments. */
const program = (scaling: object, more = "") =>
    [
        '"use strict";',
        'const { PubSubSubscription, PubSubTopic } = require("slipway");',
        'const { AutoscaledDeployment, GkeCluster } = require("slipway/gke");',
        'const cluster = new GkeCluster("main");',
        'const topic = new PubSubTopic("sales");',
        'const subscription = new PubSubSubscription("reader", { topic, pull: {}, deadLetter: false });',
        "const resources = { requests: { cpu: '100m', memory: '128Mi' } };",
        `const scaling = ${JSON.stringify(scaling).replace('"(subscription)"', "subscription")};`,
        `new AutoscaledDeployment("echo", { cluster, image: "${image}", port: 8080, resources, scaling, ${more} });`,
        "",
    ].join("\n");

// As in production, but without a stabilization window.
const soon = { stabilizationWindow: "0 seconds", policies: [{ type: "Percent", value: 100, period: "15 seconds" }] };
const byCpu = { min: 2, max: 5, cpu: 80, behavior: { scaleDown: soon } };

const deployed = new Deployment({
    "Pulumi.yaml": "name: scaling\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "scaling", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program(byCpu),
});
let api: Api;

/** The connection information of a cluster. */
interface Reached {
    endpoint: string;
    masterAuth: { clusterCaCertificate: string };
}

beforeAll(async () => {
    await deployed.succeed(["stack", "init", "dev"]);
    await deployed.up("dev");
    const [cluster] = deployed.cloud.resources("Cluster");
    const { endpoint, masterAuth } = (cluster as Resource).properties as unknown as Reached;
    const certificate = Buffer.from(masterAuth.clusterCaCertificate, "base64").toString();
    api = new Api(Number(endpoint.split(":")[1]), certificate);
});

afterAll(() => deployed.remove());

/** Changes the program and deploys it. */
async function up(scaling: object, more?: string): Promise<Record<string, number>> {
    deployed.edit("index.js", () => program(scaling, more));
    return deployed.up("dev");
}

const replicas = async () => (await api.get(deployment)).spec.replicas as number;
const least = async () => (await api.get(autoscaler)).spec.minReplicas as number;

/** The running pods, except terminating ones. */
async function running(): Promise<KubeObject[]> {
    const { items } = await api.get<{ items: KubeObject[] }>(`${pods}?labelSelector=app.kubernetes.io/name%3Decho`);
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Sets the CPU usage of each running pod. */
async function load(usage: string): Promise<void> {
    for (const { metadata } of await running()) {
        const annotations = { "kwok.x-k8s.io/usage-cpu": usage };
        await api.patch(`${pods}/${metadata.name}`, "merge-patch+json", { metadata: { annotations } });
    }
}

test("load above 80 % scales two replicas to at most five, a deployment keeps them, and without load there are two", async () => {
    await until(replicas, (found) => found === 2);
    await load("300m");
    const grown: number[] = [];
    await until(replicas, (found) => found === 5, { seen: grown });
    await load("300m");

    // Only the deployment is changed, but not its pods or its autoscaler.
    expect(await up(byCpu, "rolloutTimeout: '5 minutes'")).toMatchObject({ updated: 1 });
    expect((await api.get(deployment)).spec.progressDeadlineSeconds).toBe(300);
    const kept = await watched(replicas, 20);
    expect([...grown, ...kept].filter((found) => found > 5)).toEqual([]);
    expect(kept.filter((found) => found !== 5)).toEqual([]);
    expect(await running()).toHaveLength(5);
    expect(await deployed.preview("dev")).toEqual([]);

    await load("10m");
    expect(await until(replicas, (found) => found <= 2)).toBe(2);
});

test("a schedule raises and lowers the minimum on time, and a deployment in between does not change it", async () => {
    const second = (later: number) => new Date(Math.ceil(Date.now() / 1000 + later) * 1000);
    const scheduled = (from: Date, to: Date) => ({
        ...byCpu,
        schedules: { rush: { from: written(from), to: written(to), min: 4 } },
    });
    const written = (time: Date) => time.toISOString().replace(/\.\d+Z$/, "Z");
    const [from, to] = [second(100), second(220)];

    await up(scheduled(from, to));
    expect(Date.now()).toBeLessThan(from.getTime());
    await until(least, (found) => found === 2);
    expect(Date.now()).toBeLessThan(from.getTime());

    await until(least, (found) => found === 4);
    expect(Date.now()).toBeGreaterThanOrEqual(from.getTime());
    expect(Date.now()).toBeLessThan(from.getTime() + 40_000);
    await until(replicas, (found) => found === 4);

    await up(scheduled(from, to), "rolloutTimeout: '6 minutes'");
    expect((await api.get(deployment)).spec.progressDeadlineSeconds).toBe(360);
    expect([await least(), await replicas()]).toEqual([4, 4]);
    expect(Date.now()).toBeLessThan(to.getTime());

    await until(least, (found) => found === 2);
    expect(Date.now()).toBeGreaterThanOrEqual(to.getTime());
    expect(Date.now()).toBeLessThan(to.getTime() + 40_000);
    await until(replicas, (found) => found === 2);

    // Without schedules the program sets the minimum.
    await up({ ...byCpu, min: 3 });
    expect(await least()).toBe(3);
    await until(replicas, (found) => found === 3);
    expect(await api.find("/apis/apps/v1/namespaces/echo/deployments/echo-schedule")).toBeUndefined();
});

test("a replica is added per hundred undelivered messages, which Google's adapter reads, and removed with them", async () => {
    const served = await serve(cloudOf(deployed.place));
    const call = (path: string, body: object) =>
        fetch(`${served.url}/v1/projects/acme-dev/${path}`, { method: "POST", body: JSON.stringify(body) });
    try {
        await up({ ...byCpu, cpu: undefined, backlog: { subscription: "(subscription)", perReplica: 100 } });
        await until(replicas, (found) => found === 2);

        await call("topics/sales:publish", { messages: Array.from({ length: 350 }, () => ({ data: "YQ==" })) });
        await until(replicas, (found) => found === 4);
        await call("subscriptions/reader:seek", { time: new Date(Date.now() + 1000).toISOString() });
        await until(replicas, (found) => found === 2);
    } finally {
        await served.close();
    }
    await deployed.destroy("dev");
    expect(deployed.cloud.resources("Cluster")).toEqual([]);
});
