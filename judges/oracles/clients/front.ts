import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { GoogleError } from "../../../local/simulator/cloud/errors";
import type { World } from "../../../test/unit/local/world";
import { Faults, type Message } from "./faults";
import { Deployment } from "./provision";

/** The project of tests of retries, which Google's testbench accepts: `_CONF_TEST_PROJECT_ID` in their file. */
const testbenchProject = "my-project-id";

/** A server in front of the local Google Cloud. */
export interface Front {
    url: string;
    close(): Promise<void>;
}

/**
 * Passes requests on to the local Google Cloud, with the faults that tests of retries ask for, and makes the resources that tests expect of
 * a deployment.
 */
export async function front(world: World, cloud: string, project: string): Promise<Front> {
    const deployment = new Deployment(world);
    const faults = new Faults();
    const server = createServer((request, response) => {
        answer(request, response).catch(() => response.socket?.destroy());
    });

    async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { method = "GET", headers } = request;
        const url = (request.url ?? "/").replace(testbenchProject, project);
        const body = await buffer(request);
        if (url === "/resources") {
            deploy(method, body, response);
        } else if (url.startsWith("/retry_test")) {
            response.end(JSON.stringify(faults.answer(method, url, body)));
        } else {
            await pass(method, url, { headers, body }, response);
        }
    }

    function deploy(method: string, body: Buffer, response: ServerResponse): void {
        const { kind, name, resource } = JSON.parse(body.toString());
        try {
            method === "POST" ? deployment.make(kind, name, resource) : deployment.remove(kind, name, resource);
            response.end();
        } catch (error) {
            const { code, text } = error instanceof GoogleError ? error : { code: 400, text: (error as Error).message };
            response.writeHead(code).end(text);
        }
    }

    async function pass(method: string, url: string, given: Message, response: ServerResponse): Promise<void> {
        const fault = faults.next(method, url, given);
        if (fault?.kind === "reset") {
            response.socket?.destroy();
            return;
        }
        if (fault?.kind === "status") {
            if (fault.received) {
                await forwarded(cloud, method, url, fault.received);
            }
            response.writeHead(fault.code).end(JSON.stringify({ error: { code: fault.code, message: "A fault." } }));
            return;
        }
        const { status, headers, body } = await forwarded(cloud, method, url, given);
        response.writeHead(status, headers);
        if (fault?.kind === "broken") {
            response.write(body.subarray(0, fault.after), () => response.socket?.destroy());
        } else {
            response.end(body);
        }
    }

    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

/** The answer of the local Google Cloud, in which URLs are those of the server in front. */
function forwarded(cloud: string, method: string, url: string, given: Message): Promise<Message & { status: number }> {
    const { "transfer-encoding": _, connection: __, ...rest } = given.headers;
    const headers = { ...rest, "content-length": String(given.body.length) };
    return new Promise((resolve, reject) => {
        const request = send(cloud + url, { method, headers }, async (answer) => {
            const { statusCode: status = 500, headers } = answer;
            resolve({ status, headers, body: await buffer(answer) });
        });
        request.on("error", reject).end(given.body);
    });
}
