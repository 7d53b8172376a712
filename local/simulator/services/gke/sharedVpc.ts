import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { projectName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { fullName } from "../compute/names";
import { hostOf } from "../compute/sharedVpc";
import { badRequest } from "./names";
import { subnetworkOf } from "./ranges";

/**
 * "Clusters with Shared VPC": GKE's service agent uses the network of the host, and the agent of Google's APIs creates the machines in the
 * subnetwork. https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc
 */
export function verifySharedVpc(inputs: Inputs, cloud: Cloud): void {
    const { project } = inputs;
    const { id: subnetwork, project: host } = subnetworkOf(inputs, cloud);
    if (host === project || cloud.isLenient) {
        return;
    }
    if (hostOf(cloud, project) !== host) {
        throw badRequest(`Project "${project}" does not have an associated Shared-VPC host project.`).recordedIn(
            "https://github.com/GoogleCloudPlatform/gke-enterprise-mt/issues/20",
        );
    }
    const number = cloud.projects.number(project);
    const agent = `service-${number}@container-engine-robot.iam.gserviceaccount.com`;
    if (!isAllowedOn(cloud, agent, "container.hostServiceAgent.use", projectName(host))) {
        throw new GoogleError(
            403,
            `Kubernetes Engine Service Agent is missing required permissions on this project. See https://cloud.google.com/kubernetes-engine/docs/troubleshooting#gke_service_account_deleted for more info: required "container.hostServiceAgent.use" permission(s) for "projects/${host}".`,
            { reason: "forbidden" },
        ).recordedIn("https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/616");
    }
    const users = [agent, `${number}@cloudservices.gserviceaccount.com`];
    if (!users.every((email) => isAllowedOn(cloud, email, "compute.subnetworks.use", fullName(subnetwork)))) {
        throw badRequest(
            `Google Compute Engine: Required 'compute.subnetworks.get' permission for '${subnetwork}'.`,
        ).recordedIn("https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/302");
    }
}
