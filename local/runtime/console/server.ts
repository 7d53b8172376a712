import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import type { Workspace } from "../../machine/workspace";
import type { Inputs } from "../../simulator";
import { compiled } from "../../toolchain";
import { RpcError } from "../emulator/errors";
import { HttpError } from "../emulator/http";
import { failedAnswer } from "../emulator/respond";
import type { Serving } from "../emulator/serving";
import type { Ways } from "../emulator/ways";
import { type Access, foreignRequest, wrongToken } from "./access";
import { Mask } from "./mask";
import { recordServed } from "./served";
import { views } from "./views";

const page = compiled(join("local", "runtime", "console", "page"));

const types: Record<string, string> = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
};

/** The files of the page by their paths. They have nothing of the program, so that they need no token. */
const pageFiles = (): Record<string, string> => ({
    ...Object.fromEntries(
        readdirSync(page)
            .filter((file) => /\.(css|svg|mjs)$/.test(file))
            .map((file) => [`/${file}`, join(page, file)]),
    ),
    // The only package of the page, which `page/lit.d.mts` declares: its file for browsers, and not the one for Node that Node resolves.
    "/lit.mjs": join(dirname(require.resolve("lit-html")), "..", "lit-html.js"),
});

/** The headers of all answers. The page's templates are the only HTML that the browser parses. */
const headers = {
    "content-security-policy": [
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "require-trusted-types-for 'script'; trusted-types lit-html",
    ].join("; "),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
};

/** How much of the answer may wait for a browser that does not read it, in bytes. */
const maxWaiting = 4e6;

/** The size of the largest request, in bytes: a message can have 10 MB. */
const maxBody = 20e6;

/** The console of a program that is served. */
export interface RunningConsole {
    /** The address with the token of this run. */
    url: string;
    close(): void;
}

/**
 * Serves the console of a program to browsers on this machine.
 *
 * It has a port of its own, and with it an origin of its own: on the port of the APIs, an object of a bucket can be a page whose scripts
 * would have access to the console. The token is in a header and not in a cookie, as browsers send a cookie to all ports of a host.
 */
export async function serveConsole(serving: Serving, place: Workspace, ways: Ways): Promise<RunningConsole> {
    const access: Access = { port: 0, token: randomBytes(32).toString("base64url") };
    const files = pageFiles();
    const mask = new Mask(serving.cloud);
    const { read, change } = views(serving, place, mask, ways);

    const refuse = (response: ServerResponse, status: number, text: string) =>
        response.writeHead(status, { ...headers, "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
    const send = (response: ServerResponse, body: unknown, status = 200) =>
        response.writeHead(status, { ...headers, "content-type": "application/json" }).end(mask.json(body));

    async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { method = "", url = "" } = request;
        const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
        const foreign = foreignRequest(request, access);
        if (foreign !== undefined) {
            refuse(response, 403, foreign);
            return;
        }
        const file = files[pathname];
        if (file !== undefined) {
            sendFile(response, file);
            return;
        }
        const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
        const refused = wrongToken(pathname === "/" ? (searchParams.get("token") ?? undefined) : bearer, access);
        const name = pathname.replace(/^\/api\//, "");
        if (refused !== undefined) {
            refuse(response, 403, refused);
        } else if (pathname === "/" && method === "GET") {
            sendFile(response, join(page, "index.html"));
        } else if (name === "events" && method === "GET") {
            stream(response);
        } else if (method === "GET" && Object.hasOwn(read, name)) {
            send(response, await read[name]?.(Object.fromEntries(searchParams)));
        } else if (method === "POST" && Object.hasOwn(change, name)) {
            send(response, await change[name]?.(await bodyOf(request)));
        } else {
            refuse(response, 404, `The console has no ${method} ${pathname}.`);
        }
    }

    /** Sends events as Server-Sent Events, until the browser closes the connection. */
    function stream(response: ServerResponse): void {
        response.writeHead(200, { ...headers, "content-type": "text/event-stream" }).flushHeaders();
        const stop = serving.activity.listen((event) => {
            response.write(`data: ${mask.json(event)}\n\n`);
            if (response.writableLength > maxWaiting) {
                response.destroy();
            }
        });
        response.on("close", stop);
    }

    const server = createServer((request, response) => {
        answer(request, response).catch((error) => {
            const { status, body } = error instanceof RpcError ? error.http : failedAnswer(error);
            send(response, body, status);
        });
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    access.port = (server.address() as AddressInfo).port;
    const url = `http://127.0.0.1:${access.port}/?token=${access.token}`;
    const removeRecord = recordServed(place, url);
    return {
        url,
        close: () => {
            removeRecord();
            server.close();
            server.closeAllConnections();
        },
    };
}

function sendFile(response: ServerResponse, file: string): void {
    response.writeHead(200, { ...headers, "content-type": types[extname(file)] }).end(readFileSync(file));
}

/** The JSON of a request. A form of another website cannot have its type, and a script needs the permission of this server for it. */
async function bodyOf(request: IncomingMessage): Promise<Inputs> {
    if (request.headers["content-type"] !== "application/json") {
        throw new HttpError(415, "invalid", "The header Content-Type must be application/json.");
    }
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of request) {
        size += part.length;
        if (size > maxBody) {
            throw new HttpError(413, "invalid", `The request must have at most ${maxBody} bytes.`);
        }
        parts.push(part);
    }
    try {
        return JSON.parse(Buffer.concat(parts).toString());
    } catch {
        throw new HttpError(400, "parseError", "The request must be JSON.");
    }
}
