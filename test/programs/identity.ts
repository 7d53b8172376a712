import { allow, CloudRunService, Deployer, ServiceAccount, StorageBucket, WorkloadIdentityPool } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const sa = new ServiceAccount("etl-jobs", { roles: ["roles/bigquery.jobUser", "roles/logging.logWriter"] });
const b = new StorageBucket("b");
allow(b.writer, sa);
allow(sa.impersonator, "group:oncall@acme.com", { until: "2027-01-31" });
allow(b.role("roles/storage.admin"), "user:ana@acme.com");
new Deployer("gl", { gitlab: { project: "acme/shop", environment: "prod" }, roles: ["roles/run.admin"] });
new Deployer("gh", { github: { repository: "acme/shop", environment: "prod" }, roles: ["roles/run.admin"] });
new WorkloadIdentityPool("p", {
    providers: { a: { aws: { account: "123456789012" } }, o: { oidc: { issuer: "https://token.acme.com" } } },
});
new CloudRunService("w", { image, account: sa });
