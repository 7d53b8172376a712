import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LocalCloud } from "slipway-local";

const cloud = new LocalCloud();
let app;
before(async () => {
    await cloud.stack("dev").up();
    app = await cloud.serve();
});
after(() => cloud.remove());

test("a prediction is stored in the database, which is migrated before", async () => {
    const answer = await app.call("web", "/", { data: { kilometres: 12.5 } });
    assert.deepEqual(await answer.json(), { id: 1, kilometres: 12.5, minutes: 35 });
    const stored = await app.call("web", "/", { method: "GET" });
    assert.deepEqual(await stored.json(), [{ id: 1, kilometres: 12.5, minutes: 35 }]);
});

test("a distance that is not a number is refused", async () => {
    assert.equal((await app.call("web", "/", { data: { kilometres: "12" } })).status, 400);
});
