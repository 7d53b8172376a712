import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { accessVersion } from "../../local/runtime/services/secretmanager/api";
import { cloudOf } from "../../local/simulator/cloudOf";
import { type AuthProxy, authProxy, removeSockets, sockets } from "../apps/databases/authProxy";
import { type Behind, serverBehind } from "../apps/databases/behind";
import { type MetadataServer, metadataServer } from "../apps/databases/metadata";
import { deployedFunction, start } from "../apps/deployedFunction";
import { type RunningFunction, serveFunction } from "../apps/python";
import { Deployment } from "../deploy/deployment";
import { type KubeObject, objects } from "./kubectl";

const project = "acme-dev";
const token = "token of the account";
const stock = join(__dirname, "..", "apps", "stock");
const web = join(__dirname, "..", "..", "examples", "web-with-database", "web");

const program = `"use strict";
const { CloudSqlInstance, Network, ServerlessFunction } = require("slipway");
const { AutoscaledDeployment, GkeCluster } = require("slipway/gke");

const { network } = Network.shared();
const subnetwork = Network.shared().subnetworkIn("europe-west1").id;
const cluster = new GkeCluster("main", { network: { network: network.id, subnet: subnetwork } });

const sales = new CloudSqlInstance("sales", { databases: { web: {} } });
const stock = new CloudSqlInstance("stock", {
    engine: "mysql",
    version: "8.0",
    cpu: 2,
    memory: "8 GiB",
    storage: { type: "PD_SSD", size: "20 GB", autoIncrease: true },
    backups: { start: "03:00" },
    replicas: { reader: {} },
    users: { app: {} },
    databases: { stock: {} },
});

const image = "ghcr.io/acme/echo@sha256:${"0".repeat(64)}";
const stopping = { drainTimeout: "5 seconds", terminationGracePeriod: "10 seconds" };
const by = (uses) => ({ cluster, image, port: 8080, uses, ...stopping });
new AutoscaledDeployment("web", by({ DATABASE: sales.client }));
new AutoscaledDeployment("clerk", by({ DATABASE: stock.client }));
new AutoscaledDeployment("app", by({ DATABASE: stock.as({ user: "app" }) }));
new ServerlessFunction("stock", { source: ${JSON.stringify(stock)}, trigger: { http: {} }, uses: { DATABASE: stock.as({ user: "app" }) } });
`;

