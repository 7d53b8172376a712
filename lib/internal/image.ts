import * as pulumi from "@pulumi/pulumi";
import * as check from "./check";

const give = "Use a ContainerImage, or append the digest: @sha256:….";

/** Checks an image name that identifies one image: by its digest. */
export const imageName = check.pipe(
    check.text(),
    check.refine((value) => !/\s/.test(String(value)), "must be an image's name without spaces"),
    check.refine(
        (value) => String(value).includes("@") || !/:latest$/.test(String(value)),
        `names the image that was pushed last, which can later be another image\n${give}`,
    ),
    check.refine(
        (value) => String(value).includes("@") || /:latest$/.test(String(value)) || !/:[^/]+$/.test(String(value)),
        `names an image by a tag, which can later refer to another image\n${give}`,
    ),
    check.refine(
        (value) => String(value).includes("@") || /:[^/]+$/.test(String(value)),
        `has neither a tag nor a digest, and can later refer to another image\n${give}`,
    ),
    check.refine(
        (value) => !String(value).includes("@") || /^[^@]+@sha256:[0-9a-f]{64}$/.test(String(value)),
        "must end with @sha256: and 64 hexadecimal digits",
    ),
);

/** Checks an image: a `ContainerImage`, or a name with a digest. */
export const image = check.either(
    (value) => pulumi.Resource.isInstance(value),
    check.component("ContainerImage"),
    check.input(imageName),
);

/** Whether an image is a component of this program, and not a name. */
export function isImageComponent<Image extends pulumi.Resource>(image: Image | pulumi.Input<string>): image is Image {
    return pulumi.Resource.isInstance(image);
}
