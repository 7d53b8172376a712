import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { SubnetworkIAMMember } from "@pulumi/gcp/compute/subnetworkIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../../environment/component";
import type { Environment } from "../../environment/environment";
import { type NameFormat, nameFormats } from "../../facts/names";
import * as check from "../../internal/check";
import { regionProblem, subnetProblem } from "../../internal/places";
import { natOf } from "../../internal/subnetNat";
import { capability, type VpcNetwork } from "../capability";

/** A workload that runs on Cloud Run. */
export interface Workload {
    /** The component in errors: `ServerlessFunction "predict"`. */
    title: string;
    /** What it is in errors: `function`. */
    kind: string;
}

/** A network of the program: a component `Network`. */
export interface NetworkOfProgram extends pulumi.Resource {
    readonly network: Vpc;
    /** The subnet of a region; undefined if there is none. */
    subnetworkIn(region: string): Subnetwork | undefined;
}

/**
 * The traffic that is {@link https://cloud.google.com/run/docs/configuring/connecting-vpc routed to the VPC network}: only requests to
 * private addresses (RFC 1918 and other internal ranges), or all, for which a {@link Network} creates Cloud NAT.
 */
export type VpcEgress = "private-ranges-only" | "all-traffic";

/**
 * {@link https://cloud.google.com/run/docs/configuring/vpc-direct-vpc Direct VPC egress}: the instances get IP addresses of a
 * subnet.
 */
export interface DirectVpcEgress {
    /**
     * The ID of the subnet, `projects/acme-dev/regions/europe-west1/subnetworks/apps`, or its name. It must be in the same
     * region and have addresses for the instances: a /26 or larger.
     */
    subnetwork: pulumi.Input<string>;
    /**
     * The ID of the network, `projects/acme-dev/global/networks/apps`, or its name.
     * @default the network of the subnet
     */
    network?: pulumi.Input<string>;
    /**
     * Network tags of the instances, for firewall rules.
     * @default none
     */
    tags?: pulumi.Input<string>[];
    /** @default "private-ranges-only" */
    egress?: VpcEgress;
}

/** Egress through a {@link https://cloud.google.com/run/docs/configuring/vpc-connectors Serverless VPC Access connector}. */
export interface ConnectorEgress {
    /** The ID of the connector, `projects/acme-dev/locations/europe-west1/connectors/apps`, or its name. */
    connector: pulumi.Input<string>;
    /** @default "private-ranges-only" */
    egress?: VpcEgress;
}

/** Direct VPC egress through the first subnet of a {@link Network} in the workload's region. */
export interface NetworkEgress extends Pick<DirectVpcEgress, "tags" | "egress"> {
    network: NetworkOfProgram;
}

/** How code connects to a VPC network: through a subnet, a connector, or a subnet of a {@link Network}. */
export type VpcAccess = check.OneOf<DirectVpcEgress | ConnectorEgress | NetworkEgress> | NetworkOfProgram;

/** VPC access with its subnet or connector. */
export type ResolvedVpcAccess = check.OneOf<DirectVpcEgress | ConnectorEgress>;

const { computeResource, vpcConnector } = nameFormats.rows;
const matching = (path: string, { pattern }: NameFormat, wording: string) =>
    check.input(check.matching(new RegExp(`^(${path}/)?${pattern.source.slice(1)}`), wording));
const egress = check.oneOf("private-ranges-only", "all-traffic");

const tags = check.list(
    check.input(
        check.matching(
            computeResource.pattern,
            `must be a network tag: up to ${computeResource.max} lower-case letters, digits and hyphens, starting with a letter`,
        ),
    ),
);

const byId = check.variant({
    subnetwork: check.options<DirectVpcEgress>(
        {
            subnetwork: matching(
                "projects/[^/]+/regions/[^/]+/subnetworks",
                computeResource,
                "must be a subnet's name or ID, such as projects/acme-dev/regions/europe-west1/subnetworks/apps",
            ),
            network: matching(
                "projects/[^/]+/global/networks",
                computeResource,
                "must be a network's name or ID, such as projects/acme-dev/global/networks/apps",
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
                vpcConnector,
                "must be a connector's name or ID, such as projects/acme-dev/locations/europe-west1/connectors/apps",
            ),
            egress,
        },
        "connector",
    ),
});

const byNetwork = check.options<NetworkEgress>({ network: check.component("Network"), tags, egress }, "network");

/** Returns the component of a {@link Network} or of {@link NetworkEgress}. */
const networkOf = (access: unknown): NetworkOfProgram | undefined => {
    const { network, subnetwork } = Object(access);
    const component = pulumi.Resource.isInstance(access) ? access : subnetwork === undefined ? network : undefined;
    return pulumi.Resource.isInstance(component) ? (component as NetworkOfProgram) : undefined;
};

export const vpcAccess = check.componentOr(
    check.component("Network"),
    check.either((access) => networkOf(access) !== undefined, byNetwork, byId),
);

/** Replaces a {@link Network} by its subnet in the region. */
export function resolveVpcAccess(access: VpcAccess | undefined, region: string): ResolvedVpcAccess | undefined {
    const network = networkOf(access);
    const subnetwork = network?.subnetworkIn(region);
    if (!network || !subnetwork) {
        return access as ResolvedVpcAccess | undefined;
    }
    const { tags, egress } = (pulumi.Resource.isInstance(access) ? {} : access) as Partial<NetworkEgress>;
    return { network: network.network.id, subnetwork: subnetwork.id, tags, egress };
}

/**
 * Returns the Cloud NAT of a workload that reaches the internet through its network, which it does
 * {@link https://cloud.google.com/run/docs/configuring/networking-best-practices only with `all-traffic`}.
 */
export function egressNat({ title }: Workload, access: ResolvedVpcAccess | undefined): pulumi.Resource[] {
    return access?.egress === "all-traffic" ? natOf(access.subnetwork, title) : [];
}

/** Returns the VPC network of an access, if it names one. */
export function vpcOf(access: VpcAccess | undefined): VpcNetwork | undefined {
    const component = networkOf(access);
    return component ? component.network : (access as ResolvedVpcAccess | undefined)?.network;
}

/** Validates that the subnet or connector is in the workload's region. */
export function validateNetwork(
    { kind }: Workload,
    vpcAccess: VpcAccess | undefined,
    region: string,
): check.Problem | undefined {
    const network = networkOf(vpcAccess);
    if (network) {
        return subnetProblem(network === vpcAccess ? "network" : "network.network", network, region, `the ${kind}`);
    }
    const access = vpcAccess as ResolvedVpcAccess | undefined;
    const [key, id] = access?.connector ? ["connector", access.connector] : ["subnetwork", access?.subnetwork];
    return regionProblem(`network.${key}`, id, region, `the ${kind}`);
}

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
