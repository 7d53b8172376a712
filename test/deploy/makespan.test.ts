import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "..", "..");

interface Span {
    starter: string;
    /** In simulated seconds. */
    up: number;
    needed: number;
    unneeded: { resource: string; on: string; seconds: number }[];
}

/** Deploys programs in simulated time. */
async function spans(...programs: string[]): Promise<Span[]> {
    const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(root, "bench", "makespan.mjs"), "--json", ...programs],
        { env: { ...process.env, NODE_OPTIONS: "" }, maxBuffer: 2 ** 24 },
    );
    return JSON.parse(stdout);
}

test("starters wait for what their resources need, and hardly longer", async () => {
    const ratios = (await spans("platform", "autoscaling", "echo-gke")).map(({ starter, up, needed }) => [
        starter,
        up / needed,
    ]);
    expect(ratios.map(([starter]) => starter)).toEqual(["platform", "autoscaling", "echo-gke"]);
    expect(ratios.filter(([, ratio]) => Number(ratio) < 1 || Number(ratio) > 1.05)).toEqual([]);
});

test("a dependency that nothing needs is found, with the time that it costs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-span-"));
    try {
        const files = {
            "Pulumi.yaml": "name: span\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
            "Pulumi.dev.yaml":
                "config:\n  gcp:project: acme-span-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
            "package.json": '{ "name": "span", "version": "1.0.0", "main": "index.js" }\n',
            "index.js": `
const { Topic } = require("@pulumi/gcp/pubsub/topic");
const { Network, PubSubTopic } = require("slipway");
const { network } = new Network("apps", { subnets: { apps: { range: "10.0.0.0/24" } }, nat: false });
new PubSubTopic("first");
new Topic("second", { name: "second" }, { dependsOn: network });
`,
        };
        for (const [file, text] of Object.entries(files)) {
            writeFileSync(join(folder, file), text);
        }
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        const [{ up = 0, needed = 0, unneeded = [] } = {}] = await spans(`${folder}:dev`);
        const late = unneeded.map(({ resource, on, seconds }) =>
            [resource, on].map((urn) => urn.split("::").pop()).concat(String(seconds)),
        );
        // The API takes 26 s and is effective 30 s later, and the network takes 22 s.
        expect(late).toEqual([["second", "apps", "22"]]);
        // The subnet takes another 23 s.
        expect([up, needed]).toEqual([101, 101]);
    } finally {
        rmSync(folder, { recursive: true });
    }
});
