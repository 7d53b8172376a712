import { Deployment } from "../deploy/deployment";
import { type KubeObject, kubectl } from "./kubectl";
import { problems, sent } from "./lint";

/** A deployment with databases of all engines, whose pods comply with the restricted profile of their namespace. */
const program = `"use strict";
const { CloudSqlInstance, Network } = require("slipway");
const { AutoscaledDeployment, GkeCluster } = require("slipway/gke");

const network = new Network("apps");
const cluster = new GkeCluster("main", {
    network,
    nodePools: { all: { machineType: "e2-standard-8", scaling: { min: 1, max: 2 }, zones: ["europe-west1-b", "europe-west1-c"] } },
});
const common = { network, databases: { reports: {} } };
const sales = new CloudSqlInstance("sales", common);
const stock = new CloudSqlInstance("stock", { ...common, engine: "mysql", users: { app: {} } });
const books = new CloudSqlInstance("books", { ...common, engine: "sqlserver", users: { app: {} } });
new AutoscaledDeployment("reports", {
    cluster,
    image: "ghcr.io/acme/reports@sha256:" + "9".repeat(64),
    port: 8080,
    health: "/healthz",
    resources: { requests: { cpu: "100m", memory: "128Mi", ephemeralStorage: "64Mi" } },
    authProxy: { resources: { requests: { cpu: "100m", memory: "128Mi" } } },
    scaling: { min: 2, max: 4, cpu: 80, memory: 70 },
    uses: { SALES: sales.client, STOCK: stock.as({ user: "app" }), BOOKS: books.as({ user: "app" }) },
});
`;

const deployed = new Deployment({
    "Pulumi.yaml": "name: proxied\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "proxied", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});

/** The objects of a kind in the deployment's namespace, from the API server. */
async function inReports(kind: string): Promise<KubeObject[]> {
    return JSON.parse(await kubectl(deployed, "get", kind, "--namespace", "reports", "--output", "json")).items;
}

let created: number | undefined;

beforeAll(() => deployed.succeed(["stack", "init", "dev"]));
afterAll(() => deployed.remove());

test("pods with the proxy run in a namespace that enforces restricted pods", async () => {
    created = (await deployed.up("dev")).created;
    const { metadata } = JSON.parse(await kubectl(deployed, "get", "namespace", "reports", "--output", "json"));
    expect(metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
    const pods = await inReports("pods");
    expect(pods.map(({ status }) => status.phase)).toEqual(["Running", "Running"]);
    const name = "acme-dev:europe-west1:";
    for (const { spec } of pods) {
        const [proxy, ...others] = spec.initContainers;
        expect(others).toEqual([]);
        expect(proxy).toMatchObject({ name: "cloud-sql-proxy", restartPolicy: "Always" });
        expect(proxy.args.slice(-4)).toEqual([
            "--unix-socket=/cloudsql",
            expect.stringMatching(new RegExp(`^${name}sales-[0-9a-f]{6}\\?auto-iam-authn=true&private-ip=true$`)),
            expect.stringMatching(new RegExp(`^${name}stock-[0-9a-f]{6}\\?auto-iam-authn=false&private-ip=true$`)),
            expect.stringMatching(
                new RegExp(`^${name}books-[0-9a-f]{6}\\?auto-iam-authn=false&private-ip=true&port=1433$`),
            ),
        ]);
    }
});

test("network policies allow connections to each instance's proxy port, and an autoscaler measures only the application's container", async () => {
    const [policy] = (await inReports("networkpolicies")) as [KubeObject];
    const instances = policy.spec.egress.filter(({ ports }: KubeObject) => ports[0].port === 3307);
    const address = expect.stringMatching(/^\d+\.\d+\.\d+\.\d+\/32$/);
    expect(instances).toEqual(
        [1, 2, 3].map(() => ({ to: [{ ipBlock: { cidr: address } }], ports: [{ port: 3307, protocol: "TCP" }] })),
    );
    expect(new Set(instances.map(({ to }: KubeObject) => to[0].ipBlock.cidr)).size).toBe(3);
    const [autoscaler] = (await inReports("horizontalpodautoscalers")) as [KubeObject];
    expect(autoscaler.spec.metrics.map(({ containerResource }: KubeObject) => containerResource)).toEqual(
        [
            ["cpu", 80],
            ["memory", 70],
        ].map(([name, averageUtilization]) => ({
            name,
            container: "reports",
            target: { type: "Utilization", averageUtilization },
        })),
    );
});

test("kubeconform and kube-score find no problems, and a second up changes nothing", async () => {
    expect(await problems(deployed, "proxied", await sent(deployed, "dev"))).toEqual([]);
    expect(await deployed.up("dev")).toEqual({ unchanged: created });
});
