import * as pulumi from "@pulumi/pulumi";
import {
    allow,
    BigQueryDataset,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ContainerRegistry,
    KmsKeyRing,
    Network,
    PubSubSubscription,
    PubSubTopic,
    RegionalSecret,
    Secret,
    ServiceAccount,
    StorageBucket,
    TagKey,
    VirtualMachine,
} from "slipway";
import { GkeCluster } from "slipway/gke";
import type { Answers } from "../everything";
import type { SampleCalls } from "../iam/sampleCalls";
import { image as served } from "../serving";

const image = `us-docker.pkg.dev/cloudrun/container/job@sha256:${"a".repeat(64)}`;

/** Tag keys, and tags of everything that takes them. */
export function program(): void {
    const environment = new TagKey("tags-environment", {
        name: "environment",
        description: "Environment of a resource",
        parent: { organization: "123456789012" },
        values: { prod: { description: "Production" }, dev: {} },
        allowedValues: "^[a-z]+$",
        transform: { key: { deletionPolicy: "DELETE" }, value: { deletionPolicy: "DELETE" } },
    });
    new TagKey("tags-firewall", { firewall: { network: new Network("tags-network") } });
    new TagKey("tags-other", { parent: { project: "acme-other" }, firewall: "organization" });
    allow(environment.user, "group:ops@acme.com");
    allow(environment.role("roles/resourcemanager.tagAdmin"), "group:ops@acme.com");
    allow(environment.value("prod").viewer, "group:ops@acme.com");
    const resourceManagerTags = {
        environment: environment.value("dev"),
        team: "tagValues/281",
        cost: pulumi.output("123456789012/cost_center/cc-123"),
    };
    new StorageBucket("tags-bucket", { resourceManagerTags });
    new BigQueryDataset("tags-dataset", { resourceManagerTags });
    new ContainerRegistry("tags-registry", { resourceManagerTags });
    new CloudSqlInstance("tags-database", { engine: "postgres", version: "17", resourceManagerTags });
    new CloudRunService("tags-service", { image, resourceManagerTags });
    new CloudRunJob("tags-job", { image, resourceManagerTags });
    new CloudRunWorkerPool("tags-pool", { image, resourceManagerTags });
    new VirtualMachine("tags-machine", { resourceManagerTags });
    new GkeCluster("tags-cluster", { resourceManagerTags });
    const topic = new PubSubTopic("tags-topic", { resourceManagerTags });
    new PubSubSubscription("tags-subscription", { topic, pull: {}, resourceManagerTags });
    new RegionalSecret("tags-regional-secret", { external: true, resourceManagerTags });
    new Secret("tags-secret", { external: true, resourceManagerTags });
    new ServiceAccount("tags-account", { resourceManagerTags });
    new KmsKeyRing("tags-ring", { resourceManagerTags });
}

export const sampleCalls: SampleCalls = {
    "TagKey.user": "Deployers bind tags.",
    "TagKeyValue.user": "Deployers bind tags.",
    "TagKeyValue.viewer": "People and deployers read tags.",
    "TagKey.viewer": "People and deployers read tags.",
};

export const secretsElsewhere = { TagKey: "only the ID of a project" };

/** Those that exist already. */
export function existing(): void {
    const key = TagKey.existing("existing-tag", { organization: "123456789012" });
    new StorageBucket("tagged-by-existing", { resourceManagerTags: { existing: key.value("prod") } });
    new CloudRunJob("reads-tags", {
        image: served,
        uses: { KEY: key.role("roles/resourcemanager.tagViewer"), VALUE: key.value("prod").viewer },
    });
}

/** What Google Cloud answers about them. */
export const answers: Answers = {
    getTagKey: () => ({ name: "281474976710656" }),
    getTagValue: () => ({
        name: "281474976710657",
        namespacedName: "123456789012/existing-tag/prod",
    }),
};
