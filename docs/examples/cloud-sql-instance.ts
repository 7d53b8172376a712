import { CloudSqlInstance, ServerlessFunction, StorageBucket } from "slipway";

const archive = new StorageBucket("archive");

const sales = new CloudSqlInstance("sales", {
    engine: "mysql",
    cpu: 2,
    memory: "8 GiB",
    storage: { type: "PD_SSD", size: "20 GB", maxSize: "200 GB" },
    databases: { predictions: {} },
    users: { reporting: {} },
    replicas: { reports: {} },
    exports: { bucket: archive, schedule: "0 2 * * *" },
});

// It signs in as its own account: there is no password.
new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { DATABASE: sales.client },
});

// It reads from the replica, with a password from a file.
new ServerlessFunction("report", {
    source: "./predict",
    entryPoint: "predict",
    trigger: { http: {} },
    uses: { DATABASE: sales.as({ user: "reporting", replica: "reports" }) },
});

export const connectionName = sales.connectionName;
