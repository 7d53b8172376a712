import {
    type handleUnaryCall,
    type Server,
    type ServerUnaryCall,
    status,
    type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Inputs } from "../../simulator";
import { rpcError, unimplemented } from "./errors";
import { serviceType } from "./protos";

/** Who calls a method. */
export interface GrpcCaller {
    /** The header with a token. */
    authorization: string;
    /** The address of the client. */
    peer: string;
}

/** Implements a unary method; the signal is aborted when the client disconnects. */
export type Unary = (request: Inputs, ended: AbortSignal, caller: GrpcCaller) => object | Promise<object>;

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
            const caller = { authorization: String(authorization), peer: call.getPeer() };
            answer(null, await method(call.request, ended.signal, caller));
        } catch (error) {
            answer({ code: status.INTERNAL, ...rpcError(error).grpc });
        }
    };
}
