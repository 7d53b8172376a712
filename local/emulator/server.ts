import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Cloud } from "../cloud/cloud";
import { type Answer, Refusal, StorageApi } from "./api";

/**
 * Serves the objects of a local Google Cloud on this machine, so that Google's client libraries reach them with
 * `STORAGE_EMULATOR_HOST` set to the URL. Who asks is not looked at: to an emulator they send no credentials.
 */
export async function serveStorage(cloud: Cloud, port = 0): Promise<{ url: string; close(): Promise<void> }> {
    const api = new StorageApi(cloud);
    const server = createServer(async (incoming, response) => {
        const { status, headers, body } = await answered(api, incoming);
        const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
        const type = bytes === body ? {} : { "content-type": "application/json; charset=UTF-8" };
        response.writeHead(status, { ...type, ...headers, "content-length": bytes?.length ?? 0 }).end(bytes);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

/** The addresses of the API; the Node client leaves out `/storage/v1` when it talks to an emulator. */
const address = /^(?:\/(download|upload))?(?:\/storage\/v1)?\/b\/([^/]+)(?:\/(o)(?:\/([^/]+))?)?$/;

async function answered(api: StorageApi, incoming: IncomingMessage): Promise<Answer> {
    try {
        const body = await buffer(incoming);
        const { method = "GET", url = "/", headers } = incoming;
        const [path = "", query] = url.split(/\?(.*)/s);
        const [, bytes, bucket, objects, object] = address.exec(path) ?? [];
        if (!bucket) {
            throw new Refusal(501, "notImplemented", `The local Google Cloud does not answer ${method} ${path}.`);
        }
        return api.answer({
            verb: `${method} ${bytes ?? (objects ? (object ? "object" : "objects") : "bucket")}`,
            bucket: decodeURIComponent(bucket),
            object: decodeURIComponent(object ?? ""),
            query: new URLSearchParams(query),
            headers,
            body,
            origin: `http://${headers.host}`,
        });
    } catch (error) {
        const { message } = error as Error;
        const { code, reason } = error instanceof Refusal ? error : { code: 500, reason: "backendError" };
        const errors = [{ message, domain: "global", reason }];
        return { status: code, ...(code !== 304 && { body: { error: { code, message, errors } } }) };
    }
}
