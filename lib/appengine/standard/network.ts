import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import { cidr } from "../../internal/cidr";
import { regionProblem } from "../../internal/places";
import type { Network } from "../../network";

interface ConnectorBase {
    /**
     * What goes into the network: what is sent to private addresses, or all ("app.yaml reference": egress_setting).
     * @default "private-ranges-only"
     */
    egress?: "private-ranges-only" | "all-traffic";
}

/** A connector that there is. */
export interface GivenConnector extends ConnectorBase {
    /** The id of a Serverless VPC Access connector in the application's region, `projects/…/locations/…/connectors/…`. */
    connector: pulumi.Input<string>;
}

/** A connector of the service's own. */
export interface OwnConnector extends ConnectorBase {
    /** The network that the service reaches. */
    network: Network;
    /** Addresses of the connector's machines: a /28 that nothing else in the network has ("Configure Serverless VPC Access"). */
    range: string;
}

/** How a service of the standard environment reaches a VPC network: by a connector. */
export type StandardNetwork = check.OneOf<GivenConnector | OwnConnector>;

const egress = check.oneOf("private-ranges-only", "all-traffic");

/** Checks how a service reaches a network. */
export const standardNetwork: check.Check = check.variant({
    connector: check.options<GivenConnector>(
        {
            connector: check.input(
                check.matching(
                    /^projects\/[^/]+\/locations\/[^/]+\/connectors\/[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
                    "must be a connector's id, as projects/acme-dev/locations/europe-west1/connectors/apps is",
                ),
            ),
            egress,
        },
        "connector",
    ),
    network: check.options<OwnConnector>(
        { network: check.component("Network"), range: cidr(28, 28), egress },
        "network",
        "range",
    ),
});

/** Why an application of this region cannot use a connector. */
export function networkProblem(given: StandardNetwork | undefined, region: string): check.Problem[] {
    const problem = regionProblem("network.connector", given?.connector, region, "the application");
    return problem ? [problem] : [];
}
