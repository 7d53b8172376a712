import type { Context, Inputs, TypeRules } from "../../../rules/rules";
import { invalidField, networkPath, selfLink, subnetworkPath } from "../names";
import { balancing } from "./calls";
import { pathIn, requireUnused, sharedRules, verifyRegion } from "./references";

const collection = "networkEndpointGroups";

const platforms = ["appEngine", "cloudFunction", "cloudRun", "serverlessDeployment"] as const;

/** What a serverless group leads to. */
export const platformOf = (state: Inputs): (typeof platforms)[number] | undefined =>
    platforms.find((platform) => state[platform] !== undefined);

/**
 * https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts: one of the platforms, and a service or a mask. Whether the
 * service exists is not checked.
 */
function verify(inputs: Inputs): void {
    verifyRegion(inputs);
    const { networkEndpointType = "SERVERLESS", cloudRun, cloudFunction, network, pscTargetService } = inputs;
    // https://cloud.google.com/compute/docs/reference/rest/v1/regionNetworkEndpointGroups: the texts are approximate.
    if (networkEndpointType === "PRIVATE_SERVICE_CONNECT" && !pscTargetService) {
        throw invalidField("pscTargetService", "", `It is required with the type ${networkEndpointType}.`);
    }
    if (networkEndpointType.startsWith("INTERNET_") && !network) {
        throw invalidField("network", "", `It is required with the type ${networkEndpointType}.`);
    }
    if (networkEndpointType !== "SERVERLESS") {
        return;
    }
    const platform = platformOf(inputs);
    if (!platform) {
        throw invalidField("networkEndpointType", networkEndpointType, "A serverless platform must be specified.");
    }
    if (
        (cloudRun && !cloudRun.service && !cloudRun.urlMask) ||
        (cloudFunction && !cloudFunction.function && !cloudFunction.urlMask)
    ) {
        throw invalidField(platform, "", "Either a service or a URL mask must be specified.");
    }
}

export const endpointGroup: TypeRules = {
    ...sharedRules(collection),
    noun: "RegionNetworkEndpointGroup",
    generatedNoun: "ComputeRegionNetworkEndpointGroup",
    cost: "free",
    verify,
    state: (inputs) => ({
        // Links of the API, whatever form the program uses.
        network: inputs.network ? selfLink(networkPath(inputs.network, inputs.project)) : "",
        ...(inputs.subnetwork && {
            subnetwork: selfLink(subnetworkPath(inputs.subnetwork, { project: inputs.project, region: inputs.region })),
        }),
        pscData: { producerPort: "", ...inputs.pscData },
        selfLink: selfLink(pathIn(collection)(inputs)),
    }),
    // https://github.com/hashicorp/terraform-provider-google/issues/20206
    remove: (inputs, { cloud }: Context) =>
        requireUnused("network_endpoint_group", pathIn(collection)(inputs), cloud, "backendServices"),
    calls: balancing("networkEndpointGroups", () => [], false),
};
