import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Record<string, string> = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
};

/** Serves a folder of pages, without `.html` in their addresses. */
export async function serve(folder: string): Promise<{ server: Server; origin: string }> {
    const server = createServer(({ url = "/" }, response) => {
        const path = join(folder, normalize(decodeURIComponent(new URL(url, "http://localhost").pathname)));
        const isFile = (file: string) => existsSync(file) && statSync(file).isFile();
        const file = [path, `${path}.html`, join(path, "index.html")].find(isFile);
        response.writeHead(file ? 200 : 404, { "content-type": types[extname(file ?? "")] ?? "text/plain" });
        response.end(file ? readFileSync(file) : "not found");
    });
    await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
    });
    return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
