import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Cloud, isAllowedOn } from "../../simulator";
import { removeImage, storedDigest, storeImage, tagsOf } from "../../simulator/services/artifactregistry/images";
import { type ImageName, imageName, repositoryName } from "../../simulator/services/artifactregistry/names";
import { identityOfToken } from "../../simulator/services/gke/clusterNames";
import { Layers } from "./layers";
import { artifactRegistryDigest, denied, pullPermission, RegistryError, repositoryOf } from "./registryImage";

/** A request, with the parsed image name. */
interface Asked {
    request: IncomingMessage;
    response: ServerResponse;
    /** The image name in the URL after `/v2/`. */
    path: string;
    name: ImageName;
    /** A digest, a tag, or the ID of an upload. */
    reference: string;
    query: URLSearchParams;
}

/**
 * A registry according to the OCI Distribution Specification, for the Artifact Registry repositories of the local
 * Google Cloud, with the checks and errors of Artifact Registry.
 *
 * @param names whether names include the Artifact Registry host (`127.0.0.1:5000/europe-west1-docker.pkg.dev/…`), or
 *   the host of the request is used. Then requests must have the caller's token, as for Artifact Registry.
 * @param used called for each request
 */
export function registryServer(cloud: Cloud, folder: string, names: "whole" | "by host", used = () => {}): Server {
    const registry = new Registry(cloud, new Layers(folder));
    return createServer((request, response) => {
        used();
        const host = names === "whole" ? "" : `${String(request.headers.host).replace(/:\d+$/, "")}/`;
        answer(registry, request, response, host).catch((error) => {
            const known = error instanceof RegistryError ? error : undefined;
            const [code, message] = known
                ? [known.what.replaceAll(" ", "_").toUpperCase() || "MANIFEST_UNKNOWN", known.detail]
                : ["UNKNOWN", (error as Error).message];
            request.resume();
            if (known?.status === 401) {
                response.setHeader("WWW-Authenticate", 'Basic realm="Artifact Registry"');
            }
            response.writeHead(known?.status ?? 500, { "Content-Type": "application/json" });
            response.end(JSON.stringify({ errors: [{ code, message }] }));
        });
    });
}

const routes: [
    form: RegExp,
    methods: Record<string, (registry: Registry, requested: Asked) => Promise<void> | void>,
][] = [
    [
        /^(.+)\/blobs\/uploads\/?([^/]*)$/,
        {
            POST: (registry, requested) => registry.begin(requested),
            PATCH: (registry, requested) => registry.add(requested),
            PUT: (registry, requested) => registry.end(requested),
            DELETE: (registry, requested) => registry.drop(requested),
        },
    ],
    [
        /^(.+)\/blobs\/([^/]+)$/,
        {
            GET: (registry, requested) => registry.blob(requested),
            HEAD: (registry, requested) => registry.blob(requested),
        },
    ],
    [
        /^(.+)\/manifests\/([^/]+)$/,
        {
            GET: (registry, requested) => registry.manifest(requested),
            HEAD: (registry, requested) => registry.manifest(requested),
            PUT: (registry, requested) => registry.push(requested),
            DELETE: (registry, requested) => registry.remove(requested),
        },
    ],
    [/^(.+)\/tags\/(list)$/, { GET: (registry, requested) => registry.tags(requested) }],
];

async function answer(
    registry: Registry,
    request: IncomingMessage,
    response: ServerResponse,
    host: string,
): Promise<void> {
    if (host !== "" && tokenIn(request) === undefined) {
        throw new RegistryError(401, "unauthorized", "Unauthenticated request.");
    }
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://registry");
    const path = decodeURIComponent(pathname).replace(/^\/v2\/?/, "");
    response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    if (path === "" || path === decodeURIComponent(pathname)) {
        response.statusCode = path === "" ? 200 : 404;
        response.end("{}");
        return;
    }
    for (const [form, methods] of routes) {
        const [, image, reference = ""] = form.exec(path) ?? [];
        const route = image === undefined ? undefined : methods[request.method ?? ""];
        if (image !== undefined && route) {
            const name = nameOf(`${host}${image}`, reference);
            return route(registry, { request, response, path: image, name, reference, query });
        }
    }
    throw new RegistryError(405, "unsupported", `${request.method} ${path} is not supported`);
}

