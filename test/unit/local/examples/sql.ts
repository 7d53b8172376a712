import type { Inputs } from "../../../../local/simulator/rules/rules";
import { tokenOf, type World } from "../world";

const settings = { edition: "ENTERPRISE", tier: "db-custom-1-3840" };

export function prepare(world: World): void {
    world.enable("compute", "sqladmin", "servicenetworking");
    const network = "projects/acme-dev/global/networks/default";
    const range = { name: "google", addressType: "INTERNAL", purpose: "VPC_PEERING", prefixLength: 16, network };
    world.make("GlobalAddress", range);
    world.makeAny(tokenOf("Connection"), {
        network,
        service: "servicenetworking.googleapis.com",
        reservedPeeringRanges: ["google"],
    });
    world.makeAny(tokenOf("DatabaseInstance"), {
        name: "main",
        databaseVersion: "POSTGRES_17",
        settings: {
            ...settings,
            backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
            databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
        },
    });
    world.makeAny(tokenOf("DatabaseInstance"), {
        name: "other",
        databaseVersion: "MYSQL_8_0",
        settings: { ...settings, databaseFlags: [{ name: "cloudsql_iam_authentication", value: "on" }] },
    });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:sql/databaseInstance:DatabaseInstance": [
        { databaseVersion: "POSTGRES_17", settings, deletionProtection: false },
        {
            name: "much",
            databaseVersion: "MYSQL_8_4",
            region: "us-central1",
            rootPassword: "secret",
            deletionProtection: false,
            settings: {
                tier: "db-perf-optimized-N-2",
                availabilityType: "REGIONAL",
                backupConfiguration: {
                    enabled: true,
                    binaryLogEnabled: true,
                    backupRetentionSettings: { retainedBackups: 3 },
                },
                dataCacheConfig: {},
                databaseFlags: [{ name: "local_infile", value: "off" }],
                insightsConfig: { queryInsightsEnabled: true },
                ipConfiguration: {
                    ipv4Enabled: false,
                    privateNetwork: "projects/acme-dev/global/networks/default",
                    authorizedNetworks: [{ name: "office", value: "198.51.100.0/24" }],
                },
                locationPreference: { zone: "us-central1-a" },
                maintenanceWindow: { day: 7, hour: 3 },
                performanceCaptureConfig: { enabled: true },
                readPoolAutoScaleConfig: { enabled: false },
            },
        },
        {
            name: "connected",
            databaseVersion: "POSTGRES_17",
            settings: {
                ...settings,
                ipConfiguration: {
                    ipv4Enabled: false,
                    pscConfigs: [
                        {
                            pscEnabled: true,
                            pscAutoConnections: [{ consumerNetwork: "projects/acme-dev/global/networks/default" }],
                        },
                    ],
                },
            },
            deletionProtection: false,
        },
        {
            name: "copy",
            databaseVersion: "POSTGRES_17",
            clone: { sourceInstanceName: "main" },
            deletionProtection: false,
        },
        {
            name: "microsoft",
            databaseVersion: "SQLSERVER_2022_STANDARD",
            rootPassword: "secret",
            settings: { ...settings, databaseFlags: [{ name: "remote access", value: "off" }] },
            deletionProtection: false,
        },
        {
            name: "replica",
            databaseVersion: "POSTGRES_17",
            masterInstanceName: "main",
            replicaConfiguration: { failoverTarget: false },
            settings,
            deletionProtection: false,
        },
    ],
    "gcp:sql/database:Database": [
        { instance: "main" },
        { instance: "other", collation: "utf8mb4_bin" },
        { instance: "main", name: "sales", charset: "UTF8", collation: "en_US.UTF8" },
    ],
    "gcp:sql/user:User": [
        { instance: "main", password: "secret" },
        { instance: "main", name: "ann@acme.com", type: "CLOUD_IAM_USER" },
        { instance: "other", name: "bob", password: "secret" },
        { instance: "other", name: "team@Acme.com", type: "CLOUD_IAM_GROUP" },
        { instance: "other", name: "app@acme-dev.iam.gserviceaccount.com", type: "CLOUD_IAM_SERVICE_ACCOUNT" },
        {
            instance: "main",
            name: "reader",
            password: "secret",
            passwordPolicy: { allowedFailedAttempts: 3, enableFailedAttemptsCheck: true },
        },
    ],
};
