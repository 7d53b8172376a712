import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic } from "slipway/pubsub";
import { StorageBucket, type StorageBucketArgs } from "slipway/storage";
import { use } from "../../../lib/internal/access/capability";
import { withVersionWarning } from "../../../lib/storage/versions";
import { logged, startProgram } from "../engine";
import { folderOf } from "../folders";
import { problemsIn, refused, registered, registeredOptions, registeredOutputs, told } from "../registered";

/** The rule that deletes noncurrent versions. */
function keptFor(daysSinceNoncurrentTime: number) {
    return [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime, withState: "ANY" } }];
}

const bare = {
    name: "acme-dev-models",
    location: "europe-west1",
    storageClass: "STANDARD",
    versioning: { enabled: true },
    lifecycleRules: keptFor(7),
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    forceDestroy: true,
};

test("a bare bucket is in the environment's region, never public, with versioning", async () => {
    expect(await registered(() => new StorageBucket("models"))).toEqual({ "Bucket models": bare });
});

test("a component named after Google has a valid bucket name", async () => {
    const made = await registered(() => new StorageBucket("google-ads"));
    expect(made["Bucket google-ads"]).toMatchObject({ name: expect.stringMatching(/^acme-dev-g-ads-[0-9a-f]{6}$/) });
});

test("a production bucket with objects cannot be deleted", async () => {
    expect(await registered(() => new StorageBucket("models"), { kind: "production" })).toEqual({
        "Bucket models": { ...bare, forceDestroy: false, lifecycleRules: keptFor(90) },
    });
});

test("a bucket waits for its API, is the component's child and protected in production", async () => {
    const child = { parent: "StorageBucket models", provider: "Provider dev", after: ["Service storage"] };
    const component = { "StorageBucket models": { provider: "Provider dev" } };
    expect(await registeredOptions(() => new StorageBucket("models"))).toEqual({
        ...component,
        "Bucket models": child,
    });
    expect(await registeredOptions(() => new StorageBucket("models"), { kind: "production" })).toEqual({
        ...component,
        "Bucket models": { ...child, protect: true },
    });
});

test("the output of the component is the bucket", async () => {
    expect(await registeredOutputs(() => new StorageBucket("models"))).toEqual({
        "StorageBucket models": { bucket: { resource: "Bucket models" } },
    });
});

