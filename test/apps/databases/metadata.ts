import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A metadata server, like that of deployed code. */
export interface MetadataServer {
    /** Environment variables with which Google's libraries find it. */
    environment: Record<string, string>;
    /** The account's token, which can be changed at any time. */
    token: string;
    close(): void;
}

export async function metadataServer(email: string, token: string): Promise<MetadataServer> {
    const server = createServer(({ url = "" }, response) => {
        const path = url.split("?")[0]?.replace(/^\/computeMetadata\/v1\//, "") ?? "";
        const answers: Record<string, unknown> = {
            "instance/service-accounts/default/": { email, aliases: ["default"], scopes: [] },
            [`instance/service-accounts/${email}/`]: { email, aliases: ["default"], scopes: [] },
            [`instance/service-accounts/${email}/token`]: account,
            "instance/service-accounts/default/token": account,
            "project/project-id": "acme-web-dev",
        };
        const found = url === "/" ? "computeMetadata/" : answers[path];
        const isText = typeof found === "string";
        response
            .writeHead(found === undefined ? 404 : 200, {
                "metadata-flavor": "Google",
                "content-type": isText ? "application/text" : "application/json",
            })
            .end(isText ? found : JSON.stringify(found ?? null));
    });
    const account = {
        get access_token() {
            return made.token;
        },
        expires_in: 3600,
        token_type: "Bearer",
    };
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const made = {
        environment: { GCE_METADATA_HOST: host, GCE_METADATA_IP: host },
        token,
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
    return made;
}
