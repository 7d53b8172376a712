import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { Inputs } from "../rules/rules";
import type { Answer, Request } from "./http";
import { messageType } from "./protos";

/** The codes of gRPC that are answered, with those that HTTP has for them: `google/rpc/code.proto`. */
const httpCodes = {
    INVALID_ARGUMENT: 400,
    FAILED_PRECONDITION: 400,
    UNAUTHENTICATED: 401,
    PERMISSION_DENIED: 403,
    NOT_FOUND: 404,
    ALREADY_EXISTS: 409,
    INTERNAL: 500,
    UNIMPLEMENTED: 501,
};

export interface ErrorInfo {
    reason: string;
    domain: string;
    metadata: Record<string, string>;
}

/** An answer that is an error, of an API that is called by gRPC and by REST. */
export class RpcError extends Error {
    constructor(
        readonly status: keyof typeof httpCodes,
        message: string,
        private readonly info?: ErrorInfo,
    ) {
        super(message);
    }

    /** As an answer of REST. */
    get http(): { status: number; body: object } {
        const { status, message, info } = this;
        const details = info && [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", ...info }];
        const code = httpCodes[status];
        return { status: code, body: { error: { code, message, status, details } } };
    }

    /** As an answer of gRPC. */
    get grpc(): Partial<ServiceError> {
        const code = status[this.status];
        const metadata = new Metadata();
        if (this.info) {
            const value = encoded("google.rpc.ErrorInfo", this.info);
            const details = [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value }];
            const whole = encoded("google.rpc.Status", { code, message: this.message, details });
            metadata.set("grpc-status-details-bin", whole);
        }
        return { code, details: this.message, metadata };
    }
}

function encoded(type: string, value: object): Buffer {
    return messageType(type).serialize(value);
}

/** What went wrong, in the form in which it is answered; a fault of this program is an internal error. */
export const rpcError = (error: unknown): RpcError =>
    error instanceof RpcError ? error : new RpcError("INTERNAL", String((error as Error)?.message ?? error));

/** What is changed by a deployment and not over the API. */
export const byDeploymentOnly = (method: string): RpcError =>
    new RpcError(
        "UNIMPLEMENTED",
        `${method} is not answered by the local Google Cloud: what exists is made by a deployment. Change the program and run 'slipway local up'.`,
    );

/** What a method answers, as an answer of REST. */
export async function restAnswer(method: () => object | Promise<object>): Promise<Answer> {
    try {
        return { status: 200, body: await method() };
    } catch (error) {
        return rpcError(error).http;
    }
}

/** The body of a request of REST. */
export function jsonBody({ body }: Request): Inputs {
    try {
        return body.length === 0 ? {} : JSON.parse(body.toString());
    } catch {
        throw new RpcError("INVALID_ARGUMENT", "Invalid JSON payload received.");
    }
}
