import type { Fault } from "../../../local/simulator/provider/faults";
import { Deployment } from "../../deploy/deployment";

const digest = (digits: string) => `sha256:${digits.repeat(32)}`;

const program = `"use strict";
const { CloudRunJob, CloudRunService, CloudRunWorkerPool, PubSubSubscription, PubSubTopic } = require("slipway");
const image = "docker.io/acme/shop@${digest("0a")}";
const labels = { team: "one" };
const migrate = new CloudRunJob("migrate", { image, labels, runOnDeploy: true, schedule: "0 3 * * *", retries: 0 });
new CloudRunService("web", { image }, { dependsOn: migrate });
const orders = new PubSubSubscription("orders", { topic: new PubSubTopic("orders"), pull: {} });
new CloudRunWorkerPool("worker", { image, uses: { ORDERS: orders.subscriber }, scaling: 2 });
`;

describe("a job in each deployment", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: jobs\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-jobs\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "jobs", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replaceAll(from, to));
    const find = (end: string) => deployment.resources().find(({ id }) => id.endsWith(end))?.properties ?? {};

    /** The number of executions of the job, and the number in the name of the last one. */
    const executions = () => {
        const { executionCount, latestCreatedExecutions } = find("/jobs/migrate");
        const [{ name }] = latestCreatedExecutions as [{ name: string }];
        return [executionCount, /\/executions\/migrate-[0-9a-f]{8}-(\d+)$/.exec(name)?.[1]];
    };
    const images = () =>
        ["/services/web", "/workerPools/worker"].map((end) => {
            const { containers } = find(end).template as { containers: { image: string }[] };
            return containers[0]?.image.slice(-2);
        });

    /** Runs an update in which the containers of the job fail. */
    const failing = (verb: Fault["verb"]) =>
        deployment.run(
            ["up", "-s", "dev", "--yes", "--skip-preview"],
            {},
            {
                faults: [{ verb, type: "gcp:cloudrunv2/job:Job", name: "migrate", answer: "fail" }],
            },
        );

    test("that fails at first fails the deployment, and nothing that depends on it is created", async () => {
        const { code, output } = await failing("create");
        expect(code).not.toBe(0);
        expect(output).toMatch(/Execution migrate-[0-9a-f]{8}-1 has failed to complete, 0\/1 tasks were a success/);
        expect(find("/services/web")).toEqual({});
        expect(executions()).toEqual([1, "1"]);
    });

    test("runs again with the next one, which goes on", async () => {
        await deployment.up("dev");
        expect(executions()).toEqual([2, "2"]);
        expect(images()).toEqual(["0a", "0a"]);
    });

    test("does not run again unchanged, also after a refresh", async () => {
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        expect(await deployment.preview("dev")).toEqual([]);
        expect(executions()).toEqual([2, "2"]);
    });

    test("does not run again with other labels", async () => {
        edit('team: "one"', 'team: "two"');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Job migrate"]);
        expect(executions()).toEqual([2, "2"]);
    });

    test("that fails keeps the service as it was, until it succeeds", async () => {
        edit(digest("0a"), digest("0b"));
        for (const attempt of ["3", "4"]) {
            const { code, output } = await failing("update");
            expect(code).not.toBe(0);
            expect(output).toMatch(new RegExp(`Execution migrate-[0-9a-f]{8}-${attempt} has failed to complete`));
            expect([executions()[1], images()[0]]).toEqual([attempt, "0a"]);
        }
        await deployment.up("dev");
        expect([executions()[1], ...images()]).toEqual(["5", "0b", "0b"]);
    });

    test("runs again when an earlier content comes back", async () => {
        edit(digest("0b"), digest("0a"));
        const steps = await deployment.upAsPreviewed("dev");
        expect(steps).toEqual(["update Job migrate", "update Service web", "update WorkerPool worker"]);
        expect([executions()[1], ...images()]).toEqual(["6", "0a", "0a"]);
    });

    test("leaves nothing behind", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });
});
