import { Connector } from "@pulumi/gcp/vpcaccess/connector";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { overlap } from "../../formats/cidr";
import type { Problem } from "../../internal/check";
import type { Child } from "../../internal/children";
import { fitted } from "../../internal/names";
import type { AppEngineServiceArgs } from "./arguments";
import type { DecidedService } from "./decided";

/** Why services cannot have the ranges of their connectors: each has machines of its own. */
export function rangeProblems(services: Record<string, AppEngineServiceArgs>): Problem[] {
    const ranges = Object.entries(services).flatMap(([key, { env, network }]) =>
        env === "standard" && network?.range !== undefined ? [{ key, ...network }] : [],
    );
    return ranges.flatMap(({ key, network, range }, index) => {
        const other = ranges.slice(0, index).find((one) => one.network === network && overlap(one.range, range));
        const reason = `overlaps ${other?.range} of services.${other?.key} in the same network (got "${range}"). Give each its own /28.`;
        return other ? [{ path: `services.${key}.network.range`, reason }] : [];
    });
}

/**
 * The connector by which a standard service gets into a network: one that is given, or one of its own, with two to three of the
 * smallest machines ("Serverless VPC Access").
 */
export function connectorOf(
    name: string,
    { settings }: DecidedService,
    region: string,
    environment: Environment,
    child: Child,
): pulumi.Input<string> | undefined {
    const network = settings.env === "standard" ? settings.network : undefined;
    if (network?.network === undefined) {
        return network?.connector;
    }
    return new Connector(
        ...child(
            "connector",
            name,
            {
                name: fitted(name, 25),
                region,
                network: network.network.network.name,
                ipCidrRange: network.range,
                machineType: "e2-micro",
                minInstances: 2,
                maxInstances: 3,
            },
            // Another range makes another connector, of the same name.
            { dependsOn: environment.enable("vpcaccess.googleapis.com"), deleteBeforeReplace: true },
        ),
    ).id;
}
