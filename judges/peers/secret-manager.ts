import { readFileSync } from "node:fs";
import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import * as pulumi from "@pulumi/pulumi";
import { allow, Environment, RegionalSecret, Secret, ServiceAccount } from "slipway";
import type { Example } from "./example";

/** A key in each location. */
function makeKeys(...locations: string[]): void {
    const dependsOn = Environment.current().enable("cloudkms.googleapis.com");
    for (const location of locations) {
        const { id: keyRing } = new KeyRing(location, { name: "secrets", location }, { dependsOn });
        new CryptoKey(location, { name: "secrets", keyRing });
    }
}

export const examples: Example[] = [
    {
        title: "Global Secrets",
        hcl: 545,
        kind: "components",
        given: () => makeKeys("global", "europe-west1", "europe-west3"),
        program: () => {
            const { project } = Environment.current();
            const key = (location: string) => ({
                encryptionKey: `projects/${project}/locations/${location}/keyRings/secrets/cryptoKeys/secrets`,
            });
            const external = true;
            new Secret("test-auto", { external });
            new Secret("test-auto-cmek", { external, ...key("global") });
            new Secret("test-user", { external, replicas: { "europe-west1": {}, "europe-west3": {} } });
            new Secret("test-user-cmek", {
                external,
                replicas: { "europe-west1": key("europe-west1"), "europe-west3": key("europe-west3") },
            });
        },
    },
    {
        title: "Regional Secrets",
        hcl: 267,
        kind: "components",
        given: () => makeKeys("europe-west1"),
        program: () => {
            const { project, region } = Environment.current();
            const encryptionKey = `projects/${project}/locations/${region}/keyRings/secrets/cryptoKeys/secrets`;
            new RegionalSecret("test", { external: true });
            new RegionalSecret("test-cmek", { external: true, encryptionKey });
        },
    },
    {
        title: "IAM Bindings",
        hcl: 516,
        kind: "components",
        program: () => {
            const secret = new Secret("test", { external: true });
            allow(secret.role("roles/secretmanager.admin"), "user:ana@acme.com");
            allow(secret.accessor, "user:ben@acme.com", {
                condition: {
                    title: "Test.",
                    expression: "resource.matchTag('123456789012/environment', 'test')",
                },
            });
            allow(secret.role("roles/secretmanager.viewer"), "user:eva@acme.com");
        },
    },
    {
        title: "Secret Versions",
        hcl: 294,
        kind: "components",
        program: () => {
            const file = readFileSync("./files/secret.txt", "utf8");
            new Secret("test", {
                versions: {
                    a: { value: pulumi.secret("foo") },
                    b: { value: pulumi.secret(file) },
                    c: { value: pulumi.secret("bar") },
                },
            });
        },
    },
    {
        title: "Context Interpolations",
        hcl: 790,
        kind: "components",
        given: () => {
            makeKeys("europe-west1", "europe-west3");
            new ServiceAccount("readers");
        },
        program: () => {
            const { project } = Environment.current();
            const keys = ["europe-west1", "europe-west3"].map((region) => {
                const encryptionKey = `projects/${project}/locations/${region}/keyRings/secrets/cryptoKeys/secrets`;
                return [region, { encryptionKey }];
            });
            const secret = new Secret("test-user-cmek", { external: true, replicas: Object.fromEntries(keys) });
            allow(secret.role("roles/secretmanager.viewer"), [
                "serviceAccount:readers@acme-secret-manager-5.iam.gserviceaccount.com",
                "user:ana@acme.com",
            ]);
        },
    },
];
