import { Deployment } from "../../deploy/deployment";
import { deployInstanceGroupAs, ofGroups, statesIn } from "../../deploy/instanceGroup";

deployInstanceGroupAs("dev");

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
    disks: { data: { size: "50 GB" } },
    scaling: 3,
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
        edit("scaling: 3", "scaling: 4");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update RegionInstanceGroupManager data"]);
    });

    test("warns of disks that are deleted with the group that is replaced", async () => {
        edit('data: "keep"', 'data: "delete"');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update RegionInstanceGroupManager data"]);
        edit("scaling: 4", 'scaling: 4, zones: ["europe-west1-b"]');
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
        edit("scaling: 4", 'scaling: 4, zones: ["europe-west1-b"]');
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
