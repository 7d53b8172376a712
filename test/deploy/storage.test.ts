import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { resourcesOf } from "../../local/machine/stacks";
import { Deployment } from "./deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-storage-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;
const program = `"use strict";
const { allow, ManagedFolder, PubSubTopic, StorageBucket } = require("slipway");
const topic = new PubSubTopic("changes");
const logs = new StorageBucket("logs", { lifecycleRules: [{ action: "Delete", condition: { age: "30 days" } }], versionRetention: "forever" });
const models = new StorageBucket("models", {
    upload: "./models",
    accessLogs: { bucket: logs },
    lifecycleRules: [
        { action: "Delete", condition: { age: "0 days", isLive: false, numNewerVersions: 3 } },
        { action: "SetStorageClass", storageClass: "NEARLINE", condition: { age: "90 days", matchesPrefix: ["old/"] } },
    ],
    cors: [{ origins: ["https://shop.example"], methods: ["GET"] }],
});
allow(new ManagedFolder("old", { bucket: models, path: "old/2024" }).reader, "group:analysts@acme.com");
new StorageBucket("noted", { notifications: { uploads: { topic, events: ["finalized"], prefix: "a/" }, all: { topic, payload: false } } });
new StorageBucket("pair", { location: "EU", dataLocations: ["europe-west1", "europe-west4"], rpo: "ASYNC_TURBO" });
new StorageBucket("archive", { retention: { period: "1 second" }, softDelete: "30 days", autoclass: { terminalStorageClass: "ARCHIVE" } });
`;

/** A program with buckets and two models: a text file and a binary file. */
function buckets(): Deployment {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: storage\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "storage", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    // The group that writes usage logs is Google's: new organizations forbid it.
    for (const project of ["acme-storage-deve", "acme-storage-prod"]) {
        deployment.setPolicy(project, "iam.allowedPolicyMemberDomains", { allowAll: "TRUE" });
    }
    mkdirSync(deployment.file("models"));
    writeFileSync(deployment.file("models/range.json"), "{}\n");
    writeFileSync(deployment.file("models/weights"), Buffer.from([0x80, 0x01]));
    return deployment;
}

describe("buckets in development", () => {
    const deployment = buckets();
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));

    test("say once at preview how long they keep versions", async () => {
        const [, diagnostics] = (await deployment.run(["preview", "-s", "dev"])).output.split("Diagnostics:");
        const note = "StorageBucket: keeps replaced and deleted objects, which are billed, for 7 days.";
        expect(diagnostics?.split(note)).toHaveLength(2);
    });

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
    });

    test("have the version of their schema in the state, from which the provider would upgrade them otherwise", () => {
        const all = resourcesOf(deployment.place, "dev").filter(({ type }) => type === "gcp:storage/bucket:Bucket");
        expect(all.length).toBeGreaterThan(0);
        expect(new Set(all.map(({ outputs }) => outputs?.__meta))).toEqual(new Set(['{"schema_version":"4"}']));
    });

    test("update a changed text in place, and replace the object of a changed binary file", async () => {
        writeFileSync(deployment.file("models/range.json"), '{ "changed": true }\n');
        expect(await deployment.preview("dev")).toEqual(["update BucketObject models-range.json"]);
        writeFileSync(deployment.file("models/weights"), Buffer.from([0x80, 0x02]));
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "replace BucketObject models-weights",
            "update BucketObject models-range.json",
        ]);
        const [object] = deployment.resources().filter(({ id }) => id === "acme-storage-deve-models-range.json");
        expect(object?.properties.content).toBe('{ "changed": true }\n');
    });

    test("delete the object of a removed file, and create that of a new one", async () => {
        rmSync(deployment.file("models/weights"));
        writeFileSync(deployment.file("models/new.csv"), "a,b\n");
        expect(await deployment.preview("dev")).toEqual([
            "create BucketObject models-new.csv",
            "delete BucketObject models-weights",
        ]);
    });

    test("have folders, whose objects outlive them", async () => {
        await deployment.up("dev");
        mkdirSync(deployment.file("models/old/2024"), { recursive: true });
        writeFileSync(deployment.file("models/old/2024/range.csv"), "a,b\n");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["create BucketObject models-old/2024/range.csv"]);
        edit('path: "old/2024"', 'path: "old"');
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "replace ManagedFolder old",
            "replace ManagedFolderIamMember old-object-viewer-group-analysts-acme-com",
        ]);
        const kept = deployment.resources().map(({ id }) => id);
        expect(kept).toEqual(
            expect.arrayContaining(["acme-storage-deve-models/old/", "acme-storage-deve-models-old/2024/range.csv"]),
        );
        rmSync(deployment.file("models/old"), { recursive: true });
    });

    test("are updated in place, and replaced only for another location", async () => {
        await deployment.up("dev");
        edit('age: "90 days"', 'age: "91 days"');
        edit('softDelete: "30 days"', 'softDelete: "31 days"');
        expect(await deployment.preview("dev")).toEqual(["update Bucket archive", "update Bucket models"]);
        edit("upload:", 'location: "europe-west4", upload:');
        expect(await deployment.preview("dev")).toEqual(
            expect.arrayContaining(["replace Bucket models", "update Bucket archive"]),
        );
        const { output } = await deployment.run(["preview", "-s", "dev"]);
        expect(output.replaceAll(/\s+/g, " ")).toContain(
            'warning: Bucket "models": changing location from "EUROPE-WEST1" to "europe-west4" replaces it, and its objects are lost. To keep them, undo the change, or copy them to another resource first.',
        );
    });

    test("lose their last lifecycle rule when the program has none", async () => {
        edit(
            'lifecycleRules: [{ action: "Delete", condition: { age: "30 days" } }], versionRetention',
            "versionRetention",
        );
        edit('location: "europe-west4", upload:', "upload:");
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "update Bucket archive",
            "update Bucket logs",
            "update Bucket models",
        ]);
        const [logs] = deployment.resources().filter(({ id }) => id.endsWith("-logs"));
        expect(logs?.properties.lifecycleRules ?? []).toEqual([]);
    });

    test("warn at preview if the default is to delete versions that were kept until now", async () => {
        edit('"logs", { versionRetention: "forever" }', '"logs"');
        const warning =
            'warning: StorageBucket "logs": deletes objects\' noncurrent versions after 7 days from now on, existing ones too. To keep them, set versionRetention: "forever".';
        expect((await deployment.run(["preview", "-s", "dev"])).output).toContain(warning);
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Bucket logs"]);
        expect((await deployment.run(["preview", "-s", "dev"])).output).not.toContain("noncurrent");
    });

    test("are deleted by destroy, with their objects", async () => {
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /^Bucket/.test(each))).toEqual([]);
    });
});

