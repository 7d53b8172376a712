import type * as pulumi from "@pulumi/pulumi";
import { ContainerImage, type ContainerRegistry, type ImageSource } from "../artifactregistry";
import type { ComponentArgs } from "../component/component";
import * as check from "../internal/arguments/check";
import { cloudRunImage as image } from "../internal/arguments/image";
import { folder } from "../internal/sources/files";

/** Code that is in an image. */
export interface ImageCode {
    /**
     * The image: a {@link ContainerImage}, or a name with its digest in Artifact Registry or Docker Hub,
     * `europe-west1-docker.pkg.dev/acme-dev/app/web@sha256:…`.
     */
    image: ImageSource;
}

/** Code that is built from a folder. */
export interface SourceCode {
    /** The folder with the Dockerfile, relative to the program's working directory. It is built as a {@link ContainerImage}. */
    source: string;
    /** The registry to which the image is pushed. */
    registry: ContainerRegistry;
}

/** The code of the main container. */
export type Code = check.OneOf<ImageCode | SourceCode>;

/** Checks {@link Code}. */
export const codeChecks = {
    image,
    source: folder(),
    registry: check.component<ContainerRegistry>("ContainerRegistry"),
};

/** Reports code that is neither an image nor a folder, or both. */
export function codeProblems({ image, source, registry }: Partial<ImageCode & SourceCode>): check.Problem[] {
    if ((image === undefined) === (source === undefined)) {
        return [
            check.problem(
                "",
                "run/image-or-source",
                `must have exactly one of image, source (got ${image ? "both" : "neither"}).`,
            ),
        ];
    }
    return source !== undefined && registry === undefined
        ? [
              check.problem(
                  "registry",
                  "run/registry-missing",
                  "is missing. A source needs the registry to which its image is pushed.",
              ),
          ]
        : image !== undefined && registry !== undefined
          ? [check.problem("registry", "run/registry-without-source", "can only be set with a source. Remove it.")]
          : [];
}

/** The image that is built from a source; undefined without one. */
export function buildImage(
    name: string,
    { source, registry, crossProject }: Partial<ImageCode & SourceCode> & Pick<ComponentArgs, "crossProject">,
    parent: pulumi.ComponentResource,
): ContainerImage | undefined {
    return source === undefined
        ? undefined
        : new ContainerImage(name, { registry: registry as ContainerRegistry, source, crossProject }, { parent });
}
