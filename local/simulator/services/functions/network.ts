import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import {
    computeApi,
    findNetwork,
    findSubnetwork,
    releaseServerless,
    reserveServerless,
    subnetworkPath,
} from "../compute";
import { fullName } from "../compute/names";
import { requireAttached } from "../compute/sharedVpc";
import { findConnector } from "../vpcaccess";

/** The subnetwork of a function; by default the one with the name of its network. */
function subnetworkOf({ project, location, serviceConfig = {} }: Inputs): string | undefined {
    const [value] = serviceConfig.directVpcNetworkInterfaces ?? [];
    const named = value?.subnetwork ?? value?.network?.split("/").at(-1);
    return named && subnetworkPath(named, { project, region: location });
}

/** "Direct VPC egress with a Shared VPC network": the network must exist, and Cloud Run must have permission to use it. */
export function verifyNetwork(inputs: Inputs, cloud: Cloud): void {
    const { project, location, serviceConfig = {} } = inputs;
    const { vpcConnector, directVpcNetworkInterfaces: [value] = [] } = serviceConfig;
    if (vpcConnector && findConnector(cloud, vpcConnector, { project, region: location })?.state.region !== location) {
        const path = vpcConnector.includes("/")
            ? vpcConnector
            : `projects/${project}/locations/${location}/connectors/${vpcConnector}`;
        throw new GoogleError(
            400,
            `VPC connector ${path} does not exist, or Cloud Functions does not have permission to use it.`,
        );
    }
    const subnetwork = subnetworkOf(inputs);
    if (!subnetwork) {
        return;
    }
    cloud.projects.requireApi(project, ...computeApi);
    const place = { project, region: location };
    const found = findSubnetwork(cloud, subnetwork, place);
    if (!found || subnetwork.split("/")[3] !== location) {
        throw new GoogleError(400, `Subnetwork ${subnetwork} was not found in the region ${location}.`);
    }
    const network = value.network && findNetwork(cloud, value.network, project);
    if (value.network && !String(found.state.network).endsWith(`/${network?.id}`)) {
        throw new GoogleError(400, `Subnetwork ${subnetwork} does not belong to the network ${value.network}.`);
    }
    requireAttached(cloud, subnetwork, project);
    const agent = `service-${cloud.projects.number(project)}@serverless-robot-prod.iam.gserviceaccount.com`;
    if (!isAllowedOn(cloud, agent, "compute.subnetworks.use", fullName(subnetwork))) {
        throw new GoogleError(
            403,
            `Google Cloud Run Service Agent ${agent} does not have permission 'compute.subnetworks.use' on ${subnetwork}.`,
        );
    }
}

/** Prevents deletion of a function's subnetwork, and releases the previous one. */
export function reserveSubnetwork(inputs: Inputs, cloud: Cloud, service: string, old?: Inputs): void {
    const now = subnetworkOf(inputs);
    const before = old && subnetworkOf(old);
    if (before && before !== now) {
        releaseServerless(cloud, before, service);
    }
    if (now) {
        reserveServerless(cloud, now, service);
    }
}

export function releaseSubnetwork(inputs: Inputs, cloud: Cloud, service: string): void {
    const subnetwork = subnetworkOf(inputs);
    if (subnetwork) {
        releaseServerless(cloud, subnetwork, service);
    }
}
