import { CloudSqlInstance, ServerlessFunction, StorageBucket } from "slipway";

// What is exported from the database: a copy that outlives the instance.
const exported = new StorageBucket("exports");

// PostgreSQL with a private address. In production it has a standby in another zone, and nobody can delete it.
const database = new CloudSqlInstance("web", {
    engine: "postgres",
    databases: { web: {} },
    exports: { bucket: exported, schedule: "0 2 * * *" },
});

// Signs in to the database as its own account: there is no password.
const web = new ServerlessFunction("web", {
    source: "./web",
    trigger: { http: { public: false } }, // true: anybody may call it
    uses: { DATABASE: database.client },
    scaling: { max: 5, concurrency: 4 },
});

export const url = web.url;
export const instance = database.connectionName;
