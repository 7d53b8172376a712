import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { Server as GrpcServer, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import type { Answer } from "../../../local/runtime/emulator/http";
import { Tokens } from "../../../local/runtime/emulator/tokens";
import { Recorder } from "../../../local/runtime/services/monitoring/recorder";
import type { EndpointReplicas } from "../../../local/runtime/services/vertex/endpointReplicas";
import { predictRest } from "../../../local/runtime/services/vertex/predict";
import { NotReadyError } from "../../../local/runtime/services/vertex/replicaGroup";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { changeEndpoint } from "../../../local/simulator/services/vertex/endpoints";
import { endpointId, location, withEndpoint } from "./endpointWorld";

const ends: (() => unknown)[] = [];
afterEach(() => {
    for (const end of ends.splice(0)) {
        end();
    }
});

async function listening(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(
        () => server.closeAllConnections(),
        () => server.close(),
    );
    return (server.address() as AddressInfo).port;
}

const shared = "europe-west1-aiplatform.googleapis.com";
const prediction = { instances: [1] };

interface Asking {
    host?: string;
    path?: string;
    body?: unknown;
    token?: string | undefined;
    container?: Inputs;
    replicas?: Partial<EndpointReplicas>;
    ended?: AbortSignal;
}

/** Sends a request to an endpoint with a deployed model. */
async function ask(endpoint: Inputs, verb: string, asking: Asking = {}): Promise<Answer & { body: Inputs }> {
    const { host = "127.0.0.1:8085", body = prediction, token = "ya29.own", container, replicas } = asking;
    const { cloud } = withEndpoint(endpoint, container);
    const deployed = { id: "7", model: `${location}/models/iris`, modelVersionId: "1", createTime: "" };
    changeEndpoint(cloud, endpointId, { deployedModels: [deployed], trafficSplit: '{"7":100}' });
    const running = replicas && ({ hasServed: () => true, ...replicas } as EndpointReplicas);
    const allows = () => true;
    const serving = { cloud, tokens: new Tokens(cloud), recorder: new Recorder(), replicas: running, allows };
    const answer = await predictRest(serving)({
        method: "POST",
        path: asking.path ?? `/v1/${endpointId}:${verb}`,
        query: new URLSearchParams(),
        headers: { host, ...(token && { authorization: `Bearer ${token}` }), "content-type": "application/json" },
        body: Buffer.from(JSON.stringify(body)),
        origin: `http://${host}`,
        ended: asking.ended ?? new AbortController().signal,
    });
    return answer as Answer & { body: Inputs };
}

const dedicated = { dedicatedEndpointEnabled: true };
const connected = { privateServiceConnectConfig: { enablePrivateServiceConnect: true } };
const peered = { network: "projects/123/global/networks/main" };

const dns = async () =>
    withEndpoint(dedicated)
        .make("AiEndpoint", { ...dedicated, name: "x", location: "europe-west1", displayName: "x" })
        .state.dedicatedEndpointDns.replace(/^x\./, "iris.");

/** Requests that reach the endpoint are refused only because there is no Docker. */
const reached = [501, "serves models only with Docker"] as const;
const dedicatedName =
    /^This endpoint is a dedicated endpoint via CloudESF and cannot be accessed through the Vertex AI API\. Please access the endpoint using its dedicated dns name 'iris\.europe-west1-\d+\.prediction\.vertexai\.goog'$/;

test.each<[string, Inputs, string, readonly [number, string | RegExp]]>([
    ["a shared endpoint at the host of the region", {}, shared, reached],
    ["a dedicated endpoint at the host of the region", dedicated, shared, [400, dedicatedName]],
    ["a dedicated endpoint at its own host", dedicated, "own", reached],
    ["a dedicated endpoint at the local address", dedicated, "127.0.0.1:8085", reached],
    [
        "a dedicated endpoint at that of another one",
        dedicated,
        "roses.europe-west1-1.prediction.vertexai.goog",
        [400, "is not served by roses."],
    ],
    ["a shared endpoint at the host of a dedicated one", {}, "own", [400, "is not served by iris."]],
    [
        "an endpoint of Private Service Connect at the host of the region",
        connected,
        shared,
        [400, "through Private Service Connect"],
    ],
    ["an endpoint of Private Service Connect at its address", connected, "10.0.0.4", reached],
    ["a private endpoint by the API", peered, "127.0.0.1:8085", [400, "by the predict_http_uri of its DeployedModel"]],
])("%s", async (_, endpoint, host, [status, message]) => {
    const { body, status: found } = await ask(endpoint, "predict", { host: host === "own" ? await dns() : host });
    expect([found, body.error.message]).toEqual([
        status,
        typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message),
    ]);
});

test.each<[string, Inputs, number, number]>([
    ["a shared endpoint", {}, 1_500_000, 400],
    ["a dedicated endpoint", dedicated, 1_500_000, 501],
    ["a dedicated endpoint", dedicated, 10_000_000, 400],
    ["an endpoint of Private Service Connect", connected, 10_000_000, 400],
])("%s refuses requests above its limit", async (_, endpoint, size, status) => {
    const { body, status: found } = await ask(endpoint, "predict", { body: { instances: ["x".repeat(size)] } });
    expect([found, body.error.message]).toEqual([
        status,
        expect.stringMatching(status === 400 ? /exceeds (1\.500|10\.000)MB limit\.$/ : /Docker/),
    ]);
});

