import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage, ImageSource } from "../container";
import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import type * as check from "../internal/check";
import { isImageComponent } from "../internal/image";

const vertexApi = "aiplatform.googleapis.com";

/**
 * Google's projects with images that everybody can read:
 * {@link https://cloud.google.com/vertex-ai/docs/training/pre-built-containers} and
 * {@link https://cloud.google.com/deep-learning-containers/docs/choosing-container}.
 */
const publicProjects = ["vertex-ai", "vertex-ai-restricted", "deeplearning-platform-release", "google-samples"];

/**
 * What is wrong with the name of an image in another project's registry:
 * {@link https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#publishing Vertex AI's service agent} of this
 * project cannot read it without a role there. Nothing for an output, and for a `ContainerImage`.
 */
export function imageProblem(path: string, image: unknown, { project }: Environment): check.Problem | undefined {
    const [, location, owner = "", repository] =
        /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/./.exec(typeof image === "string" ? image : "") ?? [];
    if (repository === undefined || owner === project || publicProjects.includes(owner)) {
        return undefined;
    }
    const registry = `ContainerRegistry.existing("${repository}", { project: "${owner}", location: "${location}" })`;
    return {
        path,
        reason: `is in the registry of ${owner}, which Vertex AI's service agent of ${project} cannot read without a role (got "${image}"). Use a ContainerImage with registry: ${registry}, which grants it; with reference, if it can read the image already.`,
    };
}

/** Grants the service agent, which pulls the images, the role on registries that exist already: they can be in another project. */
export function pullGrants(
    images: (ImageSource | undefined)[],
    environment: Environment,
    crossProject: ComponentArgs["crossProject"],
): pulumi.Resource[] {
    const components = images.filter((one) => one !== undefined).filter((one) => isImageComponent<ContainerImage>(one));
    const registries = new Set(components.map(({ registry }) => registry));
    return [...registries].flatMap((registry) =>
        registry && "existing" in registry ? environment.grantAgent(vertexApi, registry.reader, crossProject) : [],
    );
}
