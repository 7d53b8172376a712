import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Secret, ServerlessFunction, type ServerlessFunctionArgs, StorageBucket } from "slipway";
import type { Runtime, Trigger } from "slipway/functions";
import type { Attachment, Capability } from "slipway/iam";

interface Socket extends Attachment {
    readonly kind: "socket";
}

const topic = new PubSubTopic("sales");
const bucket = new StorageBucket("models");
const source = "./predict";

new ServerlessFunction("private", { source, trigger: { http: {} } });
new ServerlessFunction("public", { source, trigger: { http: { public: true } } });
new ServerlessFunction("topic", { source, trigger: { topic, retries: true } });
new ServerlessFunction("bucket", { source, trigger: { bucket, event: "metadataUpdated", retries: false } });
const full = new ServerlessFunction("full", {
    source,
    trigger: { http: {} },
    runtime: "python313",
    entryPoint: "predict",
    uses: { MODELS: bucket.reader, SALES: topic.publisher },
    env: { LEVEL: pulumi.output("info"), API_KEY: pulumi.secret("…") },
    scaling: { min: 0, max: 20, concurrency: 40 },
    memory: "1Gi",
    cpu: 0.583,
    timeout: "300 seconds",
    network: { subnet: pulumi.output("apps"), network: "apps", tags: ["full"], egress: "all-traffic" },
    encryptionKey: pulumi.output("projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales"),
    binaryAuthorization: "default",
    runtimeUpdates: "on-deploy",
    build: { env: { GOOGLE_FUNCTION_SOURCE: "app.py" }, workerPool: pulumi.output("…") },
    description: pulumi.output("…"),
    name: "predict",
    labels: { team: "forecast" },
    transform: { function: { description: "…" }, account: (args) => Object.assign(args, { description: "…" }) },
});
const audit = { service: "bigquery.googleapis.com", method: "…", resource: pulumi.output("…") };
new ServerlessFunction("entries", { source, trigger: { audit, region: "global", retries: true } });
new ServerlessFunction("inside", { source, trigger: { http: { public: true, ingress: "internal" } } });
new ServerlessFunction("connector", { source, trigger: { http: {} }, network: { connector: "apps" } });
new ServerlessFunction("nightly", { source, trigger: { schedule: "0 3 * * *" } });
const schedule = { cron: pulumi.output("0 3 * * *"), timeZone: "Europe/Berlin", paused: true, retries: 2 };
new ServerlessFunction("often", { source, trigger: { schedule } });
const apiKey = new Secret("api-key");
const secrets = { API_KEY: apiKey.reader, KEY_FILE: apiKey.file("/secrets/api-key"), SALES: topic.publisher };
new ServerlessFunction("secrets", { source, trigger: { http: {} }, uses: secrets });
new ServerlessFunction("caller", { source, trigger: { http: {} }, uses: { FULL: full.invoker } });
const trigger: Trigger = Math.random() > 0.5 ? { topic } : { http: {} };
const args: ServerlessFunctionArgs = { source, trigger };
const url: pulumi.Output<string> = new ServerlessFunction("args", args).url;
pulumi.log.info(pulumi.interpolate`${url}`.toString());

// @ts-expect-error: the arguments are required.
new ServerlessFunction("predict");

// @ts-expect-error: the source is required.
new ServerlessFunction("predict", { trigger: { http: {} } });

// @ts-expect-error: the trigger is required.
new ServerlessFunction("predict", { source });

// @ts-expect-error: a trigger requires one of five types.
new ServerlessFunction("predict", { source, trigger: {} });

// @ts-expect-error: an unknown trigger.
new ServerlessFunction("predict", { source, trigger: { queue: "sales" } });

// @ts-expect-error: two triggers.
new ServerlessFunction("predict", { source, trigger: { http: {}, topic } });

// @ts-expect-error: two other triggers.
new ServerlessFunction("predict", { source, trigger: { topic, bucket } });

