import type { Fault } from "slipway-local";
import { cloudOf } from "../../local/workspace";
import { Deployment, rolesOfExample } from "./deployment";

const regional = (project: string) => `//compute.googleapis.com/projects/${project}/regions/europe-west1`;

/** The states of a collection in the region of a project. */
const statesIn = ({ place }: Deployment, project: string, collection: string): Record<string, unknown>[] =>
    cloudOf(place)
        .store.list(`${regional(project)}/${collection}`)
        .map(({ state }) => state as Record<string, unknown>);

/** Resources that belong to groups. */
const ofGroups = /Instance|Autoscaler|HealthCheck|BackendService/;

const example = "instance-group.ts";

describe.each(["dev", "prod"])("the example of the page as %s", (stack) => {
    const deployment = Deployment.pages([example]);
    const project = `acme-forecast-${stack}`;
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) =>
        deployment.edit(example, (text) => {
            expect(text).toContain(from);
            return text.replace(from, to);
        });
    /** The only one of a collection. */
    function only(collection: string): Record<string, unknown> {
        const [state, ...others] = statesIn(deployment, project, collection);
        expect(others).toEqual([]);
        return state as Record<string, unknown>;
    }
    const size = () => only("instanceGroupManagers").targetSize;
    const autoscaler = () => `autoscalers/${only("autoscalers").name}`;
    /** Lets the autoscaler act until a time. */
    const until = (time: string) => deployment.cloud.set(autoscaler(), "time", time);
    /** Deploys and refreshes, which must change nothing. */
    const unchanged = async () => expect(Object.keys(await deployment.again(stack))).toEqual(["unchanged"]);

    test("is created as previewed after a failed creation, and a second up and a refresh change nothing", async () => {
        const faults: Fault[] = [
            { verb: "create", type: "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager", answer: 403 },
        ];
        const { code } = await deployment.run(["up", "-s", stack, "--yes", "--skip-preview"], {}, { faults });
        expect([code === 0, statesIn(deployment, project, "instanceGroupManagers")]).toEqual([false, []]);
        expect((await deployment.upAsPreviewed(stack)).every((step) => step.startsWith("create "))).toBe(true);
        await unchanged();
        expect(size()).toBe(2);
    });

    test("grows with its load and with a schedule, and an up keeps its size", async () => {
        deployment.cloud.set(autoscaler(), "load", { cpu: 5.4 });
        until("2026-11-22T08:00Z");
        await unchanged();
        expect(size()).toBe(7);
        deployment.cloud.set(autoscaler(), "load", { cpu: 0.2 });
        until("2026-11-22T09:00Z");
        await unchanged();
        // One less every ten minutes, after ten minutes of stabilization; there are no predictions yet.
        expect(size()).toBe(2);
        until("2026-12-19T23:00Z");
        await unchanged();
        expect(size()).toBe(5);
    });

    test("gets another template in place, which is created before the one that it uses is deleted", async () => {
        const [template] = statesIn(deployment, project, "instanceTemplates");
        deployment.edit("group/start.sh", (text) => text.replace("8080", "8081"));
        expect(await deployment.upAsPreviewed(stack)).toEqual([
            "replace RegionInstanceTemplate web-template",
            "update RegionInstanceGroupManager web",
        ]);
        const { name } = only("instanceTemplates");
        expect(name).not.toBe(template?.name);
        expect(JSON.stringify(only("instanceGroupManagers").versions)).toContain(String(name));
        expect(size()).toBe(5);
    });

    test.each([
        ["scaling", "cpu: 80", "cpu: 60", ["update RegionAutoscaler web"]],
        [
            "stabilization period",
            "predictive: true",
            'predictive: true, stabilization: "5 minutes"',
            ["update RegionAutoscaler web"],
        ],
        [
            "update policy",
            "ports:",
            "update: { surge: 0, unavailable: 3 }, ports:",
            ["update RegionInstanceGroupManager web"],
        ],
        ["health check", '"/healthz"', '"/models/bucket"', ["update HealthCheck web"]],
        [
            "delay of autohealing",
            'path: "/models/bucket"',
            'path: "/models/bucket", initialDelay: "10 minutes"',
            ["update RegionInstanceGroupManager web"],
        ],
        ["capacity", "requestsPerSecond: 100", "requestsPerSecond: 50", ["update BackendService front-web"]],
        [
            "canary",
            "ports:",
            'canary: { template: { machineType: "e2-standard-2" } }, ports:',
            ["create RegionInstanceTemplate web-canary", "update RegionInstanceGroupManager web"],
        ],
        ["standby pool", "ports:", "standby: { stopped: 1 }, ports:", ["update RegionInstanceGroupManager web"]],
    ])("another %s is changed in place", async (_, from, to, steps) => {
        edit(from, to);
        expect(await deployment.upAsPreviewed(stack)).toEqual(steps);
        expect(size()).toBe(5);
    });

    test.each([
        ["zones", "ports:", 'zones: ["europe-west1-b", "europe-west1-c"], ports:'],
        ["name", "ports:", 'name: "shop", ports:'],
    ])("other %s replace the group and its autoscaler, which would keep it from being deleted", async (_, from, to) => {
        const before = only("instanceGroupManagers").name;
        edit(from, to);
        expect(await deployment.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining([
                "replace RegionAutoscaler web",
                "replace RegionInstanceGroupManager web",
                "update BackendService front-web",
            ]),
        );
        expect(only("instanceGroupManagers").name).not.toBe(before);
        await unchanged();
    });

    test("leaves nothing when it is destroyed, in production after its protection is disabled", async () => {
        await (stack === "prod" ? deployment.takeDown(stack) : deployment.destroy(stack));
        expect(deployment.existing().filter((each) => ofGroups.test(each))).toEqual([]);
        expect(deployment.remaining(project)).toEqual([]);
    });

    test("all of this takes only the roles of the example", () => {
        expect(deployment.leastRoles()).toEqual(rolesOfExample(example));
    });
});