const options: [string, StorageBucketArgs, object][] = [
    ["a name", { name: "acme_models-v1" }, { name: "acme_models-v1" }],
    ["a name that is an output", { name: pulumi.output("acme-models") }, { name: "acme-models" }],
    ["a multi-region", { location: "EU" }, { location: "EU" }],
    ["a region", { location: "us-central1" }, { location: "us-central1" }],
    ["a location that is an output", { location: pulumi.output("NAM4") }, { location: "NAM4" }],
    ["a storage class", { storageClass: "COLDLINE" }, { storageClass: "COLDLINE" }],
    ["versioning switched off", { versioning: false }, { versioning: { enabled: false }, lifecycleRules: undefined }],
    ["versions for a month", { versionRetention: "30 days" }, { lifecycleRules: keptFor(30) }],
    ["versions for two days, in hours", { versionRetention: "48 hours" }, { lifecycleRules: keptFor(2) }],
    ["versions for ever", { versionRetention: "forever" }, { lifecycleRules: undefined }],
    [
        "former versions for a month",
        { versioning: false, versionRetention: "30 days" },
        { versioning: { enabled: false }, lifecycleRules: keptFor(30) },
    ],
    [
        "another rule beside that for versions",
        { lifecycleRules: [{ action: "Delete", condition: { age: "365 days" } }] },
        {
            lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 365, withState: "ANY" } }, ...keptFor(7)],
        },
    ],
    [
        "a rule of its own for versions",
        { lifecycleRules: [{ action: "SetStorageClass", storageClass: "ARCHIVE", condition: { isLive: false } }] },
        {
            lifecycleRules: [
                {
                    action: { type: "SetStorageClass", storageClass: "ARCHIVE" },
                    condition: { withState: "ARCHIVED" },
                },
            ],
        },
    ],
    [
        "rules of its own for versions, and a limit",
        {
            versionRetention: "1 day",
            lifecycleRules: [{ action: "Delete", condition: { numNewerVersions: 3 } }],
        },
        {
            lifecycleRules: [
                { action: { type: "Delete" }, condition: { numNewerVersions: 3, withState: "ANY" } },
                ...keptFor(1),
            ],
        },
    ],
    [
        "a pair of regions",
        { location: "EU", dataLocations: ["europe-west1", "europe-west4"], rpo: "ASYNC_TURBO" },
        {
            location: "EU",
            customPlacementConfig: { dataLocations: ["europe-west1", "europe-west4"] },
            rpo: "ASYNC_TURBO",
        },
    ],
    [
        "turbo replication in a location that is not known yet",
        { location: pulumi.output("EUR4"), rpo: "ASYNC_TURBO" },
        { location: "EUR4", rpo: "ASYNC_TURBO" },
    ],
    ["default replication in a multi-region", { location: "EU", rpo: "DEFAULT" }, { location: "EU", rpo: "DEFAULT" }],
    [
        "a pair of regions of one country",
        { location: "DE", dataLocations: ["europe-west3", "europe-west10"] },
        { location: "DE", customPlacementConfig: { dataLocations: ["europe-west3", "europe-west10"] } },
    ],
    [
        "a pair of regions whose location is known later",
        { location: pulumi.output("EU"), dataLocations: ["europe-west1", "europe-west9"] },
        { location: "EU", customPlacementConfig: { dataLocations: ["europe-west1", "europe-west9"] } },
    ],
    ["a named pair of regions", { location: "EUR4", rpo: "ASYNC_TURBO" }, { location: "EUR4", rpo: "ASYNC_TURBO" }],
    [
        "autoclass",
        { autoclass: { terminalStorageClass: "ARCHIVE" } },
        { autoclass: { enabled: true, terminalStorageClass: "ARCHIVE" } },
    ],
    ["a longer soft delete", { softDelete: "90 days" }, { softDeletePolicy: { retentionDurationSeconds: 7776000 } }],
    ["soft delete switched off", { softDelete: false }, { softDeletePolicy: { retentionDurationSeconds: 0 } }],
    [
        "a retention policy, under which there are no versions",
        { retention: "30 days" },
        {
            retentionPolicy: { retentionPeriod: "2592000", isLocked: false },
            versioning: { enabled: false },
            lifecycleRules: undefined,
        },
    ],
    [
        "a locked retention policy, and versions all the same",
        { retention: { period: "1 second", locked: true }, versioning: true },
        { retentionPolicy: { retentionPeriod: "1", isLocked: true } },
    ],
    [
        "a retention policy that can be changed, by default",
        { retention: { period: "1 second" } },
        {
            retentionPolicy: { retentionPeriod: "1", isLocked: false },
            versioning: { enabled: false },
            lifecycleRules: undefined,
        },
    ],
    ["retention by object", { objectRetention: true }, { enableObjectRetention: true }],
    ["holds", { defaultEventBasedHold: true }, { defaultEventBasedHold: true }],
    [
        "a filter of addresses",
        {
            ipFilter: {
                ranges: ["203.0.113.0/24", "2001:db8::/32"],
                networks: [{ network: "apps", ranges: ["10.0.0.0/8"] }],
            },
        },
        {
            ipFilter: {
                mode: "Enabled",
                publicNetworkSource: { allowedIpCidrRanges: ["203.0.113.0/24", "2001:db8::/32"] },
                vpcNetworkSources: [
                    { network: "projects/acme-dev/global/networks/apps", allowedIpCidrRanges: ["10.0.0.0/8"] },
                ],
                allowAllServiceAgentAccess: false,
            },
        },
    ],
    ["no filter of addresses any more", { ipFilter: false }, { ipFilter: { mode: "Disabled" } }],
    [
        "what pages of other sites may do",
        { cors: [{ origins: ["https://shop.example"], methods: ["GET"], responseHeaders: ["ETag"] }] },
        {
            cors: [
                {
                    origins: ["https://shop.example"],
                    methods: ["GET"],
                    responseHeaders: ["ETag"],
                    maxAgeSeconds: 3600,
                },
            ],
        },
    ],
    [
        "the pages of a site",
        { website: { mainPageSuffix: "index.html", notFoundPage: "404.html" } },
        { website: { mainPageSuffix: "index.html", notFoundPage: "404.html" } },
    ],
    [
        "only a page for what is not found",
        { website: { notFoundPage: "404.html" } },
        { website: { notFoundPage: "404.html" } },
    ],
    [
        "the deletion of old objects with autoclass",
        {
            autoclass: { terminalStorageClass: "NEARLINE" },
            lifecycleRules: [{ action: "Delete", condition: { age: "30 days" } }],
        },
        {
            autoclass: { enabled: true, terminalStorageClass: "NEARLINE" },
            lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 30, withState: "ANY" } }, ...keptFor(7)],
        },
    ],
    [
        "rules that delete and move objects",
        {
            lifecycleRules: [
                { action: "Delete", condition: { numNewerVersions: 3, timeSinceNoncurrent: "7 days" } },
                { action: "SetStorageClass", storageClass: "COLDLINE", condition: { age: "90 days", isLive: true } },
                { action: "SetStorageClass", storageClass: "STANDARD", condition: { age: "30 days" } },
                { action: "AbortIncompleteMultipartUpload", condition: { age: "1 day" } },
            ],
        },
        {
            lifecycleRules: [
                {
                    action: { type: "Delete" },
                    condition: { numNewerVersions: 3, daysSinceNoncurrentTime: 7, withState: "ANY" },
                },
                {
                    action: { type: "SetStorageClass", storageClass: "COLDLINE" },
                    condition: { age: 90, withState: "LIVE" },
                },
                {
                    action: { type: "SetStorageClass", storageClass: "STANDARD" },
                    condition: { age: 30, withState: "ANY" },
                },
                { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1, withState: "ANY" } },
            ],
        },
    ],
    [
        "a rule with every condition, of which a 0 is said to be meant",
        {
            lifecycleRules: [
                {
                    action: "Delete",
                    condition: {
                        age: "0 days",
                        createdBefore: "2026-01-31",
                        isLive: false,
                        numNewerVersions: 0,
                        timeSinceNoncurrent: "0 days",
                        noncurrentTimeBefore: "2026-02-28",
                        timeSinceCustomTime: "0 days",
                        customTimeBefore: "2026-03-31",
                        matchesStorageClass: ["STANDARD"],
                        matchesPrefix: ["tmp/"],
                        matchesSuffix: [".log"],
                    },
                },
            ],
        },
        {
            lifecycleRules: [
                {
                    action: { type: "Delete" },
                    condition: {
                        age: 0,
                        sendAgeIfZero: true,
                        createdBefore: "2026-01-31",
                        numNewerVersions: 0,
                        sendNumNewerVersionsIfZero: true,
                        daysSinceNoncurrentTime: 0,
                        sendDaysSinceNoncurrentTimeIfZero: true,
                        noncurrentTimeBefore: "2026-02-28",
                        daysSinceCustomTime: 0,
                        sendDaysSinceCustomTimeIfZero: true,
                        customTimeBefore: "2026-03-31",
                        matchesStorageClasses: ["STANDARD"],
                        matchesPrefixes: ["tmp/"],
                        matchesSuffixes: [".log"],
                        withState: "ARCHIVED",
                    },
                },
            ],
        },
    ],
    [
        "a rule with the largest numbers, the first and a leap day",
        {
            lifecycleRules: [
                {
                    action: "Delete",
                    condition: {
                        age: "36500 days",
                        createdBefore: "1970-01-01",
                        numNewerVersions: 1_000_000,
                        timeSinceNoncurrent: "36500 days",
                        noncurrentTimeBefore: "2028-02-29",
                        timeSinceCustomTime: "36500 days",
                    },
                },
            ],
        },
        {
            lifecycleRules: [
                {
                    action: { type: "Delete" },
                    condition: {
                        age: 36_500,
                        createdBefore: "1970-01-01",
                        numNewerVersions: 1_000_000,
                        daysSinceNoncurrentTime: 36_500,
                        noncurrentTimeBefore: "2028-02-29",
                        daysSinceCustomTime: 36_500,
                        withState: "ANY",
                    },
                },
            ],
        },
    ],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform of the bucket", { transform: { bucket: { requesterPays: true } } }, { requesterPays: true }],
];

