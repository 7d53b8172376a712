import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { User } from "@pulumi/gcp/sql/user";
import { CloudSqlInstance, KmsKey, Network, Secret, ServiceAccount } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple example",
        hcl: 907,
        kind: "raw",
        program: () => {
            const network = new Network("my-network", { privateServices: { range: "10.60.0.0/16" } });
            const purpose = "PRIVATE_SERVICE_CONNECT";
            new Subnetwork("psc", { network: network.network.id, ipCidrRange: "10.0.3.0/24", purpose });
            new CloudSqlInstance("db", {
                network,
                version: "13",
                tier: "db-g1-small",
                dataApi: true,
            });
        },
    },
    {
        title: "Cross-regional read replica",
        hcl: 675,
        kind: "components",
        program: () => {
            new CloudSqlInstance("myprefix-db", {
                network: { network: "projects/acme-network/global/networks/apps" },
                region: "europe-west8",
                version: "16",
                tier: "db-g1-small",
                replicas: {
                    replica1: { region: "europe-west3" },
                    replica2: { region: "us-central1", tier: "db-custom-2-7680" },
                },
            });
        },
    },
    {
        title: "Custom flags, databases and users",
        hcl: 613,
        kind: "raw",
        given: () => new ServiceAccount("reports"),
        program: () => {
            const db = new CloudSqlInstance("db", {
                network: { network: "projects/acme-network/global/networks/apps" },
                engine: "mysql",
                version: "8.0",
                tier: "db-g1-small",
                flags: { disconnect_on_expired_password: true },
                databases: { people: {}, departments: {} },
                users: { user1: {} },
                iamUsers: { "serviceAccount:reports@acme-cloudsql-instance-3.iam.gserviceaccount.com": {} },
            });
            new User("user2", { instance: db.instance.name, password: "mypassword" });
        },
    },
    {
        title: "CMEK encryption",
        hcl: 1257,
        kind: "components",
        program: () => {
            const key = new KmsKey("key-regional");
            new CloudSqlInstance("db", {
                network: new Network("my-network", {
                    subnets: { production: { range: "10.0.0.0/24" } },
                    privateServices: { range: "10.0.1.0/24" },
                }),
                version: "13",
                tier: "db-g1-small",
                encryptionKey: key,
            });
        },
    },
    {
        title: "Instance with PSC enabled",
        hcl: 398,
        kind: "components",
        program: () => {
            new CloudSqlInstance("myprefix-db", {
                privateServiceConnect: {},
                highAvailability: true,
                version: "13",
                tier: "db-g1-small",
            });
        },
    },
    {
        title: "Instance with PSC auto connections",
        hcl: 564,
        kind: "components",
        program: () => {
            new CloudSqlInstance("myprefix-db", {
                privateServiceConnect: { network: new Network("apps") },
                highAvailability: true,
                version: "13",
                tier: "db-g1-small",
            });
        },
    },
    {
        title: "Enable public IP",
        hcl: 355,
        kind: "components",
        program: () => {
            new CloudSqlInstance("db", {
                network: { network: "projects/acme-network/global/networks/apps" },
                publicAddress: true,
                engine: "mysql",
                version: "8.0",
                tier: "db-g1-small",
            });
        },
    },
    {
        title: "Query Insights",
        hcl: 387,
        kind: "components",
        program: () => {
            new CloudSqlInstance("db", {
                network: { network: "projects/acme-network/global/networks/apps" },
                version: "13",
                tier: "db-g1-small",
                insights: { queryStringLength: 2048 },
            });
        },
    },
    {
        title: "Maintenance Config",
        hcl: 362,
        kind: "components",
        program: () => {
            new CloudSqlInstance("db", {
                network: { network: "projects/acme-network/global/networks/apps" },
                version: "13",
                tier: "db-g1-small",
                maintenance: {},
            });
        },
    },
    {
        title: "SSL Config",
        hcl: 347,
        kind: "components",
        program: () => {
            new CloudSqlInstance("db", {
                network: { network: "projects/acme-network/global/networks/apps" },
                version: "13",
                tier: "db-g1-small",
                tls: "ENCRYPTED_ONLY",
            });
        },
    },
    {
        title: "Password Validation Policy and Root Password Config",
        hcl: 523,
        kind: "transform",
        program: () => {
            const { version: password } = new Secret("root");
            new CloudSqlInstance("db", {
                network: { network: "projects/acme-network/global/networks/apps" },
                engine: "mysql",
                version: "8.0",
                tier: "db-g1-small",
                passwordPolicy: { minLength: 20, reuseInterval: 5 },
                transform: { instance: { rootPassword: password?.secretData } },
            });
        },
    },
];
