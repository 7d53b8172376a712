import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";
import { Docker } from "./docker";
import { appLayer, pushLocalImage } from "./localImage";

const project = "acme-raw";
const region = "europe-west1";
const image = `${region}-docker.pkg.dev/${project}/apps/app:1`;

const around = `
const apis = ["run", "artifactregistry", "iam", "compute", "iap"].map((name) =>
    new gcp.projects.Service(name, { service: name + ".googleapis.com" }));
const dependsOn = apis;
new gcp.artifactregistry.Repository("apps", { repositoryId: "apps", format: "DOCKER", location: "${region}" }, { dependsOn });
const [web, auditor] = ["web-run", "auditor"].map((name) => new gcp.serviceaccount.Account(name, { accountId: name }, { dependsOn }));
const agent = new gcp.projects.ServiceIdentity("iap", { service: "iap.googleapis.com" }, { dependsOn });
`;

/** A service that only the load balancer reaches, with and without Identity-Aware Proxy, and one without a URL. */
const services = `
const location = "${region}";
const managed = { loadBalancingScheme: "EXTERNAL_MANAGED" };
const backend = (name, more, iap) => {
    const service = new gcp.cloudrunv2.Service(name, { name, location, deletionProtection: false, ...more,
        template: { serviceAccount: web.email, containers: [{ image: "${image}", args: ["serve"] }] } });
    const group = new gcp.compute.RegionNetworkEndpointGroup(name, { name, region: location, networkEndpointType: "SERVERLESS",
        cloudRun: { service: service.name } });
    const made = new gcp.compute.BackendService(name, { name, ...managed, backends: [{ group: group.id }], iap: { enabled: iap } });
    return { service, made };
};
const ingress = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER";
const open = backend("open", { ingress, invokerIamDisabled: true }, false);
const inner = backend("inner", { defaultUriDisabled: true }, true);
new gcp.cloudrunv2.ServiceIamMember("inner", { name: inner.service.name, location, role: "roles/run.invoker", member: agent.member });
new gcp.iap.WebBackendServiceIamMember("inner", { webBackendService: inner.made.name, role: "roles/iap.httpsResourceAccessor", member: auditor.member });
const urlMap = new gcp.compute.URLMap("shop", { name: "shop", defaultService: open.made.id,
    hostRules: [{ hosts: ["inner.acme.com"], pathMatcher: "inner" }, { hosts: ["shop.acme.com"], pathMatcher: "shop" }],
    pathMatchers: [{ name: "inner", defaultService: inner.made.id }, { name: "shop", defaultService: open.made.id }] });
const proxy = new gcp.compute.TargetHttpProxy("shop", { name: "shop", urlMap: urlMap.id });
const address = new gcp.compute.GlobalAddress("shop", { name: "shop" });
new gcp.compute.GlobalForwardingRule("shop", { name: "shop", ...managed, target: proxy.id, ipAddress: address.address, portRange: "80" });
`;

const deployment = Deployment.raw(around);
const cloud = cloudOf(deployment.place);
const folder = mkdtempSync(join(tmpdir(), "slipway-balanced-image-"));
const lines: string[] = [];
let docker: Docker;
let served: RunningServer;

beforeAll(async () => {
    await deployment.succeed(["stack", "init", "dev"]);
    await deployment.up("dev");
    const layers = [await appLayer(folder)];
    await pushLocalImage(deployment.place.folder, { name: image, layers, entrypoint: "/app" });
    docker = await Docker.start("127.0.0.1:1");
    process.env.DOCKER_HOST = docker.socket;
    deployment.edit("index.js", (program) => `${program}${services}`);
    await deployment.up("dev");
    const local = await LocalDocker.find(cloud.folder);
    served = await serve(cloud, { docker: local, report: (line) => lines.push(line) });
});
afterAll(async () => {
    await served?.close();
    await docker?.stop();
    await deployment.remove();
    rmSync(folder, { recursive: true, force: true });
});

function ask(url: string, headers: Record<string, string> = {}): Promise<{ status?: number; body: string }> {
    return new Promise((resolve, reject) => {
        const sent = request(url, { headers, agent: false }, (answer) =>
            text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject),
        );
        sent.on("error", reject).end();
    });
}

const shop = (path: string) => `${served.loadBalancers["shop (http)"]}${path}`;

test("a running service that only load balancers reach answers through one, and 404 to others", async () => {
    const { status, body } = await ask(shop("/variables"), { host: "shop.acme.com" });
    expect([status, JSON.parse(body).variables?.K_SERVICE]).toEqual([200, "open"]);
    expect((await ask(`${served.services.open}/variables`)).status).toBe(404);
});

test("Identity-Aware Proxy invokes a running service without a URL for a member", async () => {
    const url = `${served.url}/v1/projects/-/serviceAccounts/auditor@${project}.iam.gserviceaccount.com:generateIdToken`;
    const request = JSON.stringify({ audience: "http://inner.acme.com/*", includeEmail: true });
    const { token } = (await (await fetch(url, { method: "POST", body: request })).json()) as { token: string };
    const host = "inner.acme.com";
    expect((await ask(shop("/variables"), { host })).status).toBe(401);
    const { status, body } = await ask(shop("/variables"), { host, authorization: `Bearer ${token}` });
    expect([status, JSON.parse(body).variables?.K_SERVICE]).toEqual([200, "inner"]);
});
