import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slowStarters, spans } from "../deploy/spans";

const root = join(__dirname, "..", "..");

test("a starter waits for what its resources need, and hardly longer", async () => {
    expect(await slowStarters("platform")).toEqual([]);
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