test.each(options)("a bucket takes %s", async (_, args, inputs) => {
    expect(await registered(() => new StorageBucket("models", args))).toEqual({
        "Bucket models": { ...bare, ...inputs },
    });
});

test.each([
    [99, undefined, 100],
    [100, "forever" as const, 100],
])("a bucket can have %d rules with versions kept for: %s", async (count, versionRetention, all) => {
    const lifecycleRules = Array(count).fill({ action: "Delete", condition: { age: "1 day" } });
    const made = await registered(() => new StorageBucket("models", { lifecycleRules, versionRetention }));
    expect(made["Bucket models"]).toMatchObject({ lifecycleRules: { length: all } });
});

test("a long bucket name is shortened to 63 characters, and stays unique", async () => {
    const made = await registered(() => [
        new StorageBucket(`models-of-${"the-whole-team-".repeat(4)}a`),
        new StorageBucket(`models-of-${"the-whole-team-".repeat(4)}b`),
    ]);
    expect(Object.values(made)).toEqual([
        { ...bare, name: "acme-dev-models-of-the-whole-team-the-whole-team-the-who-098e57" },
        { ...bare, name: "acme-dev-models-of-the-whole-team-the-whole-team-the-who-a51784" },
    ]);
});

const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/models";

test("a bucket with a key waits until Cloud Storage can encrypt with it", async () => {
    const program = () => new StorageBucket("models", { encryptionKey: pulumi.output(key) });
    const made = await registered(program, { environment: true });
    expect(made["Bucket models"]).toEqual({ ...bare, encryption: { defaultKmsKeyName: key } });
    const grant = "CryptoKeyIAMMember storage-agent-models-key-crypto-key-encrypter-decrypter";
    expect(made[grant]).toEqual({
        cryptoKeyId: key,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:service-123@gs-project-accounts.iam.gserviceaccount.com",
    });
    expect((await registeredOptions(program))["Bucket models"]?.after).toEqual([grant, "Service storage"]);
});

test("access is logged in a bucket of another environment that is allowed", async () => {
    const config = { "slipway:environments": JSON.stringify({ dev: "acme-dev", prod: "acme-prod" }) };
    const program = () => {
        const logs = StorageBucket.existing("acme-prod-logs", { project: "acme-prod" });
        new StorageBucket("models", { accessLogs: { bucket: logs }, crossProject: "prod" });
    };
    const call = (token: string, { name }: Record<string, unknown>) =>
        token.endsWith(":getBucket") ? { name } : undefined;
    const made = await registered(program, { config, environment: true, root: true, call });
    expect(Object.keys(made)).toContain("BucketIAMMember storage-logs-acme-prod-logs-object-creator");
});

