import { SubnetworkIAMMember } from "@pulumi/gcp/compute/subnetworkIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import { capability, type VpcNetwork } from "../identity/capability";
import * as check from "../internal/check";
import { regionProblem, subnetProblem } from "../internal/places";
import type { Network } from "../network";

/**
 * What a function sends into the network: only what goes to private addresses (RFC 1918 and other internal ranges), or
 * all it sends ("Connect to a VPC network").
 */
export type VpcEgress = "private-ranges-only" | "all-traffic";

/** Direct VPC egress: the function's instances have addresses of a subnet. */
export interface DirectVpcEgress {
    /**
     * The subnet's id, `projects/acme-dev/regions/europe-west1/subnetworks/apps`, or its name. It is in the function's
     * region, and has room for the instances: a /26 or larger ("Direct VPC egress with a VPC network").
     */
    subnetwork: pulumi.Input<string>;
    /**
     * The network's id, `projects/acme-dev/global/networks/apps`, or its name.
     * @default that of the subnet
     */
    network?: pulumi.Input<string>;
    /**
     * Network tags by which firewall rules name the function.
     * @default none
     */
    tags?: pulumi.Input<string>[];
    /** @default "private-ranges-only" */
    egress?: VpcEgress;
}

/** Egress by the machines of a Serverless VPC Access connector. */
export interface ConnectorEgress {
    /** The connector's id, `projects/acme-dev/locations/europe-west1/connectors/apps`, or its name. */
    connector: pulumi.Input<string>;
    /** @default "private-ranges-only" */
    egress?: VpcEgress;
}

/** Direct VPC egress by the first subnet that a {@link Network} has in the function's region. */
export interface NetworkEgress extends Pick<DirectVpcEgress, "tags" | "egress"> {
    network: Network;
}

/** How a function reaches a VPC network: by a subnet, by a connector, or by the network alone. */
export type VpcAccess = check.OneOf<DirectVpcEgress | ConnectorEgress | NetworkEgress> | Network;

/** The same with the subnet that it means. */
export type DecidedAccess = check.OneOf<DirectVpcEgress | ConnectorEgress>;

const name = "[a-z]([a-z0-9-]{0,61}[a-z0-9])?";
const matching = (path: string, wording: string) =>
    check.input(check.matching(new RegExp(`^(${path}/)?${name}$`), wording));
const egress = check.oneOf("private-ranges-only", "all-traffic");

const tags = check.list(
    check.input(
        check.matching(
            new RegExp(`^${name}$`),
            "must be a network tag: up to 63 lower-case letters, digits and -, starting with a letter",
        ),
    ),
);

const byId: check.Check = check.variant({
    subnetwork: check.options<DirectVpcEgress>(
        {
            subnetwork: matching(
                "projects/[^/]+/regions/[^/]+/subnetworks",
                "must be a subnet's name or id, as projects/acme-dev/regions/europe-west1/subnetworks/apps is",
            ),
            network: matching(
                "projects/[^/]+/global/networks",
                "must be a network's name or id, as projects/acme-dev/global/networks/apps is",
            ),
            tags,
            egress,
        },
        "subnetwork",
    ),
    connector: check.options<ConnectorEgress>(
        {
            connector: matching(
                "projects/[^/]+/locations/[^/]+/connectors",
                "must be a connector's name or id, as projects/acme-dev/locations/europe-west1/connectors/apps is",
            ),
            egress,
        },
        "connector",
    ),
});

const byNetwork = check.options<NetworkEgress>({ network: check.component("Network"), tags, egress }, "network");

/** A component, or options that name one and no subnet of it. */
const networkOf = (access: unknown): Network | undefined => {
    const { network, subnetwork } = Object(access);
    const given = pulumi.Resource.isInstance(access) ? access : subnetwork === undefined ? network : undefined;
    return pulumi.Resource.isInstance(given) ? (given as Network) : undefined;
};

export const vpcAccess: check.Check = check.componentOr(
    check.component("Network"),
    check.either((access) => networkOf(access) !== undefined, byNetwork, byId),
);

/** The access with the subnet of the region in place of a network that is a component. */
export function decidedAccess(access: VpcAccess | undefined, region: string): DecidedAccess | undefined {
    const network = networkOf(access);
    const subnetwork = network?.subnetworkIn(region);
    if (!network || !subnetwork) {
        return access as DecidedAccess | undefined;
    }
    const { tags: given, egress: sent } = (pulumi.Resource.isInstance(access) ? {} : access) as Partial<NetworkEgress>;
    return { network: network.network.id, subnetwork: subnetwork.id, tags: given, egress: sent };
}

/** The network of an access, where it says which one. */
export function vpcOf(access: VpcAccess | undefined): VpcNetwork | undefined {
    const component = networkOf(access);
    return component ? component.network : (access as DecidedAccess | undefined)?.network;
}

/** Why a function of this region cannot be in a network that is told by its id. */
export function networkProblem(given: VpcAccess | undefined, region: string): check.Problem | undefined {
    const network = networkOf(given);
    if (network) {
        return subnetProblem(network === given ? "network" : "network.network", network, region, "the function");
    }
    const access = given as DecidedAccess | undefined;
    const [key, id] = access?.connector ? ["connector", access.connector] : ["subnetwork", access?.subnetwork];
    return regionProblem(`network.${key}`, id, region, "the function");
}

/** The APIs that egress needs. */
export function networkApis(access: DecidedAccess | undefined): string[] {
    return access ? [access.connector ? "vpcaccess" : "compute"] : [];
}

/** What of a function's configuration tells of its network. */
export function networkConfig(access: DecidedAccess | undefined) {
    if (!access) {
        return {};
    }
    const all = access.egress === "all-traffic";
    if (access.connector) {
        const vpcConnectorEgressSettings = all ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY";
        return { vpcConnector: access.connector, vpcConnectorEgressSettings };
    }
    const { network, subnetwork, tags } = access;
    return {
        directVpcNetworkInterfaces: [{ network, subnetwork, tags }],
        directVpcEgress: all ? "VPC_EGRESS_ALL_TRAFFIC" : "VPC_EGRESS_PRIVATE_RANGES_ONLY",
    };
}

/**
 * In its own project Cloud Run's agent may use every subnet. One of another project (Shared VPC) it may use when that
 * subnet lets it ("Direct VPC egress with a Shared VPC network").
 */
export function networkGrants(
    { network: access, crossProject }: ComponentArgs & { network?: DecidedAccess },
    environment: Environment,
): pulumi.Resource[] {
    const [, project, region, subnetwork] =
        /^projects\/([^/]+)\/regions\/([^/]+)\/subnetworks\/([^/]+)$/.exec(
            typeof access?.subnetwork === "string" ? access.subnetwork : "",
        ) ?? [];
    if (!project || !region || !subnetwork || project === environment.project) {
        return [];
    }
    const on = { project, region, subnetwork };
    return environment.grantAgent(
        "run.googleapis.com",
        capability(`${project}-${subnetwork}`, "roles/compute.networkUser", SubnetworkIAMMember, on, subnetwork),
        crossProject,
    );
}
