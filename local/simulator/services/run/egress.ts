import { parseRange } from "../../../../lib/formats";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs } from "../../rules/rules";
import {
    computeApi,
    findNetwork,
    findSubnetwork,
    releaseServerless,
    reserveServerless,
    subnetworkPath,
} from "../compute";
import { fullName, verifyNetworkTags } from "../compute/names";
import { requireAttached } from "../compute/sharedVpc";
import { findConnector } from "../vpcaccess";
import { type Checked, type Kind, violation } from "./kind";
import { resourcePath } from "./names";

/** The service agent of Cloud Run. */
export const agentOf = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@serverless-robot-prod.iam.gserviceaccount.com`;

/**
 * "Direct VPC egress" reserves addresses in blocks of /28. Instances that start need more, for which a range of /26 is required, but the API
 * accepts smaller ones: `TestAccCloudRunV2Job_cloudrunv2JobDirectvpcUpdate` of the provider deploys with /28.
 * https://cloud.google.com/run/docs/configuring/vpc-direct-vpc#ip-address-allocation
 */
const longestPrefix = 28;

/** The subnetwork of an interface, by default the one with the name of its network. */
const subnetworkOf = ({ network, subnetwork }: Inputs): string => subnetwork ?? network.split("/").at(-1);

/** An interface in a network, with addresses of a subnetwork. */
function verifyInterface(
    checked: Checked,
    face: Inputs,
    place: { project: string; region: string },
    cloud: Cloud,
): void {
    const { network } = face;
    cloud.projects.requireApi(place.project, ...computeApi);
    if (!network && !face.subnetwork) {
        throw violation(
            checked,
            `${checked.kind.path}.vpc_access.network_interfaces[0]`,
            "at least one of network or subnetwork should not be empty.",
        );
    }
    const found = network && findNetwork(cloud, network, place.project);
    if (network && !found) {
        throw new GoogleError(400, `VPC network ${network} could not be found.`);
    }
    const name = subnetworkOf(face);
    const path = subnetworkPath(name, place);
    const subnetwork = findSubnetwork(cloud, name, place);
    if (!subnetwork || path.split("/")[3] !== place.region) {
        throw new GoogleError(400, `VPC subnetwork ${name} could not be found in ${place.region}.`);
    }
    if (found && !String(subnetwork.state.network).endsWith(`/${found.id}`)) {
        throw new GoogleError(400, `VPC subnetwork ${name} does not belong to the network ${network}.`);
    }
    if ((parseRange(String(subnetwork.state.ipCidrRange))?.prefix ?? 0) > longestPrefix) {
        throw new GoogleError(
            400,
            `VPC subnetwork ${name} is too small: Direct VPC egress requires a range of /${longestPrefix} or larger.`,
        );
    }
    requireAttached(cloud, subnetwork.id, place.project);
    const agent = agentOf(cloud, place.project);
    if (!isAllowedOn(cloud, agent, "compute.subnetworks.use", fullName(subnetwork.id))) {
        throw new GoogleError(
            403,
            `Google Cloud Run Service Agent ${agent} does not have permission 'compute.subnetworks.use' on ${subnetwork.id}.`,
        );
    }
}

/** The egress of instances: through existing connectors or subnetworks. */
export function verifyEgress(checked: Checked, { cloud }: Context): void {
    const { kind, inputs } = checked;
    const { vpcAccess } = kind.template(inputs);
    if (!vpcAccess) {
        return;
    }
    const place = { project: inputs.project, region: inputs.location };
    const { connector, networkInterfaces = [] } = vpcAccess;
    if (Boolean(connector) === networkInterfaces.length > 0) {
        throw violation(
            checked,
            `${kind.path}.vpc_access.connector`,
            "one and only one of connector and network_interfaces must be set.",
        );
    }
    if (networkInterfaces.length > 1) {
        const field = `${kind.path}.vpc_access.network_interfaces`;
        throw violation(checked, field, "only 1 network interface is allowed.");
    }
    if (connector && !/^projects\/[^/]+\/locations\/[^/]+\/connectors\/[^/]+$/.test(connector)) {
        const form = "projects/{project}/locations/{location}/connectors/{connector}";
        throw violation(checked, `${kind.path}.vpc_access.connector`, `must be in form ${form}.`);
    }
    const found = connector && findConnector(cloud, connector, place)?.state;
    if (connector && (found?.state !== "READY" || found.region !== inputs.location)) {
        throw new GoogleError(
            400,
            `VPC connector ${connector} does not exist, or Cloud Run does not have permission to use it.`,
        );
    }
    for (const face of networkInterfaces) {
        verifyNetworkTags(face.tags, `${kind.path}.vpc_access.network_interfaces.tags`);
        verifyInterface(checked, face, place, cloud);
    }
}

/** The subnetworks with addresses of instances. */
function subnetworksOf(kind: Kind, inputs: Inputs, cloud: Cloud): string[] {
    const { project, location } = inputs;
    return (kind.template(inputs).vpcAccess?.networkInterfaces ?? []).flatMap(
        (face: Inputs) => findSubnetwork(cloud, subnetworkOf(face), { project, region: location })?.id ?? [],
    );
}

/** Reserves addresses in the subnetworks of a resource, and releases those of unused subnetworks. */
export function reserve(kind: Kind, state: Inputs, cloud: Cloud, old?: Inputs): void {
    const now = subnetworksOf(kind, state, cloud);
    const path = resourcePath(state, kind.collection, state.name);
    for (const subnetwork of old ? subnetworksOf(kind, old, cloud) : []) {
        if (!now.includes(subnetwork)) {
            releaseServerless(cloud, subnetwork, path);
        }
    }
    for (const subnetwork of now) {
        reserveServerless(cloud, subnetwork, path);
    }
}

/** Releases all addresses of a resource. */
export function release(kind: Kind, state: Inputs, cloud: Cloud): void {
    for (const subnetwork of subnetworksOf(kind, state, cloud)) {
        releaseServerless(cloud, subnetwork, resourcePath(state, kind.collection, state.name));
    }
}