test("access to two buckets is logged in a third, with one grant for the log writer", async () => {
    const program = () => {
        const logs = new StorageBucket("logs");
        new StorageBucket("models", { accessLogs: { bucket: logs } });
        new StorageBucket("results", { accessLogs: { bucket: logs, prefix: "of-results" } });
    };
    const made = await registered(program, { environment: true });
    const named = (name: string, prefix: string) => ({
        ...bare,
        name,
        logging: { logBucket: "acme-dev-logs", logObjectPrefix: prefix },
    });
    const role = "BucketIAMMember storage-logs-logs-object-creator";
    expect(made).toEqual({
        "Bucket logs": { ...bare, name: "acme-dev-logs" },
        "Bucket models": named("acme-dev-models", "acme-dev-models"),
        "Bucket results": named("acme-dev-results", "of-results"),
        [role]: {
            bucket: "acme-dev-logs",
            role: "roles/storage.objectCreator",
            member: "group:cloud-storage-analytics@google.com",
        },
        "Provider dev": expect.anything(),
        "Service storage": expect.anything(),
    });
    const options = await registeredOptions(program, { environment: true });
    expect(options[role]).toMatchObject({ retainOnDelete: true, parent: "Environment dev" });
    expect(options["Bucket results"]?.after).toEqual(["Bucket logs", role, "Service storage"]);
});

test("a bucket has capabilities to read, to write and only to create objects", async () => {
    const member = "serviceAccount:a@b.iam.gserviceaccount.com";
    const made = await registered(() => {
        const { reader, writer, creator } = new StorageBucket("models");
        use("code", { READ: reader, WRITE: writer, CREATE: creator }, member, {});
    });
    const role = (name: string) => ({ bucket: "acme-dev-models", role: `roles/storage.${name}`, member });
    expect(made).toEqual({
        "Bucket models": bare,
        "BucketIAMMember code-models-object-viewer": role("objectViewer"),
        "BucketIAMMember code-models-object-user": role("objectUser"),
        "BucketIAMMember code-models-object-creator": role("objectCreator"),
        "BucketIAMMember code-models-storage-bucket-viewer": role("bucketViewer"),
    });
});

test("each file of the uploaded folder becomes an object with its content type, except those in .gcloudignore", async () => {
    const upload = folderOf({
        "sale-range.json": '{ "euros": "€" }\n',
        "old/weights": "0.5",
        "notes.txt": "",
        ".gcloudignore": "*.txt\n",
    });
    const made = () => new StorageBucket("models", { upload, transform: { object: { contentLanguage: "en" } } });
    const object = { bucket: "acme-dev-models", contentLanguage: "en" };
    expect(await registered(made)).toEqual({
        "Bucket models": bare,
        "BucketObject models-sale-range.json": {
            ...object,
            name: "sale-range.json",
            contentType: "application/json",
            content: { secret: '{ "euros": "€" }\n' },
        },
        "BucketObject models-old/weights": { ...object, name: "old/weights", content: { secret: "0.5" } },
    });
});

test("a file that is binary, empty, or larger than 64 KiB is uploaded as a file", async () => {
    const upload = folderOf({ "empty.csv": "", "large.TXT": "a".repeat(65537), "text.txt": "a".repeat(65536) });
    writeFileSync(join(upload, "model.bin"), Buffer.from([0x80, 0x04, 0x95]));
    writeFileSync(join(upload, "zero.bin"), Buffer.from([0x41, 0x00, 0x42]));
    const made = await registered(() => new StorageBucket("models", { upload }));
    const object = (name: string, contentType?: string) => ({
        bucket: "acme-dev-models",
        name,
        source: { file: join(upload, name) },
        ...(contentType && { contentType }),
    });
    expect(made).toEqual({
        "Bucket models": bare,
        "BucketObject models-empty.csv": object("empty.csv", "text/csv; charset=utf-8"),
        "BucketObject models-large.TXT": object("large.TXT", "text/plain; charset=utf-8"),
        "BucketObject models-model.bin": object("model.bin"),
        "BucketObject models-zero.bin": object("zero.bin"),
        "BucketObject models-text.txt": {
            bucket: "acme-dev-models",
            name: "text.txt",
            contentType: "text/plain; charset=utf-8",
            content: { secret: "a".repeat(65536) },
        },
    });
});

test("an uploaded folder accepts a prefix and a cache duration", async () => {
    const folder = folderOf({ "index.html": "<html></html>" });
    let paths: string[] = [];
    const made = await registered(() => {
        const { objects } = new StorageBucket("site", {
            upload: { source: folder, prefix: "v2/", cacheControl: "public, max-age=60" },
        });
        paths = Object.keys(objects);
    });
    expect(made["BucketObject site-index.html"]).toEqual({
        bucket: "acme-dev-site",
        name: "v2/index.html",
        contentType: "text/html; charset=utf-8",
        cacheControl: "public, max-age=60",
        content: { secret: "<html></html>" },
    });
    expect(paths).toEqual(["index.html"]);
});

