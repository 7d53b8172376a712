import { type Cloud, GoogleError, lastPart, refusal, targetOf } from "../../../simulator";
import { splitOf } from "../../../simulator/services/vertex/deployedModels";
import { type Deployed, type EndpointEntry, requireEndpoint } from "../../../simulator/services/vertex/endpoints";
import {
    fullName,
    locationOf,
    precondition,
    projectWithNumber,
    publicName,
    verifyRegion,
    vertexApi,
} from "../../../simulator/services/vertex/names";
import type { Answer, Request, RestApi } from "../../emulator/http";
import { errorAnswer } from "../../emulator/methods/api";
import { callerOf, type Tokens } from "../../emulator/tokens";
import type { Recorder } from "../monitoring/recorder";
import { kindOf, verifyHost, verifySize } from "./endpointKinds";
import type { EndpointReplicas } from "./endpointReplicas";
import { Prediction } from "./prediction";

const address =
    /^\/v1(?:beta1)?\/projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/endpoints\/(?<id>[^/:]+):(?<verb>predict|rawPredict|streamRawPredict|directPredict|directRawPredict|serverStreamingPredict)$/;

/** https://cloud.google.com/vertex-ai/docs/predictions/using-private-endpoints#private-prediction-uri-format */
const privateAddress = /^\/v1\/models\/(?<id>\d+):predict$/;
const privateHost = /^(?<endpoint>[^.]+)\.aiplatform\.googleapis\.com(?::\d+)?$/;

/** What predictions are served with. */
export interface Serving {
    cloud: Cloud;
    tokens: Tokens;
    recorder: Recorder;
    /** Undefined if there is no Docker. */
    replicas: EndpointReplicas | undefined;
    /** Whether an account has a permission on a resource. */
    allows(account: string, permission: string, name: string): boolean;
}

/** The methods of endpoints that ask deployed models. */
export function predictRest(serving: Serving): RestApi {
    const { cloud, replicas } = serving;
    return (request) => {
        const path = decodeURIComponent(request.path);
        const asked = request.method === "POST" && address.exec(path)?.groups;
        const inside = request.method === "POST" && privateAddress.exec(path)?.groups;
        const host = privateHost.exec(request.headers.host ?? "")?.groups;
        if (asked) {
            return askPublic(serving, request, asked).catch(errorAnswer);
        }
        return inside && host
            ? askPrivate(cloud, replicas, request, String(host.endpoint), String(inside.id)).catch(errorAnswer)
            : undefined;
    };
}

async function askPublic(
    { cloud, tokens, recorder, replicas, allows }: Serving,
    request: Request,
    { project = "", location = "", id, verb = "" }: Record<string, string>,
): Promise<Answer> {
    const path = `projects/${projectWithNumber(project, cloud)}/locations/${location}/endpoints/${id}`;
    const endpoint = authorized({ cloud, tokens, allows }, request, path, location, verb);
    verifyHost(endpoint, request.headers.host ?? "");
    verifySize(endpoint, request.body.length, "request");
    const running = required(replicas);
    const deployed = chooseModel(cloud, endpoint, (id) => running.hasServed(endpoint, id));
    const ask = new Prediction(cloud, running, endpoint, deployed);
    return recorded(recorder, endpoint, deployed.id, () => answerOf(ask, verb, request));
}

async function answerOf(ask: Prediction, verb: string, request: Request): Promise<Answer> {
    switch (verb) {
        case "predict":
            return ask.predict(request);
        case "rawPredict":
            return ask.rawPredict(request);
        case "streamRawPredict":
            return ask.streamRawPredict(request);
        case "directRawPredict":
            return ask.directRawPredict(request);
        default:
            // "For Vertex first-party products and frameworks", "for Vertex LLM streaming".
            throw precondition(
                `${verb} is for models of Google. Use ${verb === "directPredict" ? "directRawPredict" : "streamRawPredict"} for containers of your own.`,
            );
    }
}

/** Records a prediction: https://docs.cloud.google.com/vertex-ai/docs/general/monitoring-metrics#endpoint-metrics */
async function recorded(
    recorder: Recorder,
    { id, project }: EndpointEntry,
    model: string,
    ask: () => Promise<Answer>,
): Promise<Answer> {
    const resource = {
        type: "aiplatform.googleapis.com/Endpoint",
        labels: { endpoint_id: lastPart(id), location: locationOf(id), resource_container: project },
    };
    const measured = { project, resource, labels: { deployed_model_id: model } };
    const began = performance.now();
    const end = (isError: boolean) => {
        recorder.count({ ...measured, metric: "aiplatform.googleapis.com/prediction/online/prediction_count" });
        if (isError) {
            recorder.count({ ...measured, metric: "aiplatform.googleapis.com/prediction/online/error_count" });
        }
        const labels = { ...measured.labels, latency_type: "total" };
        const metric = "aiplatform.googleapis.com/prediction/online/prediction_latencies";
        recorder.collect({ ...measured, labels, metric }, performance.now() - began);
    };
    try {
        const answer = await ask();
        end(answer.status >= 400);
        return answer;
    } catch (error) {
        end(true);
        throw error;
    }
}

/** A request in the network of a private endpoint, which needs no token, and gets the answer of the container. */
async function askPrivate(
    cloud: Cloud,
    replicas: EndpointReplicas | undefined,
    request: Request,
    name: string,
    id: string,
): Promise<Answer> {
    const all = cloud.store.list("//aiplatform.googleapis.com/", "endpoints") as EndpointEntry[];
    const endpoint = all.find((entry) => lastPart(entry.id) === name && kindOf(entry) === "privateServicesAccess");
    const deployed = endpoint?.state.deployedModels.find((each) => each.id === id);
    if (!endpoint || !deployed) {
        throw new GoogleError(404, `The DeployedModel ${id} does not exist.`);
    }
    verifySize(endpoint, request.body.length, "request");
    return new Prediction(cloud, required(replicas), endpoint, deployed).rawPredict(request);
}

function required(replicas: EndpointReplicas | undefined): EndpointReplicas {
    if (!replicas) {
        throw new GoogleError(501, "The local Google Cloud serves models only with Docker.");
    }
    return replicas;
}

/** The endpoint, if the caller may ask it: https://cloud.google.com/vertex-ai/docs/general/iam-permissions */
function authorized(
    { cloud, tokens, allows }: Pick<Serving, "allows" | "cloud" | "tokens">,
    { headers, account: known }: Request,
    path: string,
    location: string,
    verb: string,
): EndpointEntry {
    const account = callerOf(tokens, headers) ?? known;
    const [, project = ""] = path.split("/");
    cloud.projects.requireApi(project, ...vertexApi);
    verifyRegion(location);
    const permission = "aiplatform.endpoints.predict";
    const name = fullName(path);
    const target = targetOf(cloud, project, name);
    const may = account ? allows(account, permission, name) : cloud.caller.may(permission, target);
    if (!may) {
        throw refusal({ method: `aiplatform.projects.locations.endpoints.${verb}`, permission, path, target, cloud });
    }
    return requireEndpoint(cloud, path);
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
