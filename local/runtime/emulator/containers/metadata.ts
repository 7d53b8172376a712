import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Cloud, digits } from "../../../simulator";
import type { Tokens } from "../tokens";

/** The scopes of the accounts of containers. */
const allScopes = ["https://www.googleapis.com/auth/cloud-platform"];

/**
 * Metadata servers of containers, one for each service account and region, with which Google's libraries get tokens.
 * https://cloud.google.com/run/docs/container-contract#metadata-server
 */
export class MetadataServers {
    private readonly servers = new Map<string, Promise<{ host: string; server: Server }>>();

    constructor(
        private readonly cloud: Cloud,
        private readonly tokens: Tokens,
    ) {}

    /** The address of the server for containers of a service account. */
    async host(project: string, region: string, email: string): Promise<string> {
        const key = `${project} ${region} ${email}`;
        const started = this.servers.get(key) ?? this.start(project, region, email);
        this.servers.set(key, started);
        return (await started).host;
    }

    async close(): Promise<void> {
        for (const { server } of await Promise.all(this.servers.values())) {
            server.closeAllConnections();
            server.close();
        }
    }

    private async start(project: string, region: string, email: string): Promise<{ host: string; server: Server }> {
        const { projects } = this.cloud;
        // Vertex AI runs containers in projects of Google.
        const number = projects.find(project) ? projects.number(project) : digits(project, 12);
        const server = createServer(({ url = "/", headers }, response) => {
            const { pathname, searchParams } = new URL(url, "http://metadata.google.internal");
            const path = pathname.replace(/^\/computeMetadata\/v1\//, "");
            const [, attribute] =
                /^instance\/service-accounts\/(?:default|[^/]+@[^/]+)\/(.*)$/.exec(decodeURIComponent(path)) ?? [];
            const found =
                attribute === undefined
                    ? ({ "project/project-id": project, "project/numeric-project-id": number }[path] ??
                      this.ofInstance(path, number, region))
                    : accountAttribute(this.tokens, email, allScopes, attribute, searchParams);
            const isAllowed = pathname === "/" || headers["metadata-flavor"] === "Google";
            const isText = typeof found === "string";
            response
                .writeHead(isAllowed ? (found === undefined ? 404 : 200) : 403, {
                    "metadata-flavor": "Google",
                    "content-type": isText ? "application/text" : "application/json",
                })
                .end(isAllowed && found !== undefined ? (isText ? found : JSON.stringify(found)) : "");
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, server };
    }

    private ofInstance(path: string, number: string, region: string): unknown {
        const all: Record<string, unknown> = {
            "/": "computeMetadata/",
            "instance/region": `projects/${number}/regions/${region}`,
            "instance/zone": `projects/${number}/zones/${region}-1`,
            "instance/service-accounts/": "default/\n",
        };
        return all[path];
    }
}

/** An attribute of a machine's or a container's account; undefined if there is none. */
export function accountAttribute(
    tokens: Tokens,
    email: string,
    scopes: string[],
    attribute: string,
    query: URLSearchParams,
): unknown {
    switch (attribute) {
        case "":
            return { email, aliases: ["default"], scopes };
        case "email":
            return email;
        case "scopes":
            return `${scopes.join("\n")}\n`;
        case "token":
            return { access_token: tokens.access(email), expires_in: 3599, token_type: "Bearer" };
        case "identity":
            return query.get("audience") ? tokens.identity(email, query.get("audience") as string) : undefined;
        default:
            return undefined;
    }
}
