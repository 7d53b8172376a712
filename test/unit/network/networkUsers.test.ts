import {
    AppEngineApp,
    CloudRunService,
    CloudSqlInstance,
    ComposerEnvironment,
    type ComposerEnvironmentArgs,
    Network,
    type NetworkArgs,
    type ServerlessFunctionArgs,
    VpcConnector,
} from "slipway";
import type { FlexibleNetwork } from "slipway/appengine";
import { GkeCluster, type GkeClusterArgs } from "slipway/gke";
import { folderOf } from "../folders";
import { predicting } from "../predicting";
import { refused, registered, registeredOptions } from "../registered";

const network = "projects/acme-dev/global/networks/apps";
const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/apps-near";
const secondaryRanges = { pods: "10.64.0.0/14", services: "10.1.0.0/20", more: "10.2.0.0/20" };
const subnets = { far: { range: "10.8.0.0/20", region: "us-east1" }, near: { range: "10.0.0.0/20", secondaryRanges } };

const apps = (args: NetworkArgs = { subnets }) => new Network("apps", args);

/** A network with the Cloud NAT of one region. */
const withNat = (args?: NetworkArgs) => apps(args).gateways["europe-west1"];

/** The registered resources, with fixed digits in random suffixes. */
async function settled(program: () => void): Promise<unknown> {
    return JSON.parse(JSON.stringify(await registered(program)).replaceAll(/main-[0-9a-f]{6}/g, "main-123456"));
}

const forAll = { tags: ["predict"], egress: "all-traffic" } as const;

test.each<[string, (apps: Network) => ServerlessFunctionArgs["network"], object]>([
    ["a network", (apps) => apps, {}],
    [
        "a network with tags, for all it sends",
        (apps) => ({ network: apps, tags: ["predict"], egress: "all-traffic" }),
        forAll,
    ],
])("a function in %s is in its subnet of the region", async (_, given, more) => {
    const joined = await registered(() => predicting({ network: given(apps()) }));
    expect(joined).toEqual(
        await registered(() => {
            // Only a function that sends all traffic through the network needs Cloud NAT there.
            (more === forAll ? withNat : apps)();
            predicting({ network: { network, subnet: subnetwork, ...more } });
        }),
    );
});

test("a cluster in a network is in its subnet of the region, with the secondary ranges for pods and Services", async () => {
    const joined = await settled(() => new GkeCluster("main", { network: apps() }));
    expect(joined).toEqual(
        await settled(() => {
            withNat();
            new GkeCluster("main", { network: { network, subnet: subnetwork, pods: "pods", services: "services" } });
        }),
    );
    expect(joined).toMatchObject({
        "Cluster main": {
            ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
        },
    });
    const options = await registeredOptions(() => new GkeCluster("main", { network: apps() }));
    expect(options["Cluster main"]?.after).toContain("RouterNat apps-europe-west1");
});

test("GKE assigns the ranges of a cluster in a subnet without secondary ranges", async () => {
    const bare: NetworkArgs = { subnets: { near: { range: "10.0.0.0/20" } } };
    expect(await settled(() => new GkeCluster("main", { network: apps(bare) }))).toEqual(
        await settled(() => {
            withNat(bare);
            new GkeCluster("main", { network: { network, subnet: subnetwork } });
        }),
    );
});

const image = `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:${"a".repeat(64)}`;
const byId = (network: Network) => ({ network: network.network.id, subnet: network.subnetworks.near?.id ?? "" });
const flexible = (network: FlexibleNetwork) =>
    new AppEngineApp("shop", { services: { default: { flexible: true, image, network } } });
const app = folderOf({ "main.py": "app = None\n" });
const standard = (network: Network, egress: "all-traffic" | "private-ranges-only") =>
    new AppEngineApp("shop", {
        services: { default: { source: app, network: { network, range: "10.8.0.0/28", egress } } },
    });
const airflow = (args: ComposerEnvironmentArgs) => new ComposerEnvironment("airflow", args);

const waysOut: [string, (network: Network) => unknown, string][] = [
    ["a cluster", (network) => new GkeCluster("main", { network }), "Cluster main"],
    ["a cluster in a subnet by ID", (network) => new GkeCluster("main", { network: byId(network) }), "Cluster main"],
    [
        "a function with all its traffic",
        (network) => predicting({ network: { network, egress: "all-traffic" } }),
        "Function predict",
    ],
    [
        "a function with all its traffic in a subnet by ID",
        (network) => predicting({ network: { subnet: byId(network).subnet, egress: "all-traffic" } }),
        "Function predict",
    ],
    ["a flexible service", flexible, "FlexibleAppVersion shop-default"],
    [
        "a flexible service with internal addresses in a subnet by ID",
        (network) => flexible({ ...byId(network), addresses: "internal" }),
        "FlexibleAppVersion shop-default",
    ],
    [
        "a standard service with all its traffic",
        (network) => standard(network, "all-traffic"),
        "Connector shop-default",
    ],
    ["a Composer environment", (network) => airflow({ network }), "Environment airflow"],
    [
        "a Composer environment in a subnet by ID",
        (network) => airflow({ network: { network: network.network.id, subnet: byId(network).subnet } }),
        "Environment airflow",
    ],
];
const nearby: NetworkArgs = { subnets: { ...subnets, second: { range: "10.12.0.0/20" } } };

