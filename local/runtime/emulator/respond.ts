import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { GoogleError } from "../../simulator";
import { type Answer, DroppedConnection, HttpError, type Request, type RestApi } from "./http";
import { websiteRefusal } from "./websites";

/** Handles a request with the first API that accepts it. */
export async function respond(
    apis: RestApi[],
    incoming: IncomingMessage,
    response: ServerResponse,
    account?: string,
    trace?: string,
): Promise<void> {
    const ended = new AbortController();
    response.on("close", () => ended.abort());
    const answer = await answered(apis, incoming, {
        ended: ended.signal,
        ...(account && { account }),
        ...(trace && { trace }),
    });
    if (!answer) {
        incoming.socket.destroy();
        return;
    }
    const { status, headers, body, stream } = answer;
    if (stream) {
        response.writeHead(status, headers);
        // A client that disconnects ends it.
        await pipeline(stream, response).catch(() => undefined);
        return;
    }
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = bytes === body ? {} : { "content-type": "application/json; charset=UTF-8" };
    response.writeHead(status, { ...type, ...headers, "content-length": bytes?.length ?? 0 }).end(bytes);
}

/** The response; undefined to drop the connection. */
async function answered(
    apis: RestApi[],
    incoming: IncomingMessage,
    known: Pick<Request, "account" | "trace" | "ended">,
): Promise<Answer | undefined> {
    try {
        const body = await buffer(incoming);
        const { method = "GET", url = "/", headers } = incoming;
        const refused = websiteRefusal(headers);
        if (refused !== undefined) {
            throw new HttpError(403, "forbidden", refused);
        }
        const [path = "", query] = url.split(/\?(.*)/s);
        const origin = `http://${headers.host}`;
        const request = {
            method,
            path,
            query: new URLSearchParams(query),
            headers,
            body,
            origin,
            ...known,
        };
        for (const api of apis) {
            const answer = api(request);
            if (answer) {
                return await answer;
            }
        }
        const of = headers.host?.endsWith(".googleapis.com") ? ` of ${headers.host}` : "";
        throw new HttpError(501, "notImplemented", `The local Google Cloud does not support ${method} ${path}${of}.`);
    } catch (error) {
        if (error instanceof DroppedConnection) {
            return undefined;
        }
        return failedAnswer(error as Error);
    }
}

/** The code of an error of the API or of the rules of a deployment; any other one is a fault of the local Google Cloud. */
function causeOf(error: Error): Pick<HttpError, "code" | "reason" | "status"> {
    if (error instanceof GoogleError) {
        return { code: error.code, reason: error.reason ?? "" };
    }
    return error instanceof HttpError ? error : { code: 500, reason: "backendError" };
}

/** The response of a failed request. */
export function failedAnswer(error: Error): Answer {
    const message = error instanceof GoogleError ? error.text : error.message;
    const { code, reason, status } = causeOf(error);
    const errors = [{ message, domain: "global", reason }];
    return { status: code, ...(code !== 304 && { body: { error: { code, message, errors, status } } }) };
}
