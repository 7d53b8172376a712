import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as slipway from "slipway";
import { type ExistingResource, existingIn } from "../../../local/commands/adopt/existing";
import { differences, importIdOf } from "../../../local/commands/adopt/identity";
import { folderOf } from "../folders";
import { registeredWhole } from "../registered";

/**
 * States of Terraform and programs of Pulumi, written after those in public repositories whose license allows it: the types, the properties that
 * tell resources apart, and the forms of their IDs are those of the source, the names are other ones. Each state has the IDs with which its
 * resources are imported, and some have a program of components, with the resources that it takes over.
 */

const states: { source: string; license: string; state: object; imports: string[] }[] = JSON.parse(
    readFileSync(join(__dirname, "adoptedStates.json"), "utf8"),
);

const found = (state: unknown) => existingIn(join(folderOf({ "state.json": JSON.stringify(state) }), "state.json"));

const named = ({ type, address }: ExistingResource) => `${type.split(":").at(-1)} ${address.split(/[.:]/).at(-1)}`;

test.each(states.map(({ source, state, imports }) => [source, state, imports] as const))(
    "the resources of %s are imported with their IDs",
    (_, state, imports) => {
        expect(found(state).map((each) => `${named(each)}: ${importIdOf(each)}`)).toEqual(imports);
    },
);

test("the license of each source allows it", () => {
    expect(new Set(states.map(({ license }) => license))).toEqual(new Set(["Apache-2.0", "MIT"]));
});

const at = (source: string) => {
    const one = states.find((each) => each.source.includes(source));
    return found(one?.state);
};

const apps = { project: "acme-dev", region: "us-central1" };

/** What of a state the resources of a program are. */
async function takenOver(source: string, program: () => unknown, region: string): Promise<string[]> {
    const { types, inputs } = await registeredWhole(program, { config: { "gcp:region": region } });
    return at(source).flatMap((existing) =>
        Object.entries(inputs).flatMap(([key, properties]) => {
            const type = String(types[key]);
            const planned = { urn: "", type, properties: { ...apps, region, ...(properties as object) } };
            return type === existing.type && differences(planned, existing).length === 0
                ? [`${named(existing)} by ${key}`]
                : [];
        }),
    );
}

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;

const programs: [source: string, region: string, program: () => unknown, expected: string[]][] = [
    [
        "RNAcentral/rnacentral-sequence-search",
        "europe-west2",
        () => {
            const address = new slipway.IpAddress("address-1", { type: "regional-external" });
            const network = new slipway.Network("network-1", { subnets: { apps: { range: "10.0.0.0/20" } } });
            new slipway.VirtualMachine("files-1", { zone: "europe-west2-a", network, publicAddress: address });
            new slipway.VirtualMachine("worker-2", { zone: "europe-west2-a", network });
        },
        [
            "Address nat by Address address-1",
            "Instance workers[1] by Instance worker-2",
            "Instance files by Instance files-1",
            "Network apps by Network network-1",
        ],
    ],
    [
        "GoogleCloudPlatform/professional-services",
        "us-central1",
        () => {
            new slipway.Network("network-1");
            // This name is that of a network of another project.
            new slipway.Network("network-2");
            new slipway.KmsKey("key-1", { keyRing: new slipway.KmsKeyRing("ring-1") });
        },
        ["Network hub by Network network-1", "CryptoKey key by CryptoKey key-1", "KeyRing ring by KeyRing ring-1"],
    ],
    [
        "snyk/driftctl/tree/HEAD/pkg/iac/terraform/state/test/google_sql_database_instance",
        "us-central1",
        () => new slipway.CloudSqlInstance("sql-1", { engine: "mysql", version: "8.4" }),
        ["DatabaseInstance main by DatabaseInstance sql-1"],
    ],
    [
        "TestProviderUpgrade/bigquery-table",
        "us-central1",
        () => new slipway.BigQueryDataset("sales", { location: "EU" }),
        ["Dataset sales by Dataset sales"],
    ],
    [
        "TestProviderUpgrade/logsink",
        "us-central1",
        () => {
            new slipway.ServiceAccount("auditor");
            new slipway.StorageBucket("logs", { name: "logs-1a2b3c4", location: "EU" });
        },
        ["Bucket logs by Bucket logs", "Account auditor by Account auditor"],
    ],
    [
        "TestProviderUpgrade/pubsub-subscription",
        "us-central1",
        () => {
            const topic = new slipway.PubSubTopic("orders");
            new slipway.PubSubSubscription("billing", { topic, pull: {} });
        },
        ["Topic orders by Topic orders", "Subscription billing by Subscription billing"],
    ],
    [
        "erred/mono",
        "us-central1",
        () => {
            new slipway.ContainerRegistry("run");
            // This repository is in another region.
            new slipway.ContainerRegistry("other", { name: "run", region: "europe-west1" });
        },
        ["Repository run by Repository run"],
    ],
    [
        "terraform-dynamic-python-webapp",
        "us-central1",
        () => {
            new slipway.CloudRunService("server", { name: "server-1a2b", image });
            new slipway.Secret("settings", { name: "settings-1a2b" });
        },
        ["Service server by Service server", "Secret settings by Secret settings"],
    ],
    [
        "TestProviderUpgrade/cloudrunv2-service-7",
        "us-central1",
        () => new slipway.CloudRunService("hello", { name: "hello-1a2b3c4", image }),
        ["Service hello by Service hello"],
    ],
    [
        "gcp-ts-serverless-raw",
        "us-central1",
        () => new slipway.StorageBucket("bucket", { name: "bucket-1a2b3c4", location: "US" }),
        ["Bucket bucket by Bucket bucket"],
    ],
];

test.each(programs)("components take over what %s has", async (source, region, program, expected) => {
    expect(await takenOver(source, program, region)).toEqual(expected);
});
