import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment, held, heldNote } from "../deploy/deployment";

/** A program in a new project. */
function deployment(program: string): Deployment {
    const fresh = new Deployment({
        "Pulumi.yaml": "name: fresh\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-fresh-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "fresh", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `"use strict";\n${program}`,
    });
    mkdirSync(fresh.file("code"));
    writeFileSync(fresh.file("code/main.py"), "def predict(event):\n    return 'range'\n");
    return fresh;
}

const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

describe("without slipway", () => {
    const raw = deployment(`
const { Service } = require("@pulumi/gcp/projects/service");
const { Topic } = require("@pulumi/gcp/pubsub/topic");
const pubsub = new Service("pubsub", { service: "pubsub.googleapis.com", disableOnDestroy: false });
new Topic("sales", { name: "sales" }, { dependsOn: pubsub });
`);
    afterAll(() => raw.remove());

    test("a call right after its API was enabled is refused, and succeeds later", async () => {
        const first = await raw.run(up);
        expect(first.code).not.toBe(0);
        expect(first.output).toContain(
            "Cloud Pub/Sub API has not been used in project acme-fresh-dev before or it is disabled.",
        );
        expect(await raw.up("dev")).toMatchObject({ created: 1 });
    });
});

describe("a program that calls the App Engine Admin API itself", () => {
    const calling = deployment(`
const { Service } = require("@pulumi/gcp/projects/service");
const appengine = new Service("appengine", { service: "appengine.googleapis.com", disableOnDestroy: false });
const { GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT: url, GOOGLE_OAUTH_ACCESS_TOKEN: token } = process.env;
const headers = { authorization: "Bearer " + token };
exports.status = appengine.id.apply(async () => (await fetch(url + "apps/acme-fresh-dev", { headers })).status);
`);
    afterAll(() => calling.remove());

    test("is refused right after the API was enabled, and finds no application later", async () => {
        await calling.up("dev");
        expect(await calling.outputs("dev")).toEqual({ status: 403 });
        await calling.up("dev");
        expect(await calling.outputs("dev")).toEqual({ status: 404 });
    });
});

describe("in a new project", () => {
    const fresh = deployment(`
const { PubSubTopic, ServerlessFunction } = require("slipway");
new ServerlessFunction("record", { source: "./code", entryPoint: "predict", trigger: { topic: new PubSubTopic("sales") } });
`);
    afterAll(() => fresh.remove());

    test("refused calls are repeated, and a function waits until the permissions of its build have taken effect", async () => {
        const { output, code } = await fresh.run(up);
        expect(code).toBe(0);
        expect(output).toContain("record: waiting 120 s for new permissions to take effect");
        const once = output.split("Diagnostics:")[1]?.match(/(?<=: ).* not effective yet; repeating the call.*/g) ?? [];
        expect(once).toContain("a new API is not effective yet; repeating the call for up to 15 minutes");
        expect(new Set(once).size).toBe(once.length);
        expect(output).not.toContain("on-error hook");
    });

    test("a second up waits for nothing", async () => {
        const { output, code } = await fresh.run(up);
        expect(code).toBe(0);
        expect(output).not.toMatch(/waiting|repeating/);
    });
});

test("components whose accounts would have one ID are refused before anything is created", async () => {
    const same = deployment(`
const { CloudRunJob, CloudRunService } = require("slipway");
const image = "docker.io/acme/web@sha256:" + "0a".repeat(32);
new CloudRunService("shop", { image });
new CloudRunJob("shop", { image });
`);
    const { output, code } = await same.run(["preview", "-s", "dev"]);
    expect(code).not.toBe(0);
    expect(output).toContain(
        'CloudRunJob "shop": name: makes the service account shop-run, which CloudRunService "shop" has as well. Set another name. [stack/name-twice]',
    );
    await same.remove();
});

test("a preview says that a new account is enabled until the second update", async () => {
    const disabled = deployment(`new (require("slipway").ServiceAccount)("etl-job", { disabled: true });`);
    const { output } = await disabled.run(["preview", "-s", "dev"]);
    expect(output).toContain(
        `ServiceAccount "etl-job": disabled: a new account is enabled; run 'pulumi up' again to disable it`,
    );
    await disabled.up("dev");
    expect(await disabled.upAsPreviewed("dev")).toEqual(["update Account etl-job"]);
    expect(await disabled.again("dev")).toEqual({ unchanged: expect.any(Number) });
    await disabled.remove();
});

