import { setTimeout as sleep } from "node:timers/promises";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { Emulator, endpoint, eventually, project, reader, textOf, topic } from "./served";

/** A local cloud with the subscription `reader` of the topic `sales`. */
async function started(subscription: Inputs = {}): Promise<Emulator> {
    const world = project();
    world.make("Subscription", { name: "reader", topic: "sales", ...subscription });
    return Emulator.of(world);
}

test("a published message is delivered to all subscriptions of the topic, with its contents", async () => {
    const emulator = await started();
    emulator.world.make("Subscription", { name: "second", topic: "sales" });
    const message = { data: Buffer.from("2.2"), attributes: { season: "summer" }, orderingKey: "tea" };
    const [messageId] = await emulator.publish(message);
    for (const name of ["reader", "second"]) {
        expect(await emulator.pull(`projects/acme-dev/subscriptions/${name}`)).toEqual([
            {
                ackId: expect.stringMatching(/^.{20,}$/),
                deliveryAttempt: 0,
                message: {
                    ...message,
                    messageId,
                    publishTime: { seconds: expect.any(Number), nanos: expect.any(Number) },
                },
            },
        ]);
    }
});

test("a newly deployed subscription receives messages that are published afterwards, a deleted one none", async () => {
    const emulator = await Emulator.of(project());
    await emulator.publish("before");
    const made = emulator.world.make("Subscription", { name: "reader", topic: "sales" });
    await emulator.publish("after");
    expect((await emulator.pull()).map(textOf)).toEqual(["after"]);
    emulator.world.remove(made);
    await expect(emulator.pull()).rejects.toThrow("NOT_FOUND: Resource not found (resource=reader).");
    emulator.world.make("Subscription", { name: "reader", topic: "sales" });
    expect(await emulator.pull()).toEqual([]);
});

test("a filter delivers only matching messages", async () => {
    const emulator = await started({ filter: 'attributes.season = "summer"' });
    await emulator.publish({ data: Buffer.from("a"), attributes: { season: "summer" } }, "b");
    expect((await emulator.pull()).map(textOf)).toEqual(["a"]);
});

test("deployed topics and subscriptions are described and listed", async () => {
    const emulator = await started({
        filter: "attributes:season",
        enableExactlyOnceDelivery: true,
        retryPolicy: { minimumBackoff: "20s" },
        labels: { team: "forecast" },
    });
    const labels = { "goog-pulumi-provisioned": "true" };
    const one = await emulator.call("Publisher.GetTopic", { topic });
    expect(one).toMatchObject({ name: topic, labels, state: "ACTIVE" });
    expect((await emulator.call("Publisher.ListTopics", { project: "projects/acme-dev" })).topics).toEqual([one]);
    const listed = await emulator.call("Publisher.ListTopicSubscriptions", { topic });
    expect(listed.subscriptions).toEqual([reader]);
    const subscription = await emulator.call("Subscriber.GetSubscription", { subscription: reader });
    expect(subscription).toMatchObject({
        name: reader,
        topic,
        ackDeadlineSeconds: 10,
        filter: "attributes:season",
        enableExactlyOnceDelivery: true,
        labels: { ...labels, team: "forecast" },
        messageRetentionDuration: { seconds: 604800, nanos: 0 },
        retryPolicy: { minimumBackoff: { seconds: 20 }, maximumBackoff: { seconds: 600 } },
        expirationPolicy: { ttl: { seconds: 2678400 } },
        deadLetterPolicy: null,
    });
    const all = await emulator.call("Subscriber.ListSubscriptions", { project: "projects/acme-dev" });
    expect(all.subscriptions).toEqual([subscription]);
});

test("a list has pages", async () => {
    const emulator = await started();
    emulator.world.make("Topic", { name: "orders" });
    const request = { project: "projects/acme-dev", pageSize: 1 };
    const first = await emulator.call("Publisher.ListTopics", request);
    const second = await emulator.call("Publisher.ListTopics", { ...request, pageToken: first.nextPageToken });
    const names = [first, second].map(({ topics }) => topics.map(({ name }: Inputs) => name));
    expect([names, second.nextPageToken]).toEqual([[["projects/acme-dev/topics/orders"], [topic]], ""]);
});

