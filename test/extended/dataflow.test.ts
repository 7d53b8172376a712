import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, serve } from "../../local/emulator/server";
import { type JobEntry, stateOf } from "../../local/services/dataflow/jobs";
import { cloudOf } from "../../local/workspace";
import { metadataServer } from "../apps/databases/metadata";
import { pythonWith } from "../apps/python";
import { Deployment } from "../deploy/deployment";

const project = "acme-streaming-dev";
const sale = { price: 2.2, discount: 0.1, temperature: 18.5, holidays: 0, recentUnits: 241.3 };
const image = `docker.io/acme/score@sha256:${"0a".repeat(32)}`;

/** The pipeline of a job that the local Google Cloud runs, in a process of its own. */
interface Running {
    process: ChildProcess;
    folder: string;
    output: string;
    ended: Promise<number | null>;
}

describe("the pipeline of the starter streaming-predictions", () => {
    const starter = Deployment.starter("streaming-predictions");
    const cloud = cloudOf(starter.place);
    const running = new Map<string, Running>();
    let served: RunningServer;
    let metadata: Awaited<ReturnType<typeof metadataServer>>;
    let python: string;

    beforeAll(async () => {
        // The images that the pipeline's image is based on are not available to tests. Its files run as they are.
        starter.edit("index.ts", (text) =>
            text.replace(/source: "\.\/score",\s*registry: [^\n]*,/, `image: "${image}",`),
        );
        starter.edit("Pulumi.dev.yaml", (text) => `${text.trimEnd()}\n  streaming-predictions:dataflow: "true"\n`);
        python = await pythonWith(starter.file("score"));
        metadata = await metadataServer(`score-flow@${project}.iam.gserviceaccount.com`, "local");
    });
    afterAll(async () => {
        for (const { process, folder } of running.values()) {
            process.kill("SIGKILL");
            rmSync(folder, { recursive: true, force: true });
        }
        await served?.close();
        metadata?.close();
        await starter.remove();
    });

    const jobs = () => cloud.store.list("//dataflow.googleapis.com/", "jobs") as JobEntry[];

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
        const path = `/bigquery/v2/projects/${project}/datasets/history/tables/scored/data`;
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

    async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
        for (const started = Date.now(); !(await holds()); await sleep(200)) {
            if (Date.now() - started > 60_000) {
                throw new Error(
                    [`waited in vain for ${what}`, ...[...running.values()].map((each) => each.output)].join("\n"),
                );
            }
        }
    }

    /** Starts the pipeline as Dataflow would: its files as they are now, with the options of the job. */
    const start = ({ state }: JobEntry): Running => {
        const folder = mkdtempSync(join(tmpdir(), "slipway-pipeline-"));
        cpSync(starter.file("score"), folder, { recursive: true });
        const options = Object.entries(state.parameters).map(([name, value]) => `--${name}=${value}`);
        const runner = "--runner=BundleBasedDirectRunner";
        const child = spawn(python, [join(__dirname, "dataflow", "direct.py"), folder, ...options, runner], {
            cwd: folder,
            env: {
                PATH: process.env.PATH,
                HOME: folder,
                STORAGE_EMULATOR_HOST: served.url,
                PUBSUB_EMULATOR_HOST: served.pubsubHost,
                BIGQUERY_EMULATOR_HOST: served.url,
                ...metadata.environment,
            },
        });
        const made = {
            process: child,
            folder,
            output: "",
            ended: new Promise<number | null>((resolve) => child.on("close", resolve)),
        };
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text) => {
                made.output += text;
            });
        }
        return made;
    };

    /** Runs what the local Google Cloud runs: a job that is replaced or drained stops reading, and processes what it has read. */
    const follow = async () => {
        const isRunning = (job: JobEntry) => stateOf(cloud, job) === "RUNNING";
        for (const job of jobs().filter((each) => isRunning(each) && !running.has(each.state.id))) {
            running.set(job.state.id, start(job));
        }
        for (const job of jobs().filter((each) => !isRunning(each) && running.has(each.state.id))) {
            const { process: child, ended } = running.get(job.state.id) as Running;
            child.kill("SIGTERM");
            expect(await ended).toBe(0);
        }
    };

    test("is deployed, and scores what is published", async () => {
        await starter.up("dev");
        served = await serve(cloud, { report: () => undefined });
        await follow();
        const products = await publish(50);
        await eventually(async () => (await rows()).length >= 50, "50 rows");
        expect((await rows()).sort()).toEqual([...products].sort());
    });

    test("sends broken and late sales to the topic of rejected ones, with the reason", async () => {
        const [broken] = await publish(1, { price: 90 });
        const soldAt = new Date(Date.now() - 2 * 86_400_000).toISOString();
        const [late] = await publish(1, {}, { soldAt });
        await publish(1, {}, { soldAt: new Date().toISOString() });
        await eventually(async () => (await pullRejected()).length >= 2, "rejected sales");
        expect(rejected.sort((one, other) => (one.product < other.product ? -1 : 1))).toEqual([
            { product: broken, reason: expect.stringMatching(/^ValueError: price is 90: the model knows/) },
            {
                product: late,
                reason: expect.stringMatching(/^ValueError: late: sold 17280\d s before it was published/),
            },
        ]);
    });

    test("is updated in place while sales arrive, and none is lost", async () => {
        const before = [...running.keys()];
        await publish(100);
        starter.edit("index.ts", (text) =>
            text.replace('type: "streaming",', 'type: "streaming", parameters: { max_age: "3600" },'),
        );
        await starter.up("dev");
        await publish(100);
        await follow();
        await publish(100);
        const replaced = jobs().map(({ state }) => state.replaceJobId);
        expect(replaced).toContain(before[0]);
        expect(running.size).toBe(2);
        await eventually(async () => new Set(await rows()).size >= published.length - 2, "the rows of all sales");
    });

    test("is drained when it is destroyed, and every sale has a row or was rejected", async () => {
        await publish(100);
        await eventually(async () => /read [1-9]/.test([...running.values()].at(-1)?.output ?? ""), "a read");
        // All are read, and some are still processed.
        await eventually(async () => {
            const counts = [...running.values()].map(({ output }) => [...output.matchAll(/^read (\d+)$/gm)]);
            return counts.flat().reduce((sum, [, count]) => sum + Number(count), 0) >= published.length;
        }, "all messages");
        const { process: child, ended } = [...running.values()].at(-1) as Running;
        child.kill("SIGTERM");
        expect(await ended).toBe(0);
        await pullRejected();
        const found = [...(await rows()), ...rejected.map(({ product }) => product)];
        expect([...new Set(found)].sort()).toEqual([...published].sort());
        expect(found).toHaveLength(published.length);
        await starter.destroy("dev");
        expect(starter.remaining(project)).toEqual([]);
    });
});
