import type { ImageArgs } from "@pulumi/docker-build/image";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { build, buildProblems, type ContainerBuild } from "./build/arguments";
import type { ContainerRegistry } from "./registry";

/** An image of a registry of this program. */
interface OfRegistry {
    /** The registry that the image is in. */
    registry: ContainerRegistry;
    /**
     * The image's name in the registry: lower-case letters, digits, `.`, `_` and `-`, in folders or not: `"team/predict"`.
     * @default the component's name
     */
    image?: string;
}

/** An image by a tag of it, which is looked up whenever the program runs. */
export interface TaggedImage extends OfRegistry {
    /** The tag of one version: `"1.4.0"`. Not `latest`, which is another image tomorrow. */
    tag: pulumi.Input<string>;
}

/** An image by what it is. */
export interface DigestedImage extends OfRegistry {
    /** `sha256:` and 64 hexadecimal digits, as a push tells it. */
    digest: pulumi.Input<string>;
}

/** An image that is in another registry. */
export interface ReferencedImage {
    /**
     * The whole name with the digest: `ghcr.io/acme/predict@sha256:…`. A tag before the digest is left out. One that
     * is nothing but a tag is refused, as it can come to name another image.
     */
    reference: pulumi.Input<string>;
}

/** An image that is built when what it is built of changes, and pushed to the registry. */
export interface BuiltImage extends OfRegistry {
    /** The folder with the Dockerfile, seen from the program's working folder, or how the image is built. */
    build: string | ContainerBuild;
    /** The last word on a child's arguments. */
    transform?: { image?: Transform<ImageArgs> };
}

/** The arguments of a {@link ContainerImage}. */
export type ContainerImageArgs = ComponentArgs &
    check.OneOf<BuiltImage | TaggedImage | DigestedImage | ReferencedImage>;

const isDigest = /^sha256:[0-9a-f]{64}$/;

const digest = check.matching(isDigest, "must be sha256: and 64 hexadecimal digits");

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

/** The name of an image in a registry ("OCI Distribution Specification"). */
const image = check.pipe(
    check.matching(
        new RegExp(`^${component}(/${component})*$`),
        "must be a name such as predict or team/predict: lower-case letters, digits, and single . _ or - between them",
    ),
    check.refine((name) => String(name).length <= 200, "must have up to 200 characters"),
);

/** A tag ("OCI Distribution Specification"), but not one that is made to move. */
const tag = check.pipe(
    check.matching(
        /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/,
        "must be a tag: up to 128 letters, digits, ., _ and -, starting with a letter, a digit or _",
    ),
    check.refine((name) => name !== "latest", "is another image tomorrow\nGive the tag of a version, or the digest."),
);

const parts = new RegExp(
    `^((?:[a-z0-9-]+\\.)+[a-z0-9-]+(?::\\d+)?|localhost(?::\\d+)?)/(${component}(?:/${component})*)(?::([^:@]*))?(?:@(.*))?$`,
);

/** What a reference consists of; nothing when it is none. */
function partsOf(reference: unknown) {
    const [, host, path, label, version] = parts.exec(String(reference)) ?? [];
    return host === undefined ? undefined : { name: `${host}/${path}`, label, version };
}

const reference = check.pipe(
    check.text(),
    check.refine(
        (given) => partsOf(given) !== undefined,
        "must be a registry, an image and a digest, as ghcr.io/acme/predict@sha256:… is",
    ),
    check.refine(
        (given) => partsOf(given)?.version !== undefined || partsOf(given)?.label === undefined,
        "names an image by a tag, which can come to name another\nPut its digest behind it: @sha256:….",
    ),
    check.refine(
        (given) => partsOf(given)?.version !== undefined || partsOf(given)?.label !== undefined,
        "has neither a tag nor a digest, and so is another image tomorrow\nPut its digest behind it: @sha256:….",
    ),
    check.refine((given) => isWhole(partsOf(given)?.version), "must end with @sha256: and 64 hexadecimal digits"),
    check.transform((given) => `${partsOf(given)?.name}@${partsOf(given)?.version}`),
);

/** Whether a digest is one; where there is none, something else was said already. */
function isWhole(version: string | undefined): boolean {
    return version === undefined || isDigest.test(version);
}

const shared = { ...componentArgs, registry: check.component("ContainerRegistry"), image };

const args = check.variant({
    build: check.options<BuiltImage & ComponentArgs>(
        { ...shared, build, transform: transforms("image") },
        "registry",
        "build",
    ),
    tag: check.options<TaggedImage & ComponentArgs>({ ...shared, tag: check.input(tag) }, "registry", "tag"),
    digest: check.options<DigestedImage & ComponentArgs>(
        { ...shared, digest: check.input(digest) },
        "registry",
        "digest",
    ),
    reference: check.options<ReferencedImage & ComponentArgs>(
        { ...componentArgs, reference: check.input(reference) },
        "reference",
    ),
});

/** The arguments as they were given, or an error that tells of all that is wrong with them. */
export function checkedImage(name: string, given: ContainerImageArgs): ContainerImageArgs {
    const completed = given?.registry && given.image === undefined ? { ...given, image: name } : given;
    const together = ({ build: given }: ContainerImageArgs) => (given === undefined ? [] : buildProblems(given));
    return check.checked(`ContainerImage "${name}"`, completed, args, together);
}
