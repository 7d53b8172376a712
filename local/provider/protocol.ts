import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Inputs } from "../rules/rules";
import { kill } from "./faults";
import { PartlyMade } from "./partlyMade";

/** Serves a provider to the engine and returns the port. */
export function listening(handlers: grpc.UntypedServiceImplementation): Promise<number> {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(ResourceProviderService, handlers);
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error ? reject(error) : resolve(port),
        );
    });
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

/** Thrown by a call during which the process is to end. */
export class Ending extends Error {}

/** What was answered before an end is given this long to be sent; nothing is begun in that time. */
const lastAnswersMs = 250;
let isEnding = false;

/** A handler of gRPC's form from a plain function: what it throws is the call's error. */
export function answered<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
): (call: { request: Request }, callback: (error: grpc.ServiceError | null, response?: Response) => void) => void {
    return async ({ request }, callback) => {
        if (isEnding) {
            return;
        }
        try {
            callback(null, await handle(request));
        } catch (error) {
            if (error instanceof Ending) {
                // A kill between the last answer and this one is what is meant: all that was done is known to the engine.
                isEnding = true;
                setTimeout(kill, lastAnswersMs);
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
