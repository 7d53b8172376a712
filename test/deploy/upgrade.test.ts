import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { strFromU8, strToU8, unzipSync } from "fflate";
import { cloudOf } from "../../local/simulator/cloudOf";
import { createBucket } from "../../local/simulator/services/storage/names";
import { Deployment } from "./deployment";

/**
 * A stack and its local Google Cloud of version 0.1.0 (commit ff724fc, `slipway local up` of the program in `upgrade`);
 * the path of the program's folder is `/the/program`.
 */
const before = unzipSync(readFileSync(join(__dirname, "upgrade", "before.zip")));

const program = new Deployment(join(__dirname, "upgrade", "program"));
afterAll(() => program.remove());

beforeAll(() => {
    for (const [path, bytes] of Object.entries(before)) {
        const file = join(program.place.home, path);
        mkdirSync(dirname(file), { recursive: true });
        const isText = /\.(json|yaml)$/.test(path);
        writeFileSync(
            file,
            isText ? strToU8(strFromU8(bytes).replaceAll("/the/program", program.place.folder)) : bytes,
        );
    }
    // Google Cloud creates it with the application; the earlier local one did not.
    createBucket(cloudOf(program.place), "acme-upgrade", "staging.acme-upgrade.appspot.com", {
        location: "EUROPE-WEST",
    });
});

/**
 * What the earlier release did not do: Cloud Build could not read the source of functions and services, endpoints lacked an API, and Google
 * took the permission to export from the role of exports. Code could not read the metadata of buckets.
 */
const added = [
    ...["pipelines-results", "predict-models", "record-results", "shop-default-models"].map(
        (name) => `create BucketIAMMember ${name}-storage-bucket-viewer`,
    ),
    ...["staging", "staging-bucket"].map((name) => `create BucketIAMMember shop-default-${name}`),
    ...["predict", "record"].map((name) => `create IAMMember ${name}-build-copied-source`),
    "create IAMMember sales-export-logs",
    "create Service servicedirectory",
    "create ServiceIdentity workflows-agent",
    "replace IAMMember sales-export",
];

/**
 * What the earlier release created in every network: here no component needs Cloud NAT, and the database has a private address only in one
 * of the two networks.
 */
const removed = [
    "delete Connection private-private-services",
    "delete GlobalAddress private-private-services",
    ...["private", "upgrade-dev"].flatMap((name) => [
        `delete Router ${name}-europe-west1`,
        `delete RouterNat ${name}-europe-west1`,
    ]),
];

/**
 * Buckets that kept versions for ever, or without versions, jobs whose retries the earlier release left to Cloud Scheduler, the component
 * of a table, which keeps its partitions, and the label of a forwarding rule, which only the local Google Cloud gave it.
 */
const updated = [
    "update BigQueryTable orders",
    "update GlobalForwardingRule private-google-apis",
    ...["models", "pipelines", "results"].map((name) => `update Bucket ${name}`),
    ...["nightly", "sales-export", "shop-retrain"].map((name) => `update Job ${name}`),
];

test("a stack of an earlier release only gets the roles, APIs and settings that it lacks, and loses what no component needs", async () => {
    expect(await program.preview("dev")).toEqual([...added, ...removed, ...updated].sort());
    expect(await program.up("dev")).toEqual({
        changes: 26,
        created: 11,
        deleted: 6,
        replaced: 1,
        updated: 8,
        unchanged: 156,
    });
    expect(await program.again("dev")).toEqual({ unchanged: 176 });
});

test("a change is an update, and everything is destroyed", async () => {
    program.edit("index.js", (text) => text.replace("queues: { mails: {} }", "queues: { mails: { rate: 5 } }"));
    expect(await program.preview("dev")).toEqual(["update Queue shop-mails"]);
    expect(await program.up("dev")).toEqual({ updated: 1, unchanged: 175 });
    expect(await program.destroy("dev")).toEqual({ deleted: 176 });
});
