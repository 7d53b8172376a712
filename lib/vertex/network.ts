import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import {
    isNetwork,
    type NetworkAndSubnet,
    type NetworkOfProgram,
    networkComponent,
    networkOf,
} from "../internal/network/networkOf";
import type { Network } from "../network";

const vertexApi = "aiplatform.googleapis.com";

/** The network of jobs that is {@link https://cloud.google.com/vertex-ai/docs/general/vpc-peering peered} with Vertex AI. */
export interface PeeredNetwork extends Pick<NetworkAndSubnet, "network"> {
    /** A {@link Network} with `privateServices`, or `projects/123456789012/global/networks/main`, by the number of its project. */
    network: NetworkOfProgram | pulumi.Input<string>;
}

/** The access of jobs by a {@link https://cloud.google.com/vertex-ai/docs/general/vpc-psc-i-setup Private Service Connect interface}. */
export interface AttachedNetwork {
    /** The network attachment: `projects/acme-dev/regions/europe-west1/networkAttachments/training`. */
    attachment: pulumi.Input<string>;
}

/** The access of jobs to a VPC network: a peered network, or a network attachment. */
export type VertexNetwork = NetworkOfProgram | check.OneOf<PeeredNetwork | AttachedNetwork>;

const peered = check.componentOr(
    networkComponent,
    check.input(
        check.matching(
            /^projects\/\d+\/global\/networks\/[a-z][a-z0-9-]*$/,
            "must be a Network, or a network by the number of its project, such as projects/123456789012/global/networks/main",
        ),
    ),
);

const attachment = check.input(
    check.matching(
        /^projects\/[^/]+\/regions\/[^/]+\/networkAttachments\/[^/]+$/,
        "must be a network attachment such as projects/acme-dev/regions/europe-west1/networkAttachments/training",
    ),
);

/** Checks {@link VertexNetwork}. */
export const vertexNetwork = check.componentOr(
    networkComponent,
    check.variant({
        network: check.options<PeeredNetwork>({ network: peered }, "network"),
        attachment: check.options<AttachedNetwork>({ attachment }, "attachment"),
    }),
);

/** The network attachment of an argument. */
export const attachmentOf = (network: VertexNetwork | undefined): pulumi.Input<string> | undefined =>
    isNetwork(network) ? undefined : network?.attachment;

/** What must exist before the machines start in a network. */
export function networkNeeds(
    network: VertexNetwork | undefined,
    environment: Environment,
    crossProject: ComponentArgs["crossProject"],
): pulumi.Resource[] {
    if (attachmentOf(network) !== undefined) {
        // https://cloud.google.com/vertex-ai/docs/general/vpc-psc-i-setup
        return environment.grantAgent(vertexApi, "roles/compute.networkAdmin", crossProject);
    }
    const services = (networkOf(network) as Network | undefined)?.privateServices;
    return services ? [services.connection] : [];
}

/** The fields of a job for its network. */
interface NetworkSpec {
    network?: pulumi.Input<string>;
    pscInterfaceConfig?: { networkAttachment: pulumi.Input<string> };
}

/** The network in the form of the API. */
export function networkSpec(
    network: VertexNetwork | undefined,
    { project }: Environment,
    options: pulumi.InvokeOptions,
): NetworkSpec {
    const attachment = attachmentOf(network);
    if (attachment !== undefined) {
        return { pscInterfaceConfig: { networkAttachment: attachment } };
    }
    const component = networkOf(network);
    if (component === undefined) {
        const { network: id } = (network ?? {}) as Partial<PeeredNetwork>;
        return id === undefined ? {} : { network: id as pulumi.Input<string> };
    }
    // The API needs the number of the project.
    const { number } = getProjectOutput({ projectId: project }, options);
    return { network: pulumi.interpolate`projects/${number}/global/networks/${component.network.name}` };
}