/** The token of the caller, which is the password: https://cloud.google.com/artifact-registry/docs/docker/authentication#token */
function tokenIn({ headers: { authorization = "" } }: IncomingMessage): string | undefined {
    const [, encoded] = /^Basic (\S+)$/.exec(authorization) ?? [];
    return (
        encoded &&
        Buffer.from(encoded, "base64")
            .toString()
            .replace(/^[^:]*:/, "")
    );
}

function nameOf(image: string, reference: string): ImageName {
    const name = imageName(image);
    if (!name) {
        const form = "europe-west1-docker.pkg.dev/<project>/<repository>/<image>";
        throw new RegistryError(404, "name unknown", `image names must have the form ${form} (got ${image})`);
    }
    return { ...name, version: reference };
}

class Registry {
    constructor(
        private readonly cloud: Cloud,
        private readonly layers: Layers,
    ) {}

    async begin({ request, response, path, name, query }: Asked): Promise<void> {
        this.verifyPush(name, request);
        const [digest, mount] = [query.get("digest"), query.get("mount")];
        if (mount && this.layers.size(mount) !== undefined) {
            return created(response, `/v2/${path}/blobs/${mount}`, mount);
        }
        const id = this.layers.begin();
        if (digest) {
            await this.layers.add(id, request);
            await this.layers.end(id, digest);
            return created(response, `/v2/${path}/blobs/${digest}`, digest);
        }
        response.writeHead(202, {
            Location: `/v2/${path}/blobs/uploads/${id}`,
            Range: "0-0",
            "Docker-Upload-UUID": id,
        });
        response.end();
    }

    async add({ request, response, path, reference }: Asked): Promise<void> {
        const size = await this.added(reference, request);
        const range = `0-${Math.max(0, size - 1)}`;
        response.writeHead(202, { Location: `/v2/${path}/blobs/uploads/${reference}`, Range: range });
        response.end();
    }

    async end({ request, response, path, name, reference, query }: Asked): Promise<void> {
        this.verifyPush(name, request);
        await this.added(reference, request);
        const digest = query.get("digest") ?? "";
        await this.layers.end(reference, digest);
        created(response, `/v2/${path}/blobs/${digest}`, digest);
    }

    drop({ response, reference }: Asked): void {
        this.layers.drop(reference);
        response.writeHead(204).end();
    }

    blob({ request, response, name, reference }: Asked): void {
        this.verifyPull(name, request);
        const size = this.layers.size(reference);
        if (size === undefined) {
            throw new RegistryError(404, "blob unknown", `blob ${reference} not found`);
        }
        this.send(request, response, reference, size, "application/octet-stream");
    }

    async manifest({ request, response, name }: Asked): Promise<void> {
        this.verifyPull(name, request);
        const digest = await artifactRegistryDigest(name, this.cloud);
        const size = this.layers.size(digest);
        if (size === undefined) {
            throw new RegistryError(404, "manifest unknown", `the content of ${digest} is missing`);
        }
        const content = JSON.parse(String(await buffer(this.layers.read(digest))));
        const kind = content.manifests ? "index" : "manifest";
        this.send(request, response, digest, size, content.mediaType ?? `application/vnd.oci.image.${kind}.v1+json`);
    }

