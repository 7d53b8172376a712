import { Connector } from "@pulumi/gcp/vpcaccess/connector";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { overlap } from "../../formats/cidr";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { shortenName } from "../../internal/arguments/names";
import type { Child } from "../../internal/engine/children";
import { natOf } from "../../internal/network/subnetNat";
import { connectorId } from "../../internal/network/vpcConnector";
import type { AppEngineServiceArgs, ResolvedService } from "./serviceArgs";

/** Checks that the ranges of connectors do not overlap. */
export function connectorRangeProblems(services: Record<string, AppEngineServiceArgs>): Problem[] {
    const ranges = Object.entries(services).flatMap(([key, { flexible, network }]) =>
        !flexible && network?.range !== undefined ? [{ key, ...network }] : [],
    );
    return ranges.flatMap(({ key, network, range }, index) => {
        const other = ranges.slice(0, index).find((one) => one.network === network && overlap(one.range, range));
        const reason = `overlaps ${other?.range} of services.${other?.key} in the same network (got "${range}"). Use another /28 for each.`;
        return other
            ? [check.problem(`services.${key}.network.range`, "appengine/connector-range-overlaps", reason)]
            : [];
    });
}

/**
 * Returns the id of the {@link https://cloud.google.com/vpc/docs/serverless-vpc-access Serverless VPC Access} connector of a
 * standard service: an existing one, or a new one with two to three of the smallest instances.
 */
export function createConnector(
    name: string,
    { settings }: ResolvedService,
    { component, region, environment }: { component: string; region: string; environment: Environment },
    child: Child,
): pulumi.Input<string> | undefined {
    const network = settings.flexible ? undefined : settings.network;
    if (network?.network === undefined) {
        const connector = network && connectorId(network.connector);
        if (network?.egress === "all-traffic") {
            natOf(connector, `AppEngineApp "${component}"`);
        }
        return connector;
    }
    const { network: vpc, egress } = network;
    const subnetwork = vpc.subnetworkIn(region)?.id;
    const nat = egress === "all-traffic" ? natOf(subnetwork, `AppEngineApp "${component}"`) : [];
    return new Connector(
        ...child(
            "connector",
            name,
            {
                name: shortenName(name, 25),
                region,
                network: vpc.network.name,
                ipCidrRange: network.range,
                machineType: "e2-micro",
                minInstances: 2,
                maxInstances: 3,
            },
            // A change of the range replaces the connector, which keeps its name.
            { dependsOn: [...environment.enable("vpcaccess.googleapis.com"), ...nat], deleteBeforeReplace: true },
        ),
    ).id;
}
