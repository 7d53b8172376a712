import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LocalCloud } from "slipway-local";

const sale = { product: "tea", price: 2.2, discount: 0.1, temperature: 18.5, holidays: 0, recentUnits: 241.3 };
const cloud = new LocalCloud();
let app;
before(async () => {
    await cloud.stack("dev").up();
    app = await cloud.serve();
});
after(() => cloud.remove());

test("a sale is pushed to predict, which publishes its prediction in the same trace", async () => {
    await app.publish("sale-range", sale);
    const lines = await app.logs("predict");
    const [published, pushed] = lines.filter(({ status }) => /OK|204/.test(status));
    assert.deepEqual([published.text, pushed.text], ["google.pubsub.v1.Publisher/Publish", "POST /"]);
    assert.equal(published.trace, pushed.trace);
});

test("the topic refuses what is no sale, and predict refuses callers without the role", async () => {
    await assert.rejects(app.publish("sale-range", { product: "tea" }));
    assert.equal((await app.call("predict", "/", { data: {}, as: "produce-run" })).status, 403);
});
