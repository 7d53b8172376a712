import { request as httpRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { type Cloud, GoogleError, type Inputs, lastPart } from "../../../simulator";
import type { Deployed, EndpointEntry } from "../../../simulator/services/vertex/endpoints";
import { precondition } from "../../../simulator/services/vertex/names";
import type { Lease } from "../../emulator/containers/autoscaler";
import type { RunningContainers } from "../../emulator/containers/launch";
import type { Answer, Request } from "../../emulator/http";
import { timeoutOf, verifySize, verifyStreaming } from "./endpointKinds";
import type { EndpointReplicas } from "./endpointReplicas";
import { modelContainer } from "./modelContainer";
import { NotReadyError } from "./replicaGroup";

/** A request to a deployed model. */
export class Prediction {
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
        const { status, content, contentType } = await this.ask(body, typeOf(headers), ended);
        return { status, headers: this.headers(contentType), body: content };
    }

    /**
     * Passes on the parts of the answer when they come, such as server-sent events.
     * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/streamRawPredict
     */
    async streamRawPredict({ body, headers, ended }: Request): Promise<Answer> {
        verifyStreaming(this.endpoint, "streamRawPredict");
        const { instance, release } = await this.lease(ended);
        try {
            const answer = await this.post(instance, body, typeOf(headers), ended);
            answer.on("close", release);
            return {
                status: answer.statusCode ?? 200,
                headers: this.headers(answer.headers["content-type"]),
                stream: answer,
            };
        } catch (error) {
            release();
            throw error;
        }
    }

    /**
     * "Perform an unary online prediction request to a gRPC model server for custom containers."
     * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/directRawPredict
     */
    async directRawPredict({ body, ended }: Request): Promise<Answer> {
        const { methodName = "", input = "" } = parsed(body.toString()) ?? {};
        const { grpcPort } = modelContainer(this.cloud, this.endpoint, this.deployed);
        if (grpcPort === undefined) {
            // "If you do not specify this field, gRPC requests to the container will be disabled."
            throw precondition(`The container of the DeployedModel ${this.deployed.id} has no grpc_ports.`);
        }
        // "Format: /namespace.Service/Method/"
        const [, method] = /^(\/[\w.]+\/\w+)\/?$/.exec(methodName) ?? [];
        if (method === undefined) {
            throw new GoogleError(400, `The method name "${methodName}" must have the form /namespace.Service/Method.`);
        }
        const { instance, release } = await this.lease(ended);
        const client = new Client(`127.0.0.1:${instance.portOf(grpcPort)}`, credentials.createInsecure());
        const same = (bytes: Buffer) => bytes;
        const options = { deadline: Date.now() + timeoutOf(this.endpoint) };
        try {
            const output = await new Promise<Buffer>((resolve, reject) => {
                const asked = Buffer.from(String(input), "base64");
                client.makeUnaryRequest(method, same, same, asked, new Metadata(), options, (error, answer) =>
                    error ? reject(error) : resolve(answer as Buffer),
                );
            });
            verifySize(this.endpoint, output.length, "response");
            return { status: 200, body: { output: output.toString("base64") } };
        } catch (error) {
            if (error instanceof GoogleError) {
                throw error;
            }
            const { code, details } = error as ServiceError;
            throw new GoogleError(httpStatuses[code] ?? 500, details);
        } finally {
            client.close();
            release();
        }
    }

    private headers(contentType: string | undefined): Record<string, string> {
        return {
            ...(contentType && { "content-type": contentType }),
            "x-vertex-ai-endpoint-id": lastPart(this.endpoint.id),
            "x-vertex-ai-deployed-model-id": this.deployed.id,
        };
    }

    private lease(ended: AbortSignal): Promise<Lease<RunningContainers>> {
        return this.replicas.acquire(this.endpoint, this.deployed, ended).catch((error: Error) => {
            throw new GoogleError(error instanceof NotReadyError ? 429 : 503, error.message);
        });
    }

    private async ask(
        body: Buffer,
        type: string,
        ended: AbortSignal,
    ): Promise<{ status: number; content: Buffer; contentType?: string }> {
        const { instance, release } = await this.lease(ended);
        try {
            const answer = await this.post(instance, body, type, ended);
            const content = await buffer(answer).catch(failed);
            verifySize(this.endpoint, content.length, "response");
            const contentType = answer.headers["content-type"];
            return { status: answer.statusCode ?? 200, content, ...(contentType && { contentType }) };
        } finally {
            release();
        }
    }

    /** Sends a request to the route for predictions, and waits for the start of the answer. */
    private post(
        { port }: RunningContainers,
        body: Buffer,
        type: string,
        ended: AbortSignal,
    ): Promise<IncomingMessage> {
        const { predictRoute: path } = modelContainer(this.cloud, this.endpoint, this.deployed);
        const signal = AbortSignal.any([ended, AbortSignal.timeout(timeoutOf(this.endpoint))]);
        // A server may close an idle connection at the moment in which another request uses it.
        const headers = { "content-type": type, "content-length": body.length, connection: "close" };
        return new Promise<IncomingMessage>((resolve, reject) => {
            httpRequest({ host: "127.0.0.1", port, path, method: "POST", headers, signal }, resolve)
                .on("error", (error) => reject(signal.aborted ? signal.reason : error))
                .end(body);
        }).catch(failed);
    }
}

function failed(error: Error): never {
    throw error.name === "TimeoutError"
        ? new GoogleError(504, "The request to the model server has timed out.")
        : new GoogleError(503, "The model server has closed the connection without an answer.");
}

const typeOf = (headers: Request["headers"]) => String(headers["content-type"] ?? "application/json");

/** The statuses of errors of gRPC servers: https://cloud.google.com/apis/design/errors#error_model */
const httpStatuses: Record<number, number> = {
    3: 400,
    4: 504,
    5: 404,
    7: 403,
    8: 429,
    9: 400,
    12: 501,
    14: 503,
    16: 401,
};

function parsed(text: string): Inputs | undefined {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
