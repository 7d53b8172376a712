import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deploys } from "../../examples/foundation/roles";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { type DeployedFunction, deployedFunction, start, unpacked } from "../apps/deployedFunction";
import { pythonWith, type RunningFunction } from "../apps/python";
import { Deployment } from "../deploy/deployment";

const project = "acme-streaming-dev";
const sale = { product: "iced tea", price: 2.2, discount: 0.1, temperature: 18.5, holidays: 0, recentUnits: 241.3 };

describe("the starter streaming-predictions", () => {
    const starter = Deployment.starter("streaming-predictions");
    const cloud = cloudOf(starter.place);
    let served: RunningServer;
    const running: RunningFunction[] = [];
    const reported: string[] = [];

    beforeAll(() => {
        // Retries take ten seconds and longer, which is too long for a test.
        starter.edit("index.ts", (text) => {
            const quick = "retries: false, deadLetter: { maxDeliveryAttempts: 5 }";
            return (
                text
                    .replace("push: predict", `push: predict, ${quick}`)
                    // Images are built in other tests; the pipeline itself runs in `test/extended/dataflow.test.ts`.
                    .replace('source: "./score"', `image: "docker.io/acme/score@sha256:${"0a".repeat(32)}"`)
                    .replace(/ {8}registry: .*\n/, "")
            );
        });
        for (const stack of ["dev", "prod"]) {
            starter.edit(
                `Pulumi.${stack}.yaml`,
                (text) => `${text.trimEnd()}\n  streaming-predictions:dataflow: "true"\n`,
            );
        }
    });
    afterAll(async () => {
        await served?.close();
        await Promise.all(running.map((each) => each.stop()));
        await starter.remove();
    });

    const addresses = () => ({ STORAGE_EMULATOR_HOST: served.url, PUBSUB_EMULATOR_HOST: served.pubsubHost });
    const function_ = (name: string): DeployedFunction => deployedFunction(cloud, project, name);

    const rest = async (path: string, body?: object) => {
        const post = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
        const answer = await fetch(`${served.url}${path}`, body && post);
        const text = await answer.text();
        return { status: answer.status, body: text ? JSON.parse(text) : undefined };
    };
    const publish = (message: object) =>
        rest(`/v1/projects/${project}/topics/sale-range:publish`, {
            messages: [{ data: Buffer.from(JSON.stringify(message)).toString("base64") }],
        });

    /** The rows of a table, as objects. */
    async function rows(table: string): Promise<Record<string, string>[]> {
        const path = `/bigquery/v2/projects/${project}/datasets/history/tables/${table}`;
        const { schema } = (await rest(path)).body;
        const { rows = [] } = (await rest(`${path}/data`)).body;
        const names: string[] = schema.fields.map(({ name }: { name: string }) => name);
        return rows.map(({ f }: { f: { v: string }[] }) => Object.fromEntries(names.map((name, i) => [name, f[i]?.v])));
    }

    async function eventually<Found>(look: () => Promise<Found | undefined | false>): Promise<Found> {
        for (const started = Date.now(); ; await sleep(100)) {
            const found = await look();
            if (found) {
                return found;
            }
            if (Date.now() - started > 60_000) {
                throw new Error(
                    [`waited in vain for ${look}`, ...reported, ...running.map((each) => each.output())].join("\n"),
                );
            }
        }
    }

    test.each(["dev", "prod"])("is deployed as %s by one up, and a second up changes nothing", async (stack) => {
        const { created } = await starter.up(stack);
        expect(created).toBeGreaterThan(50);
        expect(await starter.again(stack)).toEqual({ unchanged: created });
    });

    test("scheduled messages are predicted by a push subscription, and are in both tables", async () => {
        const routes: Record<string, string> = {};
        served = await serve(cloud, { routes, report: (line) => reported.push(line) });
        for (const name of ["produce", "predict"]) {
            const each = await start(function_(name), addresses());
            running.push(each);
            routes[name] = each.url;
        }
        const [job] = starter.remaining(project).filter((each) => each.startsWith("Job "));
        expect((await rest(`/v1/${job?.split(" ")[1]}:run`, {})).status).toBe(200);

        // A message can be delivered twice: Pub/Sub guarantees at-least-once delivery.
        const products = ["iced tea", "lemonade", "sparkling water"];
        const distinct = (found: Record<string, string>[]) => [...new Set(found.map(({ product }) => product))].sort();
        const predicted = await eventually(async () => {
            const found = await rows("predictions");
            return distinct(found).length === products.length && found;
        });
        expect(distinct(predicted)).toEqual(products);
        for (const { low, expected, high, model } of predicted) {
            expect(Number(low)).toBeLessThan(Number(expected));
            expect(Number(high)).toBeGreaterThan(Number(expected));
            expect(model).toBe("1.0.0");
        }
        expect(distinct(await rows("sales"))).toEqual(products);
    });

    test("the pulling program predicts the same messages", async () => {
        const folder = mkdtempSync(join(tmpdir(), "slipway-consumer-"));
        unpacked(function_("predict"), folder);
        const python = await pythonWith(folder);
        const { MODELS } = function_("predict").variables;
        const PREDICT_RANGE = String((await starter.outputs("dev")).subscription);
        const { PATH } = process.env;
        const env = { PATH, ...addresses(), MODELS, PREDICT_RANGE, PUBSUB_PROJECT_ID: project };
        const consumer = spawn(python, ["consume.py"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
        let printed = "";
        consumer.stdout.setEncoding("utf8").on("data", (text) => {
            printed += text;
        });
        const lines = await eventually(async () => {
            const whole = printed.split("\n").slice(0, -1);
            return whole.length >= 3 && whole;
        });
        const ended = new Promise((resolve) => consumer.on("close", resolve));
        consumer.kill("SIGTERM");
        expect(await ended).toBe(0);
        rmSync(folder, { recursive: true, force: true });
        const byProduct = (all: { product?: string }[]) => Object.fromEntries(all.map((each) => [each.product, each]));
        const pulled = byProduct(lines.map((line) => JSON.parse(line)));
        const pushed = byProduct(await rows("predictions"));
        for (const [product, { low, high }] of Object.entries(pushed) as [string, Record<string, string>][]) {
            expect(pulled[product]).toMatchObject({ low: Number(low), high: Number(high) });
        }
    });

    test("a message that does not match the schema is refused when it is published", async () => {
        expect(await publish({ product: "iced tea", price: "cheap" })).toMatchObject({ status: 400 });
    });

    test("a sale that cannot be predicted becomes a dead letter after five deliveries", async () => {
        expect(await publish({ ...sale, price: 90 })).toMatchObject({ status: 200 });
        const kept = starter.remaining(project).find((each) => /^Subscription .*predict-range-push.*dead/.test(each));
        const dead = await eventually(async () => {
            const { body } = await rest(`/v1/${kept?.split(" ")[1]}:pull`, { maxMessages: 1, returnImmediately: true });
            return body.receivedMessages?.[0]?.message;
        });
        expect(JSON.parse(Buffer.from(dead.data, "base64").toString())).toEqual({ ...sale, price: 90 });
        expect(dead.attributes).toMatchObject({ CloudPubSubDeadLetterSourceDeliveryCount: "5" });
    });

    test("is destroyed: dev immediately, prod after its protection is disabled", async () => {
        await starter.destroy("dev");
        expect(starter.remaining(project)).toEqual([]);
        await starter.takeDown("prod");
        expect(starter.remaining("acme-streaming-prod")).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["streaming-predictions"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
