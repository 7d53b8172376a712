import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type KeyPair, serverCertificate } from "../../../machine/certificates";
import type { KubeObject } from "./api";

/** A server of webhooks, at `https://127.0.0.1:<port>`. */
export interface Webhooks {
    port: number;
    close(): void;
}

/**
 * Serves webhooks of the API server.
 *
 * @param authority signs the certificate of the server
 * @param answer what is returned for a review sent to a path, in addition to its API version and kind
 */
export async function serveWebhooks(
    name: string,
    authority: KeyPair,
    answer: (path: string, review: KubeObject) => object,
): Promise<Webhooks> {
    const { certificate, key } = await serverCertificate(authority, name, ["127.0.0.1"]);
    const server = createServer({ cert: certificate, key }, async (request, response) => {
        const review = JSON.parse(await bodyOf(request));
        const { pathname } = new URL(request.url ?? "/", "https://webhook");
        const { apiVersion, kind } = review;
        response.writeHead(200, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ apiVersion, kind, ...answer(pathname, review) }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        port,
        close: () => {
            server.close();
            server.closeAllConnections();
        },
    };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of request) {
        parts.push(part as Buffer);
    }
    return Buffer.concat(parts).toString();
}
