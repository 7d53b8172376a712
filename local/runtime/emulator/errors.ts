import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { GoogleError, type Inputs } from "../../simulator";
import { httpCodes } from "./codes";
import type { Answer, Request } from "./http";
import { messageType } from "./protos";

export interface ErrorInfo {
    reason: string;
    domain: string;
    metadata: Record<string, string>;
}

/** An error of an API with gRPC and REST. */
export class RpcError extends Error {
    constructor(
        readonly status: keyof typeof httpCodes,
        message: string,
        private readonly info?: ErrorInfo,
    ) {
        super(message);
    }

    /** Formats the error for REST. */
    get http(): { status: number; body: object } {
        const { status, message, info } = this;
        const details = info && [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", ...info }];
        const code = httpCodes[status];
        return { status: code, body: { error: { code, message, status, details } } };
    }

    /** Formats the error for gRPC. */
    get grpc(): Partial<ServiceError> {
        const code = status[this.status];
        const metadata = new Metadata();
        if (this.info) {
            const value = encoded("google.rpc.ErrorInfo", this.info);
            const details = [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value }];
            const full = encoded("google.rpc.Status", { code, message: this.message, details });
            metadata.set("grpc-status-details-bin", full);
        }
        return { code, details: this.message, metadata };
    }
}

function encoded(type: string, value: object): Buffer {
    return messageType(type).serialize(value);
}

/** Converts an error to an API error; unexpected errors become internal errors. */
export function rpcError(error: unknown): RpcError {
    if (error instanceof RpcError) {
        return error;
    }
    const [status] = error instanceof GoogleError ? (statuses.find(([, code]) => code === error.code) ?? []) : [];
    const message = error instanceof GoogleError ? error.text : String((error as Error)?.message ?? error);
    return new RpcError(status ?? "INTERNAL", message);
}

const statuses = Object.entries(httpCodes) as [keyof typeof httpCodes, number][];

/** The error for methods that only deployments support. */
export const unimplemented = (method: string): RpcError =>
    new RpcError(
        "UNIMPLEMENTED",
        `${method} is not answered by the local Google Cloud: what exists is made by a deployment. Change the program and run 'slipway local up'.`,
    );

/** Runs a method and formats its result or error for REST. */
export async function restAnswer(method: () => object | Promise<object>): Promise<Answer> {
    try {
        return { status: 200, body: await method() };
    } catch (error) {
        return rpcError(error).http;
    }
}

/** Parses the body of a REST request. */
export function jsonBody({ body }: Request): Inputs {
    try {
        return body.length === 0 ? {} : JSON.parse(body.toString());
    } catch {
        throw new RpcError("INVALID_ARGUMENT", "Invalid JSON payload received.");
    }
}