test.each<[string, string, object, string]>([
    [
        "a missing topic",
        "Publisher.Publish",
        { topic: "projects/acme-dev/topics/none", messages: [{ data: Buffer.from("a") }] },
        "NOT_FOUND: Resource not found (resource=none).",
    ],
    [
        "an empty message",
        "Publisher.Publish",
        { topic, messages: [{ orderingKey: "a" }] },
        "INVALID_ARGUMENT: One or more messages in the publish request is empty. Each message must contain either non-empty data, or at least one attribute.",
    ],
    [
        "no message",
        "Publisher.Publish",
        { topic },
        "INVALID_ARGUMENT: The value for message_count is 0: a request publishes 1 to 1000 messages.",
    ],
    [
        "a reserved attribute",
        "Publisher.Publish",
        { topic, messages: [{ attributes: { google: "1" } }] },
        "INVALID_ARGUMENT: Attribute key 'google' is not valid: it has 1 to 256 bytes and does not start with 'goog'.",
    ],
    [
        "too large a request",
        "Publisher.Publish",
        { topic, messages: [{ data: Buffer.alloc(10_000_001) }] },
        "INVALID_ARGUMENT: Request payload size exceeds the limit: 10000000 bytes.",
    ],
    [
        "a pull of no messages",
        "Subscriber.Pull",
        { subscription: reader },
        "INVALID_ARGUMENT: Invalid value for max_messages: 0. It must be greater than 0.",
    ],
    [
        "a missing project",
        "Publisher.ListTopics",
        { project: "projects/none" },
        "NOT_FOUND: Requested project not found or user does not have access to it (project=none). Make sure to specify the unique project identifier and not the Google Cloud Console display name.",
    ],
    [
        "a new topic",
        "Publisher.CreateTopic",
        {},
        "UNIMPLEMENTED: CreateTopic is not answered by the local Google Cloud: what exists is made by a deployment. Change the program and run 'slipway local up'.",
    ],
    [
        "a new endpoint",
        "Subscriber.ModifyPushConfig",
        {},
        "UNIMPLEMENTED: ModifyPushConfig is not answered by the local Google Cloud: what exists is made by a deployment. Change the program and run 'slipway local up'.",
    ],
])("%s is refused", async (_, method, request, refusal) => {
    await expect((await started()).call(method, request)).rejects.toThrow(new Error(refusal));
});

test("a push subscription cannot be pulled", async () => {
    const emulator = await started({ pushConfig: { pushEndpoint: "https://example.com/push" } });
    await expect(emulator.pull()).rejects.toThrow(
        new Error("FAILED_PRECONDITION: This method is not supported for this subscription type."),
    );
});

test("a pull waits for a message", async () => {
    const emulator = await started();
    const pulled = emulator.call("Subscriber.Pull", { subscription: reader, maxMessages: 1 });
    await emulator.publish("late");
    expect((await pulled).receivedMessages.map(textOf)).toEqual(["late"]);
});

test("with exactly-once delivery, expired acknowledgments are reported", async () => {
    const emulator = await started({ enableExactlyOnceDelivery: true });
    await emulator.publish("a");
    const received = await emulator.pull();
    await emulator.acknowledge(received);
    await expect(emulator.acknowledge(received)).rejects.toThrow(
        "FAILED_PRECONDITION: Some acknowledgement ids in the request were invalid.",
    );
    const usual = await started();
    await usual.publish("a");
    const once = await usual.pull();
    await usual.acknowledge(once);
    await expect(usual.acknowledge(once)).resolves.toEqual({});
});

test("a stream delivers messages as they are published, no more than its client accepts, and receives acknowledgments", async () => {
    const emulator = await started({ enableMessageOrdering: true });
    const { received, call } = emulator.stream({
        subscription: reader,
        streamAckDeadlineSeconds: 10,
        maxOutstandingMessages: 2,
    });
    const messages = () => received.flatMap(({ receivedMessages }) => receivedMessages);
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]?.subscriptionProperties).toEqual({
        exactlyOnceDeliveryEnabled: false,
        messageOrderingEnabled: true,
    });
    await emulator.publish("a", "b");
    await eventually(() => expect(messages().map(textOf)).toEqual(["a", "b"]));
    await emulator.publish("c");
    await sleep(50);
    expect(messages().map(textOf)).toEqual(["a", "b"]);
    call.write({ ackIds: [messages()[0]?.ackId, "none"] });
    await eventually(() => expect(messages().map(textOf)).toEqual(["a", "b", "c"]));
    expect(received.map(({ acknowledgeConfirmation }) => acknowledgeConfirmation)).toContainEqual({
        ackIds: [messages()[0]?.ackId],
        invalidAckIds: ["none"],
    });
    call.write({ modifyDeadlineAckIds: [messages()[1]?.ackId], modifyDeadlineSeconds: [0] });
    await eventually(() => expect(messages().map(textOf)).toEqual(["a", "b", "c", "b"]));
    call.cancel();
});

