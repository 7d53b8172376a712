import { Provider } from "@pulumi/gcp/provider";
import { Topic } from "@pulumi/gcp/pubsub/topic";
import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    CloudRunJob,
    CloudRunService,
    CloudSqlInstance,
    PubSubTopic,
    ServiceAccount,
    StorageBucket,
} from "slipway";
import { requireUniqueName } from "../../../lib/stack/uniqueNames";
import { registration, startProgram } from "../engine";
import { refused, registered, told } from "../registered";
import { image } from "../serving";

const stack = { root: true };

test("a component whose service account would have the ID of another's is refused", async () => {
    const unharmed = Object.keys(await registered(() => new CloudRunService("shop", { image }), stack));
    const both = () => {
        new CloudRunService("shop", { image });
        new CloudRunJob("shop", { image });
    };
    expect(await refused(both, stack, unharmed)).toBe('CloudRunJob "shop": name: [stack/name-twice]');
});

test("components with different service accounts are not", async () => {
    const made = await registered(() => {
        new ServiceAccount("shopper");
        new CloudRunService("web", { image });
        new CloudRunJob("migrate", { image });
    }, stack);
    expect(Object.keys(made).filter((key) => key.startsWith("Account "))).toHaveLength(3);
});

const type = "gcp:serviceaccount/account:Account";

test("an account is refused if any of those with its ID is in the same project and has the same provider", async () => {
    const { shop, provider } = await startProgram();
    const other = new Provider("other", { project: "acme-dev" });
    const account = (name: string, project: string, own = provider) =>
        requireUniqueName(registration(type, name, { accountId: "web", project }, { parent: shop, provider: own }));
    account("one", "acme-dev");
    account("two", "acme-ml");
    account("three", "acme-dev", other);
    expect(() => account("four", "acme-dev")).toThrow('Shop "shop": name: makes the service account web, which Shop');
    expect(() => account("four", "acme-dev", other)).toThrow("makes the service account web");
    expect(account("four", "acme-ml", other)).toBe(undefined);
});

test("an account whose registration is seen twice, as by two copies of the library, is not its own duplicate", async () => {
    const { shop } = await startProgram();
    const args = registration(type, "web", { accountId: "web" }, { parent: shop });
    expect([requireUniqueName(args), requireUniqueName(args)]).toEqual([undefined, undefined]);
});

test("an account of the program itself is named by its own name", async () => {
    await startProgram();
    const account = (name: string) => requireUniqueName(registration(type, name, { accountId: "web" }, {}));
    account("one");
    expect(() => account("two")).toThrow(
        'the service account "two": name: makes the service account web, which the service account "one" has as well. Set another name.',
    );
});

test("accounts whose IDs are known later are left to Google Cloud", async () => {
    const { shop } = await startProgram();
    const accountId = pulumi.output("web");
    const account = (name: string) => requireUniqueName(registration(type, name, { accountId }, { parent: shop }));
    expect([account("one"), account("two")]).toEqual([undefined, undefined]);
});

test.each<[string, () => unknown, string]>([
    [
        "two topics with one name",
        () => [new PubSubTopic("sales"), new PubSubTopic("orders", { name: "sales" })],
        'PubSubTopic "orders": name: makes the topic sales, which PubSubTopic "sales" has as well. Set another name.',
    ],
    [
        "two buckets with one name, in different regions",
        () => [
            new StorageBucket("models", { name: "acme-models" }),
            new StorageBucket("data", { name: "acme-models", location: "US" }),
        ],
        'StorageBucket "data": name: makes the bucket acme-models, which StorageBucket "models" has as well. Set another name.',
    ],
    [
        "two datasets with one ID",
        () => [new BigQueryDataset("sales"), new BigQueryDataset("orders", { datasetId: "sales", location: "US" })],
        'BigQueryDataset "orders": name: makes the dataset sales, which BigQueryDataset "sales" has as well. Set another name.',
    ],
])("%s are refused, naming both", async (_, make, message) => {
    expect(await told(make, stack, expect.anything())).toContain(message);
});

test("resources with one name in different places, or that only are read, are not refused", async () => {
    const made = await registered(() => {
        const account = new ServiceAccount("web-run");
        new CloudRunService("web", { image, account });
        new CloudRunService("web-west", { image, account, name: "web", region: "europe-west4" });
        new PubSubTopic("sales");
        PubSubTopic.existing("sales");
        Topic.get("read", "projects/acme-dev/topics/sales", { name: "sales" });
    }, stack);
    expect(Object.keys(made)).toEqual(expect.arrayContaining(["Service web", "Service web-west", "Topic sales"]));
});

test("a CloudSqlInstance has a name of its own, also next to one with the same name", async () => {
    const instance = (name: string) => new CloudSqlInstance(name, { name: "sales", engine: "postgres", version: "17" });
    await expect(registered(() => [instance("one"), instance("two")], stack)).resolves.toBeDefined();
});
