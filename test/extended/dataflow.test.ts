import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Inputs } from "../../local/simulator/rules/rules";
import { Deployment } from "../deploy/deployment";
import { Served } from "./dataflow/served";

// The images that pipelines are based on are not available to tests. Their files run as they are.
const image = `docker.io/acme/score@sha256:${"0a".repeat(32)}`;

describe("the pipeline of the starter streaming-predictions", () => {
    const project = "acme-streaming-dev";
    const sale = { price: 2.2, discount: 0.1, temperature: 18.5, holidays: 0, recentUnits: 241.3 };
    const starter = Deployment.starter("streaming-predictions");
    const served = new Served(starter, project, { pipelines: { score: starter.file("score") } });

    beforeAll(async () => {
        starter.edit("index.ts", (text) =>
            text.replace(/source: "\.\/score",\s*registry: [^\n]*,/, `image: "${image}",`),
        );
        starter.edit("Pulumi.dev.yaml", (text) => `${text.trimEnd()}\n  streaming-predictions:dataflow: "true"\n`);
        // Rows with longer names are refused.
        starter.edit("schemas/scored.json", (text) => text.replace('"STRING",', '"STRING", "maxLength": "40",'));
        await served.start();
    });
    afterAll(async () => {
        await served.close();
        await starter.remove();
    });

    const published: string[] = [];
    const publish = async (count: number, change: object = {}, attributes?: Record<string, string>) => {
        const products = Array.from({ length: count }, (_, index) => `product ${published.length + index}`);
        published.push(...products);
        const sales = products.map((product) => ({ product, ...sale, ...change }));
        await served.publish("sale-range", sales, attributes);
        return products;
    };

    const rows = async (): Promise<string[]> => {
        const path = `/bigquery/v2/projects/${project}/datasets/history/tables/scored/data?maxResults=10000`;
        const { rows: found = [] } = await served.rest(path);
        return found.map(({ f }: { f: { v: string }[] }) => f[0]?.v);
    };

    const rejected: { product: string; reason: string }[] = [];
    const pullRejected = async () => {
        for (const { data, attributes } of await served.pull("sale-rejected")) {
            rejected.push({ product: data.product, reason: String(attributes.reason) });
        }
        return rejected;
    };

    /** Sales that have a row or were rejected. */
    const processed = async () => new Set([...(await rows()), ...(await pullRejected()).map(({ product }) => product)]);
    const allProcessed = () =>
        served.eventually(async () => (await processed()).size >= published.length, "the rows of all sales");
    const someProcessed = async (count: number) => {
        await served.eventually(async () => (await processed()).size > published.length - count, "the first sales");
        expect((await processed()).size).toBeLessThan(published.length);
    };

    test("is deployed, and scores what is published", async () => {
        await starter.up("dev");
        expect(served.states()).toEqual(["RUNNING"]);
        const products = await publish(50);
        await served.eventually(async () => (await rows()).length >= 50, "50 rows");
        expect((await rows()).sort()).toEqual([...products].sort());
    });

    test("sends broken and late sales, and rows that the table refuses, to the topic of rejected ones", async () => {
        const [broken] = await publish(1, { price: 90 });
        const soldAt = new Date(Date.now() - 2 * 86_400_000).toISOString();
        const [late] = await publish(1, {}, { soldAt });
        await publish(1, {}, { soldAt: new Date().toISOString() });
        const long = "x".repeat(41);
        published.push(long);
        await served.publish("sale-range", [{ product: long, ...sale }]);
        await served.eventually(async () => (await pullRejected()).length >= 3, "rejected sales");
        expect(rejected.sort((one, other) => (one.product < other.product ? -1 : 1))).toEqual([
            { product: broken, reason: expect.stringMatching(/^ValueError: price is 90: the model knows/) },
            {
                product: late,
                reason: expect.stringMatching(/^ValueError: late: sold 17280\d s before it was published/),
            },
            { product: long, reason: expect.stringMatching(/^table: .*maximum length 40/) },
        ]);
        await allProcessed();
    });

    test("loses no sale when its worker is killed in the middle", async () => {
        await publish(300);
        await someProcessed(300);
        await served.killWorker();
        await allProcessed();
        expect(served.states()).toEqual(["RUNNING"]);
    });

    test("is updated in place while sales arrive, and none is lost", async () => {
        await publish(200);
        starter.edit("index.ts", (text) =>
            text.replace('type: "streaming",', 'type: "streaming", parameters: { max_age: "3600" },'),
        );
        const updating = starter.up("dev");
        for (let count = 0; count < 10; count++) {
            await publish(10);
            await sleep(300);
        }
        await updating;
        expect(served.states()).toEqual(["UPDATED", "RUNNING"]);
        await publish(100);
        await allProcessed();
    });

    test("goes on when an update lacks a step, until a mapping names it", async () => {
        starter.edit("score/main.py", (text) => text.replace('"Collect"', '"Gather"'));
        starter.edit("index.ts", (text) =>
            text.replace('{ max_age: "3600" },', '{ max_age: "1800" }, onIncompatible: "fail",'),
        );
        await publish(50);
        const { code, output } = await starter.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect([code === 0, output]).toEqual([
            false,
            expect.stringMatching(
                /The new job is not compatible with \S+\. The original job has not been aborted\., The new job is missing steps Collect\. If these steps have been renamed or deleted, please specify them with the update command\./,
            ),
        ]);
        expect(served.states()).toEqual(["UPDATED", "RUNNING", "FAILED"]);
        await allProcessed();
        starter.edit("index.ts", (text) =>
            text.replace('onIncompatible: "fail",', 'onIncompatible: "fail", transformNames: { Collect: "Gather" },'),
        );
        await starter.up("dev");
        expect(served.states()).toEqual(["UPDATED", "UPDATED", "FAILED", "RUNNING"]);
    });

    test("is drained, and every sale has a row, was rejected, or is still in the subscription", async () => {
        await publish(300);
        await someProcessed(300);
        await served.drain("score");
        const done = await processed();
        const left = (await served.pull("score-range")).map(({ data }) => data.product);
        expect([...done, ...left].sort()).toEqual([...published].sort());
    });

    test("is drained when it is destroyed", async () => {
        await starter.up("dev");
        expect(served.states().at(-1)).toBe("RUNNING");
        await starter.destroy("dev");
        expect(served.states().at(-1)).toBe("DRAINED");
        expect(starter.remaining(project)).toEqual([]);
    });
});

