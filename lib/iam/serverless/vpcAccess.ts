import { SubnetworkIAMMember } from "@pulumi/gcp/compute/subnetworkIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../../component/component";
import { Environment } from "../../environment/environment";
import { serverlessSubnets } from "../../facts/limits/network";
import { nameFormats } from "../../facts/names";
import { capability } from "../../internal/access/roles";
import * as check from "../../internal/arguments/check";
import { isObject } from "../../internal/arguments/value";
import { nameOf } from "../../internal/engine/pulumiSdk";
import {
    hostProject,
    isNetwork,
    type NetworkAndSubnet,
    type NetworkOfProgram,
    type NetworkOr,
    networkAndSubnet,
    networkComponent,
    networkProblem,
    networkSettings,
    type ResolvedNetwork,
    resolveNetwork,
    subnetSizeProblem,
} from "../../internal/network/networkOf";
import { natOf } from "../../internal/network/subnetNat";
import { type AnyVpcConnector, connectorId, connectorProblem, vpcConnector } from "../../internal/network/vpcConnector";

/** A workload that runs on Cloud Run. */
export interface Workload {
    /** The component in errors: `ServerlessFunction "predict"`. */
    title: string;
    /** What it is in errors: `function`. */
    kind: string;
}

/**
 * The traffic that is {@link https://cloud.google.com/run/docs/configuring/connecting-vpc routed to the VPC network}: only requests to
 * private addresses (RFC 1918 and other internal ranges), or all, for which a {@link Network} creates Cloud NAT.
 */
export type VpcEgress = "private-ranges-only" | "all-traffic";

/**
 * {@link https://cloud.google.com/run/docs/configuring/vpc-direct-vpc Direct VPC egress}: the instances get IP addresses of a
 * subnet, two each, which is a /26 or larger.
 */
export interface DirectVpcEgress extends NetworkAndSubnet {
    /**
     * Network tags of the instances, for firewall rules.
     * @default none
     */
    tags?: pulumi.Input<string>[];
    /**
     * The traffic that is routed to the VPC network.
     * @default "private-ranges-only"
     */
    egress?: VpcEgress;
}

/** Egress through a {@link https://cloud.google.com/run/docs/configuring/vpc-connectors Serverless VPC Access connector}. */
export interface ConnectorEgress {
    /** A {@link VpcConnector}, or the ID of a connector, `projects/acme-dev/locations/europe-west1/connectors/apps`, or its name. */
    connector: AnyVpcConnector;
    /**
     * The traffic that is routed to the VPC network.
     * @default "private-ranges-only"
     */
    egress?: VpcEgress;
}

/** How code connects to a VPC network: through a subnet of a {@link Network} or of another network, or through a connector. */
export type VpcAccess = NetworkOfProgram | check.OneOf<DirectVpcEgress | ConnectorEgress>;

/** VPC access with its subnet or connector. */
export type ResolvedVpcAccess = check.OneOf<
    | (ResolvedNetwork & Pick<DirectVpcEgress, "tags" | "egress"> & { shared?: SharedSubnet })
    | (ConnectorEgress & { connector: pulumi.Input<string> })
>;

/** A subnet in the network of another project. */
interface SharedSubnet {
    project: string;
    region: string;
    /** The name in the names of resources: of the subnet, if it is known. */
    name: string;
}

const { computeResource, vpcConnector: connectorName } = nameFormats.rows;
const egress = check.oneOf("private-ranges-only", "all-traffic");

const tags = check.list(
    check.input(
        check.matching(
            computeResource.pattern,
            `must be a network tag: up to ${computeResource.max} lower-case letters, digits and hyphens, starting with a letter`,
        ),
    ),
);

const connected = check.options<ConnectorEgress>(
    {
        connector: vpcConnector(
            check.matching(
                new RegExp(`^(projects/[^/]+/locations/[^/]+/connectors/)?${connectorName.pattern.source.slice(1)}`),
                "must be a connector's name or ID, such as projects/acme-dev/locations/europe-west1/connectors/apps",
            ),
        ),
        egress,
    },
    "connector",
);