const deployed = new Deployment({
    "Pulumi.yaml": "name: databases\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`,
    "package.json": '{ "name": "databases", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});
const cloud = cloudOf(deployed.place);
let metadata: MetadataServer | undefined;
let served: RunningServer | undefined;
const servers: Record<string, Behind> = {};
let running: RunningFunction | undefined;
let proxy: AuthProxy | undefined;

beforeAll(async () => {
    await deployed.succeed(["stack", "init", "dev"]);
    await deployed.up("dev");
    metadata = await metadataServer(`web@${project}.iam.gserviceaccount.com`, token);
    for (const name of ["sales", "stock"]) {
        servers[name] = await serverBehind(cloud, project, name, token);
    }
    const behind = Object.entries(servers).map(([name, { server }]) => [name, server.socket]);
    served = await serve(cloud, { sql: Object.fromEntries(behind) });
});

afterEach(async () => {
    await running?.stop();
    await proxy?.stop();
    running = proxy = undefined;
    removeSockets(project);
});

afterAll(async () => {
    await served?.close();
    metadata?.close();
    await Promise.all(Object.values(servers).map((each) => each.remove()));
    await deployed.remove();
});

/** The variables of a deployed pod's code, and its Auth Proxy. */
async function pod(name: string) {
    const [deployment] = (await objects(deployed, "deployments", name)) as [KubeObject];
    const { containers, initContainers } = deployment.spec.template.spec;
    const [code] = containers;
    const sidecar = initContainers.find((each: KubeObject) => each.name === "cloud-sql-proxy");
    const variables = code.env.filter((each: KubeObject) => each.value !== undefined);
    const environment: Record<string, string> = Object.fromEntries(
        variables.map((each: KubeObject) => [each.name, each.value]),
    );
    return { environment, sidecar, mounts: code.volumeMounts.map(({ mountPath }: KubeObject) => mountPath) };
}

const startProxy = async ({ args }: KubeObject) => {
    proxy = await authProxy(args, served?.url as string, metadata as MetadataServer);
};

async function ask(body?: object): Promise<[number, unknown]> {
    const sent = body && { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(running?.url as string, { ...sent, headers: { connection: "close" } });
    return [response.status, await response.json()];
}

const unreachable = [503, { error: "the database cannot be reached" }];

/** The application fails while the server is down, and recovers afterwards. */
async function missed(away: () => Promise<void>, back: () => Promise<void>): Promise<void> {
    const before = await ask();
    await away();
    expect(await ask()).toEqual(unreachable);
    await back();
    // Requests immediately after the restart can fail.
    await ask();
    expect(await ask()).toEqual(before);
}

async function recovers(name: string, sidecar?: KubeObject): Promise<void> {
    const { server } = servers[name] as Behind;
    await missed(
        () => server.kill(),
        () => server.start(),
    );
    if (sidecar) {
        await missed(
            async () => proxy?.stop(),
            () => startProxy(sidecar),
        );
    }
}

/** Mounts the password of the user `app` from Secret Manager. */
async function withPassword(file: string, action: () => Promise<void>): Promise<void> {
    const { data } = accessVersion(cloud, `projects/${project}/secrets/stock-app/versions/latest`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
    try {
        await action();
    } finally {
        rmSync(dirname(file), { recursive: true });
    }
}

test("the proxy of pods is the release that is tested here", async () => {
    const { sidecar } = await pod("web");
    const tool = join(__dirname, "..", "..", "local", "toolchain", "cloud-sql-proxy", "tool.json");
    expect(sidecar.image).toContain(`/cloud-sql-proxy:${JSON.parse(readFileSync(tool, "utf8")).version}@`);
});

test("an application in pods migrates, writes and reads PostgreSQL through a socket, and survives restarts of server and proxy", async () => {
    const { environment, sidecar, mounts } = await pod("web");
    expect(mounts).toContain(sockets);
    await startProxy(sidecar);
    running = await serveFunction(web, { target: "web", signatureType: "http", environment });
    expect(await ask({ kilometres: 12.5 })).toMatchObject([200, { kilometres: 12.5, minutes: 35 }]);
    await recovers("sales", sidecar);
});

test("an application in pods does the same with MySQL and IAM authentication", async () => {
    const { environment, sidecar } = await pod("clerk");
    await startProxy(sidecar);
    running = await serveFunction(stock, { target: "stock", signatureType: "http", environment });
    expect(await ask({ name: "tea", pieces: 3 })).toEqual([200, { tea: 3 }]);
    await recovers("stock", sidecar);
});

test("an application in pods does the same with MySQL as a user with a password file", async () => {
    const { environment, sidecar, mounts } = await pod("app");
    const file = environment.DATABASE_PASSWORD_FILE as string;
    expect(mounts).toContain(dirname(file));
    await startProxy(sidecar);
    await withPassword(file, async () => {
        running = await serveFunction(stock, { target: "stock", signatureType: "http", environment });
        expect(await ask({ name: "mate", pieces: 2 })).toMatchObject([200, { mate: 2 }]);
        await recovers("stock");
    });
});

test("a function does the same with MySQL by its address, with TLS", async () => {
    const deployedStock = deployedFunction(cloud, project, "stock");
    await withPassword(deployedStock.variables.DATABASE_PASSWORD_FILE as string, async () => {
        running = await start(deployedStock, {});
        expect(await ask({ name: "coffee", pieces: 1 })).toMatchObject([200, { coffee: 1 }]);
        await recovers("stock");
    });
});

test("everything is destroyed", async () => {
    await deployed.destroy("dev");
    expect(deployed.existing(project).filter((each) => /DatabaseInstance|Secret |Network /.test(each))).toEqual([]);
});
