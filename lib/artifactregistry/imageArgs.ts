import type { ImageArgs } from "@pulumi/docker-build/image";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import * as check from "../internal/arguments/check";
import { isObject } from "../internal/arguments/value";
import { type Transform, transforms } from "../internal/engine/children";
import { build, buildProblems, type ContainerBuild, type ResolvedBuild } from "./build/build";
import { folder } from "./build/context";
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
    /**
     * The folder with the sources and the Dockerfile, relative to the program's working directory: the build context. Files listed in its
     * `.dockerignore` are excluded.
     */
    source: string;
    /**
     * The options of the build.
     * @default the last stage of the file `Dockerfile`, for `linux/amd64`
     */
    build?: ContainerBuild;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { image?: Transform<ImageArgs> };
}

/** The arguments of a {@link ContainerImage}. */
export type ContainerImageArgs = ComponentArgs &
    check.OneOf<BuiltImage | TaggedImage | DigestedImage | ReferencedImage>;

const shared = { ...componentArgs, registry: check.component<AnyRegistry>("ContainerRegistry"), image };

const builtImage = check.options<BuiltImage & ComponentArgs>(
    { ...shared, source: folder, build, transform: transforms("image") },
    "registry",
    "source",
);

const variants = check.variant({
    source: builtImage,
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

/** A build without the folder lacks only that. */
const imageArgs = check.lazily((value) =>
    isObject(value) && value.build !== undefined && value.source === undefined ? builtImage : variants,
) as check.Check<ContainerImageArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveImageArgs(name: string, args: ContainerImageArgs): ContainerImageArgs {
    const completed = args?.registry && args.image === undefined ? { ...args, image: name } : args;
    const problems = (checked: ContainerImageArgs) =>
        checked.source === undefined
            ? []
            : [...buildProblems(resolveBuild(checked)), cacheProblem(checked.build, checked.registry)];
    return check.checked(`ContainerImage "${name}"`, completed, imageArgs, problems);
}

/** The build with its folder. */
export const resolveBuild = ({ source, build }: Pick<BuiltImage, "source" | "build">): ResolvedBuild => ({
    context: source,
    ...build,
});

/** The component creates no repository for the cache of a registry that it does not manage. */
function cacheProblem({ cache }: ContainerBuild = {}, registry: AnyRegistry): check.Problem | undefined {
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
