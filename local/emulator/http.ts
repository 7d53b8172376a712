import type { IncomingHttpHeaders } from "node:http";
import type { Inputs } from "../rules/rules";

/** A request to one of the APIs, by REST. */
export interface Request {
    method: string;
    path: string;
    query: URLSearchParams;
    headers: IncomingHttpHeaders;
    body: Buffer;
    /** Scheme, host and port, as the caller sees them. */
    origin: string;
    /** Tells that the caller has gone. */
    ended: AbortSignal;
}

export interface Answer {
    status: number;
    headers?: Record<string, string>;
    body?: object | Buffer;
}

/** Answers the requests that are its own, and nothing to others. */
export type RestApi = (request: Request) => Answer | Promise<Answer> | undefined;

/** A connection that is dropped in place of an answer. */
export class Cut extends Error {}

/** An answer that is an error, of an API in the form of Cloud Storage and BigQuery. */
export class Refusal extends Error {
    constructor(
        readonly code: number,
        readonly reason: string,
        message: string,
    ) {
        super(message);
    }
}

/** The JSON of such an API's request, or of a part of it. */
export function json(text: Buffer): Inputs {
    try {
        return JSON.parse(text.toString());
    } catch {
        throw new Refusal(400, "parseError", "Parse Error");
    }
}