describe("a machine in a new project", () => {
    const machine = (args: string) =>
        deployment(`
const { VirtualMachine } = require("slipway");
new VirtualMachine("train", ${args});
`);
    const idle = machine("{}");
    const starting = machine('{ startupScript: "./code/start.sh" }');
    writeFileSync(starting.file("code/start.sh"), "#!/bin/bash\ndvc pull\n");
    afterAll(() => Promise.all([idle.remove(), starting.remove()]));

    test("waits for the permissions that its startup script uses", async () => {
        const { output, code } = await starting.run(up);
        expect([code, output]).toEqual([0, expect.stringContaining("train: waiting 120 s for new permissions")]);
    });

    test("waits for nothing if no code starts with it", async () => {
        const { output, code } = await idle.run(up);
        expect(code).toBe(0);
        expect(output).not.toContain("waiting");
    });
});

describe("jobs that share an account, and a workflow with a key of the program", () => {
    const image = `docker.io/acme/batch@sha256:${"0a".repeat(32)}`;
    const jobs = deployment(`
const { CryptoKey } = require("@pulumi/gcp/kms/cryptoKey");
const { KeyRing } = require("@pulumi/gcp/kms/keyRing");
const { CloudRunJob, Environment, Secret, ServiceAccount, StorageBucket, Workflow } = require("slipway");
const environment = Environment.current();
const options = { provider: environment.provider, dependsOn: environment.enable("cloudkms.googleapis.com") };
const keyRing = new KeyRing("keys", { name: "keys", location: "europe-west1" }, options).id;
const encryptionKey = new CryptoKey("key", { name: "key", keyRing }, options).id;
const account = new ServiceAccount("batch-jobs");
const secret = new Secret("token");
new CloudRunJob("one", { image: "${image}", account, uses: { TOKEN: secret.reader } });
new CloudRunJob("two", { image: "${image}", account, volumes: { data: { path: "/data", bucket: new StorageBucket("data") } } });
new Workflow("close", { source: "./code/close.yaml", encryptionKey });
`);
    writeFileSync(jobs.file("code/close.yaml"), "main:\n  steps:\n    - done:\n        return: 1\n");
    afterAll(() => jobs.remove());

    test("are deployed once their permissions have taken effect, and do not change afterwards", async () => {
        const { output, code } = await jobs.run(up);
        expect([code, output]).toEqual([0, expect.stringMatching(/(one|two): waiting \d+ s for new permissions/)]);
        expect(Object.keys(await jobs.again("dev"))).toEqual(["unchanged"]);
    });
});

