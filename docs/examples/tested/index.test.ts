import { LocalCloud } from "slipway-local";

jest.setTimeout(120_000);

const cloud = new LocalCloud(__dirname);
const dev = cloud.stack("dev", {
    "gcp:project": "acme-dev",
    "gcp:region": "europe-west1",
    "slipway:kind": "development",
});
afterAll(() => cloud.remove());

test("what Google Cloud refuses fails the deployment in Google's words, and the next one completes it", async () => {
    const type = "gcp:pubsub/subscription:Subscription";
    const refused = { verb: "create", type, name: "predict-range", call: 1, answer: 403 } as const;
    await expect(dev.up({ faults: [refused] })).rejects.toThrow("Error 403");

    const { created, outputs } = await dev.up();
    expect(created).toContain("Subscription predict-range");
    expect(outputs.topic).toBe("projects/acme-dev/topics/sale-range");
});

test("the topic belongs to the team, and the subscription never expires", () => {
    expect(cloud.resource("topics/sale-range").properties.labels).toEqual({ team: "forecast" });
    expect(cloud.resource("subscriptions/predict-range").properties.expirationPolicy).toEqual({ ttl: "" });
});

test("a second deployment has nothing to do", async () => {
    expect((await dev.preview()).steps).toEqual([]);
});

test("no topic and no subscription is left when it is taken down", async () => {
    await dev.destroy();
    expect([cloud.resources("Topic"), cloud.resources("Subscription")]).toEqual([[], []]);
});
