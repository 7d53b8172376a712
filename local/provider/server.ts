import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Inputs } from "../rules/rules";
import type { Asked, Attempts } from "./attempts";
import type { Clock } from "./clock";
import type { Change } from "./diff";
import { kill, type Verb } from "./faults";
import { PartlyMade } from "./partlyMade";
import type { LocalProvider, Settings } from "./provider";

const { UPDATE, UPDATE_REPLACE, ADD, ADD_REPLACE, DELETE, DELETE_REPLACE } = messages.PropertyDiff.Kind;
const kinds: Record<Change, { update: number; replace: number }> = {
    add: { update: ADD, replace: ADD_REPLACE },
    update: { update: UPDATE, replace: UPDATE_REPLACE },
    delete: { update: DELETE, replace: DELETE_REPLACE },
};

/** Serves a provider to the engine and returns the port; the engine reads it from the first line of standard output. */
export async function serve(
    provider: LocalProvider,
    attempts: Attempts,
    clock: Clock,
    version: string,
): Promise<number> {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(ResourceProviderService, handlers(provider, attempts, clock, version));
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error ? reject(error) : resolve(port),
        );
    });
}

function handlers(
    provider: LocalProvider,
    attempts: Attempts,
    clock: Clock,
    version: string,
): grpc.UntypedServiceImplementation {
    return {
        checkConfig: answered((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),

        diffConfig: answered((request: messages.DiffRequest) => {
            const same = JSON.stringify(values(request.getOldInputs())) === JSON.stringify(values(request.getNews()));
            const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
            return new messages.DiffResponse().setChanges(same ? DIFF_NONE : DIFF_SOME);
        }),

        configure: answered((request: messages.ConfigureRequest) => {
            provider.configure(settings(values(request.getArgs())));
            return new messages.ConfigureResponse().setSupportspreview(true).setAcceptoutputs(false);
        }),

        check: answered((request: messages.CheckRequest) => {
            const resource = { name: request.getName(), seed: Buffer.from(request.getRandomseed_asU8()) };
            const { inputs, failures } = provider.check(
                request.getType(),
                resource,
                values(request.getNews()),
                values(request.getOlds()),
            );
            return new messages.CheckResponse().setInputs(struct(inputs)).setFailuresList(
                failures.map(({ property, reason }) => {
                    return new messages.CheckFailure().setProperty(property).setReason(reason);
                }),
            );
        }),

        diff: answered((request: messages.DiffRequest) => {
            const { changed, replaced, deleteFirst } = provider.diff(
                request.getType(),
                values(request.getNews()),
                values(request.getOldInputs()),
                values(request.getOlds()),
            );
            const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
            const response = new messages.DiffResponse()
                .setChanges(changed.size > 0 ? DIFF_SOME : DIFF_NONE)
                .setHasdetaileddiff(true)
                .setReplacesList(replaced)
                .setDeletebeforereplace(deleteFirst);
            for (const [path, change] of changed) {
                const kind = kinds[change][replaced.includes(path) ? "replace" : "update"];
                response.getDetaileddiffMap().set(path, new messages.PropertyDiff().setKind(kind as 0));
            }
            return response;
        }),

        create: answered(async (request: messages.CreateRequest) => {
            const [type, inputs] = [request.getType(), values(request.getProperties())];
            const { id, state } = request.getPreview()
                ? provider.create(type, inputs, true)
                : await attempts.run(asked("create", request), (sent) => provider.create(type, inputs, false, sent));
            return new messages.CreateResponse().setId(id).setProperties(struct(state));
        }),

        update: answered(async (request: messages.UpdateRequest) => {
            const [type, inputs, olds] = [request.getType(), values(request.getNews()), values(request.getOlds())];
            const state = request.getPreview()
                ? provider.update(type, inputs, olds, true)
                : await attempts.run(asked("update", request), (sent) =>
                      provider.update(type, inputs, olds, false, sent),
                  );
            return new messages.UpdateResponse().setProperties(struct(state));
        }),

        read: answered(async (request: messages.ReadRequest) => {
            const [type, id, state] = [request.getType(), request.getId(), values(request.getProperties())];
            const found = await attempts.run(asked("read", request), (sent) => provider.read(type, id, state, sent));
            if (!found) {
                return new messages.ReadResponse();
            }
            const inputs = provider.inputsOf(type, values(request.getInputs()), found.state);
            return new messages.ReadResponse()
                .setId(found.id)
                .setProperties(struct(found.state))
                .setInputs(struct(inputs));
        }),

        delete: answered(async (request: messages.DeleteRequest) => {
            const [type, id, state] = [request.getType(), request.getId(), values(request.getProperties())];
            await attempts.run(asked("delete", request), (sent) => provider.delete(type, id, state, sent));
            return new Empty();
        }),

        invoke: answered((request: messages.InvokeRequest) =>
            new messages.InvokeResponse().setReturn(
                struct(provider.invoke(request.getTok(), values(request.getArgs()))),
            ),
        ),

        getPluginInfo: answered(() => new PluginInfo().setVersion(version)),
        cancel: answered(() => {
            clock.stop();
            return new Empty();
        }),
    };
}

/** What the requests about one resource have in common. */
interface ResourceRequest {
    getUrn(): string;
    getType(): string;
    getTimeout?(): number;
}

function asked(verb: Verb, request: ResourceRequest): Asked {
    const urn = request.getUrn();
    const name = urn.split("::").at(-1) as string;
    return { verb, urn, name, token: request.getType(), timeoutSeconds: request.getTimeout?.() ?? 0 };
}

/** Thrown by a call during which the process is to end. */
export class Ending extends Error {}

/** What was answered before an end is given this long to be sent; nothing is begun in that time. */
const lastAnswersMs = 250;
let isEnding = false;

/** A handler of gRPC's form from a plain function: what it throws is the call's error. */
function answered<Request, Response>(
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

function values(message: Struct | undefined): Inputs {
    return message?.toJavaScript() ?? {};
}

function struct(properties: Inputs): Struct {
    return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

/** Configuration comes as text; what is not text is written as JSON. */
function settings(args: Inputs): Settings {
    const parsed = Object.entries(args).map(([key, value]) => {
        return [key, typeof value === "string" && /^(\{|\[|true$|false$)/.test(value) ? JSON.parse(value) : value];
    });
    return Object.fromEntries(parsed);
}
