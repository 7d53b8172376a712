import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { LocalCloud } from "slipway-local";

const iris = JSON.parse(readFileSync("requests/predict.json", "utf8"));
const cloud = new LocalCloud();
let app;
before(async () => {
    await cloud.stack("dev").up();
    app = await cloud.serve();
});
after(() => cloud.remove());

test("the model tells the species, and refuses what it has not learnt", async () => {
    const answer = await (await app.call("predict", "/", { data: iris })).json();
    assert.equal(answer.species, "setosa");
    assert.equal((await app.call("predict", "/", { data: { ...iris, petalWidth: 50 } })).status, 400);
});

test("callers without the role to invoke it are refused", async () => {
    assert.equal((await app.call("predict", "/", { data: iris, as: "ann@acme.com" })).status, 403);
});