const stackFile = (kind: string) =>
    `config:\n  gcp:project: acme-data-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

const program = (text: string) =>
    new Deployment({
        "Pulumi.yaml": "name: data\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stackFile("development"),
        "Pulumi.prod.yaml": stackFile("production"),
        "package.json": '{ "name": "data", "version": "1.0.0", "main": "index.js" }\n',
        "start.sh": "#!/bin/bash\nexec work\n",
        "index.js": `"use strict";\nconst pulumi = require("@pulumi/pulumi");\nconst { AutoscaledInstanceGroup, PubSubSubscription, PubSubTopic, Secret } = require("slipway");\n${text}`,
    });

describe("a group that is scaled by a backlog, with a secret", () => {
    const deployment = program(`
const jobs = new PubSubSubscription("jobs", { topic: new PubSubTopic("jobs"), pull: {} });
const key = new Secret("key", { value: pulumi.secret("canary-4711") });
new AutoscaledInstanceGroup("workers", {
    uses: { JOBS: jobs.subscriber, KEY: key.reader },
    startupScript: "start.sh",
    scaling: { min: 0, max: 5, backlog: { subscription: jobs, perInstance: 20 } },
});
`);
    const project = "acme-data-deve";
    const size = () => statesIn(deployment, project, "instanceGroupManagers")[0]?.targetSize;
    afterAll(() => deployment.remove());

    test("has no instances without messages, and as many as they require", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(size()).toBe(0);
        const [autoscaler] = statesIn(deployment, project, "autoscalers");
        const id = `autoscalers/${autoscaler?.name}`;
        const metrics = { "pubsub.googleapis.com/subscription/num_undelivered_messages": 55 };
        deployment.cloud.set(id, "load", { metrics });
        deployment.cloud.set(id, "time", "2026-11-22T08:00Z");
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(size()).toBe(3);
    });

    test("has the secret nowhere in clear in its template and its state", async () => {
        const [template] = statesIn(deployment, project, "instanceTemplates");
        expect(JSON.stringify(template)).toContain("/secrets/");
        expect(JSON.stringify(template)).not.toContain("canary-4711");
        const { output } = await deployment.run(["stack", "export", "-s", "dev"]);
        const groups = JSON.parse(output).deployment.resources.filter(({ type }: { type: string }) =>
            ofGroups.test(type),
        );
        expect(groups.length).toBeGreaterThan(2);
        expect(JSON.stringify(groups)).not.toContain("canary-4711");
        await deployment.destroy("dev");
        expect(deployment.remaining(project)).toEqual([]);
    });
});

describe("a group of a fixed size with stateful disks", () => {
    const deployment = program(`
new AutoscaledInstanceGroup("data", {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    disks: { data: { size: 50 } },
    size: 3,
    statefulDisks: { data: "keep" },
});
`);
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(statesIn(deployment, "acme-data-deve", "instanceGroupManagers")).toEqual([
            expect.objectContaining({
                targetSize: 3,
                statefulDisks: [{ deviceName: "data", deleteRule: "NEVER" }],
            }),
        ]);
    });

    test("gets another size in place", async () => {
        edit("size: 3", "size: 4");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update RegionInstanceGroupManager data"]);
    });

    test("warns of disks that are deleted with the group that is replaced", async () => {
        edit('data: "keep"', 'data: "delete"');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update RegionInstanceGroupManager data"]);
        edit("size: 4", 'size: 4, zones: ["europe-west1-b"]');
        const { output } = await deployment.run(["preview", "-s", "dev"]);
        expect(output).toContain(
            'RegionInstanceGroupManager "data": this change replaces it, and its stateful disks are lost.',
        );
        edit(', zones: ["europe-west1-b"]', "");
        await deployment.destroy("dev");
    });

    test("is protected in production: neither a change nor the program without it deletes it", async () => {
        await deployment.up("prod");
        expect(Object.keys(await deployment.again("prod"))).toEqual(["unchanged"]);
        const failing = async () => {
            const { code, output } = await deployment.run(["preview", "-s", "prod"]);
            expect(code).not.toBe(0);
            return output;
        };
        edit("size: 4", 'size: 4, zones: ["europe-west1-b"]');
        expect(await failing()).toContain(
            "this change replaces it, and its stateful disks are lost. It is protected by the environment.",
        );
        edit(', zones: ["europe-west1-b"]', "");
        edit("new AutoscaledInstanceGroup", "(() => {})");
        expect(await failing()).toContain("cannot be deleted");
        edit("(() => {})", "new AutoscaledInstanceGroup");
        await deployment.takeDown("prod");
        expect(deployment.remaining("acme-data-prod")).toEqual([]);
    });
});
