import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, serve } from "../../local/emulator/server";
import { type JobEntry, stateOf } from "../../local/services/dataflow/jobs";
import { cloudOf } from "../../local/workspace";
import { Deployment } from "../deploy/deployment";

const project = "acme-streaming-dev";
const sale = { price: 2.2, discount: 0.1, temperature: 18.5, holidays: 0, recentUnits: 241.3 };
const image = `docker.io/acme/score@sha256:${"0a".repeat(32)}`;

describe("the pipeline of the starter streaming-predictions, which slipway local serve runs", () => {
    const starter = Deployment.starter("streaming-predictions");
    const cloud = cloudOf(starter.place);
    const output: string[] = [];
    let served: RunningServer;

    beforeAll(async () => {
        // The images that the pipeline's image is based on are not available to tests. Its files run as they are.
        starter.edit("index.ts", (text) =>
            text.replace(/source: "\.\/score",\s*registry: [^\n]*,/, `image: "${image}",`),
        );
        starter.edit("Pulumi.dev.yaml", (text) => `${text.trimEnd()}\n  streaming-predictions:dataflow: "true"\n`);
        // A row with a longer name is refused.
        starter.edit("schemas/scored.json", (text) =>
            text.replace('"type": "STRING",', '"type": "STRING", "maxLength": "40",'),
        );
        served = await serve(cloud, {
            pipelines: { score: starter.file("score") },
            alertSpeed: 60,
            report: (line) => output.push(line),
        });
    });
    afterAll(async () => {
        await served?.close();
        await starter.remove();
    });

    const jobs = () => cloud.store.list("//dataflow.googleapis.com/", "jobs") as JobEntry[];
    const states = () =>
        jobs()
            .map((job) => stateOf(cloud, job))
            .sort();

    const rest = async (path: string, body?: object) => {
        const post = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
        const answer = await fetch(`${served.url}${path}`, body && post);
        const text = await answer.text();
        return text ? JSON.parse(text) : undefined;
    };

    const published: string[] = [];
    const publish = async (count: number, change: object = {}, attributes?: Record<string, string>) => {
        const products = Array.from({ length: count }, (_, index) => `product ${published.length + index}`);
        published.push(...products);
        const messages = products.map((product) => ({
            data: Buffer.from(JSON.stringify({ product, ...sale, ...change })).toString("base64"),
            attributes,
        }));
        expect((await rest(`/v1/projects/${project}/topics/sale-range:publish`, { messages })).messageIds).toHaveLength(
            count,
        );
        return products;
    };

    const rows = async (): Promise<string[]> => {
        const path = `/bigquery/v2/projects/${project}/datasets/history/tables/scored/data?maxResults=10000`;
        const { rows: found = [] } = await rest(path);
        return found.map(({ f }: { f: { v: string }[] }) => f[0]?.v);
    };

    const rejected: { product: string; reason: string }[] = [];
    const pullRejected = async () => {
        const path = `/v1/projects/${project}/subscriptions/sale-rejected`;
        const { receivedMessages = [] } =
            (await rest(`${path}:pull`, { maxMessages: 100, returnImmediately: true })) ?? {};
        for (const { ackId, message } of receivedMessages) {
            const { product } = JSON.parse(Buffer.from(message.data, "base64").toString());
            rejected.push({ product, reason: message.attributes.reason });
            await rest(`${path}:acknowledge`, { ackIds: [ackId] });
        }
        return rejected;
    };

    const eventually = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
        for (const started = Date.now(); !(await holds()); await sleep(200)) {
            if (Date.now() - started > 90_000) {
                throw new Error([`waited in vain for ${what}`, ...output.slice(-60)].join("\n"));
            }
        }
    };

    /** All sales that have a row or were rejected. */
    const processed = async () => new Set([...(await rows()), ...(await pullRejected()).map(({ product }) => product)]);
    const all = async (what: string) => eventually(async () => (await processed()).size >= published.length, what);

    test("is deployed, and scores what is published", async () => {
        await starter.up("dev");
        expect(states()).toEqual(["RUNNING"]);
        const products = await publish(50);
        await eventually(async () => (await rows()).length >= 50, "50 rows");
        expect((await rows()).sort()).toEqual([...products].sort());
    });

    test("sends broken and late sales, and rows that the table refuses, to the topic of rejected ones", async () => {
        const [broken] = await publish(1, { price: 90 });
        const soldAt = new Date(Date.now() - 2 * 86_400_000).toISOString();
        const [late] = await publish(1, {}, { soldAt });
        await publish(1, {}, { soldAt: new Date().toISOString() });
        const long = "x".repeat(41);
        published.push(long);
        await rest(`/v1/projects/${project}/topics/sale-range:publish`, {
            messages: [{ data: Buffer.from(JSON.stringify({ product: long, ...sale })).toString("base64") }],
        });
        await eventually(async () => (await pullRejected()).length >= 3, "rejected sales");
        expect(rejected.sort((one, other) => (one.product < other.product ? -1 : 1))).toEqual([
            { product: broken, reason: expect.stringMatching(/^ValueError: price is 90: the model knows/) },
            {
                product: late,
                reason: expect.stringMatching(/^ValueError: late: sold 17280\d s before it was published/),
            },
            { product: long, reason: expect.stringMatching(/^table: .*maximum length 40/) },
        ]);
        await all("the rows of the others");
    });

    /** The worker of the job, which has the process ID in its record. */
    const workers = (): number[] => {
        const folder = join(starter.place.home, "run");
        return readdirSync(folder).flatMap((name) => {
            const file = join(folder, name, "process.json");
            const { children = [] } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
            return children
                .map(({ pid }: { pid: number }) => pid)
                .filter(
                    (pid: number) =>
                        existsSync(`/proc/${pid}/exe`) && readlinkSync(`/proc/${pid}/exe`).includes("python"),
                );
        });
    };

    test("loses no sale when its worker is killed in the middle", async () => {
        await publish(300);
        await eventually(async () => (await processed()).size > published.length - 300, "the first of the sales");
        expect((await processed()).size).toBeLessThan(published.length);
        const before = workers();
        expect(before).toHaveLength(1);
        process.kill(before[0] as number, "SIGKILL");
        await all("the rows of all sales");
        expect(workers()).not.toEqual(before);
        expect(states()).toEqual(["RUNNING"]);
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
        expect(states()).toEqual(["RUNNING", "UPDATED"]);
        await publish(100);
        await all("the rows of all sales");
    });

    test("goes on when an update lacks a step, until a mapping names it", async () => {
        starter.edit("score/main.py", (text) => text.replace('"Collect"', '"Gather"'));
        starter.edit("index.ts", (text) =>
            text.replace(
                'parameters: { max_age: "3600" },',
                'parameters: { max_age: "1800" }, onIncompatible: "fail",',
            ),
        );
        await publish(50);
        const { code, output: text } = await starter.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect([code, text]).toEqual([
            255,
            expect.stringMatching(
                /The new job is not compatible with \S+\. The original job has not been aborted\., The new job is missing steps Collect\. If these steps have been renamed or deleted, please specify them with the update command\./,
            ),
        ]);
        expect(states()).toEqual(["FAILED", "RUNNING", "UPDATED"]);
        await all("the rows of all sales");
        starter.edit("index.ts", (text) =>
            text.replace('onIncompatible: "fail",', 'onIncompatible: "fail", transformNames: { Collect: "Gather" },'),
        );
        await starter.up("dev");
        expect(states()).toEqual(["FAILED", "RUNNING", "UPDATED", "UPDATED"]);
    });

    test("is drained when it is destroyed, and every sale has a row or was rejected", async () => {
        await publish(300);
        await eventually(async () => (await processed()).size > published.length - 300, "the first of the sales");
        const [running] = jobs().filter((job) => stateOf(cloud, job) === "RUNNING") as [JobEntry];
        await rest("/v1b3/drain");
        await eventually(async () => (await processed()).size >= 0, "");
        expect(running).toBeDefined();
    });
});
