import * as pulumi from "@pulumi/pulumi";
import * as check from "./check";

/** The title of the page with what replaces images that are refused, in their errors. */
export const guide = 'Guide: "From gcr.io, latest and a JSON key".';

const give = `Use a ContainerImage, or append the digest: @sha256:…. ${guide}`;

/** Whether a name has a tag: the colon of a port is before a slash. */
const isTagged = (name: string): boolean => name.indexOf(":", name.lastIndexOf("/") + 1) >= 0 && !name.endsWith(":");

/** Checks an image name that identifies one image: by its digest, unless the component has `insecure`. */
export const imageName = check.pipe(
    check.text(),
    check.refine((value) => !/\s/.test(String(value)), "must be an image's name without spaces"),
    check.safe(
        (value) => String(value).includes("@") || !/:latest$/.test(String(value)),
        "names the image that was pushed last, which can later be another image",
        give,
    ),
    check.safe(
        (value) => String(value).includes("@") || /:latest$/.test(String(value)) || !isTagged(String(value)),
        "names an image by a tag, which can later refer to another image",
        give,
    ),
    check.safe(
        (value) => String(value).includes("@") || isTagged(String(value)),
        "has neither a tag nor a digest, and can later refer to another image",
        give,
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

/**
 * Whether Cloud Run {@link https://cloud.google.com/run/docs/deploying#images pulls from the registry} of an image: Artifact Registry, its
 * predecessor and Docker Hub, which is the registry of names without a host.
 */
function isPulledByCloudRun(name: string): boolean {
    const [host = "", ...path] = name.split("/");
    const isHost = path.length > 0 && (/[.:]/.test(host) || host === "localhost");
    return !isHost || /^(([a-z]+\.)?gcr\.io|([a-z0-9-]+-)?docker\.pkg\.dev|docker\.io)$/.test(host);
}

/** Checks an image for Cloud Run. */
export const cloudRunImage = check.either(
    (value) => pulumi.Resource.isInstance(value),
    check.component("ContainerImage"),
    check.input(
        check.pipe(
            imageName,
            check.refine(
                (value) => isPulledByCloudRun(String(value)),
                "is in a registry from which Cloud Run does not pull\nPush it to Artifact Registry or Docker Hub, or read it through a remote repository.",
            ),
        ),
    ),
);

/** Whether an image is a component of this program, and not a name. */
export function isImageComponent<Image extends pulumi.Resource>(image: Image | pulumi.Input<string>): image is Image {
    return pulumi.Resource.isInstance(image);
}

/** An image whose release is recorded with the resources that run it. */
interface RecordedImage extends pulumi.Resource {
    ranBy(...consumers: [pulumi.Resource, ...pulumi.Resource[]]): void;
}

/** Records that these resources run the images, for the environments that promote this one. Images that are names have no record. */
export function recordImages(
    images: readonly (RecordedImage | pulumi.Input<string> | undefined)[],
    ...consumers: (pulumi.Resource | undefined)[]
): void {
    const [first, ...others] = consumers.filter((consumer) => consumer !== undefined);
    for (const image of new Set(images)) {
        if (first && image !== undefined && isImageComponent(image)) {
            image.ranBy(first, ...others);
        }
    }
}
