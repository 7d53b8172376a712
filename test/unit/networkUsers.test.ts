import { Network, type NetworkArgs, type ServerlessFunctionArgs } from "slipway";
import { GkeCluster, type GkeClusterArgs } from "slipway/kubernetes";
import { predicting } from "./predicting";
import { refused, registered, registeredOptions } from "./registered";

const network = "projects/acme-dev/global/networks/apps";
const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/apps-near";
const secondaryRanges = { pods: "10.64.0.0/14", services: "10.1.0.0/20", more: "10.2.0.0/20" };
const subnets = { far: { range: "10.8.0.0/20", region: "us-east1" }, near: { range: "10.0.0.0/20", secondaryRanges } };

const apps = (args: NetworkArgs = { subnets }) => new Network("apps", args);

/** The registered resources, with fixed digits in random suffixes. */
async function settled(program: () => void): Promise<unknown> {
    return JSON.parse(JSON.stringify(await registered(program)).replaceAll(/main-[0-9a-f]{6}/g, "main-123456"));
}

test.each<[string, (apps: Network) => ServerlessFunctionArgs["network"], object]>([
    ["a network", (apps) => apps, {}],
    [
        "a network with tags, for all it sends",
        (apps) => ({ network: apps, tags: ["predict"], egress: "all-traffic" }),
        { tags: ["predict"], egress: "all-traffic" },
    ],
])("a function in %s is in its subnet of the region", async (_, given, more) => {
    const joined = await registered(() => predicting({ network: given(apps()) }));
    expect(joined).toEqual(
        await registered(() => {
            apps();
            predicting({ network: { network, subnetwork, ...more } });
        }),
    );
});

test("a cluster in a network is in its subnet of the region, with the secondary ranges for pods and Services", async () => {
    const joined = await settled(() => new GkeCluster("main", { network: apps() }));
    expect(joined).toEqual(
        await settled(() => {
            apps();
            new GkeCluster("main", { network: { network, subnetwork, pods: "pods", services: "services" } });
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
            apps(bare);
            new GkeCluster("main", { network: { network, subnetwork } });
        }),
    );
});

const elsewhere: NetworkArgs = { subnets: { far: subnets.far } };
const made = (subnet: string, region: string) => [
    "Connection apps-private-services",
    "GlobalAddress apps-private-services",
    "Network apps",
    `Router apps-${region}`,
    `RouterNat apps-${region}`,
    `Subnetwork apps-${subnet}`,
];

test.each<[string, (network: Network) => void, string]>([
    [
        "a function",
        (given) => predicting({ network: given }),
        'ServerlessFunction "predict": network: must have a subnet in europe-west1, where the function is. Add one to its subnets.',
    ],
    [
        "a function with tags",
        (given) => predicting({ network: { network: given, tags: ["predict"] } }),
        'ServerlessFunction "predict": network.network: must have a subnet in europe-west1, where the function is. Add one to its subnets.',
    ],
    [
        "a cluster",
        (given) => new GkeCluster("main", { network: given }),
        'GkeCluster "main": network: must have a subnet in europe-west1, where the cluster is. Add one to its subnets.',
    ],
])("%s in a network without a subnet of its region is refused", async (_, program, words) => {
    expect(await refused(() => program(apps(elsewhere)), {}, made("far", "us-east1"))).toBe(words);
});

test("a cluster in a subnet whose ranges do not fit its pods is refused", async () => {
    const args: NetworkArgs = { subnets: { near: { range: "10.0.0.0/20", secondaryRanges: { jobs: "10.1.0.0/20" } } } };
    const refusal = await refused(
        () => new GkeCluster("main", { network: apps(args) }),
        {},
        made("near", "europe-west1"),
    );
    expect(refusal).toBe(
        'GkeCluster "main": network: must have a secondary range pods in its subnet in europe-west1 (got jobs).',
    );
});

test.each<[unknown, string]>([
    [{ tags: ["predict"] }, "network: must have exactly one of subnetwork, connector"],
    ["apps", "network: must have exactly one of ranges, subnetwork"],
])("an invalid network is refused: %j", async (given, words) => {
    const isFunction = words.includes("connector");
    const program = () =>
        isFunction
            ? predicting({ network: given as ServerlessFunctionArgs["network"] })
            : new GkeCluster("main", { network: given as GkeClusterArgs["network"] });
    expect(await refused(program)).toContain(words);
});
