import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, ComposerEnvironment, Network, PubSubTopic, Secret, StorageBucket } from "slipway";
import { GkeCluster } from "slipway/gke";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, type Given, secret } from "../everythingElse";
import { folderOf } from "../folders";
import type { LongestNames } from "../lengthened";

const key = (name: string) => `projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/${name}`;

/** Composer environments with all options. */
export function program(): void {
    const apps = new Network("airflow");
    const bucket = new StorageBucket("airflow-customers");
    const secret = pulumi.secret("canary");
    new ComposerEnvironment("bare-airflow");
    new ComposerEnvironment("airflow", {
        version: "composer-3-airflow-2.11.1",
        size: "extra-large",
        resilience: "high",
        workloads: {
            scheduler: { count: 2, cpu: 1, memory: "4 GB", diskSize: "2 GB" },
            dagProcessor: { count: 2, cpu: 2, memory: "8 GB", diskSize: "2 GB" },
            triggerer: { count: 2, cpu: 0.5, memory: "1 GB" },
            webServer: { cpu: 2, memory: "8 GB", diskSize: "2 GB" },
            worker: { scaling: { min: 2, max: 9 }, cpu: 4, memory: "16 GB", diskSize: "20 GB" },
        },
        dags: folderOf({ "score.py": "import airflow\n" }),
        plugins: folderOf({ "hooks.py": "HOOK = 1\n" }),
        data: folderOf({ "countries.csv": "de\n" }),
        packages: { xgboost: "==3.0.0" },
        privateBuilds: true,
        env: { LOG_LEVEL: pulumi.output("info") },
        airflow: { "core-parallelism": "8" },
        uses: {
            CUSTOMERS: bucket.reader,
            EVENTS: new PubSubTopic("airflow-events").publisher,
            DATABASE: new CloudSqlInstance("airflow-sales", { network: apps }).client,
            CLUSTER: new GkeCluster("airflow-pods", { network: apps }).developer,
        },
        connections: { warehouse: secret, sales: new Secret("airflow-uri"), google: "google-cloud-platform://" },
        variables: { threshold: "0.7" },
        pools: { scoring: { slots: 4, description: "of scoring", includeDeferred: true } },
        alerts: {
            owners: { data: { email: "data@acme.com", slack: { channel: "#data", token: secret } } },
            others: {
                pagerDuty: { serviceKey: secret },
                channels: ["projects/acme-dev/notificationChannels/123"],
            },
            lateAfter: "2 hours",
        },
        webServerAccess: ["203.0.113.0/24", "2001:db8::/32"],
        dataLineage: true,
        ranges: { internal: "10.9.0.0/20" },
        maintenance: { window: { start: "01:00", duration: "6 hours", days: ["saturday", "sunday"] } },
        snapshots: { bucket, folder: "airflow", schedule: { cron: "0 2 * * *", timeZone: "UTC+1" } },
        databaseRetention: "60 days",
        encryptionKey: key("airflow"),
        labels: { team: "scoring" },
    });
    new ComposerEnvironment("airflow-2", {
        version: "composer-2-airflow-2.11.1",
        network: apps,
        ranges: { controlPlane: "172.20.0.0/28", pods: "10.64.0.0/17", services: "10.128.0.0/22" },
        internetAccess: false,
        encryptionKey: key("airflow-2"),
    });
    new ComposerEnvironment("airflow-named", {
        version: "composer-2-airflow-2.11.1",
        network: { network: "apps", subnet: "apps", pods: "airflow-pods", services: pulumi.output("airflow-services") },
        dataLineage: false,
    });
    new ComposerEnvironment("airflow-open", { internetAccess: true, webServerAccess: "everywhere" });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts, network }: Given): void {
    new ComposerEnvironment("other-airflow", {
        version: "composer-3-airflow-2.99.9" as "composer-3-airflow-2.11.1",
        dags: folderOf({ "sum.py": "import missing\n" }),
        checkDags: false,
        env: { OTHER_TOKEN: "plain" },
        account,
        name: "other-airflow-name",
        region: "europe-west4",
        network,
        alerts: {
            to: alerts,
            failedRuns: { threshold: 3, for: "26 minutes" },
            unavailable: { threshold: 30, for: "27 minutes" },
            owners: {
                data: {
                    pubSub: PubSubTopic.existing("failures", { project: "acme-shared" }),
                    channels: ["projects/acme-shared/notificationChannels/13"],
                },
                scoring: {
                    webhook: { url: "https://hooks.acme.com/scoring", username: "scoring", password: secret },
                    pagerDuty: { serviceKey: secret },
                },
            },
            others: {
                email: "others@acme.com",
                slack: { channel: "#others", token: secret },
                webhook: { url: "https://hooks.acme.com/others", token: secret },
                pubSub: new PubSubTopic("other-other-failures"),
            },
        },
        allowUnlisted: true,
        insecure: true,
        crossProject,
    });
}

export const longestNames: LongestNames = {
    "composer/environment:Environment name": nameFormats.rows.composerEnvironment.max,
};

export const sameWithout = {
    "ComposerEnvironment.snapshots.folder": "programs have its default",
    "ComposerEnvironment.workloads.scheduler.count": "programs have its default",
    "ComposerEnvironment.workloads.scheduler.cpu": "programs have its default",
};
