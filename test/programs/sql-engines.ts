import { CloudSqlInstance } from "slipway";

new CloudSqlInstance("pg", {
    engine: "postgres",
    version: "17",
    edition: "ENTERPRISE_PLUS",
    tier: "db-perf-optimized-N-2",
    highAvailability: true,
    dataCache: true,
    insights: true,
    connectionPooling: true,
    publicAddress: true,
    network: false,
    users: { app: {} },
    flags: { max_connections: 200 },
    backups: { keep: 14 },
});
new CloudSqlInstance("ms", {
    engine: "sqlserver",
    cpu: 2,
    memory: "8 GiB",
    publicAddress: true,
    network: false,
    collation: "SQL_Latin1_General_CP1_CI_AS",
    timeZone: "Pacific Standard Time",
});
new CloudSqlInstance("my", {
    engine: "mysql",
    tier: "db-f1-micro",
    backups: false,
    protection: "none",
    highAvailability: false,
    publicAddress: true,
    network: false,
    storage: { type: "PD_HDD", size: "10 GB" },
    audit: true,
    passwordPolicy: false,
    maintenance: { window: { day: "SUNDAY", start: "03:00" } },
});
