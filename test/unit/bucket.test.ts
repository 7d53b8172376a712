import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { StorageBucket, type StorageBucketArgs } from "slipway/storage";
import { folderOf } from "./folders";
import { refused, registered, registeredOptions, registeredOutputs } from "./registered";

const bare = {
    name: "acme-dev-models",
    location: "europe-west1",
    storageClass: "STANDARD",
    versioning: { enabled: true },
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    forceDestroy: true,
};

test("a bare bucket is in the environment's region, never public, with its versions kept", async () => {
    expect(await registered(() => new StorageBucket("models"))).toEqual({ "Bucket models": bare });
});

test("a bucket of production is not deleted with objects in it", async () => {
    expect(await registered(() => new StorageBucket("models"), { kind: "production" })).toEqual({
        "Bucket models": { ...bare, forceDestroy: false },
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

test("a bucket is what the component gives back", async () => {
    expect(await registeredOutputs(() => new StorageBucket("models"))).toEqual({
        "StorageBucket models": { bucket: { resource: "Bucket models" } },
    });
});

const options: [string, StorageBucketArgs, object][] = [
    ["a name", { name: "acme_models.v1" }, { name: "acme_models.v1" }],
    ["a name that is an output", { name: pulumi.output("acme-models") }, { name: "acme-models" }],
    ["a multi-region", { location: "EU" }, { location: "EU" }],
    ["a region", { location: "us-central1" }, { location: "us-central1" }],
    ["a location that is an output", { location: pulumi.output("NAM4") }, { location: "NAM4" }],
    ["a storage class", { storageClass: "COLDLINE" }, { storageClass: "COLDLINE" }],
    ["versioning switched off", { versioning: false }, { versioning: { enabled: false } }],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform of the bucket", { transform: { bucket: { requesterPays: true } } }, { requesterPays: true }],
];

test.each(options)("a bucket takes %s", async (_, args, inputs) => {
    expect(await registered(() => new StorageBucket("models", args))).toEqual({
        "Bucket models": { ...bare, ...inputs },
    });
});

test("a long name of a bucket is cut to 63 letters, and two that begin alike stay two", async () => {
    const made = await registered(() => [
        new StorageBucket(`models-of-${"the-whole-team-".repeat(4)}a`),
        new StorageBucket(`models-of-${"the-whole-team-".repeat(4)}b`),
    ]);
    expect(Object.values(made)).toEqual([
        { ...bare, name: "acme-dev-models-of-the-whole-team-the-whole-team-the-who-098e57" },
        { ...bare, name: "acme-dev-models-of-the-whole-team-the-whole-team-the-who-a51784" },
    ]);
});

test("each file of the uploaded folder becomes an object, what .gcloudignore names does not", async () => {
    const upload = folderOf({
        "sale-range.json": "{}",
        "old/sale-range.json": "{}",
        "notes.txt": "",
        ".gcloudignore": "*.txt\n",
    });
    const made = () => new StorageBucket("models", { upload, transform: { object: { cacheControl: "no-store" } } });
    const object = { bucket: "acme-dev-models", cacheControl: "no-store" };
    expect(await registered(made)).toEqual({
        "Bucket models": bare,
        "BucketObject models-sale-range.json": {
            ...object,
            name: "sale-range.json",
            source: { file: join(upload, "sale-range.json") },
        },
        "BucketObject models-old/sale-range.json": {
            ...object,
            name: "old/sale-range.json",
            source: { file: join(upload, "old/sale-range.json") },
        },
    });
});

test("uploaded objects are children of the bucket's component, found by their path", async () => {
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

const naming =
    "name: must have 3 to 63 lower-case letters, digits, -, _ and ., start and end with a letter or digit, " +
    "not start with goog, not contain google and be no IP address";
const location = "location: must be a region such as europe-west1 or a multi-region such as EU";
const refusals: [string, unknown, string][] = [
    ["a name in upper case", { name: "Models" }, `${naming} (got "Models").`],
    ["a name of 64 letters", { name: "m".repeat(64) }, `${naming} (got "${"m".repeat(64)}").`],
    ["a name of two letters", { name: "mo" }, `${naming} (got "mo").`],
    ["a name that begins with goog", { name: "goog-models" }, `${naming} (got "goog-models").`],
    ["a name with google in it", { name: "my-google-models" }, `${naming} (got "my-google-models").`],
    ["a name that ends with a hyphen", { name: "models-" }, `${naming} (got "models-").`],
    ["a name that is an IP address", { name: "192.168.5.4" }, `${naming} (got "192.168.5.4").`],
    ["a zone", { location: "europe-west1-b" }, `${location} (got "europe-west1-b").`],
    [
        "a storage class that there is not",
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
        "a transform that is none",
        { transform: { bucket: null } },
        "transform.bucket: must be an object or a function (got null).",
    ],
    [
        "a folder that is not there",
        { upload: "./nowhere" },
        `upload: is no folder: ${join(process.cwd(), "nowhere")} does not exist (got "./nowhere"). The path is seen from ${process.cwd()}.`,
    ],
    [
        "a file instead of a folder",
        { upload: "./package.json" },
        `upload: is no folder: ${join(process.cwd(), "package.json")} is a file (got "./package.json"). Give the folder that the file is in.`,
    ],
    ["a list of folders", { upload: ["./models"] }, 'upload: must be a text (got ["./models"]).'],
];

test.each(refusals)("%s is refused for a bucket", async (_, args, problem) => {
    expect(await refused(() => new StorageBucket("models", args as StorageBucketArgs))).toBe(
        `StorageBucket "models": ${problem}`,
    );
});

test("a folder without files is refused for a bucket", async () => {
    const upload = folderOf({ ".gcloudignore": "" });
    expect(await refused(() => new StorageBucket("models", { upload }))).toBe(
        `StorageBucket "models": upload: has no files: ${upload} is empty, or its .gcloudignore names all of it (got "${upload}").`,
    );
});

test("a component whose name is none for a bucket is refused", async () => {
    expect(await refused(() => new StorageBucket("the models"))).toBe(
        `StorageBucket "the models": ${naming} (got "acme-dev-the models").`,
    );
});
