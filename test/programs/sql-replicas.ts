import { CloudSqlInstance, Network, ServerlessFunction, StorageBucket } from "slipway";

const net = new Network("n", { subnets: { a: { range: "10.0.0.0/20" } }, privateServices: true });
const key = new StorageBucket("dump");
const db = new CloudSqlInstance("main", {
    network: net,
    cpu: 4,
    memory: "16 GiB",
    databases: { a: {}, b: { charset: "UTF8" } },
    iamUsers: { "group:dba@acme.com": {} },
    replicas: { near: {}, far: { region: "us-central1" } },
    exports: { bucket: key, schedule: "0 1 * * *", databases: ["a"] },
    protection: "standard",
});
new ServerlessFunction("f", {
    entryPoint: "predict",
    source: "./predict",
    trigger: { http: {} },
    network: net,
    uses: { DB: db.client },
});
