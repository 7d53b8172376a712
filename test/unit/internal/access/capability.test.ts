import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";
import type { Capability } from "slipway/iam";
import { type Database, verifiedNetworkId } from "../../../../lib/iam/cloudSql";
import { use } from "../../../../lib/internal/access/capability";
import { roleGrant } from "../../../../lib/internal/access/roles";
import { problem } from "../../../../lib/internal/arguments/argumentsError";
import { apps, client, routeBy } from "../../databaseClient";
import { folderOf } from "../../folders";
import { registered, registeredOptions, registeredOutputs, rejection } from "../../registered";

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });

const offers: [string, () => Capability, string, object][] = [
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

test.each([
    ["reader", "object-viewer", "objectViewer"],
    ["writer", "object-user", "objectUser"],
    ["creator", "object-creator", "objectCreator"],
] as const)(
    "a bucket's %s may also read the bucket's metadata, as client.get_bucket does",
    async (offer, name, role) => {
        const made = await registered(() => new Consumer({ GIVEN: new StorageBucket("offered")[offer] }));
        const bucket = "acme-dev-offered";
        expect(Object.fromEntries(Object.entries(made).filter(([key]) => key.startsWith("BucketIAMMember")))).toEqual({
            [`BucketIAMMember consumer-offered-${name}`]: { bucket, role: `roles/storage.${role}`, member: whom },
            "BucketIAMMember consumer-offered-storage-bucket-viewer": {
                bucket,
                role: "roles/storage.bucketViewer",
                member: whom,
            },
        });
    },
);

test("two capabilities of a bucket, and the same role by its name, have one grant for the metadata", async () => {
    const made = await registered(() => {
        const { reader, writer, role } = new StorageBucket("offered");
        new Consumer({ READ: reader, WRITE: writer, VIEW: role("roles/storage.bucketViewer") });
    });
    expect(Object.keys(made).filter((key) => key.startsWith("BucketIAMMember"))).toEqual([
        "BucketIAMMember consumer-offered-object-user",
        "BucketIAMMember consumer-offered-object-viewer",
        "BucketIAMMember consumer-offered-storage-bucket-viewer",
    ]);
});

test("a service agent gets what it does, and not what only code needs, unless it is asked for", async () => {
    const program = (capability: (bucket: StorageBucket) => Capability) => () =>
        Environment.current().grantAgent("aiplatform.googleapis.com", capability(new StorageBucket("offered")));
    const roles = async (capability: (bucket: StorageBucket) => Capability) => {
        const made = await registered(program(capability), { environment: true });
        const grants = Object.entries(made).filter(([key]) => key.startsWith("BucketIAMMember"));
        return grants.map(([, inputs]) => Reflect.get(inputs, "role"));
    };
    expect(await roles(({ reader }) => reader)).toEqual(["roles/storage.objectViewer"]);
    expect(await roles(({ role }) => role("roles/storage.bucketViewer"))).toEqual(["roles/storage.bucketViewer"]);
});

const values: [string, () => Capability, string][] = [
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
    expect(Object.keys(both)).toEqual([
        "Bucket a",
        "BucketIAMMember consumer-a-object-viewer",
        "BucketIAMMember consumer-a-storage-bucket-viewer",
    ]);
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

test("the grant of a resource whose name changed is found by the previous name, unless it was shortened", async () => {
    const options = await registeredOptions(() => {
        const grant = roleGrant("new-viewer", "roles/storage.objectViewer", BucketIAMMember, { bucket: "a" }, "viewer");
        for (const name of ["new-viewer", "new-viewer-new-viewer", "new-view-1a2b3c"]) {
            grant.to(name, whom, {});
        }
    });
    expect(options).toEqual({
        "BucketIAMMember new-viewer": { aliases: ["viewer"] },
        "BucketIAMMember new-viewer-new-viewer": { aliases: ["new-viewer-viewer"] },
        "BucketIAMMember new-view-1a2b3c": {},
    });
});

describe("a network that is known at the deployment", () => {
    const database = (variable: string, network: string): Database => ({
        at: "",
        variable,
        attachment: client(variable, { route: routeBy(pulumi.output(network)) }),
    });
    const verified = (...all: Database[]) =>
        verifiedNetworkId(
            'CloudRunService "web"',
            apps,
            all as Parameters<typeof verifiedNetworkId>[2],
            ({ variable }, theirs, own) =>
                problem("network", "iam/network-of-other-database", `${variable} is in ${theirs}, not in ${own}.`),
        );

    test("is that of the databases, by its ID, URL or name", async () => {
        const url = `https://www.googleapis.com/compute/v1/${apps}`;
        const network = verified(database("ID", apps), database("URL", url), database("NAME", "apps"));
        expect(await new Promise((resolve) => pulumi.output(network).apply(resolve))).toBe(apps);
    });

    test("is refused if databases are in others", async () => {
        const stock = "projects/acme-dev/global/networks/stock";
        const other = "projects/acme-net/global/networks/apps";
        const network = verified(database("STOCK", stock), database("OWN", apps), database("OTHER", other));
        const line = (variable: string, theirs: string) =>
            `CloudRunService "web": network: ${variable} is in ${theirs}, not in ${apps}. [iam/network-of-other-database]`;
        expect((await rejection(network)).message).toBe([line("STOCK", stock), line("OTHER", other)].join("\n"));
        expect((await rejection(verified(database("STOCK", stock)))).message).toBe(line("STOCK", stock));
    });
});

test("a variable can have several grants and attachments", async () => {
    const several = (): Capability<{ kind: "socket"; path: string }> => {
        const { grants: [read] = [], value } = new StorageBucket("a").reader;
        const { grants: [write] = [] } = new StorageBucket("b").writer;
        if (!read || !write) {
            throw new Error("A bucket's capabilities have grants.");
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
