import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment } from "./deployment";

const project = "acme-shared";
const stackFile = `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`;

/** Each stack is a separate program, with components that need the same APIs and service agents. */
const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { PubSubSubscription, PubSubTopic, Schedule, ServerlessFunction, StorageBucket } = require("slipway");

function team(prefix) {
    const topic = new PubSubTopic(prefix + "-orders");
    const uploads = new StorageBucket(prefix + "-uploads");
    const bucket = new StorageBucket(prefix + "-archive");
    new PubSubSubscription(prefix + "-archived", { topic, bucket });
    new ServerlessFunction(prefix + "-scan", {
        source: "./code",
        runtime: "nodejs22",
        entryPoint: "handle",
        trigger: { bucket: uploads },
        uses: { ORDERS: topic.publisher },
    });
    new Schedule(prefix + "-daily", { cron: "0 3 * * *", topic, message: { text: "count" } });
}
team(pulumi.getStack() === "predictions" ? "predictions" : "reports");
`;

describe("two stacks in one project", () => {
    const stacks = ["predictions", "reports", "copy"];
    const deployment = new Deployment({
        "Pulumi.yaml": `name: shared
runtime:
  name: nodejs
  options:
    typescript: false
config:
  slipway:environments:
    value: { ${stacks.map((stack) => `${stack}: ${project}`).join(", ")} }
`,
        ...Object.fromEntries(stacks.map((stack) => [`Pulumi.${stack}.yaml`, stackFile])),
        "package.json": '{ "name": "shared", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    mkdirSync(deployment.file("code"));
    writeFileSync(
        deployment.file("code/package.json"),
        '{ "main": "index.js", "dependencies": { "@google-cloud/functions-framework": "^4.0.0" } }\n',
    );
    writeFileSync(
        deployment.file("code/index.js"),
        'const functions = require("@google-cloud/functions-framework");\nfunctions.cloudEvent("handle", () => {});\n',
    );
    afterAll(() => deployment.remove());

    /** All resources of a team, with their grants, as stored in the cloud. */
    const of = (team: string) => {
        const all = deployment.resources().filter(({ project: its }) => its === project);
        return all.filter((each) => JSON.stringify(each).includes(team));
    };
    const unchanged = { unchanged: expect.any(Number) };

    test("are deployed at the same time, share what both need, and have no changes afterwards", async () => {
        await Promise.all([deployment.up("predictions"), deployment.up("reports")]);
        expect(await deployment.again("predictions")).toEqual(unchanged);
        expect(await deployment.preview("reports")).toEqual([]);
    });

    test("a third stack with names of the second is refused, and its destruction deletes nothing of the others", async () => {
        const before = deployment.resources();
        // Otherwise it stops at the first error, which can be any of them.
        const all = ["--yes", "--skip-preview", "--continue-on-error"];
        const { code, output } = await deployment.run(["up", "-s", "copy", ...all]);
        expect(code).not.toBe(0);
        expect(output).toContain("Resource already exists in the project (resource=reports-orders)");
        await deployment.destroy("copy");
        expect(deployment.resources()).toEqual(before);
    });

    test("destroying one keeps the other, with its APIs, its grants and those of service agents", async () => {
        const reports = of("reports");
        const ofTheProject = (each: string) => /^(Service|ServiceIdentity) /.test(each);
        const shared = deployment.existing(project).filter(ofTheProject);
        expect(shared.length).toBeGreaterThan(10);
        await deployment.destroy("predictions");
        expect(of("predictions").map(({ id }) => id)).toEqual([]);
        expect(of("reports")).toEqual(reports);
        expect(deployment.existing(project).filter(ofTheProject)).toEqual(shared);
        expect(await deployment.again("reports")).toEqual(unchanged);
    });

    test("the first can be recreated beside the other", async () => {
        const reports = of("reports");
        await deployment.up("predictions");
        expect(of("reports")).toEqual(reports);
        expect(await deployment.preview("predictions")).toEqual([]);
    });
});
