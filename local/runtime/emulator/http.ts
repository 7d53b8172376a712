import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Inputs } from "../../simulator";
import { httpCodes } from "./codes";

/** A REST request. */
export interface Request {
    method: string;
    path: string;
    query: URLSearchParams;
    headers: IncomingHttpHeaders;
    body: Buffer;
    /** The service account of the process that calls; undefined for an owner. */
    account?: string;
    /** The ID of the trace that the request belongs to, if it is known. */
    trace?: string;
    /** Scheme, host and port of the request. */
    origin: string;
    /** Aborted when the client disconnects. */
    ended: AbortSignal;
}

export interface Answer {
    status: number;
    headers?: Record<string, string>;
    body?: object | Buffer;
    /** Instead of a body: is sent as it comes. */
    stream?: Readable;
}

/** Handles requests of the API; returns undefined for other requests. */
export type RestApi = (request: Request) => Answer | Promise<Answer> | undefined;

/** Drops the connection instead of sending a response. */
export class DroppedConnection extends Error {}

/** An error in the format of Cloud Storage and BigQuery. */
export class HttpError extends Error {
    constructor(
        readonly code: number,
        readonly reason: string,
        message: string,
        /** The status of the gRPC API behind it, which BigQuery returns and Cloud Storage does not. */
        readonly status?: string,
    ) {
        super(message);
    }

    /** The same error, with its status. */
    withStatus(): HttpError {
        const [status] = Object.entries(httpCodes).find(([, code]) => code === this.code) ?? [];
        return new HttpError(this.code, this.reason, this.message, status);
    }
}

/** Parses the JSON of a request or of a part of it. */
export function json(text: Buffer): Inputs {
    try {
        return JSON.parse(text.toString());
    } catch {
        throw new HttpError(400, "parseError", "Parse Error");
    }
}

/**
 * The part of a list that a request asks for by `pageToken`, or in some lists by `startIndex`, and `maxResults`; the token is the position of
 * the next page.
 */
export function pageOf<Item>(all: Item[], query: URLSearchParams, size: number, first: string | null = null) {
    const start = Number(query.get("pageToken") ?? first ?? 0);
    const page = all.slice(start, start + Number(query.get("maxResults") ?? size));
    const end = start + page.length;
    return { page, nextPageToken: end < all.length ? String(end) : undefined };
}