test("the prefix of an uploaded folder can have 500 characters", async () => {
    const folder = folderOf({ "index.html": "<html></html>" });
    const upload = { source: folder, prefix: `${"p".repeat(499)}/` };
    const made = await registered(() => new StorageBucket("site", { upload }));
    expect(made["BucketObject site-index.html"]).toMatchObject({ name: `${upload.prefix}index.html` });
});

test("uploaded objects are children of the bucket's component, found by path", async () => {
    const upload = folderOf({ "old/sale-range.json": "{}" });
    let paths: string[] = [];
    const { "BucketObject models-old/sale-range.json": object } = await registeredOptions(() => {
        paths = Object.keys(new StorageBucket("models", { upload }).objects);
    });
    expect({ paths, object }).toEqual({
        paths: ["old/sale-range.json"],
        object: {
            parent: "StorageBucket models",
            provider: "Provider dev",
            after: ["Bucket models", "Service storage"],
        },
    });
});

test("an uploaded object is returned by path, and an unknown path is refused", async () => {
    const upload = folderOf({ "iris.skops": "model" });
    const asked: unknown[] = [];
    const ask = (path: string, args = { upload }) => {
        const models = new StorageBucket("models", args as StorageBucketArgs);
        asked.push(models.object(path) === models.objects[path]);
    };
    await registered(() => ask("iris.skops"));
    expect(asked).toEqual([true]);
    expect(await told(() => ask("iris.skop"), {}, ["Bucket models", "BucketObject models-iris.skops"])).toContain(
        'no file "iris.skop" is uploaded. Did you mean "iris.skops"? [storage/object-not-uploaded]',
    );
    expect(await told(() => ask("iris.skops", {} as { upload: string }), {}, ["Bucket models"])).toContain(
        'no file "iris.skops" is uploaded. Set upload to a folder with it. [storage/object-not-uploaded]',
    );
});

const naming =
    "name: must have 3 to 63 lower-case letters, digits, -, _ and . (with dots up to 222, up to 63 between dots, and a top-level domain at the end), " +
    "start and end with a letter or digit, not start with goog, not contain google, and not be an IP address";
