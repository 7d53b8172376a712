import { Deployment } from "../../deploy/deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-run-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

/** A service with most of what it can have, whose variable and traffic the tests change. */
const program = `"use strict";
const { CloudRunService, PubSubTopic, Schedule, Secret, StorageBucket } = require("slipway");
const image = "docker.io/acme/web@sha256:" + "0a".repeat(32);
const key = new Secret("key");
const web = new CloudRunService("web", {
    image,
    public: true,
    env: { VERSION: "a" },
    uses: { KEY: key.reader, KEY_FILE: key.file("/secrets/key") },
    health: { startup: "/ready", liveness: "/live" },
    volumes: { models: { path: "/models", bucket: new StorageBucket("models") }, cache: { path: "/cache", memory: "64Mi" } },
    triggers: { sales: { topic: new PubSubTopic("sales"), retries: true }, uploads: { bucket: new StorageBucket("uploads") } },
    sidecars: { proxy: { image, memory: "256Mi", health: { startup: { tcp: 9000 } } } },
    startAfter: ["proxy"],
});
const staff = new CloudRunService("staff", { image, iap: ["group:shop@acme.dev"], uses: { WEB: web.invoker } });
new Schedule("nightly", { call: staff, cron: "0 3 * * *" });
exports.previous = web.tagged("previous");
`;

const files = {
    "Pulumi.yaml": "name: run\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": stack("development"),
    "Pulumi.prod.yaml": stack("production"),
    "package.json": '{ "name": "run", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
};

interface Traffic {
    revision: string;
    percent?: number;
    tag?: string;
}

/** What the service serves: the percentage or the tag of each revision. */
function serving(deployment: Deployment): Record<string, number | string> {
    const web = deployment.resources().find(({ id }) => id.endsWith("/services/web"));
    const all = (web?.properties.trafficStatuses ?? []) as Traffic[];
    return Object.fromEntries(all.map(({ revision, percent, tag }) => [revision, percent || tag || ""]));
}

/** The revision with this percentage. */
const at = (percent: number, serves: Record<string, number | string>) =>
    Object.keys(serves).find((revision) => serves[revision] === percent) ?? `no revision with ${percent}`;

/** A fault of the next update of the service: its containers do not start. */
const notStarting = (verb: "create" | "update") => ({
    SLIPWAY_LOCAL_FAULTS: JSON.stringify([{ verb, type: "gcp:cloudrunv2/service:Service", answer: "fail" }]),
});

describe("a service in development", () => {
    const deployment = new Deployment(files);
    afterAll(() => deployment.remove());

    /** Deploys another version with this traffic; returns what serves. */
    async function deploy(version: string, traffic = "{}", argument = "", others: string[] = []) {
        const own = `public: true,\n    traffic: ${traffic},\n    ${argument}`;
        deployment.edit("index.js", () => program.replace('"a"', `"${version}"`).replace("public: true,", own));
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Service web", ...others]);
        return serving(deployment);
    }

    const canary = "{ split: { latest: 10, previous: 90 } }";
    let [a, b] = ["", ""];

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        a = at(100, serving(deployment));
        expect(a).toMatch(/^web-[0-9a-f]{10}$/);
        expect(serving(deployment)).toEqual({ [a]: 100 });
    });

    test("gets a new revision for a change, which keeps a way back", async () => {
        const serves = await deploy("b");
        b = at(100, serves);
        expect(b).toMatch(/^web-[0-9a-f]{10}$/);
        expect(serves).toEqual({ [b]: 100, [a]: "previous" });
        expect(await deployment.again("dev")).not.toHaveProperty("changed");
        const { previous } = await deployment.outputs("dev");
        expect(previous).toMatch(/^https:\/\/previous---web-/);
    });

    test("is tried by a part of the requests, in the place of an earlier try", async () => {
        const first = at(10, await deploy("c", canary));
        expect(serving(deployment)).toEqual({ [first]: 10, [b]: 90 });
        const second = at(10, await deploy("d", canary));
        expect(second).not.toBe(first);
        expect(serving(deployment)).toEqual({ [second]: 10, [b]: 90 });
        expect(await deployment.again("dev")).not.toHaveProperty("changed");
    });

    test("is back at once, and the canary can be widened again", async () => {
        const tried = at(10, serving(deployment));
        expect(await deploy("d", "{ split: { latest: 0, previous: 100 } }")).toEqual({ [b]: 100 });
        expect(await deploy("d")).toEqual({ [tried]: 100, [b]: "previous" });
    });

    test("gets all requests after a part of them", async () => {
        const before = at(100, serving(deployment));
        const tried = at(10, await deploy("e", canary));
        expect(await deploy("e")).toEqual({ [tried]: 100, [before]: "previous" });
    });

    test("serves an earlier revision again when its content is", async () => {
        expect(await deploy("a")).toMatchObject({ [a]: 100 });
        expect(await deployment.again("dev")).not.toHaveProperty("changed");
    });

    test("accepts a change of labels alone, and of the instances of the service alone", async () => {
        const triggers = ["update Trigger web-sales", "update Trigger web-uploads"];
        const labelled = await deploy("a", "{}", 'labels: { team: "shop" },', triggers);
        expect(labelled).toEqual({ [at(100, labelled)]: 100, [a]: "previous" });
        const scaled = await deploy("a", "{}", "scaling: { min: 1 },", triggers);
        expect(scaled).toEqual({ [at(100, scaled)]: 100, [at(100, labelled)]: "previous" });
        expect(await deploy("a")).toMatchObject({ [a]: 100 });
    });

    test("a revision that does not start gets nothing, says why, and is tried again under another name", async () => {
        deployment.edit("index.js", (text) => text.replace('VERSION: "a"', 'VERSION: "broken"'));
        const before = serving(deployment);
        const args = ["up", "-s", "dev", "--yes", "--skip-preview"];
        const { code, output } = await deployment.run(args, notStarting("update"));
        expect(code).not.toBe(0);
        const [, failed] = /Revision '(web-[0-9a-f]{10})' is not ready/.exec(output) ?? [];
        expect(output).toContain(`CloudRunService "web": the last lines of the log of the revision ${failed}:`);
        expect(serving(deployment)).toEqual(before);
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Service web"]);
        expect(serving(deployment)).toEqual({ [`${failed}-2`]: 100, [a]: "previous" });
        expect(await deployment.again("dev")).not.toHaveProperty("changed");
    });

    test("is destroyed, except for what belongs to the project", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });

    test("a first revision that does not start is corrected by the next up", async () => {
        deployment.edit("index.js", () => program);
        const { code, output } = await deployment.run(
            ["up", "-s", "dev", "--yes", "--skip-preview"],
            notStarting("create"),
        );
        expect(code).not.toBe(0);
        expect(output).toMatch(/Revision '\S+' is not ready/);
        // The account reads the secret and the bucket before the first revision starts.
        expect(output).toMatch(/web: waiting 1\d\d s for new permissions to take effect/);
        await deployment.up("dev");
        expect(await deployment.again("dev")).not.toHaveProperty("changed");
        expect(serving(deployment)).toEqual({ [`${a}-2`]: 100 });
        await deployment.destroy("dev");
    });
});

describe("a service in production", () => {
    const deployment = new Deployment(files);
    afterAll(() => deployment.remove());

    test("is created as previewed, is protected, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("prod")).length;
        expect(await deployment.again("prod")).toEqual({ unchanged: created });
        await deployment.takeDown("prod");
        expect(deployment.remaining()).toEqual([]);
    });
});