/** A server in place of a container. */
async function container(port: number): Promise<Partial<EndpointReplicas>> {
    const instance = { port, portOf: (containerPort: number) => containerPort };
    return { acquire: async () => ({ instance, release: () => undefined }) } as never;
}

test("a private endpoint answers in its network, without a token and as the container does", async () => {
    const asked: unknown[] = [];
    const port = await listening(
        createServer(async (request, response) => {
            asked.push([request.url, await text(request)]);
            response.setHeader("content-type", "application/json").end('{"predictions": [2]}');
        }),
    );
    const inside = { host: "iris.aiplatform.googleapis.com", path: "/v1/models/7:predict", token: "" };
    const answer = await ask(peered, "", { ...inside, replicas: await container(port) });
    expect([answer.status, String(answer.body)]).toEqual([200, '{"predictions": [2]}']);
    expect(asked).toEqual([["/v1/endpoints/iris/deployedModels/7:predict", JSON.stringify(prediction)]]);
    expect((await ask(peered, "", { ...inside, path: "/v1/models/8:predict" })).status).toBe(404);
    expect((await ask(dedicated, "", inside)).status).toBe(404);
});

test("a stream is passed on while the container writes it", async () => {
    let go: () => void = () => undefined;
    const released: string[] = [];
    const port = await listening(
        createServer(async (_, response) => {
            response.writeHead(200, { "content-type": "text/event-stream" }).write("data: one\n\n");
            await new Promise<void>((resolve) => {
                go = resolve;
            });
            response.end("data: two\n\n");
        }),
    );
    const lease = { instance: { port }, release: () => released.push("released") };
    const replicas = { acquire: async () => lease } as never;
    const { status, headers, stream } = await ask(dedicated, "streamRawPredict", { replicas });
    expect([status, headers]).toEqual([
        200,
        {
            "content-type": "text/event-stream",
            "x-vertex-ai-endpoint-id": "iris",
            "x-vertex-ai-deployed-model-id": "7",
        },
    ]);
    const parts: string[] = [];
    for await (const part of stream ?? []) {
        parts.push(String(part));
        expect(released).toEqual([]);
        go();
    }
    expect(parts).toEqual(["data: one\n\n", "data: two\n\n"]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(released).toEqual(["released"]);
});

test("a gRPC method of the container is called with raw bytes", async () => {
    const server = new GrpcServer();
    ends.push(() => server.forceShutdown());
    const same = (bytes: Buffer) => bytes;
    const method = {
        path: "/acme.Lines/Fit",
        requestStream: false,
        responseStream: false,
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
    };
    server.addService({ Fit: method } as never, {
        Fit: ({ request }: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
            request.length === 0
                ? answer({ code: 3, details: "nothing to fit" })
                : answer(null, Buffer.concat([request, request])),
    });
    const port = await new Promise<number>((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, found) =>
            error ? reject(error) : resolve(found),
        ),
    );
    const asking = { container: { grpcPorts: [{ containerPort: port }] }, replicas: await container(0) };
    const direct = (body: Inputs, more: Asking = asking) => ask(dedicated, "directRawPredict", { ...more, body });
    const input = Buffer.from("ab").toString("base64");
    const { status, body } = await direct({ methodName: "/acme.Lines/Fit", input });
    expect([status, body]).toEqual([200, { output: Buffer.from("abab").toString("base64") }]);
    const refused = async (body: Inputs, more?: Asking) => {
        const { body: answer, status: code } = await direct(body, more);
        return [code, answer.error.message];
    };
    expect(await refused({ methodName: "/acme.Lines/Fit" })).toEqual([400, "nothing to fit"]);
    expect(await refused({ methodName: "/acme.Lines/Draw/" })).toEqual([501, expect.stringContaining("Draw")]);
    expect(await refused({ methodName: "Fit" })).toEqual([400, expect.stringContaining("/namespace.Service/Method")]);
    const without = { replicas: await container(0) };
    expect(await refused({ methodName: "/acme.Lines/Fit" }, without)).toEqual([
        400,
        "The container of the DeployedModel 7 has no grpc_ports.",
    ]);
});

test.each<[string, Inputs, string]>([
    ["streamRawPredict", {}, "only supported by dedicated public endpoints and Private Service Connect endpoints"],
    ["directPredict", dedicated, "Use directRawPredict for containers of your own"],
    ["serverStreamingPredict", dedicated, "Use streamRawPredict for containers of your own"],
])("%s is refused where Vertex AI does not have it", async (verb, endpoint, message) => {
    const { status, body } = await ask(endpoint, verb, { replicas: await container(0) });
    expect([status, body.error.status, body.error.message]).toEqual([
        400,
        "FAILED_PRECONDITION",
        expect.stringContaining(message),
    ]);
});

test("a model that is scaled to zero answers 429, and a server that closes the connection 503", async () => {
    const acquire = () => Promise.reject(new NotReadyError());
    const { status, body } = await ask(dedicated, "predict", { replicas: { acquire } });
    expect([status, body.error]).toEqual([
        429,
        expect.objectContaining({
            code: 429,
            status: "RESOURCE_EXHAUSTED",
            message: "Model is not yet ready for inference. Please wait and then try your request again",
        }),
    ]);
    const port = await listening(createServer(({ socket }: { socket: Socket }) => socket.destroy()));
    expect((await ask(dedicated, "predict", { replicas: await container(port) })).status).toBe(503);
});
