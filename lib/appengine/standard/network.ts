import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import { cidr } from "../../internal/network/cidr";
import { type AnyVpcConnector, connectorProblem, vpcConnector } from "../../internal/network/vpcConnector";
import type { Network } from "../../network";

interface ConnectorBase {
    /**
     * The traffic that goes through the network: requests to private addresses, or
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml all outbound traffic}, for which a
     * {@link Network} creates Cloud NAT.
     * @default "private-ranges-only"
     */
    egress?: "private-ranges-only" | "all-traffic";
}

/** An existing connector. */
export interface ExistingConnector extends ConnectorBase {
    /** A {@link VpcConnector} in the application's region, or the ID of a connector, `projects/…/locations/…/connectors/…`. */
    connector: AnyVpcConnector;
}

/** A connector that is created for the service. */
export interface NewConnector extends ConnectorBase {
    /** The network that the service can reach. */
    network: Network;
    /**
     * The addresses of the connector's instances: a
     * {@link https://cloud.google.com/vpc/docs/configure-serverless-vpc-access /28 range} that nothing else in the network
     * uses.
     */
    range: string;
}

/** The Serverless VPC Access connector through which a service reaches a VPC network. */
export type StandardNetwork = check.OneOf<ExistingConnector | NewConnector>;

const egress = check.oneOf("private-ranges-only", "all-traffic");

/** Checks the network of a service. */
export const standardNetwork = check.variant({
    connector: check.options<ExistingConnector>(
        {
            connector: vpcConnector(
                check.matching(
                    new RegExp(
                        `^projects/[^/]+/locations/[^/]+/connectors/${nameFormats.rows.vpcConnector.pattern.source.slice(1)}`,
                    ),
                    "must be a connector's ID such as projects/acme-dev/locations/europe-west1/connectors/apps",
                ),
            ),
            egress,
        },
        "connector",
    ),
    network: check.options<NewConnector>(
        { network: check.component("Network"), range: cidr(28, 28), egress },
        "network",
        "range",
    ),
});

/** Checks the connector's region. */
export function networkProblem(network: StandardNetwork | undefined, region: string): check.Problem[] {
    const problem = connectorProblem(network?.connector, region, "the application");
    return problem ? [problem] : [];
}

/** Which traffic goes through the network, in the form of the API. */
export function egressSetting(network: StandardNetwork | undefined): string {
    return network?.egress === "all-traffic" ? "ALL_TRAFFIC" : "PRIVATE_IP_RANGES";
}