const direct = check.options<DirectVpcEgress>({ ...networkAndSubnet, tags, egress });

const hasConnector = (access: unknown) => isObject(access) && access.connector !== undefined;

export const vpcAccess = check.componentOr(
    networkComponent,
    check.either(hasConnector, connected, direct) as check.Check<check.OneOf<DirectVpcEgress | ConnectorEgress>>,
);

/** Replaces a {@link Network} by its subnet in the region. */
export function resolveVpcAccess(access: VpcAccess | undefined, region: string): ResolvedVpcAccess | undefined {
    if (access === undefined || hasConnector(access)) {
        const connected = access as ConnectorEgress | undefined;
        return connected && { ...connected, connector: connectorId(connected.connector) };
    }
    const argument = access as NetworkOr<DirectVpcEgress>;
    const { tags, egress } = networkSettings(argument);
    return { ...resolveNetwork(argument, region), tags, egress, shared: sharedSubnet(argument, region) };
}

/** The subnet of an argument, if it is in the network of another project. */
export function sharedSubnet(argument: NetworkOr<NetworkAndSubnet>, region: string): SharedSubnet | undefined {
    const project = hostProject(argument, Environment.current());
    const { network, subnet } = networkSettings(argument);
    const owner = isNetwork(network) ? nameOf(network) : "subnet";
    const name = typeof subnet === "string" ? String(subnet.split("/").at(-1)) : `${owner}-${region}`;
    return project === undefined ? undefined : { project, region, name };
}

/**
 * Returns the Cloud NAT of a workload that reaches the internet through its network, which it does
 * {@link https://cloud.google.com/run/docs/configuring/networking-best-practices only with `all-traffic`}.
 */
export function egressNat({ title }: Workload, access: ResolvedVpcAccess | undefined): pulumi.Resource[] {
    return access?.egress === "all-traffic" ? natOf(access.subnet ?? access.connector, title) : [];
}

/** Validates that the subnet or connector is in the workload's region. */
export function validateNetwork(
    workload: Workload,
    access: VpcAccess | undefined,
    region: string,
): check.Problem | undefined {
    const { kind } = workload;
    if (hasConnector(access)) {
        return connectorProblem((access as ConnectorEgress).connector, region, `the ${kind}`);
    }
    const { network, subnet } = networkSettings(access as NetworkOr<DirectVpcEgress>);
    return access !== undefined && subnet === undefined && !isNetwork(network)
        ? check.problem("network", "iam/network-empty", "must have a subnet, a connector, or a Network as network.")
        : (networkProblem(access as NetworkOr<DirectVpcEgress>, region, `the ${kind}`, false) ??
              egressSubnetProblem(workload, access as NetworkOr<DirectVpcEgress>, region));
}

/** What is wrong with the subnet of Direct VPC egress, if it has too few addresses. */
export const egressSubnetProblem = (
    { kind }: Workload,
    access: NetworkOr<NetworkAndSubnet> | undefined,
    region: string,
): check.Problem | undefined =>
    subnetSizeProblem("network", access, region, serverlessSubnets.rows.directVpcPrefix.max, `the ${kind}`);

/** The APIs that VPC egress needs. */
export function networkApis(access: ResolvedVpcAccess | undefined): string[] {
    return access ? [access.connector ? "vpcaccess" : "compute"] : [];
}

/**
 * Grants the use of a subnet in another project (Shared VPC) to Cloud Run's service agent, which
 * {@link https://cloud.google.com/run/docs/configuring/shared-vpc-direct-vpc needs a grant only there}.
 */
export function networkGrants(
    { network: access, crossProject }: ComponentArgs & { network?: ResolvedVpcAccess },
    environment: Environment,
): pulumi.Resource[] {
    const { subnet, shared } = access ?? {};
    if (subnet === undefined || shared === undefined) {
        return [];
    }
    const { project, region, name } = shared;
    const on = typeof subnet === "string" ? { project, region, subnetwork: name } : { subnetwork: subnet };
    return environment.grantAgent(
        "run.googleapis.com",
        capability(`${project}-${name}`, "roles/compute.networkUser", SubnetworkIAMMember, on, name),
        crossProject,
    );
}
