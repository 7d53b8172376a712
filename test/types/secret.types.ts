import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, RegionalSecret, Secret, ServerlessFunction } from "slipway";
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

const several = new Secret("several", {
    versions: { old: { value }, new: { generate: {}, disabled: true } },
    version: "old",
});
const old: pulumi.Output<string> | undefined = several.versions.old?.version;

// @ts-expect-error: several versions have no value of their own.
new Secret("key", { value, versions: { old: { value } } });

// @ts-expect-error: a version is given or generated.
new Secret("key", { versions: { old: { value, generate: {} } } });

// @ts-expect-error: so is each of several versions in plain text.
new Secret("key", { versions: { old: { value: "hunter2" } } });

const regional = new RegionalSecret("regional", { value, region: "europe-west4", encryptionKey: pulumi.output("key") });
new ServerlessFunction("regional", { source: "./predict", trigger: { http: {} }, uses: { KEY: regional.accessor } });

// @ts-expect-error: a regional secret has no replicas.
new RegionalSecret("key", { replicas: { "europe-west1": {} } });

// @ts-expect-error: functions and Cloud Run cannot mount a regional secret.
new ServerlessFunction("key", { source: "./predict", trigger: { http: {} }, uses: { KEY: regional.reader } });

// @ts-expect-error: neither as a file.
regional.file("/secrets/key/text");

const delay: Duration = "1 day";

export { data, delay, expiration, name, old, version };