const location = "location: must be a region such as europe-west1 or a multi-region such as EU";
const refusals: [string, unknown, string][] = [
    ["a name in upper case", { name: "Models" }, `${naming} (got "Models").`],
    ["a name of 64 letters", { name: "m".repeat(64) }, `${naming} (got "${"m".repeat(64)}").`],
    [
        "versions for a day and a half",
        { versionRetention: "36 hours" },
        'versionRetention: must be whole days (got "36 hours").',
    ],
    [
        "versions for an hour",
        { versionRetention: "1 hour" },
        'versionRetention: must be from 1 day to 36500 days (got "1 hour").',
    ],
    [
        "as many rules as a bucket can have beside that for versions",
        {
            lifecycleRules: Array.from({ length: 100 }, (_, age) => ({
                action: "Delete",
                condition: { age: `${age} days` },
            })),
        },
        "lifecycleRules: [storage/too-many-lifecycle-rules]",
    ],
    ["a name of two letters", { name: "mo" }, `${naming} (got "mo").`],
    ["a name that begins with goog", { name: "goog-models" }, `${naming} (got "goog-models").`],
    ["a name with google in it", { name: "my-google-models" }, `${naming} (got "my-google-models").`],
    ["a name that ends with a hyphen", { name: "models-" }, `${naming} (got "models-").`],
    ["a name that is an IP address", { name: "192.168.5.4" }, `${naming} (got "192.168.5.4").`],
    ["a zone", { location: "europe-west1-b" }, `${location} (got "europe-west1-b").`],
    [
        "an unknown storage class",
        { storageClass: "COLD" },
        'storageClass: must be one of STANDARD, NEARLINE, COLDLINE, ARCHIVE (got "COLD").',
    ],
    ["versioning in text", { versioning: "yes" }, 'versioning: must be true or false (got "yes").'],
    [
        "an unknown option",
        { versionning: true },
        'versionning: unknown option "versionning"; did you mean "versioning"?',
    ],
    [
        "an invalid transform",
        { transform: { bucket: null } },
        "transform.bucket: must be an object or a function (got null).",
    ],
    [
        "a missing folder",
        { upload: "./nowhere" },
        `upload: is not a folder: ${join(process.cwd(), "nowhere")} does not exist (got "./nowhere"). The path is relative to ${process.cwd()}.`,
    ],
    [
        "a file instead of a folder",
        { upload: "./package.json" },
        `upload: is not a folder: ${join(process.cwd(), "package.json")} is a file (got "./package.json"). Specify the folder that contains the file.`,
    ],
    [
        "a missing folder, with options",
        { upload: { source: "./nowhere" } },
        `upload.source: is not a folder: ${join(process.cwd(), "nowhere")} does not exist (got "./nowhere"). The path is relative to ${process.cwd()}.`,
    ],
    [
        "a prefix with ..",
        { upload: { source: "./lib", prefix: "../" } },
        'upload.prefix: must be the prefix of object names: up to 500 characters on one line (got "../").',
    ],
    [
        "a prefix of 501 characters",
        { upload: { source: "./lib", prefix: "p".repeat(501) } },
        `upload.prefix: must be the prefix of object names: up to 500 characters on one line (got "${"p".repeat(78)}…).`,
    ],
    ["no folders", { upload: {} }, "upload.source: is missing."],
    [
        "a rule that changes the class without a class",
        { lifecycleRules: [{ action: "SetStorageClass", condition: { age: "30 days" } }] },
        "lifecycleRules.0.storageClass: [storage/storage-class-missing]",
    ],
    [
        "a rule that deletes with a class",
        { lifecycleRules: [{ action: "Delete", storageClass: "NEARLINE", condition: { age: "30 days" } }] },
        "lifecycleRules.0.storageClass: [storage/storage-class-of-other-action]",
    ],
    [
        "a rule for every object",
        { lifecycleRules: [{ action: "Delete", condition: {} }] },
        "lifecycleRules.0.condition: [storage/condition-missing]",
    ],
    [
        "a rule without a condition",
        { lifecycleRules: [{ action: "Delete" }] },
        "lifecycleRules.0.condition: is missing.",
    ],
    [
        "a rule with an unknown action",
        { lifecycleRules: [{ action: "delete", condition: { age: "1 day" } }] },
        'lifecycleRules.0.action: must be one of Delete, SetStorageClass, AbortIncompleteMultipartUpload (got "delete").',
    ],
    [
        "an invalid age",
        { lifecycleRules: [{ action: "Delete", condition: { age: "36501 days" } }] },
        'lifecycleRules.0.condition.age: must be from 0 days to 36500 days (got "36501 days").',
    ],
    [
        "an age of half a day",
        { lifecycleRules: [{ action: "Delete", condition: { age: "12 hours" } }] },
        'lifecycleRules.0.condition.age: must be whole days (got "12 hours").',
    ],
    ...(["createdBefore", "noncurrentTimeBefore", "customTimeBefore"] as const).flatMap((key) =>
        ["2026-13-01", "2026-02-29", "2026-1-31", "2026-01", "2026-01-31T00:00:00Z"].map(
            (day): [string, object, string] => [
                `the day ${day} as ${key}`,
                { lifecycleRules: [{ action: "Delete", condition: { [key]: day } }] },
                `lifecycleRules.0.condition.${key}: must be a day such as 2026-01-31 (got "${day}").`,
            ],
        ),
    ),
    ...[-1, 1_000_001, 0.5].map((numNewerVersions): [string, object, string] => [
        `${numNewerVersions} newer versions`,
        { lifecycleRules: [{ action: "Delete", condition: { numNewerVersions } }] },
        `lifecycleRules.0.condition.numNewerVersions: must be a whole number from 0 to 1000000 (got ${numNewerVersions}).`,
    ]),
    [
        "an invalid prefix",
        { lifecycleRules: [{ action: "Delete", condition: { matchesPrefix: [] } }] },
        "lifecycleRules.0.condition.matchesPrefix: must not be empty (got []).",
    ],
    [
        "an unknown condition",
        { lifecycleRules: [{ action: "Delete", condition: { daysSinceNoncurrentTime: 1 } }] },
        'lifecycleRules.0.condition.daysSinceNoncurrentTime: unknown option "daysSinceNoncurrentTime"; did you mean "timeSinceNoncurrent"?',
    ],
    [
        "a live version with newer versions",
        { lifecycleRules: [{ action: "Delete", condition: { isLive: true, numNewerVersions: 1 } }] },
        "lifecycleRules.0.condition.isLive: [storage/live-and-noncurrent]",
    ],
    [
        "an incomplete upload with a storage class",
        {
            lifecycleRules: [
                { action: "AbortIncompleteMultipartUpload", condition: { matchesStorageClass: ["STANDARD"] } },
            ],
        },
        "lifecycleRules.0.condition.matchesStorageClass: [storage/condition-of-uploads]",
    ],
    [
        "101 rules",
        { lifecycleRules: Array(101).fill({ action: "Delete", condition: { age: "1 day" } }) },
        'lifecycleRules: there can be 100 rules at most (got [{ action: "Delete", condition: { … } }, { action: "Delete", condition: { … } }…).',
    ],
    [
        "autoclass with a class and rules of classes",
        {
            autoclass: { terminalStorageClass: "NEARLINE" },
            storageClass: "COLDLINE",
            lifecycleRules: [
                {
                    action: "SetStorageClass",
                    storageClass: "ARCHIVE",
                    condition: { matchesStorageClass: ["NEARLINE"] },
                },
            ],
        },
        [
            "storageClass: [storage/storage-class-with-autoclass]",
            "lifecycleRules.0.action: [storage/action-with-autoclass]",
            "lifecycleRules.0.condition.matchesStorageClass: [storage/condition-with-autoclass]",
        ].join('\nStorageBucket "models": '),
    ],
    ["autoclass without a terminal class", { autoclass: {} }, "autoclass.terminalStorageClass: is missing."],
    [
        "a dual-region with one region",
        { dataLocations: ["europe-west1", "europe-west1"] },
        'dataLocations: must have two regions (got ["europe-west1", "europe-west1"]).',
    ],
    [
        "a dual-region in a region",
        { dataLocations: ["europe-west1", "europe-west4"] },
        "dataLocations: [storage/data-locations-of-region]",
    ],
    [
        "a dual-region of two continents",
        { location: "EU", dataLocations: ["europe-west1", "us-east1"] },
        "dataLocations: [storage/data-locations-of-location]",
    ],
    [
        "a dual-region of regions that cannot be paired",
        { location: "EU", dataLocations: ["europe-west1", "europe-west6"] },
        "dataLocations: [storage/data-locations-of-location]",
    ],
    [
        "a dual-region of another location",
        { location: "EU", dataLocations: ["us-east4", "us-west1"] },
        "dataLocations: [storage/data-locations-of-location]",
    ],
    [
        "a dual-region that has a name",
        { location: "EU", dataLocations: ["europe-north1", "europe-west4"] },
        "dataLocations: [storage/data-locations-of-dual-region]",
    ],
    ["a location of dual-regions without regions", { location: "AU" }, "location: [storage/location-of-pairs]"],
    ["default replication in a region", { rpo: "DEFAULT" }, "rpo: [storage/rpo-of-location]"],
    [
        "a condition that is undefined",
        { lifecycleRules: [{ action: "Delete", condition: { age: undefined } }] },
        "lifecycleRules.0.condition: [storage/condition-missing]",
    ],
    ["turbo replication in a region", { rpo: "ASYNC_TURBO" }, "rpo: [storage/rpo-of-location]"],
    ["turbo replication in a multi-region", { location: "EU", rpo: "ASYNC_TURBO" }, "rpo: [storage/rpo-of-location]"],
    ["a soft delete of a day", { softDelete: "1 day" }, 'softDelete: must be from 7 days to 90 days (got "1 day").'],
    ["soft delete set to true", { softDelete: true }, "softDelete: must be a duration, or false (got true)."],
    ["a retention of 0", { retention: {} }, "retention.period: is missing."],
    [
        "a retention of 101 years",
        { retention: { period: "36501 days" } },
        'retention.period: must be from 1 second to 36500 days (got "36501 days").',
    ],
    [
        "an invalid key",
        { encryptionKey: "models" },
        'encryptionKey: must be a KmsKey, or a key\'s ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales (got "models").',
    ],
    [
        "pages without a website",
        { cors: [{ origins: [], methods: ["GET"] }] },
        "cors.0.origins: must be a list of sites (got []).",
    ],
    ["a filter that lets nobody in", { ipFilter: {} }, "ipFilter: [storage/ip-filter-empty]"],
    [
        "a filter with too many ranges",
        { ipFilter: { ranges: Array.from({ length: 201 }, (_, index) => `10.0.${index}.0/24`) } },
        "ipFilter: [storage/ip-filter-ranges]",
    ],
    [
        "other organizations without networks",
        { ipFilter: { ranges: ["203.0.113.0/24"], otherOrganizations: true } },
        "ipFilter.otherOrganizations: [storage/ip-filter-organizations-without-networks]",
    ],
    [
        "a filter with a range that is none",
        { ipFilter: { ranges: ["203.0.113.1/24"] } },
        'ipFilter.ranges.0: must start at the first address of its block, 203.0.113.0/24 (got "203.0.113.1/24").',
    ],
    [
        "a log bucket by name",
        { accessLogs: { bucket: "logs" } },
        'accessLogs.bucket: must be a StorageBucket (got "logs").',
    ],
    [
        "a label whose key has capitals",
        { labels: { Team: "forecast" } },
        'labels.Team: a label\'s key must start with a lower-case letter and have up to 63 lower-case letters, digits, _ and - (got "Team").',
    ],
    ["a list of folders", { upload: ["./models"] }, 'upload: must be a string (got ["./models"]).'],
];

