import { BigQueryDataset, CloudRunJob, Schedule } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const db = new BigQueryDataset("warehouse");
const job = new CloudRunJob("load", {
    image,
    uses: { WAREHOUSE: db.writer },
    schedule: "every 5 minutes",
    tasks: 100,
    parallelism: 10,
    retries: 10,
    timeout: "6 hours",
    labels: { a: "b" },
});
new CloudRunJob("other", { image, env: { A: "1" }, cpu: 2, memory: "4 GiB", runOnDeploy: true });
new Schedule("again", { cron: "0 0 1 * *", call: job, timeZone: "America/New_York", description: "x" });
export const name = job.job.name;
