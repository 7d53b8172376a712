import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Deployment } from "../deploy/deployment";
import { type KubeObject, objects } from "./kubectl";
import { until } from "./until";

const digest = (letter: string) => `ghcr.io/acme/echo@sha256:${letter.repeat(64)}`;
const [first, second] = [digest("a"), digest("b")];

const program = `"use strict";
const { AutoscaledDeployment, GkeCluster } = require("slipway/gke");

const zones = ["europe-west1-b"];
const cluster = new GkeCluster("main", {
    network: { ranges: { proxies: "10.129.0.0/23" } },
    nodePools: {
        web: { machineType: "e2-standard-4", scaling: { min: 1, max: 3 }, zones },
        gpus: { machineType: "g2-standard-4", gpu: "nvidia-l4", scaling: { min: 0, max: 2 }, zones },
        driverless: {
            machineType: "n1-standard-4",
            gpu: { type: "nvidia-tesla-t4", driver: "INSTALLATION_DISABLED" },
            scaling: 1,
            zones,
        },
    },
});
const resources = { requests: { cpu: "100m", memory: "128Mi", ephemeralStorage: "64Mi" } };
const common = { cluster, resources, image: "${first}" };
new AutoscaledDeployment("echo", {
    ...common,
    port: 8080,
    health: "/healthz",
    scaling: { min: 2, max: 4 },
    expose: { gateway: { domain: "echo.acme.com", certificate: false } },
    // canary
});
new AutoscaledDeployment("predict", { ...common, gpu: "nvidia-l4", scaling: { min: 1, max: 2, gpu: 60 } });
// stuck
`;

