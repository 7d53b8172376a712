import { AvroSchema } from "../../../../local/runtime/services/pubsub/schemas/avro";
import type { Entry } from "../../../../local/simulator/cloud/store";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { Emulator, eventually, project, reader } from "./served";

const location = "europe-west1";

/** A local cloud with a subscription to the bucket `acme-archive`. */
async function archiving(cloudStorageConfig: Inputs, world = project()): Promise<Emulator> {
    world.make("Bucket", { name: "acme-archive", location });
    const member = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state.member;
    for (const role of ["objectCreator", "legacyBucketReader"]) {
        world.make("BucketIAMMember", { bucket: "acme-archive", role: `roles/storage.${role}`, member });
    }
    const { maxMessages, ...others } = cloudStorageConfig;
    world.make("Subscription", {
        name: "reader",
        topic: "sales",
        cloudStorageConfig: { bucket: "acme-archive", ...others },
    });
    // Objects of a subscription have at least 1,000 messages: a test of fewer changes what is stored.
    const { store } = world.cloud;
    const entry = store.read(`//pubsub.googleapis.com/${reader}`) as Entry;
    const stored = { ...(entry.state.cloudStorageConfig as Inputs), ...(maxMessages && { maxMessages }) };
    store.write({ ...entry, state: { ...entry.state, cloudStorageConfig: stored } });
    return Emulator.of(world);
}

/** The objects in the bucket, by name. */
function objects({ world: { cloud } }: Emulator): [string, Buffer][] {
    const found = cloud.store.list("//storage.googleapis.com/buckets/acme-archive/objects");
    return found.map(({ state, content }) => [String(state.name), cloud.store.content(content as string)]);
}

const texts = (emulator: Emulator) => objects(emulator).map(([, content]) => content.toString());
const uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

test("the maximum number of messages results in an object of lines, named by the time", async () => {
    const emulator = await archiving({ maxMessages: 2, filenamePrefix: "sales/", filenameSuffix: ".txt" });
    await emulator.publish("a", "b", "c");
    await eventually(() => expect(texts(emulator)).toEqual(["a\nb\n"]));
    const [[name] = [""]] = objects(emulator);
    expect(name).toMatch(new RegExp(`^sales/\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00_${uuid}\\.txt$`));
    await emulator.publish("d");
    await eventually(() => expect(texts(emulator).sort()).toEqual(["a\nb\n", "c\nd\n"]));
});

test("the maximum number of bytes results in an object, with the configured time format", async () => {
    const emulator = await archiving({ maxBytes: 1000, filenameDatetimeFormat: "YYYY/MM/DD/hh_mm_ssZ" });
    await emulator.publish("a".repeat(999));
    await emulator.publish("b");
    await eventually(() => expect(texts(emulator)).toEqual([`${"a".repeat(999)}\nb\n`]));
    expect(objects(emulator)[0]?.[0]).toMatch(new RegExp(`^\\d{4}/\\d\\d/\\d\\d/\\d\\d_\\d\\d_\\d\\dZ_${uuid}$`));
});

test("pending messages are written after the maximum duration, and at the end", async () => {
    const emulator = await archiving({ maxDuration: "60s" });
    const { store } = emulator.world.cloud;
    const entry = store.read(`//pubsub.googleapis.com/${reader}`) as NonNullable<ReturnType<typeof store.read>>;
    const cloudStorageConfig = { ...(entry.state.cloudStorageConfig as Inputs), maxDuration: "0.1s" };
    await emulator.publish("a");
    expect(texts(emulator)).toEqual([]);
    await emulator.close();
    expect(texts(emulator)).toEqual(["a\n"]);
    store.write({ ...entry, state: { ...entry.state, cloudStorageConfig } });
    const again = await Emulator.of(emulator.world);
    await again.publish("b");
    await eventually(() => expect(texts(again).sort()).toEqual(["a\n", "b\n"]));
});

test.each([
    [true, { subscription_name: reader, publish_time: expect.stringMatching(/Z$/), attributes: { season: "summer" } }],
    [false, {}],
])("in Avro a record has the data and metadata of a message: %s", async (writeMetadata, metadata) => {
    const emulator = await archiving({ maxMessages: 2, avroConfig: { writeMetadata } });
    const season = { attributes: { season: "summer" } };
    const ids = await emulator.publish({ data: Buffer.from("a"), ...season }, { data: Buffer.from("b"), ...season });
    await eventually(() => expect(objects(emulator)).toHaveLength(1));
    const container = new AvroSchema(
        JSON.stringify({
            type: "record",
            name: "File",
            fields: [
                { name: "magic", type: { type: "fixed", name: "Magic", size: 4 } },
                { name: "meta", type: { type: "map", values: "bytes" } },
                { name: "before", type: { type: "fixed", name: "Sync", size: 16 } },
                { name: "count", type: "long" },
                { name: "block", type: "bytes" },
                { name: "after", type: "Sync" },
            ],
        }),
    );
    const { magic, meta, before, after, count, block } = container.fromBinary(
        objects(emulator)[0]?.[1] as Buffer,
    ) as Inputs;
    expect([magic.toString(), meta["avro.codec"].toString(), count, before]).toEqual(["Obj\u0001", "null", 2, after]);
    const schema = JSON.parse(meta["avro.schema"].toString());
    const two = {
        type: "record",
        name: "Two",
        fields: [
            { name: "first", type: schema },
            { name: "second", type: `${schema.namespace}.${schema.name}` },
        ],
    };
    const { first, second } = new AvroSchema(JSON.stringify(two)).fromBinary(block) as Inputs;
    const record = (data: string, message_id: string | undefined) => ({
        data: Buffer.from(data),
        ...(writeMetadata && { message_id }),
        ...metadata,
    });
    expect([first, second]).toEqual([record("a", ids[0]), record("b", ids[1])]);
});

test("messages that may not be processed in the region of the bucket are not written, as the state says", async () => {
    const world = project();
    const [topic] = world.cloud.store.list("//pubsub.googleapis.com/projects/acme-dev/topics");
    const process = (allowedPersistenceRegions: string[]) =>
        world.cloud.store.write({
            ...(topic as Entry),
            state: { ...topic?.state, messageStoragePolicy: { allowedPersistenceRegions, enforceInTransit: true } },
        });
    process(["us-east1"]);
    const emulator = await archiving({ maxMessages: 2 }, world);
    const state = () =>
        emulator.call("Subscriber.GetSubscription", { subscription: "projects/acme-dev/subscriptions/reader" });
    await emulator.publish("a", "b");
    expect(texts(emulator)).toEqual([]);
    expect(await state()).toMatchObject({
        state: "RESOURCE_ERROR",
        cloudStorageConfig: { state: "IN_TRANSIT_LOCATION_RESTRICTION" },
    });
    process([location]);
    expect(await state()).toMatchObject({ state: "ACTIVE", cloudStorageConfig: { state: "ACTIVE" } });
});
