import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Inputs } from "../rules/rules";
import { PartlyMade } from "./partlyMade";

/** What was answered before an end is given this long to be sent; nothing is begun in that time. */
const lastAnswersMs = 250;

/** A provider that listens on a port. The engine may connect to it several times. */
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

    /** Answers nothing more, and ends a moment later. */
    endAfterAnswers(end: () => void): void {
        // A kill between the last answer and this one is what is meant: all that was done is known to the engine.
        this.isEnding = true;
        setTimeout(end, lastAnswersMs);
    }

    /** Drops all connections, as the end of a process does. */
    destroy(): void {
        this.isEnding = true;
        this.server.close();
        for (const connection of this.connections) {
            connection.resetAndDestroy();
        }
        this.grpcServer.forceShutdown();
    }

    private unlessEnding(handlers: grpc.UntypedServiceImplementation): grpc.UntypedServiceImplementation {
        const each = ([name, handler]: [string, grpc.UntypedHandleCall]) => {
            const handle = handler as grpc.handleUnaryCall<unknown, unknown>;
            const guarded: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
                if (!this.isEnding) {
                    handle(call, callback);
                }
            };
            return [name, guarded];
        };
        return Object.fromEntries(Object.entries(handlers).map(each));
    }
}

/** What every provider answers about its own configuration. */
export const configuration: grpc.UntypedServiceImplementation = {
    checkConfig: answered((request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
    ),

    diffConfig: answered((request: messages.DiffRequest) => {
        const same = JSON.stringify(values(request.getOldInputs())) === JSON.stringify(values(request.getNews()));
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        return new messages.DiffResponse().setChanges(same ? DIFF_NONE : DIFF_SOME);
    }),
};

/** Ends the process when the engine is gone, as after a SIGKILL: nobody else would end it then. */
export function endWithParent(): void {
    const engine = process.ppid;
    setInterval(() => process.ppid === engine || process.exit(), 1000).unref();
}

/** Thrown by a call during which the provider is to end; it is never answered. */
export class Ending extends Error {}

/** A handler of gRPC's form from a plain function: what it throws is the call's error. */
export function answered<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
): (call: { request: Request }, callback: (error: grpc.ServiceError | null, response?: Response) => void) => void {
    return async ({ request }, callback) => {
        try {
            callback(null, await handle(request));
        } catch (error) {
            if (error instanceof Ending) {
                return;
            }
            const details = error instanceof Error ? error.message : String(error);
            const metadata = error instanceof PartlyMade ? partlyMade(error) : new grpc.Metadata();
            callback({ code: grpc.status.UNKNOWN, details, message: details, name: "Error", metadata });
        }
    };
}

/** Tells the engine that there is a resource in spite of the error, in the form that gRPC has for details. */
function partlyMade({ id, state, message }: PartlyMade): grpc.Metadata {
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