test.each(refusals)("%s is refused for a bucket", async (_, args, problem) => {
    expect(await refused(() => new StorageBucket("models", args as StorageBucketArgs))).toBe(
        `StorageBucket "models": ${problem}`,
    );
});

test("a folder without files is refused for a bucket", async () => {
    const upload = folderOf({ ".gcloudignore": "" });
    expect(await refused(() => new StorageBucket("models", { upload }))).toBe(
        `StorageBucket "models": upload: has no files: ${upload} is empty, or .gcloudignore excludes all files (got "${upload}").`,
    );
});

test("a component name that is invalid for a bucket is refused", async () => {
    expect(await refused(() => new StorageBucket("the models"))).toBe(
        `StorageBucket "the models": ${naming} (got "acme-dev-the models").`,
    );
});

test("a bucket with folders has no versions", async () => {
    const made = await registered(() => new StorageBucket("models", { hierarchicalNamespace: true }));
    expect(made["Bucket models"]).toMatchObject({
        hierarchicalNamespace: { enabled: true },
        versioning: { enabled: false },
    });
    expect(made["Bucket models"]).not.toHaveProperty("lifecycleRules");
    expect(await refused(() => new StorageBucket("models", { hierarchicalNamespace: true, versioning: true }))).toBe(
        'StorageBucket "models": versioning: [storage/versioning-with-hierarchical-namespace]',
    );
    const kept = { hierarchicalNamespace: true, retention: "30 days", objectRetention: true } as const;
    expect(await refused(() => new StorageBucket("models", kept))).toBe(
        [
            'StorageBucket "models": retention: [storage/retention-with-hierarchical-namespace]',
            'StorageBucket "models": objectRetention: [storage/object-retention-with-hierarchical-namespace]',
        ].join("\n"),
    );
});

