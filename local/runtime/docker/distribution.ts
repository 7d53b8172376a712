import { createHash } from "node:crypto";

/** Media types of Docker and Open Container Initiative manifests. */
const manifests = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
];

/**
 * The digest of an image's manifest in a registry, by tag or digest: "OCI Distribution Specification". Errors have the
 * messages of the Docker provider.
 *
 * @param registry its address, such as `http://127.0.0.1:5000`
 */
export async function digestAt(registry: string, image: string, version: string): Promise<string> {
    const url = `${registry}/v2/${image}/manifests/${version}`;
    const ask = async (method: "HEAD" | "GET") => {
        try {
            return await fetch(url, { method, headers: { Accept: manifests.join(", ") } });
        } catch (error) {
            throw new Error(`Error during registry request: ${reasonOf(error)}`, { cause: error });
        }
    };
    const answer = await ask("HEAD");
    if (!answer.ok) {
        const what = answer.status === 401 ? "bad credentials" : "got bad response from registry";
        throw new Error(`${what}: ${answer.status} ${answer.statusText}`);
    }
    const reported = answer.headers.get("Docker-Content-Digest");
    if (reported) {
        return reported;
    }
    const content = Buffer.from(await (await ask("GET")).arrayBuffer());
    return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** The cause of a failed `fetch`. */
function reasonOf(error: unknown): string {
    const { message, cause } = error as Error & { cause?: Error };
    return cause?.message || message;
}
