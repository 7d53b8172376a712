import { stripVTControlCharacters } from "node:util";
import { Deployment } from "./deployment";

const preloaded = 'runtime: { name: nodejs, options: { typescript: false, nodeargs: "--require slipway/program" } }\n';

/** A program with Pulumi's own language host, in which a failed one ends as for users. */
const deployment = (index: string, files: Record<string, string> = {}) =>
    new Deployment(
        {
            "Pulumi.yaml": `name: refused\n${preloaded}`,
            "Pulumi.dev.yaml":
                "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
            "package.json": '{ "name": "refused" }\n',
            "index.ts": index,
            ...files,
        },
        {},
        { languageHost: undefined },
    );

/** What a failed command prints below "Diagnostics", without indentation, and how many resources its preview or update has. */
async function diagnostics(deployed: Deployment, ...command: string[]) {
    const { code, output } = await deployed.run([...command, "-s", "dev"]);
    expect(code).not.toBe(0);
    const [, below = "", resources = ""] =
        /Diagnostics:\n([\s\S]*?)\n\s*\nResources:\n([\s\S]*)/.exec(stripVTControlCharacters(output)) ?? [];
    const lines = below.split("\n").map((line) => line.trim());
    return { lines: lines.filter((line) => line !== ""), resources: /\d+ (?:to create|created)/.exec(resources)?.[0] };
}

const stack = "pulumi:pulumi:Stack (refused-dev):";
const wrongTopic = (name: string, place: string) => [
    `PubSubTopic "${name}": retention: must be a duration such as "90 seconds" or "7 days" (got "forever"). [value/format]`,
    `at index.ts:${place}`,
];
const asError = ([first, ...others]: string[]) => [`error: ${first}`, ...others];