describe("an update that deletes noncurrent versions of objects", () => {
    const versioning = { enabled: true };
    const deleting = (condition: object) => [{ action: { type: "Delete" }, condition }];
    const lifecycleRules = deleting({ daysSinceNoncurrentTime: 7, withState: "ANY" });
    const now = { versioning, lifecycleRules };
    const warning = `StorageBucket "models": deletes objects' noncurrent versions after 7 days from now on, existing ones too. To keep them, set versionRetention: "forever".`;

    test.each<[string, object, object, string[]]>([
        ["that were kept causes a warning", { versioning }, now, [warning]],
        ["besides old objects causes a warning", { versioning, lifecycleRules: deleting({ age: 30 }) }, now, [warning]],
        ["of a bucket without versions causes none", {}, now, []],
        ["of a bucket that had paused versions causes none", { versioning: { enabled: false } }, now, []],
        ["that were deleted before causes none", now, now, []],
        [
            "that rules selected before causes none",
            { versioning, lifecycleRules: deleting({ age: 30, withState: "ARCHIVED" }) },
            now,
            [],
        ],
        ["no more causes none", { versioning }, { versioning }, []],
    ])("%s", async (_, oldInputs, newInputs, texts) => {
        await startProgram();
        const warned = logged("warn");
        const { hooks } = withVersionWarning({}, "models", "7 days");
        const [hook] = hooks?.beforeUpdate ?? [];
        const change = { urn: "urn", id: "", name: "", type: "", oldInputs, newInputs };
        await (hook as pulumi.ResourceHook).callback(change);
        expect(warned).toEqual(texts);
    });
});

describe("notifications", () => {
    const noted = (notifications: (topic: PubSubTopic) => object) =>
        registered(() => {
            new StorageBucket("files", { notifications: notifications(new PubSubTopic("changes")) as never });
        });

    test("send messages about objects to topics, to which the service agent may publish", async () => {
        const made = await noted((topic) => ({
            all: { topic },
            uploads: {
                topic,
                events: ["finalized", "metadataUpdated"],
                prefix: "models/",
                attributes: { team: "ml" },
                payload: false,
            },
        }));
        const topic = "projects/acme-dev/topics/changes";
        const bucket = expect.any(String);
        expect(made["Notification files-all"]).toEqual({ bucket, topic, payloadFormat: "JSON_API_V1" });
        expect(made["Notification files-uploads"]).toEqual({
            bucket,
            topic,
            payloadFormat: "NONE",
            eventTypes: ["OBJECT_FINALIZE", "OBJECT_METADATA_UPDATE"],
            objectNamePrefix: "models/",
            customAttributes: { team: "ml" },
        });
        const options = await registeredOptions(() => {
            const topic = new PubSubTopic("changes");
            new StorageBucket("files", { notifications: { all: { topic } } });
        });
        expect(options["Notification files-all"]?.after).toContainEqual(expect.stringContaining("storage-agent"));
    });

    test.each<[string, (topic: PubSubTopic) => object, string]>([
        ["without a topic", () => ({ all: {} }), "notifications.all.topic: is missing"],
        ["of no event", (topic) => ({ all: { topic, events: [] } }), "must have at least one event, and each once"],
        [
            "with six attributes",
            (topic) => ({ all: { topic, attributes: Object.fromEntries([..."abcdef"].map((key) => [key, key])) } }),
            "notifications.all.attributes: must have up to 5 attributes",
        ],
        [
            "with a long attribute",
            (topic) => ({ all: { topic, attributes: { team: "a".repeat(1025) } } }),
            "notifications.all.attributes.team: must have up to 1024 characters",
        ],
        [
            "more than ten of one event",
            (topic) => {
                const kinds = Array.from({ length: 11 }, (_, index) => [`n${index}`, { topic, prefix: "models/" }]);
                return Object.fromEntries(kinds);
            },
            "notifications.n10: [storage/too-many-notifications]",
        ],
    ])("%s are refused", async (_, notifications, problem) => {
        let text = "";
        await registered(() => {
            const topic = new PubSubTopic("changes");
            try {
                new StorageBucket("files", { notifications: notifications(topic) as never });
            } catch (error) {
                text = problemsIn(error as Error);
            }
        });
        expect(text).toContain(problem);
    });

    test("of one event for other objects are not counted together", async () => {
        const made = await noted((topic) =>
            Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`n${index}`, { topic, prefix: `${index}/` }])),
        );
        expect(Object.keys(made).filter((key) => key.startsWith("Notification"))).toHaveLength(11);
    });
});
