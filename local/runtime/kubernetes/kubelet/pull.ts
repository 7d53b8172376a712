import { type Cloud, isAllowedOn } from "../../../simulator";
import { type ImageName, imageName, repositoryName } from "../../../simulator/services/artifactregistry/names";
import { registryImage } from "../../docker/registryImage";

/**
 * The cache of Docker Hub. It removes images that are no longer requested, and a request to it alone fails then
 * (https://cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images,
 * https://github.com/containers/podman/pull/7965): here it has no image.
 */
const dockerHubCache = "mirror.gcr.io/";

/**
 * Why a node cannot pull an image, in containerd's format. Other images outside of Artifact Registry are assumed to exist.
 *
 * @param account the node's service account; by default the project's default account
 */
export async function pullError(
    cloud: Cloud,
    project: string,
    image: string,
    account?: string,
): Promise<string | undefined> {
    if (image.startsWith(dockerHubCache)) {
        return notFound(image);
    }
    const name = imageName(image);
    if (name === undefined) {
        return undefined;
    }
    const isDefault = account === undefined || account === "default";
    const email = isDefault ? `${cloud.projects.number(project)}-compute@developer.gserviceaccount.com` : account;
    if (!mayRead(cloud, name, email)) {
        return forbidden(image);
    }
    try {
        await registryImage(image, cloud);
        return undefined;
    } catch (error) {
        const reason = (error as Error).message;
        return / 403 /.test(reason)
            ? forbidden(image)
            : / 404 /.test(reason)
              ? notFound(image)
              : `${failed(image)}: ${reason}`;
    }
}

const mayRead = (cloud: Cloud, { repository }: ImageName, email: string): boolean =>
    isAllowedOn(cloud, email, "artifactregistry.repositories.downloadArtifacts", repositoryName(repository));

const failed = (image: string) => `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;

function forbidden(image: string): string {
    const [host = "", ...path] = image.replace(/[@:][^/]*$/, "").split("/");
    const scope = encodeURIComponent(`repository:${path.join("/")}:pull`);
    return `${failed(image)}: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://${host}/v2/token?scope=${scope}&service=${host}: 403 Forbidden`;
}

const notFound = (image: string) => `rpc error: code = NotFound desc = ${failed(image)}: ${image}: not found`;
