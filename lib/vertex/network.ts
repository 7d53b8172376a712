import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import type { Network } from "../network";

const vertexApi = "aiplatform.googleapis.com";

/** The access of jobs to a VPC network. */
export type VertexNetwork = check.OneOf<
    | {
          /**
           * The network that is {@link https://cloud.google.com/vertex-ai/docs/general/vpc-peering peered} with Vertex AI: a {@link Network}
           * with `privateServices`, or `projects/123456789012/global/networks/main`, by the number of its project.
           */
          peering: Network | pulumi.Input<string>;
      }
    | {
          /**
           * The {@link https://cloud.google.com/vertex-ai/docs/general/vpc-psc-i-setup network attachment} for a Private Service Connect
           * interface: `projects/acme-dev/regions/europe-west1/networkAttachments/training`.
           */
          attachment: pulumi.Input<string>;
      }
>;

const peering = check.either(
    check.isResource,
    check.component<Network>("Network"),
    check.input(
        check.matching(
            /^projects\/\d+\/global\/networks\/[a-z][a-z0-9-]*$/,
            "must be a network by the number of its project, such as projects/123456789012/global/networks/main",
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
export const vertexNetwork = check.variant({
    peering: check.options<{ peering: Network | pulumi.Input<string> }>({ peering }, "peering"),
    attachment: check.options<{ attachment: pulumi.Input<string> }>({ attachment }, "attachment"),
});

/** What must exist before the machines start in a network. */
export function networkNeeds(
    network: VertexNetwork | undefined,
    environment: Environment,
    crossProject: ComponentArgs["crossProject"],
): pulumi.Resource[] {
    if (network?.attachment !== undefined) {
        // https://cloud.google.com/vertex-ai/docs/general/vpc-psc-i-setup
        return environment.grantAgent(vertexApi, "roles/compute.networkAdmin", crossProject);
    }
    const { peering } = network ?? {};
    const services = isNetwork(peering) ? peering.privateServices : undefined;
    return services ? [services.connection] : [];
}

const isNetwork = (value: unknown): value is Network => pulumi.Resource.isInstance(value);

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
    if (network?.attachment !== undefined) {
        return { pscInterfaceConfig: { networkAttachment: network.attachment } };
    }
    const { peering } = network ?? {};
    if (peering === undefined || !isNetwork(peering)) {
        return peering === undefined ? {} : { network: peering };
    }
    // The API needs the number of the project.
    const { number } = getProjectOutput({ projectId: project }, options);
    return { network: pulumi.interpolate`projects/${number}/global/networks/${peering.network.name}` };
}
