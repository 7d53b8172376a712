import { type Limit, vertexEndpointLimits } from "slipway/facts";
import { isAllowedOn, targetOf } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { refusal } from "../../permissions/refusals";
import type { Inputs } from "../../rules/rules";
import { splitOf } from "../../services/vertex/deployedModels";
import {
    type Deployed,
    type EndpointEntry,
    isShared,
    requestSeconds,
    requireEndpoint,
} from "../../services/vertex/endpoints";
import {
    fullName,
    precondition,
    projectWithNumber,
    publicName,
    verifyRegion,
    vertexApi,
} from "../../services/vertex/names";
import type { Answer, Request, RestApi } from "../http";
import { errorAnswer } from "../methods/api";
import type { Tokens } from "../tokens";
import type { EndpointReplicas } from "./endpointReplicas";
import { modelContainer } from "./modelContainer";
import { NotReadyError } from "./replicaGroup";

const address =
    /^\/v1(?:beta1)?\/projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/endpoints\/(?<id>[^/:]+):(?<verb>predict|rawPredict)$/;

/**
 * The methods `predict` and `rawPredict` of endpoints.
 *
 * @param replicas undefined if there is no Docker
 */
export function predictRest(cloud: Cloud, tokens: Tokens, replicas: EndpointReplicas | undefined): RestApi {
    return (request) => {
        const found = request.method === "POST" && address.exec(decodeURIComponent(request.path));
        if (!found || found.groups === undefined) {
            return undefined;
        }
        const { project = "", location = "", id, verb } = found.groups;
        const path = `projects/${projectWithNumber(project, cloud)}/locations/${location}/endpoints/${id}`;
        const answer = async (): Promise<Answer> => {
            const endpoint = authorized(cloud, tokens, request, path, location, verb as string);
            verifySize(endpoint, request.body.length, "request");
            if (!replicas) {
                throw new GoogleError(501, "The local Google Cloud serves models only with Docker.");
            }
            const deployed = chooseModel(cloud, endpoint, (id) => replicas.hasServed(endpoint, id));
            const ask = new Prediction(cloud, replicas, endpoint, deployed);
            return verb === "predict" ? ask.predict(request) : ask.rawPredict(request);
        };
        return answer().catch(errorAnswer);
    };
}

const unauthenticated = () =>
    new GoogleError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    );

/** The endpoint, if the caller may ask it: https://cloud.google.com/vertex-ai/docs/general/iam-permissions */
function authorized(
    cloud: Cloud,
    tokens: Tokens,
    { headers }: Request,
    path: string,
    location: string,
    verb: string,
): EndpointEntry {
    const [, token] = /^bearer (.+)$/i.exec(headers.authorization ?? "") ?? [];
    if (token === undefined) {
        throw unauthenticated();
    }
    const [, project = ""] = path.split("/");
    cloud.projects.requireApi(project, ...vertexApi);
    verifyRegion(location);
    const permission = "aiplatform.endpoints.predict";
    const name = fullName(path);
    const account = accountOf(tokens, token);
    const target = targetOf(cloud, project, name);
    const may = account ? isAllowedOn(cloud, account, permission, name) : cloud.caller.may(permission, target);
    if (!may) {
        throw refusal({ method: `aiplatform.projects.locations.endpoints.${verb}`, permission, path, target, cloud });
    }
    return requireEndpoint(cloud, path);
}

/** The service account of a token; undefined for a developer's own token, which only Google can verify. */
function accountOf(tokens: Tokens, token: string): string | undefined {
    try {
        return tokens.accountOf(token);
    } catch {
        throw unauthenticated();
    }
}

const { payload, dedicatedPayload } = vertexEndpointLimits.rows;

/** https://issuetracker.google.com/issues/123314535 */
function verifySize(endpoint: EndpointEntry, bytes: number, what: "request" | "response"): void {
    const { max = 0 }: Limit = isShared(endpoint) ? payload : dedicatedPayload;
    if (bytes > max) {
        throw precondition(`The ${what} size (${bytes} bytes) exceeds ${(max / 1_000_000).toFixed(3)}MB limit.`);
    }
}

/**
 * The deployed model for a request, by the percentages of the traffic. Those that have not become ready yet get no requests, unless there
 * are no others.
 *
 * @param random a number from 0 to below 1
 */
