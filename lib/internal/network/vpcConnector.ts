import type { Connector } from "@pulumi/gcp/vpcaccess/connector";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../arguments/check";
import { regionProblem } from "../arguments/locations";

/** A connector of the program: a component `VpcConnector`. */
export interface VpcConnectorOfProgram extends pulumi.Resource {
    /** The connector itself. */
    readonly connector: Connector;
    /** The region. */
    readonly region: string;
}

/** A {@link VpcConnector}, or the ID or the name of a connector. */
export type AnyVpcConnector = VpcConnectorOfProgram | pulumi.Input<string>;

/** Checks a connector. @param reference the check of its ID or its name */
export const vpcConnector = (reference: check.Check<string>): check.Check<AnyVpcConnector> =>
    check.componentOr(check.component<VpcConnectorOfProgram>("VpcConnector"), check.input(reference));

const isVpcConnector = (value: unknown): value is VpcConnectorOfProgram =>
    typeof value === "object" && value !== null && "connector" in value;

/** The ID or the name of a connector. */
export const connectorId = (connector: AnyVpcConnector): pulumi.Input<string> =>
    isVpcConnector(connector) ? connector.connector.id : connector;

/** What is wrong with a connector in another region than what uses it. @param owner `the function` */
export function connectorProblem(
    connector: AnyVpcConnector | undefined,
    region: string,
    owner: string,
): check.Problem | undefined {
    const path = "network.connector";
    return isVpcConnector(connector)
        ? check.when(
              connector.region !== region,
              path,
              "network/connector-of-other-region",
              `must be in ${region}, as ${owner} is (got a VpcConnector in ${connector.region}).`,
          )
        : regionProblem(path, connector, region, owner);
}
