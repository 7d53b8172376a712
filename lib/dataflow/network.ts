import { Firewall } from "@pulumi/gcp/compute/firewall";
import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import { sharedNetworkProblem } from "../internal/arguments/locations";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import {
    type NetworkAndSubnet,
    type NetworkOr,
    networkIds,
    networkOf,
    networkProblem,
    networkSettings,
} from "../internal/network/networkOf";
import type { Typed } from "./type";

/** Reports a network without a subnet in the region. */
export function networkProblems(
    network: NetworkOr<NetworkAndSubnet> | undefined,
    region: string,
    environment: Environment,
): (check.Problem | undefined)[] {
    return network === undefined
        ? [sharedNetworkProblem("network", region, environment)]
        : [networkProblem(network, region, "the job", false), hasSubnet(network)];
}

/** Dataflow finds the network by the subnet. */
const hasSubnet = (network: NetworkOr<NetworkAndSubnet>) =>
    check.when(
        !networkOf(network) && networkSettings(network).subnet === undefined,
        "network.subnet",
        "dataflow/subnet-missing",
        "is missing.",
    );

/** The complete URL of the subnet, which subnets of other projects need. */
export function subnetworkOf(network: NetworkOr<NetworkAndSubnet>, region: string): pulumi.Output<string> {
    const { subnet: id } = networkIds(network, region, Environment.current().project);
    return pulumi.output(id).apply((known) => {
        return `https://www.googleapis.com/compute/v1/${known?.replace(/^https:\/\/www\.googleapis\.com\/compute\/v1\//, "")}`;
    });
}

/** A job whose workers may exchange data. */
interface WithWorkers extends Typed {
    name: string;
    streamingEngine: boolean;
    network?: NetworkOr<NetworkAndSubnet>;
}

const workerTag = "dataflow";

/**
 * Lets the workers of a streaming job exchange the data that is not in Streaming Engine, by the tag that they have:
 * https://cloud.google.com/dataflow/docs/guides/routes-firewall#firewall_rules_for_network_tags
 */
export function openWorkers(
    component: string,
    { type, streamingEngine, network, name }: WithWorkers,
    child: Child,
): Firewall | undefined {
    const { network: vpc, inProject } = networkOf(network) ?? {};
    if (type !== "streaming" || streamingEngine || vpc === undefined) {
        return undefined;
    }
    return new Firewall(
        ...child("firewall", component, {
            name: partName(name, "workers"),
            description: `Data between the workers of the Dataflow job ${name}`,
            network: vpc.id,
            project: inProject,
            direction: "INGRESS",
            sourceTags: [workerTag],
            targetTags: [workerTag],
            allows: [{ protocol: "tcp", ports: ["12345-12346"] }],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        }),
    );
}