test("a stream delivers no more bytes than its client accepts", async () => {
    const emulator = await started();
    const request = { subscription: reader, streamAckDeadlineSeconds: 10, maxOutstandingBytes: 3 };
    const { received, call } = emulator.stream(request);
    const messages = () => received.flatMap(({ receivedMessages }) => receivedMessages);
    await emulator.publish("abcd");
    await eventually(() => expect(messages().map(textOf)).toEqual(["abcd"]));
    await emulator.publish("e");
    await sleep(50);
    expect(messages().map(textOf)).toEqual(["abcd"]);
    call.write({ ackIds: [messages()[0]?.ackId] });
    await eventually(() => expect(messages().map(textOf)).toEqual(["abcd", "e"]));
    call.cancel();
});

test("a stream of a missing or deleted subscription ends with an error", async () => {
    const emulator = await Emulator.of(project());
    const made = emulator.world.make("Subscription", { name: "reader", topic: "sales" });
    const request = { subscription: reader, streamAckDeadlineSeconds: 10 };
    const none = emulator.stream({ ...request, subscription: `${reader}s` });
    await eventually(() => expect(none.errors).toEqual(["NOT_FOUND: Resource not found (resource=readers)."]));
    const stream = emulator.stream(request);
    await eventually(() => expect(stream.received).toHaveLength(1));
    await emulator.publish("a");
    await eventually(() => expect(stream.received).toHaveLength(2));
    emulator.world.remove(made);
    await expect(emulator.pull()).rejects.toThrow("NOT_FOUND");
    await eventually(() => expect(stream.errors).toEqual(["NOT_FOUND: Resource not found (resource=reader)."]));
});

test("two streams of a subscription receive different messages", async () => {
    const emulator = await started();
    const request = { subscription: reader, streamAckDeadlineSeconds: 10, maxOutstandingMessages: 5 };
    const streams = [emulator.stream(request), emulator.stream(request)];
    const texts = () =>
        streams.map(({ received }) => received.flatMap(({ receivedMessages }) => receivedMessages.map(textOf)));
    await eventually(() => expect(streams.map(({ received }) => received.length)).toEqual([1, 1]));
    await emulator.publish(..."abcdefghij");
    await eventually(() => expect(texts().map(({ length }) => length)).toEqual([5, 5]));
    expect(texts().flat().sort()).toEqual([..."abcdefghij"]);
});

test("a subscription can seek to a time and to a snapshot", async () => {
    const emulator = await started({ retainAckedMessages: true });
    await emulator.publish("a");
    const first = await emulator.pull();
    const snapshot = "projects/acme-dev/snapshots/before";
    expect(await emulator.call("Subscriber.CreateSnapshot", { name: snapshot, subscription: reader })).toMatchObject({
        name: snapshot,
        topic,
    });
    await emulator.acknowledge(first);
    await emulator.publish("b");
    await emulator.acknowledge(await emulator.pull());
    await emulator.call("Subscriber.Seek", { subscription: reader, snapshot });
    const again = await emulator.pull();
    expect(again.map(textOf)).toEqual(["a", "b"]);
    await emulator.acknowledge(again);
    await emulator.call("Subscriber.Seek", { subscription: reader, time: first[0]?.message.publishTime });
    expect((await emulator.pull()).map(textOf)).toEqual(["a", "b"]);
    await emulator.call("Subscriber.Seek", { subscription: reader, time: { seconds: 4_000_000_000 } });
    expect(await emulator.pull()).toEqual([]);
    await emulator.call("Subscriber.DeleteSnapshot", { snapshot });
    await expect(emulator.call("Subscriber.Seek", { subscription: reader, snapshot })).rejects.toThrow(
        "NOT_FOUND: Resource not found (resource=before).",
    );
});

