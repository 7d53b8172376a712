import { type Limit, vertexEndpointLimits } from "slipway/facts";
import { type EndpointEntry, requestSeconds } from "../../../simulator/services/vertex/endpoints";
import { invalid, precondition } from "../../../simulator/services/vertex/names";

/** The kinds of endpoints: https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type */
export type EndpointKind = "shared" | "dedicated" | "privateServiceConnect" | "privateServicesAccess";

export function kindOf({ state }: EndpointEntry): EndpointKind {
    if (state.network) {
        return "privateServicesAccess";
    }
    if (state.privateServiceConnectConfig?.enablePrivateServiceConnect) {
        return "privateServiceConnect";
    }
    return state.dedicatedEndpointEnabled ? "dedicated" : "shared";
}

const { payload, dedicatedPayload } = vertexEndpointLimits.rows;

/** https://issuetracker.google.com/issues/123314535 */
export function verifySize(endpoint: EndpointEntry, bytes: number, what: "request" | "response"): void {
    const { max = 0 }: Limit = kindOf(endpoint) === "shared" ? payload : dedicatedPayload;
    if (bytes > max) {
        throw precondition(`The ${what} size (${bytes} bytes) exceeds ${(max / 1_000_000).toFixed(3)}MB limit.`);
    }
}

/** The time for a request, in milliseconds. */
export const timeoutOf = (endpoint: EndpointEntry): number => requestSeconds(endpoint) * 1000;

/** Streams and gRPC: "Streaming support: Yes (SSE)", "Protocol support: HTTP or gRPC", which other kinds do not have. */
export function verifyStreaming(endpoint: EndpointEntry, verb: string): void {
    const kind = kindOf(endpoint);
    if (kind !== "dedicated" && kind !== "privateServiceConnect") {
        throw precondition(
            `${verb} is only supported by dedicated public endpoints and Private Service Connect endpoints.`,
        );
    }
}

const sharedHost = /^[a-z\d-]+-aiplatform\.googleapis\.com$/;
const dedicatedHost = /\.prediction\.vertexai\.goog$/;

/**
 * "Once you enabled dedicated endpoint, you won't be able to send request to the shared DNS", and private endpoints have no public one.
 * Requests to the address of the local Google Cloud stand for those to the host of the endpoint.
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints
 *
 * @param host the `Host` of the request
 */
export function verifyHost(endpoint: EndpointEntry, host: string): void {
    const kind = kindOf(endpoint);
    const name = host.replace(/:\d+$/, "");
    const dns = String(endpoint.state.dedicatedEndpointDns ?? "");
    if (dedicatedHost.test(name) && name !== dns) {
        throw invalid(`The endpoint ${endpoint.id} is not served by ${name}.`);
    }
    if (sharedHost.test(name) && kind === "dedicated") {
        throw precondition(
            `This endpoint is a dedicated endpoint via CloudESF and cannot be accessed through the Vertex AI API. Please access the endpoint using its dedicated dns name '${dns}'`,
        );
    }
    if (sharedHost.test(name) && kind === "privateServiceConnect") {
        throw precondition(
            `The endpoint ${endpoint.id} is private: access it by its service attachment, through Private Service Connect.`,
        );
    }
    // "Inference requests from prediction services (such as PredictionServiceClient) aren't supported":
    // https://cloud.google.com/vertex-ai/docs/predictions/using-private-endpoints#limitations
    if (kind === "privateServicesAccess") {
        throw precondition(
            `The endpoint ${endpoint.id} is private: access it by the predict_http_uri of its DeployedModel, from its network.`,
        );
    }
}
