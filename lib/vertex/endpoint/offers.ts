import { AiEndpointIamMember } from "@pulumi/gcp/vertex/aiEndpointIamMember";
import type * as pulumi from "@pulumi/pulumi";
import { rolesOn } from "../../internal/access/roles";

type EndpointPath = Record<"project" | "location" | "endpoint", pulumi.Input<string>>;

/** The capabilities of an endpoint; the consumer receives its full name. */
export function offers(component: string, endpoint: EndpointPath, path: pulumi.Output<string>) {
    const { offered, role } = rolesOn(component, AiEndpointIamMember, endpoint, path);
    return { predictor: offered("roles/aiplatform.user"), role };
}
