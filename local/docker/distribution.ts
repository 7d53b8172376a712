import { createHash } from "node:crypto";

/** The forms in which a registry has an image: Docker's and those of the Open Container Initiative. */
const manifests = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
];

/**
 * The digest under which a registry has an image, as "OCI Distribution Specification" says: of its manifest, by tag or by
 * digest. Errors have the words of Docker's provider.
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
    const told = answer.headers.get("Docker-Content-Digest");
    if (told) {
        return told;
    }
    const content = Buffer.from(await (await ask("GET")).arrayBuffer());
    return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** Why a request could not be made: what lies under the words of `fetch`. */
function reasonOf(error: unknown): string {
    const { message, cause } = error as Error & { cause?: Error };
    return cause?.message || message;
}
