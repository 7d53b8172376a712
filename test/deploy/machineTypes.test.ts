import { Deployment } from "./deployment";

const program = (machineTypes: string) => `"use strict";
const { AutoscaledInstanceGroup } = require("slipway");
const { group } = new AutoscaledInstanceGroup("shop", {
    machineTypes: ${machineTypes},
    scaling: { min: 1, max: 3 },
    update: { minReady: "30 seconds" },
});
exports.policy = group.instanceFlexibilityPolicy;
`;

const dev = new Deployment({
    "Pulumi.yaml": "name: flexible\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-flexible\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": `{ "name": "flexible", "version": "1.0.0", "main": "index.js" }\n`,
    "index.js": program(`["n2-standard-4", ["n2d-standard-4", "e2-standard-4"]]`),
});
afterAll(() => dev.remove());

test("a group has several machine types, and another preference only updates the group", async () => {
    expect(await dev.upAsPreviewed("dev")).not.toEqual([]);
    await dev.succeed(["refresh", "-s", "dev", "--yes"]);
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
    dev.edit("index.js", () => program(`["e2-standard-4", ["n2d-standard-4", "n2-standard-4"]]`));
    const changes = await dev.up("dev");
    expect(changes).toMatchObject({ updated: 1 });
    expect(Object.keys(changes).sort()).toEqual(["unchanged", "updated"]);
    await dev.destroy("dev");
});