test.each(waysOut)("%s reaches the internet through Cloud NAT in its region", async (_, program, consumer) => {
    const made = (args?: NetworkArgs) => registeredOptions(() => program(apps({ ...nearby, ...args })));
    const options = await made();
    expect(Object.keys(options).filter((key) => key.startsWith("RouterNat"))).toEqual(["RouterNat apps-europe-west1"]);
    expect(options[consumer]?.after).toContain("RouterNat apps-europe-west1");
    const none = await made({ nat: false });
    expect(Object.keys(none).filter((key) => key.startsWith("Router"))).toEqual([]);
});

test.each<[string, (network: Network) => unknown]>([
    ["a cluster with external addresses", (network) => new GkeCluster("main", { network, privateNodes: false })],
    ["a function with internal traffic", (network) => predicting({ network })],
    ["a flexible service with external addresses", (network) => flexible({ network, addresses: "external" })],
    ["a flexible service in a subnet by ID", (network) => flexible(byId(network))],
    ["a standard service with internal traffic", (network) => standard(network, "private-ranges-only")],
    ["a Composer environment with internet access", (network) => airflow({ network, internetAccess: true })],
    ["a database", (network) => new CloudSqlInstance("sales", { network })],
    [
        "a function of a database",
        (network) => predicting({ uses: { SALES: new CloudSqlInstance("sales", { network }).client } }),
    ],
])("%s has no Cloud NAT", async (_, program) => {
    const options = await registeredOptions(() => program(apps()));
    expect(Object.keys(options).filter((key) => key.startsWith("Router"))).toEqual([]);
});

test.each<[string, (network: Network) => unknown, string[]]>([
    ["a function", (network) => predicting({ network }), []],
    [
        "databases and their replicas",
        (network) => [1, 2].map((index) => new CloudSqlInstance(`sales${index}`, { network, replicas: { read: {} } })),
        ["Connection apps-private-services", "GlobalAddress apps-private-services"],
    ],
    [
        "a database with an endpoint",
        (network) => new CloudSqlInstance("sales", { privateServiceConnect: { network } }),
        [],
    ],
])("a network of %s has private services access only if it is needed", async (_, program, expected) => {
    const all = Object.keys(await registered(() => program(apps())));
    expect(all.filter((key) => key.includes("private-services"))).toEqual(expected);
});

const elsewhere: NetworkArgs = { subnets: { far: subnets.far } };
const made = (subnet: string) => ["Network apps", `Subnetwork apps-${subnet}`];

test.each<[string, (network: Network) => void, string]>([
    [
        "a function",
        (given) => predicting({ network: given }),
        'ServerlessFunction "predict": network: [place/subnet-missing]',
    ],
    [
        "a function with tags",
        (given) => predicting({ network: { network: given, tags: ["predict"] } }),
        'ServerlessFunction "predict": network.network: [place/subnet-missing]',
    ],
    [
        "a cluster",
        (given) => new GkeCluster("main", { network: given }),
        'GkeCluster "main": network: [place/subnet-missing]',
    ],
])("%s in a network without a subnet of its region is refused", async (_, program, words) => {
    expect(await refused(() => program(apps(elsewhere)), {}, made("far"))).toBe(words);
});

test.each<[string, string, (network: Network) => unknown, string | undefined]>([
    ["a /27 of a function", "10.0.0.0/27", (network) => predicting({ network }), "network: [network/subnet-too-small]"],
    [
        "a /28 of a service",
        "10.0.0.0/28",
        (network) =>
            new CloudRunService("shop", {
                image: `europe-west1-docker.pkg.dev/acme-dev/apps/shop@sha256:${"0a".repeat(32)}`,
                network: { network, subnet: network.subnetworks.near?.id, egress: "all-traffic" },
            }),
        "network: [network/subnet-too-small]",
    ],
    ["a /26 of a function", "10.0.0.0/26", (network) => predicting({ network }), undefined],
    [
        "a /27 of a connector",
        "10.0.0.0/27",
        (network) => new VpcConnector("apps", { network: { network, subnet: network.subnetworks.near?.id } }),
        "network.subnet: [network/connector-subnet-size]",
    ],
    [
        "a /28 of a connector",
        "10.0.0.0/28",
        (network) => new VpcConnector("apps", { network: { network, subnet: network.subnetworks.near?.id } }),
        undefined,
    ],
])("the subnet is large enough: %s", async (_, range, program, words) => {
    const all = () => program(apps({ subnets: { near: { range } } }));
    const answer = words === undefined ? registered(all) : refused(all, {}, made("near"));
    await expect(answer).resolves.toEqual(words === undefined ? expect.anything() : expect.stringContaining(words));
});

test("a cluster in a subnet whose ranges do not fit its pods is refused", async () => {
    const args: NetworkArgs = { subnets: { near: { range: "10.0.0.0/20", secondaryRanges: { jobs: "10.1.0.0/20" } } } };
    const refusal = await refused(() => new GkeCluster("main", { network: apps(args) }), {}, made("near"));
    expect(refusal).toBe('GkeCluster "main": network: [gke/pods-range-missing]');
});

test.each<[unknown, "function" | "cluster", string]>([
    [{ tags: ["predict"] }, "function", "network: [iam/network-empty]"],
    ["apps", "cluster", "network: must be an object with network, subnet, pods, services"],
])("an invalid network is refused: %j of a %s", async (given, user, words) => {
    const program = () =>
        user === "function"
            ? predicting({ network: given as ServerlessFunctionArgs["network"] })
            : new GkeCluster("main", { network: given as GkeClusterArgs["network"] });
    expect(await refused(program)).toContain(words);
});