const deployed = new Deployment({
    "Pulumi.yaml": "name: canary\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "canary", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});

/** Deploys a line of the program after a preview, and returns the steps of the preview. */
async function change(line: RegExp, to: string): Promise<string[]> {
    deployed.edit("index.js", (text) => text.replace(line, to));
    return deployed.upAsPreviewed("dev");
}

const canary = (latest: number, share: number) =>
    change(
        /(\/\/ canary|canary: .*)$/m,
        `canary: { template: { image: "${second}" }, split: { latest: ${latest}, canary: ${share} } },`,
    );

const gateways = "gateways.gateway.networking.k8s.io";
const routes = "httproutes.gateway.networking.k8s.io";

/** The version of each ready pod of a Service, as its slices of endpoints list them. */
async function endpoints(service: string): Promise<string[]> {
    const pods = await objects(deployed, "pods", "echo");
    const slices = await objects(deployed, "endpointslices.discovery.k8s.io", "echo");
    return slices
        .filter(({ metadata }) => metadata.labels["kubernetes.io/service-name"] === service)
        .flatMap(({ endpoints }) => endpoints ?? [])
        .filter(({ conditions }: KubeObject) => conditions.ready)
        .map(({ targetRef }: KubeObject) => {
            const pod = pods.find(({ metadata }) => metadata.name === targetRef.name) as KubeObject;
            return pod.spec.containers[0].image;
        });
}

/**
 * A load balancer of the test. It does with the route and the endpoints of the API server what Google's does: it selects a Service by the
 * weights, and answers for one of its ready pods, or 503.
 */
class Balancer {
    private constructor(private readonly server: Server) {}

    static async start(): Promise<Balancer> {
        const [gateway] = await objects(deployed, gateways, "echo");
        const [{ spec } = {} as KubeObject] = await objects(deployed, routes, "echo");
        expect(spec.parentRefs[0].name).toBe(gateway?.metadata.name);
        const { backendRefs } = spec.rules[0];
        const backends = await Promise.all(
            backendRefs.map(async ({ name, weight = 1 }: KubeObject) => ({ weight, pods: await endpoints(name) })),
        );
        const schedule = backends.flatMap(({ weight, pods }) => Array<string[]>(weight).fill(pods));
        let count = 0;
        const server = createServer(({ headers }, response) => {
            const pods = schedule[count++ % schedule.length] ?? [];
            const isKnown = spec.hostnames.includes(headers.host?.split(":")[0]);
            response.writeHead(isKnown ? (pods.length > 0 ? 200 : 503) : 404).end(pods[count % pods.length]);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return new Balancer(server);
    }

    async ask(): Promise<string> {
        const { port } = this.server.address() as AddressInfo;
        return new Promise((resolve, reject) => {
            const sent = request({ port, headers: { host: "echo.acme.com" }, agent: false }, (response) => {
                let body = "";
                response.on("data", (part) => {
                    body += part;
                });
                response.on("end", () => resolve(response.statusCode === 200 ? body : String(response.statusCode)));
            });
            sent.on("error", reject).end();
        });
    }

    stop(): void {
        this.server.close();
    }
}

/** How many of 200 requests each version answered. */
async function answers(): Promise<Record<string, number>> {
    const balancer = await Balancer.start();
    const found: Record<string, number> = {};
    for (let sent = 0; sent < 200; sent++) {
        const answer = await balancer.ask();
        found[answer] = (found[answer] ?? 0) + 1;
    }
    balancer.stop();
    return found;
}

/** The pods by their IDs, once all are ready. */
async function pods(count: number): Promise<string[]> {
    const isReady = ({ status }: KubeObject) =>
        status.conditions?.some((each: KubeObject) => each.type === "Ready" && each.status === "True");
    const all = await until(
        () => objects(deployed, "pods", "echo"),
        (found) => found.length === count && found.every(isReady),
        { seconds: 60 },
    );
    return all.map(({ metadata }) => metadata.uid).sort();
}

let before: string[];
let both: string[];

afterAll(() => deployed.remove());

test("a deployment behind a Gateway receives all requests", async () => {
    await deployed.up("dev");
    before = await pods(2);
    expect(await answers()).toEqual({ [first]: 200 });
});

test("pods with a GPU run on nodes that are created for them", async () => {
    const [pod] = await objects(deployed, "pods", "predict");
    const node = (await objects(deployed, "nodes", "default")).find(
        ({ metadata }) => metadata.name === pod?.spec.nodeName,
    );
    expect(node?.metadata.labels).toMatchObject({
        "cloud.google.com/gke-accelerator": "nvidia-l4",
        "node.kubernetes.io/instance-type": "g2-standard-4",
    });
    expect(node?.spec.taints).toEqual([{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }]);
    expect(pod?.spec.containers[0].resources.requests).toMatchObject({ "nvidia.com/gpu": "1" });
    const [autoscaler] = await objects(deployed, "horizontalpodautoscalers", "predict");
    expect(autoscaler?.spec.metrics[0].external.metric.name).toBe("kubernetes.io|container|accelerator|duty_cycle");
});

test("a canary is created beside the deployment, and receives nothing with a share of 0", async () => {
    const steps = await canary(100, 0);
    expect(steps.filter((step) => !step.startsWith("create "))).toEqual(["update HTTPRoute echo"]);
    expect(steps).toContain("create Deployment echo-canary");
    both = await pods(4);
    expect(both).toEqual(expect.arrayContaining(before));
    expect(await answers()).toEqual({ [first]: 200 });
});

test.each([
    ["a tenth of the requests", 90, 10],
    ["all requests when it is promoted", 0, 100],
    ["none after a rollback", 100, 0],
])("the canary receives %s, without another pod", async (_, latest, share) => {
    expect(await canary(latest, share)).toEqual(["update HTTPRoute echo"]);
    const expected = Object.entries({ [first]: latest * 2, [second]: share * 2 }).filter(([, count]) => count > 0);
    expect(await answers()).toEqual(Object.fromEntries(expected));
    expect(await pods(4)).toEqual(both);
});

test("without the canary nothing of it remains, and the pods of the deployment do", async () => {
    const steps = await change(/canary: .*$/m, "// canary");
    expect(steps.filter((step) => !step.startsWith("delete "))).toEqual(["update HTTPRoute echo"]);
    expect(await pods(2)).toEqual(before);
    expect(await answers()).toEqual({ [first]: 200 });
    for (const kind of ["services", "networkpolicies", "poddisruptionbudgets", "horizontalpodautoscalers"]) {
        const names = (await objects(deployed, kind, "echo")).map(({ metadata }) => metadata.name);
        expect([kind, names]).toEqual([kind, ["echo"]]);
    }
});

test("an up whose pods get no GPU fails, and the pods have the reason", async () => {
    const stuck = 'gpu: "nvidia-tesla-t4", scaling: 1, rolloutTimeout: "20 seconds"';
    deployed.edit("index.js", (text) =>
        text.replace("// stuck", `new AutoscaledDeployment("stuck", { ...common, ${stuck} });`),
    );
    const { code, output } = await deployed.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
    expect(code).not.toBe(0);
    expect(output).toContain("Minimum number of live Pods was not attained");
    const [pod] = await objects(deployed, "pods", "stuck");
    const condition = pod?.status.conditions.find(({ type }: KubeObject) => type === "PodScheduled");
    expect(condition).toMatchObject({
        status: "False",
        message: expect.stringContaining("Insufficient nvidia.com/gpu"),
    });
});