describe("dead letters", () => {
    const dead = "projects/acme-dev/topics/dead";

    async function withDeadLetters(...granted: ("subscriber" | "publisher")[]): Promise<Emulator> {
        const world = project();
        world.make("ServiceIdentity", { service: "pubsub.googleapis.com" });
        world.make("Topic", { name: "dead" });
        world.make("Subscription", { name: "graves", topic: "dead" });
        world.make("Subscription", {
            name: "reader",
            topic: "sales",
            deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 5 },
        });
        const member = `serviceAccount:service-${world.number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
        for (const role of granted) {
            role === "publisher"
                ? world.make("TopicIAMMember", { topic: dead, role: `roles/pubsub.${role}`, member })
                : world.make("SubscriptionIAMMember", { subscription: "reader", role: `roles/pubsub.${role}`, member });
        }
        return Emulator.of(world);
    }

    async function refuseFiveTimes(emulator: Emulator): Promise<number[]> {
        const attempts: number[] = [];
        for (let attempt = 1; attempt <= 5; attempt++) {
            const received = await emulator.pull();
            attempts.push(...received.map(({ deliveryAttempt }) => deliveryAttempt));
            await emulator.refuse(received);
        }
        return attempts;
    }

    test("are forwarded to their topic after the maximum number of deliveries, with their origin", async () => {
        const emulator = await withDeadLetters("subscriber", "publisher");
        const [messageId] = await emulator.publish({ data: Buffer.from("a"), attributes: { season: "summer" } });
        expect(await refuseFiveTimes(emulator)).toEqual([1, 2, 3, 4, 5]);
        expect(await emulator.pull()).toEqual([]);
        const [grave] = await emulator.pull("projects/acme-dev/subscriptions/graves");
        expect(grave?.message).toMatchObject({
            data: Buffer.from("a"),
            attributes: {
                season: "summer",
                CloudPubSubDeadLetterSourceDeliveryCount: "5",
                CloudPubSubDeadLetterSourceSubscription: "reader",
                CloudPubSubDeadLetterSourceSubscriptionProject: "acme-dev",
                CloudPubSubDeadLetterSourceTopicPublishTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/),
            },
        });
        expect(emulator.lines).toEqual([`${reader}: message ${messageId} was forwarded to ${dead} after 5 deliveries`]);
    });

    test.each([
        ["cannot publish to their topic", ["subscriber"], `roles/pubsub.publisher on ${dead}`],
        ["cannot acknowledge them", ["publisher"], `roles/pubsub.subscriber on ${reader}`],
    ] as const)("remain in the subscription if Pub/Sub's service agent %s", async (_, granted, lacks) => {
        const emulator = await withDeadLetters(...granted);
        await emulator.publish("a");
        await refuseFiveTimes(emulator);
        expect((await emulator.pull()).map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([6]);
        expect(await emulator.pull("projects/acme-dev/subscriptions/graves")).toEqual([]);
        expect(emulator.lines).toEqual([
            `${reader} forwards no dead letters because Pub/Sub's service agent lacks ${lacks}`,
        ]);
    });
});

describe("the next process", () => {
    /** Serves the same cloud as another process that was killed would have: the first one does not close. */
    const next = ({ world }: Emulator) => Emulator.of(world);

    test("delivers the messages that are not acknowledged, in their order and with their contents", async () => {
        const first = await started({ enableMessageOrdering: true });
        const messages = ["a", "b", "c"].map((text) => ({
            data: Buffer.from(text),
            attributes: { season: "summer" },
            orderingKey: "tea",
        }));
        const [, ...left] = await first.publish(...messages);
        await first.acknowledge(await first.pull(reader, 1));
        await first.pull();
        const received = await (await next(first)).pull();
        expect(received.map(({ message }) => message.messageId)).toEqual(left);
        expect(received.map(({ message }) => message)).toMatchObject(messages.slice(1));
    });

    test("replays acknowledged messages that are retained, until they are purged", async () => {
        const first = await started({ retainAckedMessages: true });
        await first.publish("a", "b");
        await first.acknowledge(await first.pull());
        const seek = (emulator: Emulator, seconds: number) =>
            emulator.call("Subscriber.Seek", { subscription: reader, time: { seconds } });
        const second = await next(first);
        expect(await second.pull()).toEqual([]);
        await seek(second, 0);
        const third = await next(second);
        expect((await third.pull()).map(textOf)).toEqual(["a", "b"]);
        await seek(third, Date.now() / 1000 + 60);
        expect(await (await next(third)).pull()).toEqual([]);
    });

    test("pushes messages that could not be delivered, without another message", async () => {
        const world = project();
        world.make("Subscription", {
            name: "reader",
            topic: "sales",
            pushConfig: { pushEndpoint: "https://acme.dev/" },
        });
        const away = await endpoint(503);
        const first = await Emulator.of(world, { "https://acme.dev/": away.url });
        await first.publish("a");
        await eventually(() => expect(away.arrived.length).toBeGreaterThan(0));
        await first.close();
        const back = await endpoint(204);
        await Emulator.of(world, { "https://acme.dev/": back.url });
        await eventually(() =>
            expect(back.arrived.map(({ body }) => JSON.parse(String(body)).message.data)).toEqual(["YQ=="]),
        );
    });

    test("has the messages of a subscription whose topic was deleted, and none of a deleted subscription", async () => {
        const world = project();
        const returns = world.make("Topic", { name: "returns" });
        const subscription = world.make("Subscription", { name: "reader", topic: "returns" });
        const first = await Emulator.of(world);
        await first.call("Publisher.Publish", { topic: returns.id, messages: [{ data: Buffer.from("a") }] });
        world.remove(returns);
        expect((await (await next(first)).pull()).map(textOf)).toEqual(["a"]);
        world.remove(subscription);
        world.make("Subscription", { name: "reader", topic: "sales" });
        expect(await (await next(first)).pull()).toEqual([]);
    });
});

