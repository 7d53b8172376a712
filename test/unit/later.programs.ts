import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import {
    AppEngineApp,
    BigQueryDataset,
    ContainerImage,
    ContainerRegistry,
    crossing,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    Secret,
    ServerlessFunction,
    StorageBucket,
} from "../../lib";
import { AutoscaledDeployment, GkeCluster } from "../../lib/gke";
import { iamClient, routeBy } from "./databaseClient";

/** A value of another resource that is known later. */
const later = <Value>(value: Value) => pulumi.output(new Promise<Value>((resolve) => setTimeout(resolve, 5, value)));

const prod = () => new Provider("prod", { project: later("acme-prod") }, { transformations: [crossing("prod")] });

const networks = "projects/acme-dev/global/networks";

/** A topic whose messages are only processed in one region. */
const inBelgium = () =>
    new PubSubTopic("sales", {
        messageStoragePolicy: { allowedPersistenceRegions: [later("europe-west1")], enforceInTransit: true },
    });

/** Programs with an invalid value that is only known when they run. */
export const programs: Record<string, (folder: string) => unknown> = {
    "a topic's name": () => new PubSubTopic("sales", { name: later("ab") }),
    "a promise of a topic's name": () => new PubSubTopic("sales", { name: Promise.resolve("ab") }),
    "a label": () => new PubSubTopic("sales", { labels: { team: later("Forecast") } }),
    "two labels": () => new PubSubTopic("sales", { labels: { team: later("Forecast"), owner: later("Sales") } }),
    "a subscription's name": () =>
        new PubSubSubscription("range", {
            topic: new PubSubTopic("sales"),
            pull: {},
            name: later("ab"),
            deadLetter: false,
        }),
    "a bucket outside the regions of a topic": () =>
        new PubSubSubscription("range", {
            topic: inBelgium(),
            bucket: new StorageBucket("archive", { location: "us-east1" }),
            deadLetter: false,
        }),
    "a dataset outside the regions of a topic": () =>
        new PubSubSubscription("range", {
            topic: inBelgium(),
            bigQuery: { dataset: new BigQueryDataset("sales", { location: "us-east1" }) },
            deadLetter: false,
        }),
    "a bucket's name": () => new StorageBucket("models", { name: later("Models") }),
    "a bucket's location": () => new StorageBucket("models", { location: later("europe-west1-b") }),
    "a variable": (source) =>
        new ServerlessFunction("predict", {
            source,
            trigger: { http: {} },
            env: { LEVEL: later(3) as unknown as string },
        }),
    "a secret name": () => new PubSubTopic("sales", { name: pulumi.secret("the canary") }),
    "a name that is right": () => new PubSubTopic("sales", { name: later("sale-range") }),
    "a value that is no secret": () => new Secret("key", { value: later("canary") }),
    "an empty secret": () => new Secret("key", { value: pulumi.secret(later("")) }),
    "a secret above the limit": () => new Secret("key", { value: pulumi.secret(later(`canary${"ä".repeat(32_766)}`)) }),
    "a secret at the limit": () => new Secret("key", { value: pulumi.secret(later(`ab${"ä".repeat(32_767)}`)) }),
    "a secret that is no text": () =>
        new Secret("key", { value: pulumi.secret(later({ canary: 1 })) as unknown as pulumi.Output<string> }),
    "times of a schedule": () =>
        new Schedule("nightly", { cron: later("0 24 * * *"), call: { url: "https://example.com" } }),
    "a digest of an image": () =>
        new ContainerImage("predict", { registry: new ContainerRegistry("app"), digest: later("sha256:0a0a") }),
    "a tag that moves": () =>
        new ContainerImage("predict", { registry: new ContainerRegistry("app"), tag: later("latest") }),
    "a reference by a tag": () => new ContainerImage("predict", { reference: later("ghcr.io/acme/predict:1") }),
    "a key of a cluster": () =>
        new GkeCluster("main", { encryptionKey: later("projects/keys/locations/eu/keyRings/data/cryptoKeys/all") }),
    "another database's network": (source) => {
        const inNetwork = (name: string) => iamClient(name, { route: routeBy(later(`${networks}/${name}`)) });
        const uses = { SALES: inNetwork("sales"), STOCK: inNetwork("stock") };
        new ServerlessFunction("predict", { source, trigger: { http: {} }, uses });
    },
    "a function's network": (source) => {
        const network = { subnet: "functions", network: later("functions") };
        new ServerlessFunction("predict", {
            source,
            trigger: { http: {} },
            uses: { SALES: iamClient("sales") },
            network,
        });
    },
    "a cluster's network": () => {
        const cluster = new GkeCluster("main", { network: { network: later("main"), subnet: "main" } });
        const image = `ghcr.io/acme/echo@sha256:${"a".repeat(64)}`;
        new AutoscaledDeployment("echo", { cluster, image, uses: { SALES: iamClient("sales") } });
    },
    "an image of a service": () => {
        const image = later("europe-west1-docker.pkg.dev/acme-dev/app/predict:1");
        new AppEngineApp("shop", { services: { default: { flexible: true, image, network: { network: "apps" } } } });
    },
    "a connector of a service": (source) => {
        const service = { source, entrypoint: "python main.py" } as const;
        new AppEngineApp("shop", { services: { default: { ...service, network: { connector: later("apps") } } } });
    },
    "an address of a schedule": () => new Schedule("nightly", { cron: "0 3 * * *", call: { url: later("http://a") } }),
    "another environment's project": () =>
        new PubSubTopic("sales", { transform: { topic: { project: later("acme-prod") } } }),
    "a promise of another environment's project": () =>
        new PubSubTopic("sales", { transform: { topic: { project: Promise.resolve("acme-prod") } } }),
    "a secret of another environment": () =>
        new PubSubTopic("sales", { transform: { topic: { project: pulumi.secret("acme-prod") } } }),
    "a part of another environment": () => {
        const { name: encoding } = new PubSubTopic("returns").topic;
        const schemaSettings = pulumi.output({ schema: "projects/acme-prod/schemas/sales", encoding });
        new PubSubTopic("sales", { transform: { topic: { schemaSettings } } });
    },
    "another environment's project, by leave": () =>
        new PubSubTopic("sales", { transform: { topic: { project: later("acme-prod") } }, crossProject: "prod" }),
    "another environment's provider": () => new PubSubTopic("sales", {}, { provider: prod() }),
    "another environment's provider, by leave": () =>
        new PubSubTopic("sales", { crossProject: "prod" }, { provider: prod() }),
    "a provider of its own": () =>
        new PubSubTopic("sales", {}, { provider: new Provider("own", { project: later("acme-dev") }) }),
};