// @ts-expect-error: HTTP requests are not retried.
new ServerlessFunction("predict", { source, trigger: { http: {}, retries: true } });

// @ts-expect-error: only buckets have several events.
new ServerlessFunction("predict", { source, trigger: { topic, event: "deleted" } });

// @ts-expect-error: an unknown event.
new ServerlessFunction("predict", { source, trigger: { bucket, event: "created" } });

// @ts-expect-error: an unknown option of HTTP.
new ServerlessFunction("predict", { source, trigger: { http: { publik: true } } });

// @ts-expect-error: a topic instead of a bucket.
new ServerlessFunction("predict", { source, trigger: { bucket: topic } });

// @ts-expect-error: a topic by its name.
new ServerlessFunction("predict", { source, trigger: { topic: "sales" } });

// @ts-expect-error: `public` cannot be an output.
new ServerlessFunction("predict", { source, trigger: { http: { public: pulumi.output(true) } } });

// @ts-expect-error: an attachment that functions do not support.
new ServerlessFunction("predict", { source, trigger, uses: { DB: {} as Capability<Socket> } });

// @ts-expect-error: a connector has no tags.
new ServerlessFunction("predict", { source, trigger, network: { connector: "apps", tags: ["predict"] } });

// @ts-expect-error: a subnet and a connector.
new ServerlessFunction("predict", { source, trigger, network: { subnet: "apps", connector: "apps" } });

// @ts-expect-error: tags require a subnet.
new ServerlessFunction("predict", { source, trigger, network: { connector: "apps", tags: ["apps"] } });

// @ts-expect-error: an audit trigger requires a method.
new ServerlessFunction("predict", { source, trigger: { audit: { service: "bigquery.googleapis.com" } } });

// @ts-expect-error: only audit triggers can have another region.
new ServerlessFunction("predict", { source, trigger: { topic, region: "global" } });

// @ts-expect-error: a retry count is a number.
new ServerlessFunction("predict", { source, trigger: { schedule: { cron: "0 3 * * *", retries: true } } });

// @ts-expect-error: a schedule requires a cron expression.
new ServerlessFunction("predict", { source, trigger: { schedule: { timeZone: "Europe/Berlin" } } });

// @ts-expect-error: an unknown ingress.
new ServerlessFunction("predict", { source, trigger: { http: { ingress: "private" } } });

// @ts-expect-error: an unknown update policy.
new ServerlessFunction("predict", { source, trigger, runtimeUpdates: "weekly" });

// A decommissioned runtime causes a warning.
new ServerlessFunction("predict", { source, trigger, runtime: "nodejs20" });

// An unlisted runtime is marked as such.
new ServerlessFunction("predict", { source, trigger, runtime: "python399" as Runtime, allowUnlisted: true });

// @ts-expect-error: an unlisted runtime.
new ServerlessFunction("predict", { source, trigger, runtime: "python399" });

// @ts-expect-error: a misspelled runtime.
new ServerlessFunction("predict", { source, trigger, runtime: "pyhton313" });

// @ts-expect-error: an unknown unit of memory.
new ServerlessFunction("predict", { source, trigger, memory: "512MB" });

// @ts-expect-error: an unsupported number of CPUs.
new ServerlessFunction("predict", { source, trigger, cpu: 3 });

// @ts-expect-error: seconds are a number.
new ServerlessFunction("predict", { source, trigger, timeout: 60 });

// @ts-expect-error: the unit is missing in the name.
new ServerlessFunction("predict", { source, trigger, timeout: 60 });

// @ts-expect-error: an unknown name of a limit.
new ServerlessFunction("predict", { source, trigger, scaling: { maximum: 3 } });

// @ts-expect-error: a variable is a string.
new ServerlessFunction("predict", { source, trigger, env: { LEVEL: 3 } });

// @ts-expect-error: a component instead of its capability.
new ServerlessFunction("predict", { source, trigger, uses: { MODELS: bucket } });

// @ts-expect-error: an unknown child.
new ServerlessFunction("predict", { source, trigger, transform: { service: {} } });
