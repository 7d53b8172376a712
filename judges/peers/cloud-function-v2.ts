import { secret } from "@pulumi/pulumi";
import { PubSubTopic, Secret, ServerlessFunction, ServiceAccount, VpcConnector } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "HTTP trigger",
        hcl: 295,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", { source: "./files/function", trigger: { http: {} } });
        },
    },
    {
        title: "PubSub and non-HTTP triggers",
        hcl: 682,
        kind: "components",
        given: () => new PubSubTopic("my-topic"),
        program: () => {
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { topic: PubSubTopic.existing("my-topic") },
            });
        },
    },
    {
        title: "Controlling HTTP access",
        hcl: 340,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", { source: "./files/function", trigger: { http: { public: true } } });
        },
    },
    {
        title: "GCS bucket creation",
        hcl: 386,
        kind: "transform",
        program: () => {
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                transform: {
                    sourceBucket: {
                        forceDestroy: true,
                        lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 1 } }],
                    },
                },
            });
        },
    },
    {
        title: "Service account management",
        hcl: 338,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", { source: "./files/function", trigger: { http: {} } });
        },
    },
    {
        title: "Service account management (2)",
        hcl: 373,
        kind: "components",
        given: () => new ServiceAccount("predict"),
        program: () => {
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                account: ServiceAccount.existing("predict"),
            });
        },
    },
    {
        title: "Custom bundle config",
        hcl: 371,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", { source: "./files/function", trigger: { http: {} } });
        },
    },
    {
        title: "Private Cloud Build Pool",
        hcl: 364,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                build: { workerPool: "projects/acme-builds/locations/europe-west1/workerPools/pool" },
            });
        },
    },
    {
        title: "Multiple Cloud Functions within project",
        hcl: 526,
        kind: "components",
        program: () => {
            for (const name of ["test-cf-http-one", "test-cf-http-two"]) {
                new ServerlessFunction(name, {
                    source: "./files/function",
                    entryPoint: "predict",
                    trigger: { http: {} },
                });
            }
        },
    },
    {
        title: "Mounting secrets from Secret Manager",
        hcl: 990,
        kind: "components",
        program: () => {
            const credentials = new Secret("credentials", { value: secret("manual foo bar spam") });
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                uses: { VARIABLE_SECRET: credentials.reader, SECRET_FILE: credentials.file("/app/secret/ver1") },
            });
        },
    },
    {
        title: "VPC Access Connector",
        hcl: 313,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                network: { connector: "connector", egress: "all-traffic" },
            });
        },
    },
    {
        title: "VPC Access Connector (2)",
        hcl: 334,
        kind: "components",
        program: () => {
            const connector = new VpcConnector("predict", {
                range: "10.10.10.0/28",
                network: { network: "apps" },
                scaling: { min: 3, max: 10 },
            });
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                network: { connector },
            });
        },
    },
    {
        title: "VPC Access Connector (3)",
        hcl: 441,
        kind: "components",
        program: () => {
            const connector = new VpcConnector("predict", {
                machineType: "e2-standard-4",
                network: { subnet: "projects/acme-network/regions/europe-west1/subnetworks/apps" },
            });
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                network: { connector },
            });
        },
    },
    {
        title: "Direct VPC Egress",
        hcl: 347,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                network: { network: "apps", subnet: "apps", tags: ["tag1", "tag2"], egress: "all-traffic" },
            });
        },
    },
    {
        title: "Update Strategies",
        hcl: 348,
        kind: "components",
        program: () => {
            new ServerlessFunction("predict", {
                source: "./files/function",
                trigger: { http: {} },
                runtimeUpdates: "automatic",
            });
        },
    },
];