    async push({ request, response, path, name, reference }: Asked): Promise<void> {
        const { dockerConfig } = this.verifyPush(name, request) as { dockerConfig?: { immutableTags?: boolean } };
        const content = await buffer(request);
        const manifest = JSON.parse(String(content));
        for (const { digest } of [manifest.config, ...(manifest.layers ?? [])].filter(Boolean)) {
            if (this.layers.size(digest) === undefined) {
                throw new RegistryError(400, "manifest blob unknown", `blob unknown to registry: ${digest}`);
            }
        }
        const digest = this.layers.keep(content);
        const isTag = !reference.startsWith("sha256:");
        if (!isTag && reference !== digest) {
            throw new RegistryError(400, "digest invalid", "provided digest did not match uploaded content");
        }
        const before = isTag ? storedDigest(this.cloud, name) : undefined;
        if (before !== undefined && before !== digest && dockerConfig?.immutableTags) {
            const text = `cannot update tag ${reference}. The repository has enabled tag immutability`;
            throw new RegistryError(400, "manifest invalid", text);
        }
        const parts = ((manifest.manifests ?? []) as { digest: string }[]).map((part) => part.digest);
        storeImage(this.cloud, name, digest, parts);
        created(response, `/v2/${path}/manifests/${digest}`, digest);
    }

    remove({ request, response, name, reference }: Asked): void {
        const { dockerConfig } = this.verifyPush(name, request, "deleteArtifacts") as {
            dockerConfig?: { immutableTags?: boolean };
        };
        const isTag = !reference.startsWith("sha256:");
        if (storedDigest(this.cloud, name) === undefined) {
            throw new RegistryError(404, "manifest unknown", `Failed to fetch "${reference}"`);
        }
        if (isTag && dockerConfig?.immutableTags) {
            const text = `cannot delete tag ${reference}. The repository has enabled tag immutability`;
            throw new RegistryError(400, "manifest invalid", text);
        }
        const [tag] = isTag ? [] : tagsOf(this.cloud, name, reference);
        if (tag !== undefined) {
            throw new RegistryError(400, "google manifest dangling tag", `Manifest is still referenced by tag: ${tag}`);
        }
        removeImage(this.cloud, name);
        response.writeHead(202).end();
    }

    tags({ request, response, path, name }: Asked): void {
        this.verifyPull(name, request);
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify({ name: path, tags: tagsOf(this.cloud, name) }));
    }

    /** The repository, which must accept pushes. */
    private verifyPush(name: ImageName, request: IncomingMessage, verb = "uploadArtifacts"): Record<string, unknown> {
        const state = repositoryOf(name, this.cloud);
        this.authorize(name, request, `artifactregistry.repositories.${verb}`);
        if (state.mode !== "STANDARD_REPOSITORY") {
            const text = `Repository "${name.repository.split("/").at(-1)}" has the mode ${state.mode}, which does not support pushes`;
            throw new RegistryError(405, "unsupported", text);
        }
        return state;
    }

    private verifyPull(name: ImageName, request: IncomingMessage): void {
        repositoryOf(name, this.cloud);
        this.authorize(name, request, pullPermission);
    }

    /** Throws if the caller is not an owner, and lacks a permission. */
    private authorize({ repository }: ImageName, request: IncomingMessage, permission: string): void {
        const caller = identityOfToken(tokenIn(request) ?? "");
        if (caller !== undefined && !isAllowedOn(this.cloud, caller, permission, repositoryName(repository))) {
            throw denied(repository, permission);
        }
    }

    private async added(id: string, request: IncomingMessage): Promise<number> {
        const size = await this.layers.add(id, request);
        if (size === undefined) {
            throw new RegistryError(404, "blob upload unknown", "blob upload unknown to registry");
        }
        return size;
    }

    private send(request: IncomingMessage, response: ServerResponse, digest: string, size: number, type: string): void {
        response.writeHead(200, { "Content-Type": type, "Content-Length": size, "Docker-Content-Digest": digest });
        if (request.method === "HEAD") {
            response.end();
            return;
        }
        const content = this.layers.read(digest);
        content.on("error", (error) => response.destroy(error)).pipe(response);
    }
}

function created(response: ServerResponse, location: string, digest: string): void {
    response.writeHead(201, { Location: location, "Docker-Content-Digest": digest }).end();
}
