import type { CustomResourceOptions } from "@pulumi/pulumi";
import { PubSubTopic, ServerlessFunction, type ServerlessFunctionArgs, StorageBucket } from "slipway";
import { folderOf } from "./folders";
import { registered, registeredOptions } from "./registered";

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });

test("an object replaces the properties that it contains, and no others", async () => {
    const transform = { topic: { name: "other", messageRetentionDuration: undefined, tags: { a: "b" } } };
    expect(await registered(() => new PubSubTopic("sales", { retention: "1 day", transform }))).toEqual({
        "Topic sales": { name: "other", tags: { a: "b" } },
    });
});

test("a function gets the component's arguments, and changes them", async () => {
    const seen: object[] = [];
    const topic = (args: { name?: unknown }) => {
        seen.push({ ...args });
        args.name = `${args.name}-v2`;
    };
    expect(await registered(() => new PubSubTopic("sales", { retention: "1 day", transform: { topic } }))).toEqual({
        "Topic sales": { name: "sales-v2", messageRetentionDuration: "86400s" },
    });
    expect(seen).toEqual([{ name: "sales", messageRetentionDuration: "86400s", labels: undefined }]);
});

test("a function can also change the options", async () => {
    const topic = (_: object, options: CustomResourceOptions) => {
        options.protect = true;
        options.retainOnDelete = true;
    };
    const made = await registeredOptions(() => new PubSubTopic("sales", { transform: { topic } }));
    expect(made["Topic sales"]).toEqual({
        parent: "PubSubTopic sales",
        provider: "Provider dev",
        protect: true,
        retainOnDelete: true,
        after: ["Service pubsub"],
    });
});

test("a transform can disable protection for one production bucket", async () => {
    const bucket = (_: object, options: CustomResourceOptions) => {
        options.protect = false;
    };
    const program = () => [new StorageBucket("a", { transform: { bucket } }), new StorageBucket("b")];
    const made = await registeredOptions(program, { kind: "production" });
    expect([made["Bucket a"]?.protect, made["Bucket b"]?.protect]).toEqual([undefined, true]);
});

test("a transform of one component does not affect others", async () => {
    const program = () => [
        new PubSubTopic("sales", { transform: { topic: { tags: { a: "b" } } } }),
        new PubSubTopic("returns"),
    ];
    expect(await registered(program)).toEqual({
        "Topic sales": { name: "sales", tags: { a: "b" } },
        "Topic returns": { name: "returns" },
    });
});

const children: [keyof NonNullable<ServerlessFunctionArgs["transform"]>, string, object][] = [
    ["function", "Function predict", { description: "changed" }],
    ["sourceBucket", "Bucket predict-source", { requesterPays: true }],
    ["archive", "BucketObject predict-archive", { cacheControl: "no-store" }],
    ["repository", "Repository predict-images", { description: "changed" }],
    ["account", "Account predict-run", { description: "changed" }],
    ["buildAccount", "Account predict-build", { description: "changed" }],
    ["triggerAccount", "Account predict-trigger", { description: "changed" }],
];

test.each(children)("%s of a function changes only %s", async (part, key, changes) => {
    const program = (transform?: object) => () => {
        const args = { source, trigger: { topic: new PubSubTopic("sales") }, transform };
        return new ServerlessFunction("predict", args);
    };
    const before = await registered(program());
    expect(await registered(program({ [part]: changes }))).toEqual({
        ...before,
        [key]: { ...before[key], ...changes },
    });
});
