import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunningCloud } from "../../local/runtime/console/client";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import { objectName } from "../../local/simulator/services/storage";
import { run } from "../../local/toolchain/process";
import { until } from "../clusters/until";
import { World } from "../unit/local/world";
import { deployed } from "./deployed";
import { contentOf, deployedFunction } from "./deployedFunction";
import { systemPython } from "./python";

const platform = join(__dirname, "..", "..", "examples", "platform");
const sale = { price: 2.2, discount: 0.1, temperature: 18.5, holidays: 0, recentUnits: 241.3 };

let work: string;
let cloud: Cloud;
let platformDeployed: Awaited<ReturnType<typeof deployed>>;
let served: RunningServer;
const printed: string[] = [];

beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), "slipway-apps-"));
    platformDeployed = await deployed();
    cloud = platformDeployed.cloud;
    served = await serve(cloud, {
        ...{ runsCode: true, console: platformDeployed.place, as: account("predict") },
        report: (line) => printed.push(line),
    });
});

afterAll(async () => {
    await served?.close();
    await platformDeployed?.remove();
    rmSync(work, { recursive: true, force: true });
});

const project = "acme-forecast-dev";
const account = (name: string) => `${name}-run@${project}.iam.gserviceaccount.com`;
const variables = (name: string) => deployedFunction(cloud, project, name).variables;

/** Waits until the terminal has a line with a text. */
async function hasPrinted(text: string): Promise<void> {
    await until(
        () => printed.join("\n"),
        (all) => all.includes(text),
    );
}

/** The prediction of the model in the bucket. */
function expectation(sale: Record<string, number>) {
    const bucket = variables("predict").MODELS as string;
    const { intercept, features, range, version } = JSON.parse(contentOf(cloud, bucket, "sale-range.json").toString());
    let units: number = intercept;
    for (const [feature, value] of Object.entries(sale)) {
        units += features[feature].coefficient * value;
    }
    const [low, high] = [Math.floor(units * range.low), Math.ceil(units * range.high)];
    return { expected: Number(units.toFixed(1)), low, high, model: version };
}

describe("predict", () => {
    const headers = { "content-type": "application/json" };
    const ask = (body: string) => served.request("predict", "/", { method: "POST", headers, body });

    test.each([
        ["a common week", sale],
        ["a warm week with a large discount", { ...sale, discount: 0.3, temperature: 24 }],
        [
            "an expensive product in a cold week with two holidays",
            { ...sale, price: 2.9, holidays: 2, temperature: -4 },
        ],
    ])("%s is predicted by the model in the bucket", async (_, sale) => {
        const answer = await ask(JSON.stringify(sale));
        expect([answer.status, await answer.json()]).toEqual([200, expectation(sale)]);
    });

    test.each([
        ["a missing price", { ...sale, price: undefined }, [/^price is missing: give a number from 1\.\d+ to 2\.\d+ /]],
        [
            "a string instead of a number",
            { ...sale, discount: "10 %" },
            [/^discount is "10 %": give a number from 0 to 0\.3 /],
        ],
        [
            "a boolean instead of a number",
            { ...sale, holidays: true },
            [/^holidays is true: give a number from 0 to 2 /],
        ],
        ["a price that the model has never seen", { ...sale, price: 90 }, [/^price is 90: give a number from /]],
        ["two wrong fields", { ...sale, price: null, recentUnits: -1 }, [/^price is null: /, /^recentUnits is -1: /]],
        ["a list", [sale], [/^send a JSON object with price, discount, temperature, holidays, recentUnits$/]],
    ])("%s is refused by its name", async (_, body, errors) => {
        const answer = await ask(JSON.stringify(body));
        expect([answer.status, await answer.json()]).toEqual([
            400,
            { errors: errors.map((error) => expect.stringMatching(error)) },
        ]);
    });

    test("a body that is not JSON is refused", async () => {
        const answer = await ask("price=2.2");
        expect([answer.status, await answer.json()]).toEqual([
            400,
            { errors: [expect.stringMatching(/^send a JSON object with price, /)] },
        ]);
    });

    test("a request without a sale gets a hint to use POST", async () => {
        const answer = await served.request("predict", "/", { headers });
        expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    });

    test("is refused to accounts without the role, and from other networks", async () => {
        const as = account("predict");
        expect((await served.request("predict", "/", { as })).status).toBe(403);
        expect(printed).toContain(`predict: 403: The IAM principal ${as} lacks run.routes.invoke on the service.`);
        const { predict } = served.services;
        expect((await fetch(predict as string, { headers: { connection: "close" } })).status).toBe(404);
        await expect(served.request("forecast")).rejects.toThrow(
            'no service or function named "forecast" runs; did you mean "predict"? running: predict, record.',
        );
    });
});