describe("a service that events of a bucket and of audit logs call", () => {
    const web = deployment(`
const { CloudRunService, StorageBucket } = require("slipway");
new CloudRunService("web", {
    image: "docker.io/acme/web@sha256:" + "0a".repeat(32),
    triggers: {
        uploads: { bucket: new StorageBucket("uploads") },
        jobs: { audit: { service: "bigquery.googleapis.com", method: "google.cloud.bigquery.v2.JobService.InsertJob" } },
    },
});
`);
    afterAll(() => web.remove());

    test("has triggers, whose calls are repeated until their account may receive events", async () => {
        const { output, code } = await web.run(up);
        expect([code, output]).toEqual([
            0,
            // Which of their grants takes effect last depends on the order of the calls.
            expect.stringMatching(
                /new permissions of (web-trigger@\S+|Eventarc's service agent) are not effective yet; repeating the call/,
            ),
        ]);
        expect((await web.exported("dev")).filter(({ type }) => type === "gcp:eventarc/trigger:Trigger")).toHaveLength(
            2,
        );
    });
});

describe("roles that take effect after six minutes", () => {
    const secret = `const key = new slipway.Secret("key");
const workload = { image: "docker.io/acme/web@sha256:" + "0a".repeat(32), uses: { KEY: key.reader } };`;
    const program = (text: string) => deployment(`const slipway = require("slipway");\n${text}\n`);
    const rows = [
        { what: "service", made: program(`${secret}\nnew slipway.CloudRunService("web", workload);`) },
        { what: "job", made: program(`${secret}\nnew slipway.CloudRunJob("web", workload);`) },
        { what: "worker pool", made: program(`${secret}\nnew slipway.CloudRunWorkerPool("web", workload);`) },
        {
            what: "function",
            made: program(
                `new slipway.ServerlessFunction("web", { source: "./code", entryPoint: "predict", trigger: { http: {} } });`,
            ),
        },
    ];
    afterAll(() => Promise.all(rows.map(({ made }) => made.remove())));

    test.each(rows)(
        "delay a $what: what its failed creation leaves is deleted, and it is created again",
        async ({ made }) => {
            // With this seed, the roles take effect after 400 seconds.
            const { output, code } = await made.run(up, { SLIPWAY_LOCAL_DELAY_SEED: "286" });
            expect([code, output]).toEqual([
                0,
                expect.stringMatching(
                    /web: new permissions of web-(run|build)@\S+ are not effective yet; repeating the call/,
                ),
            ]);
            expect(output).toContain("web: waiting 120 s");
            expect(await made.again("dev")).not.toHaveProperty("changed");
        },
    );
});

describe("a service that gets a secret", () => {
    const program = (uses: string) => `
const { CloudRunService, Secret } = require("slipway");
const key = new Secret("key");
new CloudRunService("web", { image: "docker.io/acme/web@sha256:" + "0a".repeat(32), uses: { ${uses} } });
`;
    const web = deployment(program(""));
    afterAll(() => web.remove());

    test("waits for the longest effect of a role, because the same update starts no other revision", async () => {
        await web.up("dev");
        web.edit("index.js", () => program("KEY: key.reader"));
        const { output, code } = await web.run(up, { SLIPWAY_LOCAL_DELAY_SEED: "286" });
        expect([code, output]).toEqual([
            0,
            expect.stringMatching(/web: waiting 4[12]\d s for new permissions to take effect/),
        ]);
    });
});

describe("an application whose API is new", () => {
    const shop = deployment(`
const { AppEngineApp, Environment } = require("slipway");
Environment.current().enable("cloudbuild.googleapis.com", "iam.googleapis.com");
`);
    afterAll(() => shop.remove());

    test("is created by a dynamic resource, whose refused call is repeated as well", async () => {
        await shop.up("dev");
        shop.edit(
            "index.js",
            (text) => `${text}new AppEngineApp("shop", { services: {
            default: { source: "./code", entrypoint: "python3 main.py" },
        } });`,
        );
        const { output, code } = await shop.run(up);
        expect([code, output]).toEqual([0, expect.stringMatching(/^ +shop: a new API is not effective yet/m)]);
    });
});

describe("a subscription that is created right after the agent and the grants it needs", () => {
    const program = (delivery: string) =>
        deployment(`
const { BigQueryTable, BigQueryDataset, PubSubSubscription, PubSubTopic, StorageBucket } = require("slipway");
new PubSubSubscription("rows", { topic: new PubSubTopic("sales"), ${delivery}, deadLetter: false });
`);
    const rows = [
        program('bucket: new StorageBucket("archive")'),
        program('bigQuery: { dataset: new BigQueryDataset("sales") }'),
    ];
    afterAll(() => Promise.all(rows.map((each) => each.remove())));

    test.each(rows.map((each, index) => ({ each, target: ["bucket", "dataset"][index] })))(
        "is repeated until they have taken effect: a subscription to a $target",
        async ({ each }) => {
            const { output, code } = await each.run(up);
            expect([code, output]).toEqual([
                0,
                expect.stringMatching(/rows-\S+: a new service account is not effective yet/),
            ]);
            expect(output).toContain(
                "rows: new permissions of Pub/Sub's service agent are not effective yet; repeating the call",
            );
        },
    );
});

describe("a schedule with a new account", () => {
    const nightly = deployment(`
const { Schedule } = require("slipway");
const url = "https://sales.acme.dev";
new Schedule("nightly", { cron: "0 3 * * *", call: { url, audience: url } });
`);
    afterAll(() => nightly.remove());

    test("is repeated until Cloud Scheduler knows the account", async () => {
        const { output, code } = await nightly.run(up);
        expect([code, output]).toEqual([
            0,
            expect.stringMatching(/nightly: a new service account is not effective yet/),
        ]);
    });
});

describe("a function that leaves its subnet", () => {
    const subnets = `near: { range: "10.0.0.0/24" }, far: { range: "10.0.1.0/24" }`;
    const program = (kept: string, used: string) => `
const { Network, ServerlessFunction } = require("slipway");
const apps = new Network("apps", { subnets: { ${kept} }, nat: false });
new ServerlessFunction("predict", {
    source: "./code",
    trigger: { http: { public: false } },
    network: { subnet: apps.subnetworks.${used}.id, egress: "all-traffic" },
});
`;
    const moved = deployment(program(subnets, "near"));
    afterAll(() => moved.remove());

    test("keeps its addresses there, so that the subnet is deleted by a later update", async () => {
        await moved.up("dev");
        moved.edit("index.js", () => program('far: { range: "10.0.1.0/24" }', "far"));
        const { output, code } = await moved.run(up);
        expect([code === 0, output]).toEqual([false, expect.stringMatching(held)]);
        expect(output).toMatch(heldNote);
        expect(await moved.up("dev")).toMatchObject({ deleted: 1 });
    });
});
