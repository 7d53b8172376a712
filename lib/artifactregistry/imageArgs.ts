import type { ImageArgs } from "@pulumi/docker-build/image";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { build, buildProblems, type ContainerBuild } from "./build/build";
import { digest, image, reference, tag } from "./reference";
import type { AnyRegistry, ExistingRegistry } from "./registry";

/** An image in a registry in Artifact Registry. */
interface OfRegistry {
    /** The registry of the image, of the stack or one that exists already. */
    registry: AnyRegistry;
    /**
     * The image's name in the registry: lower-case letters, digits, `.`, `_` and `-`, optionally in folders: `"team/predict"`.
     * @default the component's name
     */
    image?: string;
}

/** An image identified by a tag, which is looked up in every run. */
export interface TaggedImage extends OfRegistry {
    /** The tag of one version: `"1.4.0"`. `latest` is refused, as it moves. */
    tag: pulumi.Input<string>;
}

/** An image identified by its digest. */
export interface DigestedImage extends OfRegistry {
    /** `sha256:` and 64 hexadecimal digits, as `docker push` prints it. */
    digest: pulumi.Input<string>;
}

/** An image in another registry. */
export interface ReferencedImage {
    /**
     * The full name with the digest: `ghcr.io/acme/predict@sha256:…`. A tag before the digest is dropped. A name with a tag
     * without a digest is refused, because the tag can move.
     */
    reference: pulumi.Input<string>;
}

/** An image that is built when its sources change, and pushed to the registry. */
export interface BuiltImage extends OfRegistry {
    /** The folder with the Dockerfile, relative to the program's working directory, or the options of the build. */
    build: string | ContainerBuild;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { image?: Transform<ImageArgs> };
}

/** The arguments of a {@link ContainerImage}. */
export type ContainerImageArgs = ComponentArgs &
    check.OneOf<BuiltImage | TaggedImage | DigestedImage | ReferencedImage>;

const shared = { ...componentArgs, registry: check.component<AnyRegistry>("ContainerRegistry"), image };

const imageArgs = check.variant({
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

/** Completes the arguments with their defaults and validates the result. */
export function resolveImageArgs(name: string, args: ContainerImageArgs): ContainerImageArgs {
    const completed = args?.registry && args.image === undefined ? { ...args, image: name } : args;
    const problems = ({ build, registry }: ContainerImageArgs) =>
        build === undefined ? [] : [...buildProblems(build), cacheProblem(build, registry)];
    return check.checked(`ContainerImage "${name}"`, completed, imageArgs, problems);
}

/** The component creates no repository for the cache of a registry that it does not manage. */
function cacheProblem(build: string | ContainerBuild, registry: AnyRegistry): check.Problem | undefined {
    const { cache } = Object(build) as ContainerBuild;
    const reason = "is missing, because the registry exists already. Set the image name of the cache, or remove cache.";
    return check.when(
        cache && cache.ref === undefined && isExisting(registry),
        "build.cache.ref",
        "artifactregistry/cache-ref-missing",
        reason,
    );
}

/** Whether a registry exists already, so that the stack does not manage it. */
export const isExisting = (registry: AnyRegistry): registry is ExistingRegistry =>
    Reflect.get(registry, "existing") !== undefined;
