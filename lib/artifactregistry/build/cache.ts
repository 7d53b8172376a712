import type { ImageArgs } from "@pulumi/docker-build/image";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";

/** Where a build stores its layers for later builds, which may run on another machine. */
export interface ContainerBuildCache {
    /**
     * An image name with a mutable tag: `europe-west1-docker.pkg.dev/acme-dev/cache/predict:main`.
     * @default the image's name with the tag `cache`, in a repository that is created in addition to the registry, with the suffix
     * `-cache`
     */
    ref?: pulumi.Input<string>;
    /**
     * Which layers are stored: of all stages (`max`), or only of the image (`min`).
     * @default "max"
     */
    mode?: "min" | "max";
}

/** Checks the options of a cache, or `false`. */
export const buildCache = check.literalOr(
    false,
    check.options<ContainerBuildCache>({
        ref: check.input(
            check.matching(
                /^[^/\s@]+\.[^/\s@]+\/[^\s@]+:[^/\s@]+$/,
                "must be a registry, a name and a tag that can move, such as europe-west1-docker.pkg.dev/acme-dev/cache/predict:main",
            ),
        ),
        mode: check.oneOf("min", "max"),
    }),
);

/** The cache is stored as a regular image manifest. A failure to store it does not fail the deployment. */
export function cacheOptions(
    ref: pulumi.Output<string>,
    mode: "min" | "max" = "max",
): Pick<ImageArgs, "cacheFrom" | "cacheTo"> {
    return {
        cacheFrom: [{ registry: { ref } }],
        cacheTo: [{ registry: { ref, mode, imageManifest: true, ociMediaTypes: true, ignoreError: true } }],
    };
}
