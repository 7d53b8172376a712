import { createHash } from "node:crypto";
import type { Cloud } from "../../simulator/cloud/cloud";
import { storeImage } from "../../simulator/services/artifactregistry/images";
import { imageName, repositoryName } from "../../simulator/services/artifactregistry/names";

/**
 * Records an image as pushed, without content, so that Cloud Run and App Engine find it.
 *
 * @param image such as `europe-west1-docker.pkg.dev/acme-dev/app/predict:1.4.0`, with a tag or a digest
 * @returns its digest
 */
export function recordImage(cloud: Cloud, image: string): string {
    const name = imageName(image);
    if (!name) {
        throw new Error(`the image must be in Artifact Registry, as LOCATION-docker.pkg.dev/… (got "${image}")`);
    }
    if (!cloud.store.read(repositoryName(name.repository))) {
        throw new Error(`there is no repository ${name.repository}: deploy the stack first, which creates it.`);
    }
    const isDigest = name.version.startsWith("sha256:");
    const digest = isDigest ? name.version : `sha256:${createHash("sha256").update(image).digest("hex")}`;
    storeImage(cloud, name, digest);
    return digest;
}
