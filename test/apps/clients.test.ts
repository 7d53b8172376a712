import { join } from "node:path";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { run } from "../../local/toolchain/process";
import { World } from "../unit/local/world";
import { pythonWith } from "./python";

const topic = "projects/acme-dev/topics/sales";
const reader = "projects/acme-dev/subscriptions/reader";
const dead = "projects/acme-dev/topics/dead";
const graves = "projects/acme-dev/subscriptions/graves";

let world: World;
let served: RunningServer;
let python: string;

beforeAll(async () => {
    python = await pythonWith(join(__dirname, "clients"));
});

beforeEach(async () => {
    world = new World();
    world.enable("iam", "pubsub", "secretmanager");
    world.make("Topic", { name: "sales" });
    served = await serve(world.cloud);
});

afterEach(async () => {
    await served.close();
});

/** The JSON output of a program with Google's client libraries for Python. */
async function client(code: string): Promise<unknown> {
    const script = `
import json, threading, time
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery, pubsub_v1, secretmanager
publisher, subscriber = pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient()
def refused(action):
    try:
        action()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
def consume(subscription, callback, count):
    "Has messages sent to it until that many came."
    came = threading.Semaphore(0)
    def each(message):
        callback(message)
        came.release()
    streaming = subscriber.subscribe(subscription, each)
    complete = all([came.acquire(timeout=20) for _ in range(count)])
    streaming.cancel()
    streaming.result(10)
    return complete
${code}
print(json.dumps(answer))`;
    const env = { PATH: process.env.PATH, PUBSUB_EMULATOR_HOST: served.pubsubHost, BIGQUERY_EMULATOR_HOST: served.url };
    return JSON.parse(await run(python, ["-W", "ignore", "-c", script], { env }));
}

test("messages are published, streamed and acknowledged", async () => {
    world.make("Subscription", { name: "reader", topic: "sales", filter: "attributes:season" });
    const answer = await client(`
seen = []
def callback(message):
    seen.append([message.data.decode(), dict(message.attributes), message.message_id, message.delivery_attempt])
    message.ack()
ids = [publisher.publish("${topic}", f"{n}".encode(), season="summer").result() for n in range(3)]
publisher.publish("${topic}", b"unwanted").result()
complete = consume("${reader}", callback, 3)
rest = subscriber.pull(subscription="${reader}", max_messages=10, return_immediately=True).received_messages
answer = [complete, ids, sorted(seen), len(rest)]`);
    const [, ids] = answer as [boolean, string[]];
    expect(answer).toEqual([true, ids, ids.map((id, n) => [String(n), { season: "summer" }, id, null]), 0]);
    expect(new Set(ids).size).toBe(3);
});

test("messages with an ordering key arrive in order and once", async () => {
    world.make("Subscription", {
        name: "reader",
        topic: "sales",
        enableMessageOrdering: true,
        enableExactlyOnceDelivery: true,
    });
    const answer = await client(`
publisher = pubsub_v1.PublisherClient(publisher_options=pubsub_v1.types.PublisherOptions(enable_message_ordering=True))
for n in range(30):
    publisher.publish("${topic}", f"{n}".encode(), ordering_key=f"key{n % 2}")
publisher.stop()
seen = {"key0": [], "key1": []}
statuses = set()
def callback(message):
    seen[message.ordering_key].append(int(message.data))
    statuses.add(str(message.ack_with_response().result(10)))
complete = consume("${reader}", callback, 30)
answer = [complete, seen, sorted(statuses)]`);
    const numbers = [...Array(30).keys()];
    const [even, odd] = [0, 1].map((rest) => numbers.filter((n) => n % 2 === rest));
    expect(answer).toEqual([true, { key0: even, key1: odd }, ["AcknowledgeStatus.SUCCESS"]]);
});

test("a message that is repeatedly not acknowledged becomes a dead letter", async () => {
    world.make("Topic", { name: "dead" });
    const { member } = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state;
    world.make("TopicIAMMember", { topic: "dead", role: "roles/pubsub.publisher", member });
    world.make("Subscription", { name: "graves", topic: "dead" });
    const deadLetterPolicy = { deadLetterTopic: dead, maxDeliveryAttempts: 5 };
    world.make("Subscription", { name: "reader", topic: "sales", deadLetterPolicy });
    world.make("SubscriptionIAMMember", { subscription: "reader", role: "roles/pubsub.subscriber", member });
    const answer = await client(`
publisher.publish("${topic}", b"poison", season="summer").result()
attempts = []
def callback(message):
    attempts.append(message.delivery_attempt)
    message.nack()
complete = consume("${reader}", callback, 5)
[grave] = subscriber.pull(subscription="${graves}", max_messages=1, timeout=20).received_messages
attributes = dict(grave.message.attributes)
attributes.pop("CloudPubSubDeadLetterSourceTopicPublishTime")
answer = [complete, attempts, grave.message.data.decode(), attributes]`);
    expect(answer).toEqual([
        true,
        [1, 2, 3, 4, 5],
        "poison",
        {
            season: "summer",
            CloudPubSubDeadLetterSourceDeliveryCount: "5",
            CloudPubSubDeadLetterSourceSubscription: "reader",
            CloudPubSubDeadLetterSourceSubscriptionProject: "acme-dev",
        },
    ]);
});

