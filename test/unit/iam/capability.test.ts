import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";
import type { Capability } from "slipway/iam";
import { use } from "../../../lib/iam/capability";
import { folderOf } from "../folders";
import { registered, registeredOptions, registeredOutputs } from "../registered";

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });

const offers: [string, () => Capability, string, object][] = [
    [
        "a bucket's reader reads its objects",
        () => new StorageBucket("offered").reader,
        "BucketIAMMember consumer-offered-object-viewer",
        { bucket: "acme-dev-offered", role: "roles/storage.objectViewer" },
    ],
    [
        "a bucket's writer reads, writes and deletes its objects",
        () => new StorageBucket("offered").writer,
        "BucketIAMMember consumer-offered-object-user",
        { bucket: "acme-dev-offered", role: "roles/storage.objectUser" },
    ],
    [
        "a topic's publisher publishes to it",
        () => new PubSubTopic("offered").publisher,
        "TopicIAMMember consumer-offered-publisher",
        { topic: "projects/acme-dev/topics/offered", role: "roles/pubsub.publisher" },
    ],
    [
        "a topic's subscriber attaches subscriptions to it",
        () => new PubSubTopic("offered").subscriber,
        "TopicIAMMember consumer-offered-subscriber",
        { topic: "projects/acme-dev/topics/offered", role: "roles/pubsub.subscriber" },
    ],
    [
        "a subscription's subscriber takes its messages",
        () => new PubSubSubscription("offered", { topic: new PubSubTopic("sales"), pull: {} }).subscriber,
        "SubscriptionIAMMember consumer-offered-subscriber",
        { subscription: "projects/acme-dev/subscriptions/offered", role: "roles/pubsub.subscriber" },
    ],
    [
        "a function's invoker calls it",
        () => new ServerlessFunction("offered", { source, entryPoint: "predict", trigger: { http: {} } }).invoker,
        "ServiceIamMember consumer-offered-invoker",
        { project: "acme-dev", location: "europe-west1", name: "offered", role: "roles/run.invoker" },
    ],
];

const whom = "serviceAccount:consumer@acme-dev.iam.gserviceaccount.com";

/** A component that uses capabilities, and returns the environment variables of its code. */
class Consumer extends pulumi.ComponentResource {
    constructor(uses: Record<string, Capability>) {
        super("acme:index:Consumer", "consumer");
        const { env, grants, attachments } = use("consumer", uses, whom, { parent: this });
        this.registerOutputs({ env, grants: grants.length, attachments });
    }
}

test.each(offers)("%s: one role on one resource", async (_, offer, key, grant) => {
    const before = await registered(() => [offer(), new Consumer({})]);
    expect(await registered(() => new Consumer({ GIVEN: offer() }))).toEqual({
        ...before,
        [key]: { ...grant, member: whom },
    });
});

const values: [string, () => Capability, string][] = [
    ["bucket", () => new StorageBucket("offered").reader, "acme-dev-offered"],
    ["topic", () => new PubSubTopic("offered").publisher, "projects/acme-dev/topics/offered"],
    [
        "subscription",
        () => new PubSubSubscription("offered", { topic: new PubSubTopic("sales"), pull: {} }).subscriber,
        "projects/acme-dev/subscriptions/offered",
    ],
    [
        "function",
        () => new ServerlessFunction("offered", { source, entryPoint: "predict", trigger: { http: {} } }).invoker,
        "https://offered-1a2b3c-ew.a.run.app",
    ],
];

test.each(values)("the code that uses a %s receives its value", async (_, offer, value) => {
    const { "Consumer consumer": outputs } = await registeredOutputs(() => new Consumer({ GIVEN: offer() }));
    expect(outputs).toEqual({ env: { GIVEN: value }, grants: 1, attachments: [] });
});

test("a grant is the consumer's child and waits for its resource", async () => {
    const { "BucketIAMMember consumer-offered-object-viewer": grant } = await registeredOptions(
        () => new Consumer({ GIVEN: new StorageBucket("offered").reader }),
    );
    expect(grant).toEqual({ parent: "Consumer consumer", after: ["Bucket offered"] });
});

test("a capability in two variables is granted once, so that removing one keeps the grant", async () => {
    const program = (...variables: string[]) => {
        const { reader } = new StorageBucket("a");
        use("consumer", Object.fromEntries(variables.map((variable) => [variable, reader])), whom, {});
    };
    const both = await registered(() => program("FIRST", "SECOND"));
    expect(Object.keys(both)).toEqual(["Bucket a", "BucketIAMMember consumer-a-object-viewer"]);
    expect(await registered(() => program("SECOND"))).toEqual(both);
});

test("grants with the same name on different resource types are separate", async () => {
    const made = await registered(() => {
        const topic = new PubSubTopic("sales");
        const { subscriber } = new PubSubSubscription("sales", { topic, pull: {} });
        use("consumer", { TOPIC: topic.subscriber, SUBSCRIPTION: subscriber }, whom, {});
    });
    expect(Object.keys(made).filter((key) => key.includes("IAMMember"))).toEqual([
        "SubscriptionIAMMember consumer-sales-subscriber",
        "TopicIAMMember consumer-sales-subscriber",
    ]);
});

test("a variable can have several grants and attachments", async () => {
    const several = (): Capability<{ kind: "socket"; path: string }> => {
        const { grants: [read] = [], value } = new StorageBucket("a").reader;
        const { grants: [write] = [] } = new StorageBucket("b").writer;
        if (!read || !write) {
            throw new Error("A bucket's capabilities have a grant each.");
        }
        return { value, grants: [read, write], attachments: [{ kind: "socket", path: "/a" }] };
    };
    const used: unknown[] = [];
    const program = () => {
        const { grants, attachments } = use("consumer", { BOTH_OF_THEM: several() }, whom, {});
        used.push(grants.length, attachments);
    };
    const made = Object.keys(await registered(program)).filter((key) => key.startsWith("BucketIAMMember"));
    expect(made).toEqual(["BucketIAMMember consumer-a-object-viewer", "BucketIAMMember consumer-b-object-user"]);
    const attached = { at: "", variable: "BOTH_OF_THEM", attachment: { kind: "socket", path: "/a" } };
    expect(used).toEqual([2, [attached]]);
});
