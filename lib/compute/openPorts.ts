import { Firewall } from "@pulumi/gcp/compute/firewall";
import type * as pulumi from "@pulumi/pulumi";
import { healthCheckRanges } from "../facts/machines/instanceGroups";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";

/** The ports of a group, and the accounts of its machines. */
export interface GroupPorts {
    name: string;
    ports: readonly number[];
    network: pulumi.Input<string>;
    /** The project of a network in another project. */
    inProject?: string;
    accounts: pulumi.Input<string>[];
}

/** Lets in the probes and the proxies of load balancers, which Google documents with their source ranges. */
export function openPorts(
    component: string,
    { name, ports, network, inProject, accounts }: GroupPorts,
    child: Child,
): Firewall {
    return new Firewall(
        ...child("firewall", component, {
            name: partName(name, "health"),
            description: `Health checks and load balancers of the group ${name}`,
            network,
            project: inProject,
            direction: "INGRESS",
            sourceRanges: healthCheckRanges,
            targetServiceAccounts: accounts,
            allows: [{ protocol: "tcp", ports: [...new Set(ports)].map(String) }],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        }),
    );
}
