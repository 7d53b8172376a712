import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import {
    type NetworkAndSubnet,
    type NetworkOfProgram,
    type NetworkOr,
    networkAndSubnet,
    networkIds,
    networkOr,
} from "../../internal/network/networkOf";

/** A network in the form of other components. */
export interface EndpointNetwork extends Pick<NetworkAndSubnet, "network"> {
    /** A {@link Network}, or the ID or name of a network. */
    network: NetworkOfProgram | pulumi.Input<string>;
}

/** Private Service Connect to an endpoint without a public address. */
export interface PrivateAccess {
    /**
     * The IDs of the projects that can reach the endpoint by
     * {@link https://cloud.google.com/vertex-ai/docs/predictions/private-service-connect Private Service Connect}, through a forwarding
     * rule to its service attachment. An empty list is the environment's project.
     */
    privateServiceConnect: string[];
    /**
     * The network in which Vertex AI itself creates a forwarding rule, whose address is the output `address`. Its project is allowed. The
     * network needs a {@link https://cloud.google.com/vpc/docs/configure-service-connection-policies service connection policy} of the
     * class `gcp-vertexai` in the region.
     * @default none: create forwarding rules to `serviceAttachment`
     */
    network?: NetworkOr<EndpointNetwork>;
}

/** Checks a {@link PrivateAccess}. */
export const privateAccess = check.options<PrivateAccess>(
    {
        privateServiceConnect: check.list(
            check.matching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "must be the ID of a project"),
            "must be a list of projects",
        ) as check.Check<string[]>,
        network: networkOr<EndpointNetwork>(
            check.options<EndpointNetwork>({ network: networkAndSubnet.network }, "network"),
        ),
    },
    "privateServiceConnect",
);

/** Private Service Connect in the form of the provider. */
export function privateArgs({ privateServiceConnect, network }: PrivateAccess, project: string) {
    const projectAllowlists = privateServiceConnect.length > 0 ? privateServiceConnect : [project];
    const args = { enablePrivateServiceConnect: true };
    if (!network) {
        return { ...args, projectAllowlists };
    }
    const id = pulumi.output(networkIds(network, "", project).network as pulumi.Input<string>);
    const projectId = id.apply((known) => known.split("/")[1] as string);
    return {
        ...args,
        projectAllowlists: projectId.apply((known) => [...new Set([...projectAllowlists, known])]),
        pscAutomationConfigs: [{ projectId, network: id }],
    };
}
