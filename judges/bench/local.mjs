// Measures the time per resource in the local Google Cloud's provider, with few and with many existing resources:
//     npm run build && node judges/bench/local.mjs [10 100 1000 3000]
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { Cloud } = require("../../dist/local/simulator/cloud/cloud.js");
const { inventory } = require("../../dist/local/simulator/inventory.js");
const { InstalledProvider } = require("../../dist/local/simulator/provider/installed.js");
const { LocalProvider } = require("../../dist/local/simulator/provider/provider.js");

const root = join(import.meta.dirname, "..", "..");
const installed = new InstalledProvider(root);

/** Ten resources per number. A project has at most 100 accounts, so the grants are to one of 30. */
const made = (n) => {
    const accountId = `account-${n % 30}`;
    const member = `serviceAccount:${accountId}@acme-bench.iam.gserviceaccount.com`;
    const condition = { title: `number ${n}`, expression: "true" };
    const grant = (role) => ({ role: `roles/${role}`, member, condition });
    return [
        n < 30
            ? ["gcp:serviceaccount/account:Account", { accountId }]
            : [
                  "gcp:storage/bucket:Bucket",
                  { name: `acme-bench-more-${n}`, location: "EU", uniformBucketLevelAccess: true },
              ],
        ["gcp:pubsub/topic:Topic", { name: `topic-${n}`, labels: { number: String(n) } }],
        ["gcp:pubsub/subscription:Subscription", { name: `subscription-${n}`, topic: `topic-${n}` }],
        ["gcp:pubsub/subscription:Subscription", { name: `shared-${n}`, topic: "shared" }],
        ["gcp:storage/bucket:Bucket", { name: `acme-bench-${n}`, location: "EU", uniformBucketLevelAccess: true }],
        [
            "gcp:storage/bucketObject:BucketObject",
            { bucket: "acme-bench-shared", name: `object-${n}`, content: `${n}` },
        ],
        ["gcp:pubsub/topicIAMMember:TopicIAMMember", { topic: "shared", role: "roles/pubsub.publisher", member }],
        [
            "gcp:storage/bucketIAMMember:BucketIAMMember",
            { bucket: "acme-bench-shared", ...grant("storage.objectUser") },
        ],
        ["gcp:projects/iAMMember:IAMMember", { project: "acme-bench", ...grant("logging.logWriter") }],
        ["gcp:pubsub/topicIAMMember:TopicIAMMember", { topic: `topic-${n}`, role: "roles/pubsub.viewer", member }],
    ];
};

/** Creates, reads and deletes that many resources; returns the milliseconds per resource. */
function measured(count) {
    const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
    const cloud = new Cloud(folder);
    const provider = new LocalProvider(cloud, installed);
    provider.configure({ project: "acme-bench", region: "europe-west1" });
    const create = ([token, news]) => {
        const { inputs } = provider.check(token, { name: "example", seed: Buffer.from("seed") }, news, {});
        return { token, inputs, ...provider.create(token, inputs, false) };
    };
    for (const api of ["iam", "pubsub"]) {
        create(["gcp:projects/service:Service", { service: `${api}.googleapis.com` }]);
    }
    create(["gcp:pubsub/topic:Topic", { name: "shared" }]);
    create([
        "gcp:storage/bucket:Bucket",
        { name: "acme-bench-shared", location: "EU", uniformBucketLevelAccess: true },
    ]);

    const wanted = Array.from({ length: count / 10 }, (_, n) => made(n)).flat();
    let resources = [];
    const creation = per(count, () => {
        resources = wanted.map(create);
    });
    const read = per(count, () => {
        for (const { token, id, state, inputs } of resources) {
            provider.diff(token, inputs, inputs, provider.read(token, id, state).state);
        }
    });
    const list = per(count, () => inventory(cloud));
    const bytes = size(join(folder, "resources")) / count;
    // Accounts and topics are deleted before their grants, as when a program no longer contains them.
    const remove = per(count, () => {
        for (const { token, id, state } of resources) {
            provider.delete(token, id, state);
        }
    });
    if (cloud.store.list("//pubsub.googleapis.com/").some(({ id }) => !id.includes("shared"))) {
        throw new Error("something was not deleted");
    }
    rmSync(folder, { recursive: true });
    return { create: creation, read, remove, list, bytes };
}

/** The CPU time of an action per resource in milliseconds, without that of other processes. */
function per(count, action) {
    const started = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000 / count;
}

function size(folder) {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .reduce((sum, each) => sum + statSync(join(each.parentPath ?? each.path, each.name)).size, 0);
}

const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10, 100, 1000, 3000];
// The first run loads and compiles the code for the others.
measured(100);
console.log("| resources | create | read and compare | delete | list | on disk |\n|---|---|---|---|---|---|");
for (const count of counts) {
    const { create, read, remove, list, bytes } = measured(count);
    const ms = [create, read, remove, list].map((each) => `${each.toFixed(2)} ms`).join(" | ");
    console.log(`| ${count.toLocaleString("en")} | ${ms} | ${Math.round(bytes)} bytes |`);
}
