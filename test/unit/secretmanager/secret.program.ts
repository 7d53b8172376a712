import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, RegionalSecret, Secret } from "slipway";
import type { SecretFile, SecretVariable } from "slipway/iam";
import { nameFormats } from "../../../lib/facts/names";
import { use } from "../../../lib/internal/access/capability";
import { secret } from "../everythingElse";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

const key = (location: string) => `projects/acme-dev/locations/${location}/keyRings/data/cryptoKeys/secrets`;

export function program(): void {
    const topic = new PubSubTopic("rotations");
    new Secret("generated");
    const given = new Secret("given", {
        value: pulumi.secret(pulumi.output("canary")),
        name: pulumi.output("api-key"),
        version: "latest",
        replaced: "disable",
        destroyDelay: "30 days",
        replicas: {
            "europe-west4": { encryptionKey: key("europe-west4") },
            "europe-west1": { encryptionKey: key("europe-west1") },
        },
        expiration: { at: "2099-01-01T00:00:00Z" },
        notifications: { topics: [topic], rotation: { every: "30 days", start: "2098-01-01T00:00:00Z" } },
        annotations: { owner: pulumi.output("sales") },
        labels: { team: "forecast" },
    });
    const several = new Secret("several", {
        versions: {
            old: { value: pulumi.secret("canary"), disabled: true, replaced: "keep" },
            new: { generate: { length: 32 } },
        },
        version: "new",
    });
    const regional = new RegionalSecret("regional", {
        versions: { one: { value: pulumi.secret("canary") } },
        name: pulumi.output("regional-key"),
        region: "europe-west4",
        version: "one",
        replaced: "disable",
        destroyDelay: "30 days",
        encryptionKey: key("europe-west4"),
        expiration: { at: "2099-01-01T00:00:00Z" },
        notifications: { topics: [topic], rotation: { every: "30 days", start: "2098-01-01T00:00:00Z" } },
        annotations: { owner: pulumi.output("sales") },
        labels: { team: "forecast" },
    });
    new RegionalSecret("regional-generated");
    const external = new Secret("external", {
        external: true,
        encryptionKey: key("global"),
        expiration: { after: "90 days" },
    });
    const member = "serviceAccount:reader@acme-dev.iam.gserviceaccount.com";
    use<SecretFile | SecretVariable>(
        "reader",
        {
            GIVEN: given.reader,
            EXTERNAL: external.file("/secrets/external/text"),
            SEVERAL: several.reader,
            REGIONAL: regional.accessor,
        },
        member,
        {},
    );
}

/** With arguments that `program` has not. */
export function more(): void {
    new RegionalSecret("regional-value", { value: secret });
}

const secrets = "https://cloud.google.com/secret-manager/docs/access-control";
const readSecret = [
    call("SecretManagerServiceClient.access_secret_version", "secretmanager.versions.access"),
    call("node: client.accessSecretVersion", "secretmanager.versions.access"),
];

export const sampleCalls: SampleCalls = {
    "Secret.accessor": { offer: () => new Secret("offered").accessor, source: secrets, calls: readSecret },
    "RegionalSecret.accessor": {
        offer: () => new RegionalSecret("offered").accessor,
        source: secrets,
        calls: readSecret,
    },
    "Secret.file": "The same grant as accessor; the code reads a file.",
    "Secret.reader": "The same grant as accessor; the code reads a variable.",
};

export const longestNames: LongestNames = {
    "secretmanager/regionalSecret:RegionalSecret secretId": nameFormats.rows.secret.max,
    "secretmanager/secret:Secret secretId": nameFormats.rows.secret.max,
};

export const sameWithout = {
    "Secret.version": "only consumers get it",
    "RegionalSecret.version": "only consumers get it",
};
