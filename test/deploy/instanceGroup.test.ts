import { cloudOf } from "../../local/workspace";
import { Deployment } from "./deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-web-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

const program = `"use strict";
const { AutoscaledInstanceGroup, LoadBalancer, PubSubSubscription, PubSubTopic, StorageBucket } = require("slipway");
const models = new StorageBucket("models");
const jobs = new PubSubSubscription("jobs", { topic: new PubSubTopic("jobs"), pull: {} });
const web = new AutoscaledInstanceGroup("web", {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    startupScript: "./start.sh",
    uses: { MODELS: models.reader },
    ports: { http: 8080 },
    healthCheck: { port: "http", path: "/healthz" },
    scaling: {
        min: 2,
        max: 10,
        cpu: 80,
        backlog: { subscription: jobs, perInstance: 20 },
        schedules: { christmas: { from: "2026-12-20", to: "2027-01-02", timeZone: "Europe/Berlin", min: 5 } },
        scaleIn: { atMost: 1, every: "10 minutes" },
    },
});
const balancer = new LoadBalancer("front", { insecure: true, routes: { "/*": { group: web, capacity: { requestsPerSecond: 100 } } } });
exports.url = balancer.url;
exports.autoscaler = web.autoscaler.id;
exports.size = web.group.targetSize;
exports.template = web.template.name;
`;

const fixed = `"use strict";
const { AutoscaledInstanceGroup } = require("slipway");
const data = new AutoscaledInstanceGroup("data", {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    disks: { data: { size: 50 } },
    size: 3,
    statefulDisks: { data: "keep" },
});
exports.size = data.group.targetSize;
`;

const groups = (text: string) =>
    new Deployment({
        "Pulumi.yaml": "name: web\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "web", "version": "1.0.0", "main": "index.js" }\n',
        "start.sh": "#!/bin/bash\nexec python3 -m http.server 8080\n",
        "index.js": text,
    });

/** The group in the local Google Cloud. */
function groupIn(deployment: Deployment, name: string) {
    const { store } = cloudOf(deployment.place);
    const regional = "//compute.googleapis.com/projects/acme-web-deve/regions/europe-west1";
    const [group] = store.list(`${regional}/instanceGroupManagers`);
    expect(group?.state.baseInstanceName).toBe(name);
    return group?.state as Record<string, unknown>;
}

describe("a scaled group", () => {
    const deployment = groups(program);
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(groupIn(deployment, "web").targetSize).toBe(2);
    });

    test("grows with its load and with a schedule, and an up keeps its size", async () => {
        const autoscaler = String((await deployment.outputs("dev")).autoscaler);
        deployment.cloud.set(autoscaler, "load", { cpu: 5.4 });
        deployment.cloud.set(autoscaler, "time", "2026-12-01T08:00Z");
        const created = (await deployment.again("dev")).unchanged;
        expect(groupIn(deployment, "web").targetSize).toBe(7);
        deployment.cloud.set(autoscaler, "load", { cpu: 0.2 });
        deployment.cloud.set(autoscaler, "time", "2026-12-01T09:00Z");
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        // One less every ten minutes, after ten minutes of stabilization.
        expect(groupIn(deployment, "web").targetSize).toBe(2);
        deployment.cloud.set(autoscaler, "time", "2026-12-19T23:00Z");
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(groupIn(deployment, "web").targetSize).toBe(5);
    });

    test("gets another template in place, which is created before the one that it uses is deleted", async () => {
        const { template } = await deployment.outputs("dev");
        deployment.edit("start.sh", (text) => text.replace("8080", "8081"));
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "replace RegionInstanceTemplate web-template",
            "update RegionInstanceGroupManager web",
        ]);
        const after = (await deployment.outputs("dev")).template;
        expect(after).not.toBe(template);
        expect(JSON.stringify(groupIn(deployment, "web").versions)).toContain(String(after));
        expect(groupIn(deployment, "web").targetSize).toBe(5);
    });

    test("changes its scaling in place", async () => {
        edit("cpu: 80", "cpu: 60");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update RegionAutoscaler web"]);
    });

    test("is replaced with its autoscaler, which would keep it from being deleted", async () => {
        edit("ports:", 'zones: ["europe-west1-b", "europe-west1-c"], ports:');
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "replace RegionAutoscaler web",
            "replace RegionInstanceGroupManager web",
            "update BackendService front-web",
        ]);
    });

    test("leaves nothing when it is destroyed", async () => {
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /Instance|Autoscaler|HealthCheck/.test(each))).toEqual([]);
    });
});

describe("a group of a fixed size with stateful disks", () => {
    const deployment = groups(fixed);
    afterAll(() => deployment.remove());

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(groupIn(deployment, "data")).toMatchObject({
            targetSize: 3,
            statefulDisks: [{ deviceName: "data", deleteRule: "NEVER" }],
        });
    });

    test("gets another size in place", async () => {
        deployment.edit("index.js", (text) => text.replace("size: 3", "size: 4"));
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update RegionInstanceGroupManager data"]);
        await deployment.destroy("dev");
    });
});
