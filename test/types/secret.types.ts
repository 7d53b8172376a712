import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Secret, ServerlessFunction } from "slipway";
import type { Duration, SecretExpiration } from "slipway/secretmanager";

const config = new pulumi.Config();
const value = config.requireSecret("apiKey");
const bare = new Secret("bare");
const full = new Secret("full", {
    generate: { length: 40, characters: "0123456789abcdef", rotation: "2026-03" },
    name: pulumi.output("api-key"),
    version: "latest",
    replaced: "disable",
    destroyDelay: "30 days",
    replicas: { "europe-west1": { encryptionKey: pulumi.output("key") }, "europe-west4": {} },
    expiration: { after: "90 days" },
    notifications: { topics: [new PubSubTopic("changes")] },
    annotations: { owner: "sales" },
    labels: { team: "forecast" },
    transform: { secret: {}, version: {} },
});
new Secret("given", { value, destroyDelay: "none" });
new Secret("external", { external: true });
new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { KEY: bare.reader, KEY_FILE: full.file("/secrets/key/text") },
});
const name: pulumi.Output<string> = bare.secret.secretId;
const data: pulumi.Output<string | undefined> | undefined = bare.version?.secretData;

// @ts-expect-error: a string in the program is in plain text.
new Secret("key", { value: "hunter2" });

// @ts-expect-error: so is a promise of a string.
new Secret("key", { value: Promise.resolve("hunter2") });

// @ts-expect-error: a given value is not generated.
new Secret("key", { value, generate: {} });

// @ts-expect-error: an external value is not given.
new Secret("key", { value, external: true });

// @ts-expect-error: `false` is not supported; omit the option.
new Secret("key", { external: false });

// @ts-expect-error: an unknown option.
new Secret("key", { generate: { lenght: 20 } });

// @ts-expect-error: a duration has its unit.
new Secret("key", { destroyDelay: "7" });

// @ts-expect-error: an unknown deletion policy.
new Secret("key", { replaced: "delete" });

// @ts-expect-error: a time and a duration are exclusive.
const expiration: SecretExpiration = { at: "2027-01-01T00:00:00Z", after: "1 day" };

// @ts-expect-error: topics are components.
new Secret("key", { notifications: { topics: ["changes"] } });

// @ts-expect-error: an external secret might have no version.
const version: string = new Secret("key", { external: true }).version.version;

const delay: Duration = "1 day";

export { data, delay, expiration, name, version };