export function chooseModel(
    cloud: Cloud,
    endpoint: EndpointEntry,
    hasServed: (id: string) => boolean,
    random = Math.random(),
): Deployed {
    const all = Object.entries(splitOf(endpoint)).filter(([, share]) => share > 0);
    const serving = all.filter(([id]) => hasServed(id));
    const shares = serving.length > 0 ? serving : all;
    let left = random * shares.reduce((sum, [, share]) => sum + share, 0);
    for (const [id, share] of shares) {
        left -= share;
        const found = endpoint.state.deployedModels.find((each) => each.id === id);
        if (left < 0 && found) {
            return found;
        }
    }
    throw precondition(`Endpoint \`${publicName(endpoint.id, cloud)}\` doesn't have traffic_split.`);
}

/** A request to a deployed model. */
class Prediction {
    constructor(
        private readonly cloud: Cloud,
        private readonly replicas: EndpointReplicas,
        private readonly endpoint: EndpointEntry,
        private readonly deployed: Deployed,
    ) {}

    /** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/predict */
    async predict(request: Request): Promise<Answer> {
        const { instances, parameters, ...others } = parsed(request.body.toString()) ?? {};
        if (!Array.isArray(instances) || instances.length === 0) {
            throw new GoogleError(400, 'The "instances" field of the request must be an array of one or more values.');
        }
        const [unknown] = Object.keys(others).filter((name) => name !== "labels");
        if (unknown !== undefined) {
            throw new GoogleError(400, `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
        }
        const body = JSON.stringify({ instances, ...(parameters !== undefined && { parameters }) });
        const { status, content } = await this.ask(Buffer.from(body), "application/json", request.ended);
        const text = content.toString();
        if (status < 200 || status > 299) {
            // https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/2122
            throw new GoogleError(status, text);
        }
        const { predictions, metadata } = parsed(text) ?? {};
        if (!Array.isArray(predictions)) {
            // https://github.com/googleapis/python-aiplatform/issues/1526
            throw precondition(
                `Invalid response from prediction server - the response field predictions is missing. Response: ${text}`,
            );
        }
        const { model } = modelContainer(this.cloud, this.endpoint, this.deployed);
        return {
            status: 200,
            body: { predictions, deployedModelId: this.deployed.id, ...model, ...(metadata && { metadata }) },
        };
    }

    /** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/rawPredict */
    async rawPredict({ body, headers, ended }: Request): Promise<Answer> {
        const type = String(headers["content-type"] ?? "application/json");
        const { status, content, contentType } = await this.ask(body, type, ended);
        return {
            status,
            headers: {
                ...(contentType && { "content-type": contentType }),
                "x-vertex-ai-endpoint-id": this.endpoint.id.split("/").at(-1) as string,
                "x-vertex-ai-deployed-model-id": this.deployed.id,
            },
            body: content,
        };
    }

    private async ask(
        body: Buffer,
        type: string,
        ended: AbortSignal,
    ): Promise<{ status: number; content: Buffer; contentType: string | null }> {
        const { predictRoute } = modelContainer(this.cloud, this.endpoint, this.deployed);
        const seconds = requestSeconds(this.endpoint);
        const { instance, release } = await this.replicas
            .acquire(this.endpoint, this.deployed, ended)
            .catch((error: Error) => {
                throw new GoogleError(error instanceof NotReadyError ? 429 : 503, error.message);
            });
        try {
            const answer = await fetch(`http://127.0.0.1:${instance.port}${predictRoute}`, {
                method: "POST",
                // A server may close an idle connection at the moment in which another request uses it.
                headers: { "content-type": type, connection: "close" },
                body: new Uint8Array(body),
                redirect: "manual",
                signal: AbortSignal.any([ended, AbortSignal.timeout(seconds * 1000)]),
            });
            const content = Buffer.from(await answer.arrayBuffer());
            verifySize(this.endpoint, content.length, "response");
            return { status: answer.status, content, contentType: answer.headers.get("content-type") };
        } catch (error) {
            if (error instanceof GoogleError) {
                throw error;
            }
            throw (error as Error).name === "TimeoutError"
                ? new GoogleError(504, "The request to the model server has timed out.")
                : new GoogleError(503, "The model server has closed the connection without an answer.");
        } finally {
            release();
        }
    }
}

function parsed(text: string): Inputs | undefined {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
