import type * as pulumi from "@pulumi/pulumi";
import {
    AppEngineApp,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    Network,
    VpcConnector,
    type VpcConnectorArgs,
} from "slipway";
import type { ConnectorEgress } from "slipway/run";
import { folderOf } from "../folders";
import { predicting } from "../predicting";
import { refused, registered, registeredOptions } from "../registered";

const region = "europe-west1";
const range = "10.8.0.0/28";
const id = `projects/acme-dev/locations/${region}/connectors/apps`;
const subnet = `projects/acme-net/regions/${region}/subnetworks/connector`;
const smallest = { name: "apps", region, machineType: "e2-micro", minInstances: 2, maxInstances: 3 };

const connectorOf = async (make: () => VpcConnectorArgs) =>
    (await registered(() => new VpcConnector("apps", make())))["Connector apps"];

test("a bare connector has the smallest machines, in the environment's own network", async () => {
    const made = await connectorOf(() => ({ range }));
    expect(made).toEqual({ ...smallest, ipCidrRange: range, network: "slipway-dev" });
});

test.each<[string, () => VpcConnectorArgs, object]>([
    ["in a network", () => ({ range, network: new Network("shop") }), { ipCidrRange: range, network: "shop" }],
    ["in a network by name", () => ({ range, network: { network: "shop" } }), { ipCidrRange: range, network: "shop" }],
    [
        "in a network by ID",
        () => ({ range, network: { network: "projects/acme-dev/global/networks/shop" } }),
        { ipCidrRange: range, network: "projects/acme-dev/global/networks/shop" },
    ],
    ["in a subnet", () => ({ network: { subnet: "connector" } }), { subnet: { name: "connector" } }],
    [
        "in a subnet of another project",
        () => ({ network: { subnet } }),
        { subnet: { name: "connector", projectId: "acme-net" } },
    ],
    [
        "in a subnet of the program",
        () => {
            const network = new Network("shop", { subnets: { connector: { range } } });
            return { network: { network, subnet: network.subnetworks.connector?.id as pulumi.Output<string> } };
        },
        { subnet: { name: "shop-connector", projectId: "acme-dev" } },
    ],
    [
        "larger, with another name",
        () => ({ network: { subnet: "small" }, machineType: "e2-standard-4", scaling: { min: 3 }, name: "large" }),
        { subnet: { name: "small" }, machineType: "e2-standard-4", minInstances: 3, maxInstances: 4, name: "large" },
    ],
    [
        "with more instances, in another region",
        () => ({ network: { network: "shop" }, range, region: "europe-west4", scaling: { max: 10 } }),
        { network: "shop", ipCidrRange: range, region: "europe-west4", maxInstances: 10 },
    ],
])("a connector can be %s", async (_, make, expected) => {
    expect(await connectorOf(make)).toEqual({ ...smallest, ...expected });
});

test("a connector is deleted before its replacement, which has the same name and range", async () => {
    const all = await registeredOptions(() => new VpcConnector("apps", { range }));
    expect(all["Connector apps"]).toMatchObject({ deleteBeforeReplace: true });
});

const image = `europe-west1-docker.pkg.dev/acme-dev/app/web@sha256:${"a".repeat(64)}`;

const users: [string, (network: ConnectorEgress) => object][] = [
    ["a service", (network) => new CloudRunService("web", { image, network })],
    ["a job", (network) => new CloudRunJob("web", { image, network })],
    ["workers", (network) => new CloudRunWorkerPool("web", { image, network })],
];

test.each(users)("%s reaches the network and the internet through a connector", async (_, make) => {
    const all = await registered(() => {
        make({ connector: new VpcConnector("apps", { range }), egress: "all-traffic" });
    });
    expect(JSON.stringify(all)).toContain(`"vpcAccess":{"connector":"${id}","egress":"ALL_TRAFFIC"}`);
    expect(all[`RouterNat slipway-dev-${region}`]).toBeDefined();
});

test("a function reaches only private addresses through a connector, without Cloud NAT", async () => {
    const all = await registered(() => {
        predicting({ network: { connector: new VpcConnector("apps", { range, network: new Network("shop") }) } });
    });
    expect(all["Function predict"]).toMatchObject({
        serviceConfig: { vpcConnector: id, vpcConnectorEgressSettings: "PRIVATE_RANGES_ONLY" },
    });
    expect(Object.keys(all).filter((key) => key.startsWith("RouterNat"))).toEqual([]);
});

test("a standard service of App Engine reaches the network and the internet through a connector", async () => {
    const all = await registered(() => {
        const connector = new VpcConnector("apps", { range, network: new Network("shop") });
        const network = { connector, egress: "all-traffic" } as const;
        new AppEngineApp("site", {
            services: { default: { source: folderOf({ "main.py": "app = None\n" }), network } },
        });
    });
    expect(all["StandardAppVersion site-default"]).toMatchObject({
        vpcAccessConnector: { name: id, egressSetting: "ALL_TRAFFIC" },
    });
    expect(all[`RouterNat shop-${region}`]).toBeDefined();
});

test("a connector in another region than the function is refused", async () => {
    const far = () => new VpcConnector("apps", { range, region: "europe-west4" });
    const unharmed = ["Connector apps", "Network slipway-dev", "Subnetwork slipway-dev-default"];
    expect(await refused(() => predicting({ network: { connector: far() } }), {}, unharmed)).toBe(
        'ServerlessFunction "predict": network.connector: [network/connector-of-other-region]',
    );
});

test.each<[string, () => object, string]>([
    ["no range", () => ({}), "range: [network/connector-range-missing]"],
    ["a range and a subnet", () => ({ range, network: { subnet } }), "range: [network/connector-range-and-subnet]"],
    [
        "a larger range",
        () => ({ range: "10.8.0.0/24" }),
        'range: must have a prefix from /28 to /28 (got "10.8.0.0/24").',
    ],
    [
        "a subnet in another region",
        () => ({ network: { subnet }, region: "europe-west4" }),
        "network.subnet: [place/other-region]",
    ],
    ["a fixed number of instances", () => ({ range, scaling: { max: 2 } }), "scaling.max: [network/connector-scaling]"],
    [
        "one instance",
        () => ({ range, scaling: { min: 1 } }),
        "scaling.min: must be a whole number from 2 to 10 instances (got 1).",
    ],
    ["too many instances", () => ({ range, scaling: { min: 10 } }), "scaling.max: [network/connector-scaling]"],
    [
        "another machine type",
        () => ({ range, machineType: "e2-medium" }),
        'machineType: must be one of f1-micro, e2-micro, e2-standard-4 (got "e2-medium").',
    ],
])("%s is refused", async (_, make, problem) => {
    expect(await refused(() => new VpcConnector("apps", make() as VpcConnectorArgs))).toBe(
        `VpcConnector "apps": ${problem}`,
    );
});

test("a range of the network is refused", async () => {
    const network = () => new Network("shop");
    const unharmed = ["Network shop", "Subnetwork shop-default"];
    expect(
        await refused(() => new VpcConnector("apps", { range: "10.0.1.0/28", network: network() }), {}, unharmed),
    ).toBe('VpcConnector "apps": range: [network/connector-range-overlaps]');
});
