import { allow, Environment, PubSubTopic, ServerlessFunction, ServiceAccount, StorageBucket } from "slipway";

const models = new StorageBucket("models", { upload: "./models" });
const sales = new PubSubTopic("sales");

const account = new ServiceAccount("scoring", { roles: ["roles/bigquery.user"], uses: [sales.publisher] });
new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    account,
    uses: { MODELS: models.reader },
});

allow(models.reader, "group:ml@acme.com");
allow(models.writer, "user:ana@acme.com", { until: "2027-06-30" });
allow(account.impersonator, "group:oncall@acme.com");
allow(Environment.current().role("roles/logging.viewer"), ["group:ml@acme.com", "group:oncall@acme.com"]);
