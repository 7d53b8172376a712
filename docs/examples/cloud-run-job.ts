import { CloudRunJob, CloudRunService, CloudSqlInstance, StorageBucket } from "slipway";

const database = new CloudSqlInstance("shop", { publicAddress: true, network: false });
const reports = new StorageBucket("reports");
// A ContainerImage, or the name of an image with its digest.
const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

// Runs before the service is updated. If it fails, the service stays as it was.
const migrate = new CloudRunJob("migrate", {
    image,
    args: ["migrate"],
    uses: { DATABASE: database.client },
    runOnDeploy: true,
});
new CloudRunService("shop", { image, uses: { DATABASE: database.client } }, { dependsOn: migrate });

new CloudRunJob("report", {
    image,
    args: ["report"],
    uses: { DATABASE: database.client, REPORTS: reports.writer },
    schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" },
    tasks: 10,
    timeout: "1 hour",
});
