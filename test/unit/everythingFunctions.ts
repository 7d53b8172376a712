import * as pulumi from "@pulumi/pulumi";
import { ServerlessFunction } from "slipway";

const secret = pulumi.output("projects/acme-dev/secrets/key");

/** What functions can have beside what other components offer. */
export function functions(source: string): void {
    new ServerlessFunction("open", {
        source,
        trigger: { http: { public: true, ingress: "all" } },
        entryPoint: "answer",
        network: { connector: "apps", egress: "all-traffic" },
    });
    new ServerlessFunction("watch", {
        source,
        trigger: {
            audit: {
                service: "bigquery.googleapis.com",
                method: "a.b",
                resource: pulumi.output("projects/*/datasets/**"),
            },
            region: "global",
            retry: true,
        },
        entryPoint: "answer",
        uses: {
            API_KEY: { grants: [], attachments: [{ kind: "secret-variable", secret, version: "latest" }] },
            KEY_FILE: {
                grants: [],
                attachments: [{ kind: "secret-file", path: "/secrets/key", secret, version: "1" }],
            },
        },
        network: {
            subnetwork: "projects/acme-net/regions/europe-west1/subnetworks/apps",
            network: "projects/acme-net/global/networks/apps",
            tags: ["watch"],
            egress: "all-traffic",
        },
        encryptionKey: pulumi.output("projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales"),
        binaryAuthorization: "default",
        runtimeUpdates: "on-deploy",
        build: {
            environment: { GOOGLE_FUNCTION_SOURCE: "main.py" },
            workerPool: "projects/acme-dev/locations/europe-west1/workerPools/builders",
        },
        description: "Watches.",
    });
}
