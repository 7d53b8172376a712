const slipway = require("slipway");

const models = new slipway.StorageBucket("models", { upload: "./models" });
const results = new slipway.StorageBucket("results");
const token = new slipway.Secret("token", { generate: { length: 64, rotation: "2026-03" } });
const sales = new slipway.PubSubTopic("sales");
const dataset = new slipway.BigQueryDataset("sales");
const orders = new slipway.BigQueryTable("orders", { dataset, schema: [{ name: "order", type: "STRING" }] });
const database = new slipway.CloudSqlInstance("sales", {
    databases: { predictions: {} },
    users: { app: {} },
    exports: { bucket: results, schedule: "0 2 * * *" },
});

const predict = new slipway.ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { MODELS: models.reader, TOKEN: token.reader },
});
new slipway.ServerlessFunction("record", {
    source: "./record",
    trigger: { topic: sales, retries: true },
    uses: { RESULTS: results.writer },
});
new slipway.PubSubSubscription("sales-range", { topic: sales, push: predict });
new slipway.PubSubSubscription("sales-archive", { topic: sales, pull: {} });
new slipway.Schedule("nightly", { cron: "0 3 * * *", call: predict });

new slipway.AppEngineApp("shop", {
    services: {
        default: {
            source: "./web",
            entrypoint: "gunicorn --bind :$PORT main:app",
            uses: { MODELS: models.reader },
        },
    },
    firewall: { default: "deny", rules: { 1000: { action: "allow", range: "203.0.113.0/24" } } },
    iap: { members: ["domain:acme.dev"] },
    queues: { mails: {} },
    cron: { retrain: { cron: "0 3 * * *", path: "/tasks/retrain" } },
});
new slipway.ComposerEnvironment("pipelines", {
    dags: "./dags",
    uses: { RESULTS: results.writer },
    variables: { threshold: "0.7" },
    pools: { scoring: { slots: 4 } },
});
new slipway.ContainerRegistry("apps");
new slipway.Network("private", { privateServiceConnect: { googleApis: true } });

exports.url = predict.url;
exports.database = database.instance.name;
exports.table = orders.table.tableId;
