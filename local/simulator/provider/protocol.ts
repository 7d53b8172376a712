import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Inputs } from "../rules/rules";
import { PartialFailure } from "./partialFailure";
import { isOwnConnection } from "./peer";

/** The time to send responses before shutdown, without starting new operations. */
const lastAnswersMs = 250;

/**
 * A provider that listens on a port, which is all that the engine accepts from a plugin. The engine can open several connections; others
 * on this machine cannot.
 */
export class Endpoint {
    private readonly grpcServer = new grpc.Server({
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
    });
    private readonly connections = new Set<Socket>();
    private readonly server: Server;
    private isEnding = false;

    private constructor(handlers: grpc.UntypedServiceImplementation, changed: (connections: number) => void) {
        this.grpcServer.addService(ResourceProviderService, this.unlessEnding(handlers));
        const injector = this.grpcServer.createConnectionInjector(grpc.ServerCredentials.createInsecure());
        this.server = createServer({ noDelay: true }, (socket) => {
            if (!isOwnConnection(socket)) {
                socket.resetAndDestroy();
                return;
            }
            this.connections.add(socket);
            socket.on("close", () => {
                this.connections.delete(socket);
                changed(this.connections.size);
            });
            changed(this.connections.size);
            injector.injectConnection(socket);
        });
    }

    /** @param changed called with the number of connections whenever it changes */
    static async listen(
        handlers: grpc.UntypedServiceImplementation,
        changed: (connections: number) => void = () => undefined,
    ): Promise<Endpoint> {
        const endpoint = new Endpoint(handlers, changed);
        await new Promise<void>((resolve, reject) => {
            endpoint.server.once("error", reject).listen(0, "127.0.0.1", resolve);
        });
        return endpoint;
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    get isConnected(): boolean {
        return this.connections.size > 0;
    }

    /** Stops accepting requests, and shuts down after a delay. */
    endAfterAnswers(end: () => void): void {
        // Simulates a kill between responses: the engine knows all completed operations.
        this.isEnding = true;
        setTimeout(end, lastAnswersMs);
    }

    /** Closes all connections, as if the process exited. */
    destroy(): void {
        this.isEnding = true;
        this.server.close();
        for (const connection of this.connections) {
            connection.resetAndDestroy();
        }
        this.grpcServer.forceShutdown();
    }

    private unlessEnding(handlers: grpc.UntypedServiceImplementation): grpc.UntypedServiceImplementation {
        const item = ([name, handler]: [string, grpc.UntypedHandleCall]) => {
            const handle = handler as grpc.handleUnaryCall<unknown, unknown>;
            const guarded: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
                if (!this.isEnding) {
                    handle(call, callback);
                }
            };
            return [name, guarded];
        };
        return Object.fromEntries(Object.entries(handlers).map(item));
    }
}

/** The configuration methods of all providers. */
export const configuration: grpc.UntypedServiceImplementation = {
    checkConfig: unaryHandler((request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
    ),

    diffConfig: unaryHandler((request: messages.DiffRequest) => {
        const same = JSON.stringify(values(request.getOldInputs())) === JSON.stringify(values(request.getNews()));
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        return new messages.DiffResponse().setChanges(same ? DIFF_NONE : DIFF_SOME);
    }),
};

/** Exits when the engine has exited, for example after SIGKILL, as nothing else would stop the provider. */
export function endWithParent(): void {
    const engine = process.ppid;
    setInterval(() => process.ppid === engine || process.exit(), 1000).unref();
}

/** Thrown by calls during shutdown; they never get a response. */
export class ShutdownError extends Error {}

/** Converts a function to a gRPC handler, which returns thrown errors. */
export function unaryHandler<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
): (call: { request: Request }, callback: (error: grpc.ServiceError | null, response?: Response) => void) => void {
    return async ({ request }, callback) => {
        try {
            callback(null, await handle(request));
        } catch (error) {
            if (error instanceof ShutdownError) {
                return;
            }
            const details = error instanceof Error ? error.message : String(error);
            const metadata = error instanceof PartialFailure ? partlyMade(error) : new grpc.Metadata();
            callback({ code: grpc.status.UNKNOWN, details, message: details, name: "Error", metadata });
        }
    };
}

/** Reports to the engine that the resource exists despite the error, as gRPC error details. */
function partlyMade({ id, state, message }: PartialFailure): grpc.Metadata {
    const failed = new messages.ErrorResourceInitFailed()
        .setId(id)
        .setProperties(struct(state))
        .setReasonsList([message]);
    const packed = new Any();
    packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message);
    status.addDetails(packed);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return metadata;
}

export function values(message: Struct | undefined): Inputs {
    return message?.toJavaScript() ?? {};
}

export function struct(properties: Inputs): Struct {
    return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}
