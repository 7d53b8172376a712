import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, ComposerEnvironment, PubSubTopic, Secret, StorageBucket } from "slipway";
import type { AlertContact, ComposerMaintenance, ComposerSnapshots, ImageVersion } from "slipway/composer";
import { GkeCluster } from "slipway/gke";

const bucket = new StorageBucket("customers");
const secret = new Secret("warehouse");

new ComposerEnvironment("bare");
const full = new ComposerEnvironment("full", {
    version: "composer-3-airflow-2.11.1-build.14",
    size: "medium",
    workloads: {
        worker: { scaling: { min: 1, max: 3 }, cpu: 0.5, memory: "2 GB", diskSize: "10 GB" },
        triggerer: { count: 0 },
    },
    dags: "./dags",
    packages: { pandas: "" },
    env: { LOG_LEVEL: pulumi.output("info") },
    uses: {
        CUSTOMERS: bucket.reader,
        EVENTS: new PubSubTopic("events").publisher,
        DATABASE: new CloudSqlInstance("sales").client,
        CLUSTER: new GkeCluster("pods").developer,
        KEY: secret.accessor,
    },
    connections: { warehouse: secret, google: "google-cloud-platform://" },
    variables: { threshold: "0.7" },
    pools: { scoring: { slots: 4 } },
    alerts: { owners: { data: { email: "data@acme.com" } }, lateAfter: "2 hours" },
    webServerAccess: "everywhere",
    snapshots: { bucket },
});
const uri: pulumi.Output<string> = full.airflowUri;
const second: ImageVersion = "composer-2.17.9-airflow-2.11.1";

new ComposerEnvironment("newest", { version: "composer-3-airflow-2.11" });
const unlisted = "composer-3-airflow-2.11.1-build.99" as ImageVersion;
new ComposerEnvironment("unlisted", { version: unlisted, allowUnlisted: true });

// @ts-expect-error: an unlisted image.
new ComposerEnvironment("wrong", { version: "composer-3-airflow-2.11.1-build.99" });

// @ts-expect-error: a misspelled Airflow version.
new ComposerEnvironment("wrong", { version: "composer-3-airflow-2.1l" });

// @ts-expect-error: Airflow 3 requires Composer 3.
new ComposerEnvironment("wrong", { version: "composer-2-airflow-3" });

// @ts-expect-error: Composer 1 is not supported.
const first: ImageVersion = "composer-1.20.12-airflow-1.10.15";

// @ts-expect-error: an unknown size.
new ComposerEnvironment("wrong", { size: "huge" });

// @ts-expect-error: secrets are not supported as variables.
new ComposerEnvironment("wrong", { uses: { KEY: secret.reader } });

// @ts-expect-error: secrets are not supported as files.
new ComposerEnvironment("wrong", { uses: { KEY: secret.file("/secrets/key/text") } });

// @ts-expect-error: triggerers have no storage.
new ComposerEnvironment("wrong", { workloads: { triggerer: { diskSize: "1 GB" } } });

// @ts-expect-error: a pool requires slots.
new ComposerEnvironment("wrong", { pools: { scoring: {} } });

// @ts-expect-error: a token must be a secret.
const contact: AlertContact = { slack: { channel: "#data", token: "xoxb" } };

// @ts-expect-error: snapshots require a bucket.
const snapshots: ComposerSnapshots = { schedule: "0 2 * * *" };

// @ts-expect-error: a maintenance window requires days.
const maintenance: ComposerMaintenance = { hour: 3 };

export { contact, first, maintenance, second, snapshots, uri };