describe("record", () => {
    /** Delivers a message like Eventarc: "CloudEvents - HTTP protocol binding". */
    async function deliver(id: string, data: string): Promise<number> {
        const published = "2026-06-01T08:00:00.123Z";
        const message = {
            data: Buffer.from(data).toString("base64"),
            messageId: id,
            message_id: id,
            publishTime: published,
            publish_time: published,
        };
        const { status } = await served.request("record", "/", {
            method: "POST",
            headers: {
                "content-type": "application/json",
                "ce-id": id,
                "ce-source": "//pubsub.googleapis.com/projects/acme-dev/topics/sale-range",
                "ce-specversion": "1.0",
                "ce-time": published,
                "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
            },
            body: JSON.stringify({ message, subscription: "projects/acme-dev/subscriptions/eventarc-record-sub" }),
        });
        return status;
    }

    /** The predictions in the results bucket, by name. */
    function predictions(): Record<string, unknown> {
        const results = variables("record").RESULTS as string;
        const found = cloud.store.list(objectName(results, "predictions"));
        const names = found.map(({ state }) => state.name as string);
        return Object.fromEntries(names.map((name) => [name, JSON.parse(contentOf(cloud, results, name).toString())]));
    }

    test("a message results in one prediction in the results bucket, however often it is delivered", async () => {
        const prediction = {
            sale: { product: "iced tea", ...sale },
            published: "2026-06-01T08:00:00.123Z",
            prediction: expectation(sale),
        };
        expect(await deliver("1096434104173400", JSON.stringify(prediction.sale))).toBe(200);
        expect(predictions()).toEqual({ "predictions/1096434104173400.json": prediction });

        expect(await deliver("1096434104173400", JSON.stringify(prediction.sale))).toBe(200);
        expect(predictions()).toEqual({ "predictions/1096434104173400.json": prediction });
        await hasPrinted("message 1096434104173400 was predicted before");
    });

    test.each([
        ["without a field", "2", JSON.stringify({ ...sale, price: undefined }), "price is missing"],
        ["that is not JSON", "3", "price=2.2", "send a JSON object"],
        ["that is empty", "4", "", "send a JSON object"],
        ["that is nested too deep to be read", "5", "[".repeat(200_000), "send a JSON object"],
    ])("a message %s is acknowledged and logged, without a result", async (_, id, data, logged) => {
        const before = predictions();
        expect(await deliver(id, data)).toBe(200);
        expect(predictions()).toEqual(before);
        await hasPrinted(`message ${id} is not predicted: ${logged}`);
    });
});

test("who lacks a permission gets the line of the program that grants it", async () => {
    const { STORAGE_EMULATOR_HOST: url } = served.variables;
    const ask = async (bucket: string, path: string, init?: RequestInit) =>
        (await fetch(`${url}/${path.replace("BUCKET", bucket)}`, init)).status;
    const { MODELS = "" } = variables("predict");
    const { RESULTS = "" } = variables("record");
    expect(await ask(MODELS, "storage/v1/b/BUCKET/o/sale-range.json")).toBe(200);
    const upload = "upload/storage/v1/b/BUCKET/o?uploadType=media&name=one.txt";
    expect(await ask(RESULTS, upload, { method: "POST", body: "1" })).toBe(403);
    expect(printed).toContain(
        `${account("predict")} lacks storage.objects.create on buckets/${RESULTS}/objects/one.txt: grant it in the program, by uses: { RESULTS: results.creator } of ServerlessFunction "predict"`,
    );
    expect(await ask(RESULTS, "storage/v1/b/BUCKET/o")).toBe(403);
    expect(printed.at(-1)).toContain("uses: { RESULTS: results.reader }");
    expect((await served.request("record", "/", { method: "POST", as: account("predict") })).status).toBe(403);
    expect(printed).toContainEqual(
        expect.stringMatching(
            /lacks run.routes.invoke on .*: grant it in the program, by uses: { RECORD: record.invoker } of ServerlessFunction "predict"$/,
        ),
    );
    await expect(serve(cloud, { as: account("predcit") })).rejects.toThrow(
        `--as: there is no service account ${account("predcit")}; 'npx slipway local ls' lists what is deployed.`,
    );
    await expect(serve(cloud, { as: "ana" })).rejects.toThrow(
        'must be an email address such as ana@acme.com (got "ana")',
    );
});

test("a person publishes with the role, and not without it", async () => {
    const running = new RunningCloud({ console: String(served.console) });
    const publish = async (as: string) => (await running.publish("sale-range", { data: sale, as })).response.status;
    expect(await publish("ana@acme.com")).toBe(403);
    const world = new World({ project, region: "europe-west1" }, {}, cloud);
    const grant = { topic: "sale-range", role: "roles/pubsub.publisher", member: "user:ana@acme.com" };
    world.make("TopicIAMMember", grant);
    expect([await publish("ana@acme.com"), await publish("ben@acme.com")]).toEqual([200, 403]);
});

test("a published message becomes a prediction", async () => {
    const data = Buffer.from(JSON.stringify(sale)).toString("base64");
    const answer = await fetch(`${served.url}/v1/projects/${project}/topics/sale-range:publish`, {
        method: "POST",
        headers: { "content-type": "application/json", connection: "close" },
        body: JSON.stringify({ messages: [{ data }] }),
    });
    const { messageIds } = (await answer.json()) as { messageIds: string[] };
    const name = objectName(variables("record").RESULTS as string, `predictions/${messageIds[0]}.json`);
    await until(
        () => cloud.store.read(name),
        (found) => found !== undefined,
    );
});

test("train.py recreates the example's model, byte for byte", async () => {
    const made = join(work, "sale-range.json");
    await run(systemPython(), [join(platform, "train.py"), made]);
    expect(readFileSync(made).equals(readFileSync(join(platform, "models", "sale-range.json")))).toBe(true);
});