describe("pipelines with windows, and of files", () => {
    const program = `"use strict";
const { Alerts, DataflowJob, PubSubSubscription, PubSubTopic, StorageBucket } = require("slipway");
const pulumi = require("@pulumi/pulumi");
const token = pulumi.secret("canary-token");
const oncall = new Alerts("oncall", { to: { webhook: { url: "https://hooks.acme.example/alerts", token } } });
const amounts = new PubSubTopic("amounts");
const sums = new PubSubTopic("sums");
new PubSubSubscription("sums", { topic: sums, pull: {} });
const image = "${image}";
new DataflowJob("sums", {
    image,
    type: "streaming",
    uses: { amounts: new PubSubSubscription("amounts", { topic: amounts, pull: {}, retries: false }).subscriber, sums: sums.publisher },
    parameters: { seconds: "86400" },
});
const texts = new StorageBucket("texts");
const counts = new StorageBucket("counts");
new DataflowJob("count", {
    image,
    type: "batch",
    uses: { texts: texts.reader, counts: counts.writer },
    schedule: "0 3 * * *",
    alerts: oncall,
    runOnDeploy: false,
});
`;
    const project = "acme-flows";
    const deployment = new Deployment({
        "Pulumi.yaml": "name: flows\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": `config:\n  gcp:project: ${project}\n  gcp:region: europe-west4\n  slipway:kind: production\n`,
        "package.json": '{ "name": "flows", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    const folder = join(__dirname, "dataflow");
    const incidents: Inputs[] = [];
    let hook: Server;
    let served: Served;

    beforeAll(async () => {
        hook = createServer(async (request, response) => {
            incidents.push(((await json(request)) as { incident: Inputs }).incident);
            response.end();
        });
        await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
        served = new Served(deployment, project, {
            pipelines: { sums: join(folder, "sums"), count: join(folder, "count", "main.py") },
            routes: { "https://hooks.acme.example": `http://127.0.0.1:${(hook.address() as AddressInfo).port}` },
            alertSpeed: 60,
        });
        await served.start();
        await deployment.up("dev");
    });
    afterAll(async () => {
        await served.close();
        hook.close();
        await deployment.remove();
    });

    let published = 0;
    const publish = async (count: number) => {
        published += count;
        await served.publish(
            "amounts",
            Array.from({ length: count }, () => ({ amount: 1 })),
        );
    };
    /** Waits until the pipeline holds everything in its windows. */
    const areRead = () => served.eventually(() => served.areLeased("amounts"), "everything to be read");

    test("an update takes over what is in open windows, also after the worker was killed", async () => {
        expect(served.states("sums")).toEqual(["RUNNING"]);
        await publish(40);
        await areRead();
        deployment.edit("index.js", (text) => text.replace('seconds: "86400"', 'seconds: "43200"'));
        await deployment.up("dev");
        expect(served.states("sums")).toEqual(["UPDATED", "RUNNING"]);
        await publish(30);
        await areRead();
        await served.killWorker();
        await publish(20);
        // The lease of the killed worker ends.
        await sleep(12_000);
        await areRead();
        expect(await served.pull("sums")).toEqual([]);
    });

    test("a drain closes windows, whose sums have every message once", async () => {
        await served.drain("sums");
        const sums = (await served.pull("sums")).map(({ data }) => data.sum);
        expect(sums.reduce((sum, one) => sum + one, 0)).toBe(published);
        expect(await served.pull("amounts")).toEqual([]);
    });

    const upload = async (name: string, text: string) => {
        await served.upload(`${project}-texts`, name, text);
    };
    const runSchedule = () => served.rest(`/v1/projects/${project}/locations/europe-west4/jobs/count-schedule:run`, {});

    test("Cloud Scheduler starts a batch job, which reads and writes files", async () => {
        await upload("a.txt", "red blue red");
        await runSchedule();
        await served.eventually(() => served.states("count").at(-1) === "DONE", "the end of the job");
        const { items } = await served.rest(`/storage/v1/b/${project}-counts/o`);
        expect(items.map(({ name }: Inputs) => name)).toEqual(["counts"]);
        expect((await served.download(`${project}-counts`, "counts")).split("\n").sort()).toEqual([
            "",
            "blue 1",
            "red 2",
        ]);
    });

    test("a failed job says why in its messages and logs, and sends an alert", async () => {
        incidents.splice(0);
        await upload("b.txt", "broken");
        await runSchedule();
        await served.eventually(() => served.states("count").at(-1) === "FAILED", "the failure of the job");
        await served.eventually(() => incidents.length > 0, "an alert");
        expect(incidents[0]).toMatchObject({
            state: "open",
            metric: { type: "dataflow.googleapis.com/job/is_failed" },
        });
        const [, job] = served.jobs("count");
        const { jobMessages } = await served.rest(`/v1b3/${job?.id}/messages?minimumImportance=JOB_MESSAGE_ERROR`);
        expect(jobMessages.map(({ messageText }: Inputs) => messageText)).toEqual([
            expect.stringMatching(/^Workflow failed\. Causes: .* ValueError: this line is broken/),
        ]);
        const filter = 'resource.type="dataflow_step" AND severity>=ERROR';
        const { entries } = await served.rest("/v2/entries:list", { resourceNames: [`projects/${project}`], filter });
        expect(entries.map(({ textPayload }: Inputs) => textPayload)).toEqual(
            expect.arrayContaining([expect.stringContaining("ValueError: this line is broken")]),
        );
    });
});
