import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { LocalCloud } from "slipway-local";

const sale = JSON.parse(readFileSync("requests/predict.json", "utf8"));
const cloud = new LocalCloud();
let app;
before(async () => {
    await cloud.stack("dev").up();
    app = await cloud.serve();
});
after(() => cloud.remove());

test("a sale is predicted for callers with the role", async () => {
    const answer = await app.call("predict", "/", { data: sale });
    assert.deepEqual(await answer.json(), { expected: 252.3, high: 299, low: 211, model: "1.0.0" });
    assert.equal((await app.call("predict", "/", { data: sale, as: "record-run" })).status, 403);
});

test("a message becomes an object of the bucket with the results", async () => {
    await app.publish("sale-range", sale);
    const [written] = (await app.logs("record")).filter(({ kind, text }) => kind === "call" && text.startsWith("POST"));
    assert.match(written.text, /\/b\/.*-results\/o$/);
});
