import { Deployment } from "./deployment";

const program = `"use strict";
const { PubSubTopic, Schedule } = require("slipway");
const topic = new PubSubTopic("ticks");
const scope = "https://www.googleapis.com/auth/cloud-platform";
new Schedule("message", { cron: "*/5 * * * *", topic, message: "tick", paused: true });
new Schedule("api", { cron: "0 3 * * *", call: { url: "https://run.googleapis.com/v2/jobs/train:run", scope }, retries: 3 });
`;

describe("schedules", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: schedule\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-schedule\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "schedule", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    const states = () =>
        deployment
            .resources()
            .filter(({ type }) => type.endsWith(":Job"))
            .map(({ id, properties: { state, schedule } }) => `${id.split("/").at(-1)} ${state} ${schedule}`);

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(states()).toEqual(["api ENABLED 0 3 * * *", "message PAUSED */5 * * * *"]);
    });

    test("are updated, and resumed when their pause is removed from the program", async () => {
        edit(", paused: true", "");
        edit("0 3 * * *", "0 4 * * *");
        edit("retries: 3", 'retries: { max: 3, maxDuration: "1 hour" }');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Job api", "update Job message"]);
        expect(states()).toEqual(["api ENABLED 0 4 * * *", "message ENABLED */5 * * * *"]);
    });

    test("retry as before the arguments that are removed from the program", async () => {
        const retries = () =>
            deployment.resources().find(({ id }) => id.endsWith("/jobs/api"))?.properties.retryConfig as object;
        expect(retries()).toMatchObject({ retryCount: 3, maxRetryDuration: "3600s" });
        edit('retries: { max: 3, maxDuration: "1 hour" }', "retries: 3");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Job api"]);
        expect(retries()).toMatchObject({ retryCount: 3, maxRetryDuration: "0s" });
        edit(", retries: 3", "");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Job api"]);
        expect(retries()).toMatchObject({ retryCount: 0, maxRetryDuration: "0s" });
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    });

    test("are replaced in another region, and call targets that need no token without an account", async () => {
        edit('message: "tick"', 'message: "tick", region: "europe-west3"');
        edit(", scope }", " }");
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "delete Account api-call",
            "delete Service iam",
            "replace Job message",
            "update Job api",
        ]);
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("are deleted with the stack", async () => {
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /^(Job|Account|Topic) /.test(each))).toEqual([]);
    });
});