describe("with REST", () => {
    async function rest(emulator: Emulator, method: string, path: string, body?: object): Promise<[number, Inputs]> {
        const answer = await fetch(`${emulator.url}/v1/${path}`, { method, body: body && JSON.stringify(body) });
        return [answer.status, (await answer.json()) as Inputs];
    }

    test("a message is published, pulled and acknowledged", async () => {
        const emulator = await started({ retainAckedMessages: true });
        const data = Buffer.from("2.2").toString("base64");
        const published = await rest(emulator, "POST", `${topic}:publish`, {
            messages: [{ data, attributes: { a: "b" } }],
        });
        expect(published).toEqual([200, { messageIds: [expect.stringMatching(/^\d{16}$/)] }]);
        const [, { receivedMessages }] = await rest(emulator, "POST", `${reader}:pull`, { maxMessages: 5 });
        const publishTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        const [messageId] = published[1].messageIds;
        expect(receivedMessages).toEqual([
            { ackId: expect.any(String), message: { data, attributes: { a: "b" }, messageId, publishTime } },
        ]);
        const ackIds = [receivedMessages[0].ackId];
        expect(await rest(emulator, "POST", `${reader}:modifyAckDeadline`, { ackIds, ackDeadlineSeconds: 60 })).toEqual(
            [200, {}],
        );
        expect(await rest(emulator, "POST", `${reader}:acknowledge`, { ackIds })).toEqual([200, {}]);
        expect(await rest(emulator, "POST", `${reader}:seek`, { time: "2026-01-01T00:00:00Z" })).toEqual([200, {}]);
        expect((await emulator.pull()).map(textOf)).toEqual(["2.2"]);
    });

    test("topics and subscriptions are described and listed", async () => {
        const emulator = await started();
        const [, subscription] = await rest(emulator, "GET", reader);
        expect(subscription).toMatchObject({ name: reader, topic, expirationPolicy: { ttl: "2678400s" } });
        expect(await rest(emulator, "GET", "projects/acme-dev/subscriptions")).toEqual([
            200,
            { subscriptions: [subscription] },
        ]);
        expect(await rest(emulator, "GET", `${topic}/subscriptions`)).toEqual([200, { subscriptions: [reader] }]);
        const [, { topics }] = await rest(emulator, "GET", "projects/acme-dev/topics?pageSize=1");
        expect(await rest(emulator, "GET", topic)).toEqual([200, topics[0]]);
    });

    test("errors have Google's format", async () => {
        const emulator = await started({ enableExactlyOnceDelivery: true });
        const error = { code: 404, message: "Resource not found (resource=none).", status: "NOT_FOUND" };
        expect(await rest(emulator, "GET", "projects/acme-dev/topics/none")).toEqual([404, { error }]);
        expect(await rest(emulator, "PUT", topic, {})).toMatchObject([501, { error: { status: "UNIMPLEMENTED" } }]);
        const over = await rest(emulator, "POST", `${reader}:acknowledge`, { ackIds: ["none"] });
        expect(over).toMatchObject([
            400,
            { error: { details: [{ metadata: { none: "PERMANENT_FAILURE_INVALID_ACK_ID" } }] } },
        ]);
    });
});