test("one preview reports all problems of all components, without what follows from them, and nothing is created", async () => {
    const deployed = deployment(`import { PersistentDisk, PubSubSubscription, PubSubTopic } from "slipway";
import { allow } from "slipway/iam";
import { StorageBucket } from "slipway/storage";
import { Topic } from "@pulumi/gcp/pubsub/topic";

const sales = new PubSubTopic("sales", { retention: "forever" as never });
const orders = new PubSubSubscription("orders", { topic: sales, ackDeadline: "1 day" });
const archive = new StorageBucket("archive", { versionRetention: "soon" as never, object: 1 } as never);
StorageBucket.existing("Not a name");
// These have no problem of their own.
new PubSubSubscription("archived", { topic: sales, bucket: archive });
new PubSubSubscription("pushed", { topic: sales, deadLetter: { topic: orders.deadLetterTopic as never } });
allow(archive.reader, "group:ml@acme.com");
new PubSubTopic("good");
const raw = new Topic("raw", { name: sales.topic.name.apply((name) => name.trim()), labels: { of: archive.bucket.name } });
new Topic("child", { name: \`\${raw.name}\` }, { parent: sales, dependsOn: [archive, raw] });
export const subscription = orders;
export const { name } = sales.topic;
export const url = raw.name;
// Not before the errors above are corrected.
PersistentDisk.existing("Not a name", { zone: "europe-west1" } as never);
throw new TypeError(String(archive.objects["a"]?.name));
`);
    const lines = [
        stack,
        ...asError(wrongTopic("sales", "6:15")),
        'PubSubSubscription "orders": ackDeadline: must be from 10 seconds to 10 minutes (got "1 day"). [value/refused]',
        "at index.ts:7:16",
        'StorageBucket "archive": versionRetention: must be a duration such as "90 seconds" or "7 days" (got "soon"). [value/format]',
        expect.stringMatching(/^StorageBucket "archive": object: .* \[value\/unknown-option\]$/),
        "at index.ts:8:17",
        expect.stringMatching(/^StorageBucket\.?\S* "Not a name".*\[\S+\]$/),
        "at index.ts:9:15",
        expect.stringMatching(/^PersistentDisk "Not a name": name: .*\[\S+\]$/),
        expect.stringMatching(/^PersistentDisk "Not a name": zone: .*\[\S+\]$/),
        "at index.ts:21:16",
    ];
    // The stack itself is all that was registered.
    expect(await diagnostics(deployed, "preview")).toEqual({ lines, resources: "1 to create" });
    expect(await diagnostics(deployed, "up", "--yes")).toEqual({ lines, resources: "1 to create" });
    expect(await diagnostics(deployed, "up", "--yes", "--skip-preview")).toEqual({ lines, resources: "1 created" });
    expect((await deployed.exported("dev")).map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
    // With the compiler of Pulumi's SDK.
    deployed.edit("Pulumi.yaml", () => "name: refused\nruntime: nodejs\n");
    expect((await diagnostics(deployed, "preview")).lines).toEqual(lines);
    await deployed.remove();
});

test("a program that is an ES module continues after an await, of which the errors are reported as well", async () => {
    const deployed = deployment(
        `import { PubSubTopic } from "slipway";
import { PubSubSubscription } from "slipway/pubsub";
const sales = new PubSubTopic("sales", { retention: "forever" as never });
new PubSubTopic("orders", { retention: "forever" as never });
const topic = await Promise.resolve(sales);
new PubSubTopic("later", { retention: "forever" as never });
new PubSubSubscription("read", { topic });
export const name = topic.topic.name;
`,
        {
            "package.json": '{ "name": "refused", "type": "module" }\n',
            "tsconfig.json": JSON.stringify({
                compilerOptions: { target: "ES2022", module: "node16", moduleResolution: "node16", skipLibCheck: true },
            }),
        },
    );
    expect(await diagnostics(deployed, "preview")).toEqual({
        lines: [
            stack,
            ...asError(wrongTopic("sales", "3:15")),
            ...wrongTopic("orders", "4:1"),
            ...asError(wrongTopic("later", "6:1")),
        ],
        resources: "1 to create",
    });
    await deployed.remove();
});

test("a program that is an asynchronous function continues after an await as well", async () => {
    const deployed = deployment(`import { PubSubTopic } from "slipway";
export = async () => {
    new PubSubTopic("sales", { retention: "forever" as never });
    new PubSubTopic("orders", { retention: "forever" as never });
    await Promise.resolve();
    new PubSubTopic("later", { retention: "forever" as never });
    new PubSubTopic("last", { retention: "forever" as never });
};
`);
    expect((await diagnostics(deployed, "preview")).lines).toEqual([
        stack,
        ...asError(wrongTopic("sales", "3:5")),
        ...wrongTopic("orders", "4:5"),
        ...asError(wrongTopic("later", "6:5")),
        ...wrongTopic("last", "7:5"),
    ]);
    await deployed.remove();
});

test("a program that catches the error gets it from the constructor, and deploys something else", async () => {
    const deployed = deployment(
        `import { PubSubTopic } from "slipway";
import { orElse } from "./orElse";
export const first = orElse(() => new PubSubTopic("sales", { retention: "forever" as never }), () => new PubSubTopic("first")).topic.name;
export const second = orElse(() => PubSubTopic.existing("-"), () => new PubSubTopic("second")).topic.name;
new PubSubTopic("third");
`,
        {
            "orElse.ts": `export function orElse<One, Other>(create: () => One, other: () => Other): One | Other {
    try {
        return create();
    } catch {
        return other();
    }
}
`,
        },
    );
    const up = await deployed.run(["up", "-s", "dev", "--yes"]);
    expect(up).toMatchObject({ code: 0 });
    expect(await deployed.outputs("dev")).toEqual({ first: "first", second: "second" });
    // The state has the line of the program, as of a class that nothing replaces.
    const third = (await deployed.exported("dev")).find(({ urn }) => urn.endsWith("slipway:index:PubSubTopic::third"));
    expect(third?.sourcePosition).toMatch(/index\.ts#5,\d+$/);
    await deployed.destroy("dev");
    await deployed.remove();
});

test("a preview names both of two components that conflict", async () => {
    const bucket = 'new StorageBucket("archive", { location: "us-east1", name: "acme-archive" })';
    const deployed = deployment(`import { PubSubSubscription, PubSubTopic, StorageBucket } from "slipway";

const messageStoragePolicy = { allowedPersistenceRegions: ["europe-west1"], enforceInTransit: true };
const topic = new PubSubTopic("sales", { messageStoragePolicy });
new PubSubSubscription("archived", { topic, bucket: ${bucket} });
`);
    const outside =
        'PubSubSubscription "archived": bucket: is in us-east1, and the topic\'s enforceInTransit lets Pub/Sub process messages only in europe-west1: it would deliver none.';
    expect((await diagnostics(deployed, "preview")).lines.join("\n")).toContain(outside);
    deployed.edit(
        "index.ts",
        () => `import { StorageBucket } from "slipway";

${bucket};
new StorageBucket("models", { name: "acme-archive" });
`,
    );
    expect((await diagnostics(deployed, "preview")).lines.slice(0, 3)).toEqual([
        stack,
        'error: StorageBucket "models": name: makes the bucket acme-archive, which StorageBucket "archive" has as well. Set another name. [stack/name-twice]',
        "at index.ts:4:1",
    ]);
    await deployed.remove();
});