describe("buckets in production", () => {
    const deployment = buckets();
    afterAll(() => deployment.remove());

    test("refuse at preview a replacement in another location, and nothing is lost", async () => {
        await deployment.up("prod");
        expect(await deployment.preview("prod")).toEqual([]);
        const before = deployment.existing();
        deployment.edit("index.js", (text) => text.replace("upload:", 'location: "europe-west4", upload:'));
        const { code, output } = await deployment.run(["preview", "-s", "prod"]);
        expect(code).not.toBe(0);
        expect(output.replaceAll(/\s+/g, " ")).toMatch(
            /Bucket::models" cannot be replaced because it is protected|unable to replace resource "[^"]*::models"/,
        );
        expect(output.replaceAll(/\s+/g, " ")).toContain(
            "It is protected by the environment. To replace it, run 'pulumi config set slipway:protection off' and 'pulumi up' without this change, then 'pulumi up' with it.",
        );
        expect(deployment.existing()).toEqual(before);
    });
});

test("a relative path of an asset starts from the folder of the program", async () => {
    const raw = Deployment.raw(`
        const pulumi = require("@pulumi/pulumi");
        const { FileAsset, FileArchive, AssetArchive } = pulumi.asset;
        const api = new gcp.projects.Service("storage", { service: "storage.googleapis.com" });
        const bucket = new gcp.storage.Bucket("b", { name: "acme-raw-files", location: "EU", uniformBucketLevelAccess: true }, { dependsOn: api }).name;
        new gcp.storage.BucketObject("text", { bucket, name: "notes.txt", source: new FileAsset("./files/notes.txt") });
        new gcp.storage.BucketObject("folder", { bucket, name: "folder.zip", source: new FileArchive("files") });
        const parts = { "a.txt": new FileAsset("files/notes.txt"), more: new FileArchive("files") };
        new gcp.storage.BucketObject("parts", { bucket, name: "parts.zip", source: new AssetArchive(parts) });
    `);
    try {
        mkdirSync(raw.file("files"));
        writeFileSync(raw.file("files/notes.txt"), "Seven crates.");
        await raw.up("dev");
        const [object] = raw.resources().filter(({ id }) => id === "acme-raw-files-notes.txt");
        expect(object?.properties.md5hash).toBe(createHash("md5").update("Seven crates.").digest("base64"));
        expect(await raw.again("dev")).toEqual({ unchanged: expect.any(Number) });
    } finally {
        await raw.remove();
    }
});
