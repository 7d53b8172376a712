import {
    type handleUnaryCall,
    type Server,
    type ServerUnaryCall,
    status,
    type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Cloud } from "../cloud/cloud";
import type { Inputs } from "../rules/rules";
import type { PubSubApi } from "../services/pubsub/serve/api";
import { Stream } from "../services/pubsub/serve/stream";
import { accessVersion, authorizeAccess } from "../services/secretmanager/serve/api";
import { bucketName } from "../services/storage";
import { storageLayout } from "../services/storage/serve/resources";
import { RpcError, rpcError, unimplemented } from "./errors";
import { serviceType } from "./protos";
import type { Tokens } from "./tokens";

/** Implements a unary method; the signal is aborted when the client disconnects. */
export type Unary = (request: Inputs, ended: AbortSignal, authorization: string) => object | Promise<object>;

/** Adds a service of the folder `protos` to a server. Methods without an implementation return UNIMPLEMENTED. */
export function addService(
    server: Server,
    name: string,
    methods: Record<string, Unary>,
    streams: UntypedServiceImplementation = {},
): void {
    const service = serviceType(name);
    const answers = Object.keys(service).map((method) => [
        method,
        streams[method] ?? unary(methods[method] ?? refusal(method)),
    ]);
    server.addService(service, Object.fromEntries(answers));
}

const refusal =
    (method: string): Unary =>
    () => {
        throw unimplemented(method);
    };

function unary(method: Unary): handleUnaryCall<Inputs, object> {
    return async (call: ServerUnaryCall<Inputs, object>, answer) => {
        const ended = new AbortController();
        call.on("cancelled", () => ended.abort());
        try {
            const [authorization = ""] = call.metadata.get("authorization");
            answer(null, await method(call.request, ended.signal, String(authorization)));
        } catch (error) {
            answer({ code: status.INTERNAL, ...rpcError(error).grpc });
        }
    };
}

/** Adds Pub/Sub to a server. */
export function addPubSub(server: Server, api: PubSubApi): void {
    const { publisher, subscriber } = api;
    const grpc = (methods: PubSubApi["publisher"]) =>
        Object.fromEntries(
            Object.entries(methods).map(([name, method]): [string, Unary] => [
                name,
                (request, ended) => method(timesRead(request), "grpc", ended),
            ]),
        );
    addService(server, "google.pubsub.v1.Publisher", grpc(publisher));
    addService(server, "google.pubsub.v1.Subscriber", grpc(subscriber), {
        StreamingPull: (call: ConstructorParameters<typeof Stream>[1]) => void new Stream(api, call),
    });
}

/** The time of a seek request in milliseconds. */
function timesRead({ time, ...request }: Inputs): Inputs {
    return time ? { ...request, time: time.seconds * 1000 + time.nanos / 1e6 } : request;
}

/** Adds Secret Manager to a server. */
export function addSecrets(server: Server, cloud: Cloud, tokens: Tokens): void {
    addService(server, "google.cloud.secretmanager.v1.SecretManagerService", {
        AccessSecretVersion: (request, _, authorization) => {
            authorizeAccess(cloud, tokens, authorization, request.name);
            const { name, data, checksum } = accessVersion(cloud, request.name);
            return { name, payload: { data, dataCrc32c: checksum } };
        },
    });
}

/** Adds the control plane of Cloud Storage to a server. */
export function addStorageControl(server: Server, cloud: Cloud): void {
    addService(server, "google.storage.control.v2.StorageControl", {
        GetStorageLayout: ({ name }) => {
            const [, id = ""] = /^projects\/_\/buckets\/([^/]+)\/storageLayout$/.exec(name) ?? [];
            const bucket = cloud.store.read(bucketName(id));
            if (!bucket) {
                throw new RpcError("NOT_FOUND", "The specified bucket does not exist.");
            }
            return storageLayout(bucket);
        },
    });
}
