import { readFileSync } from "node:fs";
import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import { RegionalSecret } from "@pulumi/gcp/secretmanager/regionalSecret";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion";
import { allow, Environment, Secret, ServiceAccount } from "slipway";
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
        kind: "raw",
        given: () => makeKeys("europe-west1"),
        program: () => {
            const { project, region: location } = Environment.current();
            const kmsKeyName = `projects/${project}/locations/${location}/keyRings/secrets/cryptoKeys/secrets`;
            new RegionalSecret("test", { secretId: "test", location });
            new RegionalSecret("test-cmek", {
                secretId: "test-cmek",
                location,
                customerManagedEncryption: { kmsKeyName },
            });
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
        kind: "raw",
        program: () => {
            const secret = new Secret("test", { external: true }).secret.id;
            new SecretVersion("a", { secret, secretData: "foo" });
            new SecretVersion("b", { secret, secretData: readFileSync("./files/secret.txt", "utf8") });
            new SecretVersion("c", { secret, secretDataWo: "bar", secretDataWoVersion: 1 });
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
