import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage, ImageSource } from "../../artifactregistry";
import type { Environment } from "../../environment/environment";
import { imageWithoutVersion, type PipelineSpec, pipelineContainers } from "../../formats/pipelineSpec";
import * as check from "../../internal/arguments/check";
import { cloudRunImage as image, isImageComponent } from "../../internal/arguments/image";
import { executorProblems, imageProblem } from "../images";

/** Images by the names that they replace in a pipeline. */
type Images = Record<string, ImageSource>;

/** Checks images by the names that they replace. */
export const pipelineImages = check.record(check.text(), image);

/** Reports images that the pipeline does not have. */
export function unknownImageProblems(images: Images, spec: PipelineSpec): check.Problem[] {
    const names = [...new Set(pipelineContainers(spec).map(({ image }) => imageWithoutVersion(image)))];
    return Object.keys(images)
        .filter((name) => !names.includes(name))
        .map((name) =>
            check.problem(
                `images.${name}`,
                "vertex/image-unknown",
                `is not an image of the pipeline, whose images are ${names.join(", ")}.`,
            ),
        );
}

/** Reports images that Vertex AI's service agent cannot read. */
export const unreadableProblems = (images: Images, spec: PipelineSpec | undefined, environment: Environment) => [
    ...Object.entries(images).map(([name, image]) => imageProblem(`images.${name}`, image, environment)),
    ...(spec ? executorProblems(spec, images, environment) : []),
];

/** Warns of images whose name stays the same when another image is pushed, so that the pipeline does not run again. */
export function warnOfMovingImages(component: string, spec: PipelineSpec | undefined, images: Images): void {
    const all = spec ? pipelineContainers(spec).map(({ image }) => image) : [];
    const moving = all.filter(
        (image) =>
            !Object.hasOwn(images, imageWithoutVersion(image)) &&
            !image.includes("@") &&
            !image.includes("{{$") &&
            (image === imageWithoutVersion(image) || image.endsWith(":latest")),
    );
    for (const image of new Set(moving)) {
        void pulumi.log.warn(
            `VertexPipeline "${component}": source: the image ${image} is the one that was pushed last, and the pipeline does not run again when another image is pushed. Set images: { "${imageWithoutVersion(image)}": image } with a ContainerImage or a digest.`,
        );
    }
}

/** The pipeline with its images as JSON. */
export function specText(spec: PipelineSpec, images: Images): pulumi.Output<string> {
    const names = Object.keys(images);
    const references = Object.values(images).map((image) =>
        isImageComponent<ContainerImage>(image) ? image.reference : image,
    );
    return pulumi.all(references).apply((known) => {
        const copy = structuredClone(spec);
        for (const container of pipelineContainers(copy)) {
            container.image = known[names.indexOf(imageWithoutVersion(container.image))] ?? container.image;
        }
        return JSON.stringify(copy);
    });
}