test("deployed resources are described, and creating them through the client is refused", async () => {
    world.make("Subscription", {
        name: "reader",
        topic: "sales",
        ackDeadlineSeconds: 60,
        enableMessageOrdering: true,
        expirationPolicy: { ttl: "" },
        messageRetentionDuration: "86400s",
        retainAckedMessages: true,
        retryPolicy: { minimumBackoff: "20s" },
        labels: { team: "forecast" },
    });
    const answer = await client(`
found = subscriber.get_subscription(subscription="${reader}")
answer = [
    [found.name, found.topic, found.ack_deadline_seconds, found.enable_message_ordering, found.retain_acked_messages],
    [found.message_retention_duration.days, found.retry_policy.minimum_backoff.seconds, found.labels["team"]],
    [found.enable_exactly_once_delivery, "ttl" in found.expiration_policy, found.state.name],
    [each.name for each in publisher.list_topics(project="projects/acme-dev")],
    list(publisher.list_topic_subscriptions(topic="${topic}")),
    refused(lambda: publisher.create_topic(name="${dead}")),
    refused(lambda: subscriber.get_subscription(subscription="${graves}")),
]`);
    expect(answer).toEqual([
        [reader, topic, 60, true, true],
        [1, 20, "forecast"],
        [false, false, "ACTIVE"],
        [topic],
        [reader],
        expect.stringMatching(/^MethodNotImplemented: 501 CreateTopic is not answered by the local Google Cloud: /),
        "NotFound: 404 Resource not found (resource=graves).",
    ]);
});

test("a secret version is read", async () => {
    world.make("Secret", { secretId: "password", replication: { auto: {} } });
    world.make("SecretVersion", { secret: "password", secretData: "hunter2" });
    const answer = await client(`
import grpc
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import SecretManagerServiceGrpcTransport
channel = grpc.insecure_channel("${served.pubsubHost}")
by_grpc = secretmanager.SecretManagerServiceClient(transport=SecretManagerServiceGrpcTransport(channel=channel))
by_rest = secretmanager.SecretManagerServiceClient(
    transport="rest", credentials=AnonymousCredentials(), client_options=ClientOptions(api_endpoint="${served.url}")
)
versions = [each.access_secret_version(name="projects/acme-dev/secrets/password/versions/latest") for each in (by_grpc, by_rest)]
answer = [[each.name, each.payload.data.decode(), each.payload.data_crc32c] for each in versions]`);
    const version = [`projects/${world.number}/secrets/password/versions/1`, "hunter2", expect.any(Number)];
    expect(answer).toEqual([version, version]);
});

test("tables are listed, written and read", async () => {
    const columns = [
        { name: "product", type: "STRING", mode: "REQUIRED" },
        { name: "units", type: "INTEGER", mode: "NULLABLE" },
        { name: "at", type: "TIMESTAMP", mode: "NULLABLE" },
        { name: "stores", type: "RECORD", mode: "REPEATED", fields: [{ name: "number", type: "INTEGER" }] },
    ];
    const dataset = "projects/acme-dev/datasets/sales";
    const put = (id: string, state: object) =>
        world.cloud.store.write({
            name: `//bigquery.googleapis.com/${id}`,
            project: "acme-dev",
            id,
            state: { ...state },
        });
    put(dataset, { datasetId: "sales", location: "EU" });
    put(`${dataset}/tables/range`, { tableId: "range", type: "TABLE", schema: JSON.stringify(columns) });
    const answer = await client(`
client = bigquery.Client(project="acme-dev", credentials=AnonymousCredentials())
errors = client.insert_rows_json("acme-dev.sales.range", [
    {"product": "tea", "units": 241, "at": "2026-06-01T08:00:00.5Z", "stores": [{"number": 1}]}, {"product": "mate"}])
wrong = client.insert_rows_json("acme-dev.sales.range", [{"colour": "red"}])
table = client.get_table("acme-dev.sales.range")
rows = [[row["product"], row["units"], row["at"] and row["at"].isoformat(), row["stores"]] for row in client.list_rows(table, page_size=1)]
answer = [
    errors, [error["message"] for error in wrong[0]["errors"]], [field.name for field in table.schema], table.num_rows, rows,
    [each.table_id for each in client.list_tables("sales")], client.get_dataset("sales").location,
    refused(lambda: client.get_table("sales.none")), [list(row.values()) for row in client.query("SELECT COUNT(*) FROM sales.range").result()],
]`);
    expect(answer).toEqual([
        [],
        ["no such field: colour."],
        ["product", "units", "at", "stores"],
        2,
        [
            ["tea", 241, "2026-06-01T08:00:00.500000+00:00", [{ number: 1 }]],
            ["mate", null, null, []],
        ],
        ["range"],
        "EU",
        expect.stringMatching(/^NotFound: 404 .*Not found: Table acme-dev:sales.none$/),
        [[2]],
    ]);
});
