import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage, ImageSource } from "../artifactregistry";
import type { ComponentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { imageWithoutVersion, type PipelineSpec } from "../formats/pipelineSpec";
import * as check from "../internal/arguments/check";
import { isImageComponent } from "../internal/arguments/image";

const vertexApi = "aiplatform.googleapis.com";

/**
 * Google's projects with images that everybody can read:
 * {@link https://cloud.google.com/vertex-ai/docs/training/pre-built-containers},
 * {@link https://cloud.google.com/deep-learning-containers/docs/choosing-container} and images of
 * {@link https://github.com/kubeflow/pipelines/tree/master/components/google-cloud Google Cloud Pipeline Components}.
 */
const publicProjects = [
    "vertex-ai",
    "vertex-ai-restricted",
    "vertex-evaluation",
    "deeplearning-platform-release",
    "google-samples",
];

/**
 * What is wrong with an image in another project's registry:
 * {@link https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#publishing Vertex AI's service agent} of this
 * project cannot read it without a role there. Undefined for an output, and for a `ContainerImage`.
 */
function foreignRegistry(image: unknown, project: string): { unreadable: string; grant: string } | undefined {
    const [, location, owner = "", repository] =
        /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/./.exec(typeof image === "string" ? image : "") ?? [];
    if (repository === undefined || owner === project || publicProjects.includes(owner)) {
        return undefined;
    }
    const registry = `ContainerRegistry.existing("${repository}", { project: "${owner}", region: "${location}" })`;
    return {
        unreadable: `${owner}, which Vertex AI's service agent of ${project} cannot read without a role (got "${image}")`,
        grant: `registry: ${registry}, which grants it; with reference, if it can read the image already`,
    };
}

/** The problem of an argument that names an image in another project's registry. */
export function imageProblem(path: string, image: unknown, { project }: Environment): check.Problem | undefined {
    const foreign = foreignRegistry(image, project);
    return (
        foreign &&
        check.problem(
            path,
            "vertex/image-of-other-project",
            `is in the registry of ${foreign.unreadable}. Use a ContainerImage with ${foreign.grant}.`,
        )
    );
}

/** The problems of executors of a compiled pipeline whose image in another project's registry is not among those that are replaced. */
export function executorProblems(
    { deploymentSpec }: PipelineSpec,
    replaced: object,
    { project }: Environment,
): check.Problem[] {
    return Object.entries(deploymentSpec?.executors ?? {}).flatMap(([executor, { container }]) => {
        const name = imageWithoutVersion(container?.image ?? "");
        const foreign = Object.hasOwn(replaced, name) ? undefined : foreignRegistry(container?.image, project);
        return foreign
            ? [
                  check.problem(
                      "source",
                      "vertex/pipeline-image-of-other-project",
                      `has the executor ${executor} with an image in the registry of ${foreign.unreadable}. Set images: { "${name}": image } with a ContainerImage with ${foreign.grant}.`,
                  ),
              ]
            : [];
    });
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
