import type { CustomResourceOptions } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import {
    Network,
    PubSubTopic,
    ServerlessFunction,
    type ServerlessFunctionArgs,
    StorageBucket,
    type StorageBucketArgs,
} from "slipway";
import { safeParse } from "valibot";
import { childrenOf, transforms } from "../../../../lib/internal/engine/children";
import { folderOf } from "../../folders";
import { registered, registeredOptions } from "../../registered";

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });

test("an object replaces the properties that it contains, and no others", async () => {
    const transform = { topic: { name: "other", messageRetentionDuration: undefined, tags: { a: "b" } } };
    expect(await registered(() => new PubSubTopic("sales", { retention: "1 day", transform }))).toEqual({
        "Topic sales": { name: "other", tags: { a: "b" } },
    });
});

test("nested properties are changed by themselves: as values, functions of the component's value, and lists", async () => {
    const rule = { action: { type: "Delete" }, condition: { age: 9 } };
    const args: StorageBucketArgs = { labels: { team: "ml" }, website: { notFoundPage: "404.html" } };
    const transform: StorageBucketArgs["transform"] = {
        bucket: {
            versioning: { enabled: false },
            softDeletePolicy: { retentionDurationSeconds: 0 },
            lifecycleRules: (rules = []) => [...rules, rule],
            website: { mainPageSuffix: "index.html" },
            name: (name) => `${name}-v2`,
        },
    };
    const before = await registered(() => new StorageBucket("models", args));
    const { lifecycleRules = [], ...bucket } = before["Bucket models"] as { lifecycleRules?: object[] };
    const after = await registered(() => new StorageBucket("models", { ...args, transform }));
    expect(after["Bucket models"]).toEqual({
        ...bucket,
        name: "acme-dev-models-v2",
        versioning: { enabled: false },
        softDeletePolicy: { retentionDurationSeconds: 0 },
        lifecycleRules: [...lifecycleRules, rule],
        website: { mainPageSuffix: "index.html", notFoundPage: "404.html" },
    });
});

test("a part that is an output is changed when it resolves", async () => {
    const child = childrenOf(undefined as never, { instance: { settings: { tier: (tier: string) => `${tier}-2` } } });
    const [, args] = child("instance", "sales", { settings: pulumi.output({ tier: "small", edition: "ENTERPRISE" }) });
    const resolved = await new Promise((resolve) => pulumi.output(args).apply(resolve));
    expect(resolved).toEqual({ settings: { tier: "small-2", edition: "ENTERPRISE" } });
});

test("an output is changed by a function when it resolves, and replaced by another value at once", async () => {
    const child = childrenOf(undefined as never, { topic: { name: (name: string) => `${name}-2`, kmsKeyName: "own" } });
    const [, args] = child("topic", "sales", { name: pulumi.output("sales"), kmsKeyName: pulumi.output("key") });
    expect(args.kmsKeyName).toBe("own");
    expect(await new Promise((resolve) => pulumi.output(args.name).apply(resolve))).toBe("sales-2");
});

test.each([
    [{}, true],
    [() => undefined, true],
    [null, false],
    ["sales-v2", false],
])("whether a child can be changed by %p: %p", (topic, isPossible) => {
    expect(safeParse(transforms<{ topic: unknown }>("topic"), { topic }).success).toBe(isPossible);
});

test("a function is called with the name of each child, so that it can change one of several", async () => {
    const subnetwork = (args: { description?: unknown }, _: object, name: string) => {
        args.description = name.endsWith("-b") ? "changed" : args.description;
    };
    const subnets = {
        a: { range: "10.0.0.0/20", region: "europe-west1" },
        b: { range: "10.1.0.0/20", region: "europe-west1" },
    };
    const made = await registered(() => new Network("apps", { subnets, transform: { subnetwork } }));
    expect(made["Subnetwork apps-a"]).not.toHaveProperty("description");
    expect(made["Subnetwork apps-b"]).toMatchObject({ description: "changed" });
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
