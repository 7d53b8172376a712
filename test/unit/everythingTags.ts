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

const image = `us-docker.pkg.dev/cloudrun/container/job@sha256:${"a".repeat(64)}`;

/** Tag keys, and tags of everything that takes them. */
export function tags(): void {
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
