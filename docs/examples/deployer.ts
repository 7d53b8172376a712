import { Deployer, Environment } from "slipway";

const repository = "acme/sales";
const environment = Environment.current().kind === "production" ? "prod" : "dev";

const deployer = new Deployer("deployer", {
    github: { repository, environment },
    roles: ["roles/browser", "roles/serviceusage.serviceUsageAdmin", "roles/pubsub.admin", "roles/storage.admin"],
});
const previewer = new Deployer("previewer", {
    github: { repository, pullRequests: true },
    roles: ["roles/browser", "roles/pubsub.viewer", "roles/storage.bucketViewer"],
});

export const variables = [deployer, previewer].map(({ email, workloadIdentityProvider }) => ({
    SERVICE_ACCOUNT: email,
    WORKLOAD_IDENTITY_PROVIDER: workloadIdentityProvider,
}));
