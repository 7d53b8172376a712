import type { ImageArgs } from "@pulumi/docker-build/image";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import { isObject } from "../../internal/arguments/value";
import { argValues, mapValues, rejectSecretArgs, secretProblem } from "./argValues";
import { buildCache, type ContainerBuildCache, cacheOptions } from "./cache";
import { hasLocalCloud, ignoreProblem, relativePath, resolveContext } from "./context";
import { dockerfileProblem, targetProblem } from "./dockerfile";

/**
 * An operating system and architecture, as in {@link https://docs.docker.com/build/building/multi-platform/ multi-platform
 * builds}.
 */
export type ContainerPlatform =
    | "linux/amd64"
    | "linux/arm64"
    | "linux/386"
    | "linux/arm"
    | "linux/ppc64le"
    | "linux/riscv64"
    | "linux/s390x";

/** How an image is built, as with {@link https://docs.docker.com/reference/cli/docker/buildx/build/ docker buildx build}. */
export interface ContainerBuild {
    /**
     * The Dockerfile, relative to the folder of the sources.
     * @default "Dockerfile"
     */
    dockerfile?: string;
    /**
     * The stage to build, by its name in the Dockerfile.
     * @default the last stage
     */
    target?: string;
    /**
     * The values of `ARG` instructions. Everybody who can pull the image can read them: names that end with `PASSWORD`,
     * `TOKEN`, `KEY` or `SECRET` are refused, and so are secret values.
     * @default none
     */
    args?: Record<string, pulumi.Input<string>>;
    /**
     * The target platforms.
     * @default `["linux/amd64"]`
     */
    platforms?: [ContainerPlatform, ...ContainerPlatform[]];
    /**
     * Build secrets by ID: `RUN --mount=type=secret,id=NAME` reads one as `/run/secrets/NAME`. No layer contains them, and the
     * state stores them encrypted. As with Docker, changing a value does not rebuild the image.
     * @default none
     */
    secrets?: Record<string, pulumi.Input<string>>;
    /**
     * Where layers are stored for later builds; `false`: only in the builder itself, on its machine.
     * @default `{ mode: "max" }`; `false` with several platforms, as their caches would overwrite each other, and with a registry that
     * exists already
     */
    cache?: ContainerBuildCache | false;
    /**
     * The builder, as `docker buildx ls` lists it. Changing this does not rebuild the image.
     * @default Docker's current builder on the machine that deploys: `docker buildx use`
     */
    builder?: string;
}

const sourceHint = 'The folder is source: "./app", next to build.';

const platforms: string[] = [
    "linux/amd64",
    "linux/arm64",
    "linux/386",
    "linux/arm",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
] satisfies ContainerPlatform[];

/** Checks the options of a build. */
const options = check.explainedOptions<ContainerBuild>(
    { context: sourceHint },
    {
        dockerfile: check.text(),
        target: check.text(),
        args: argValues,
        platforms: check.pipe(
            check.list(check.oneOf(...platforms)),
            check.refine((value) => new Set(value as string[]).size > 0, "must have at least one"),
            check.refine(
                (value) => new Set(value as string[]).size === (value as string[]).length,
                "must not have duplicates",
            ),
        ),
        secrets: check.either(
            isObject,
            check.record(
                check.matching(/^[A-Za-z0-9_.-]+$/, "must be a name of letters, digits, ., _ and -"),
                check.input(check.sensitive((value) => typeof value === "string", "must be a string")),
            ),
            check.sensitive(() => false, "must be an object"),
        ),
        cache: buildCache,
        builder: check.matching(
            /^[a-zA-Z][a-zA-Z0-9._-]*$/,
            "must be a builder's name, as 'docker buildx ls' shows it",
        ),
    },
);

/** Checks the options of a build, and refuses the folder, which is not one of them. */
export const build = check.either(
    (value) => typeof value === "string",
    check.refused(`must be an object with the options of the build\n${sourceHint}`),
    options,
) as check.Check<ContainerBuild>;

/** A build with the folder of its sources, Docker's build context. */
export interface ResolvedBuild extends ContainerBuild {
    context: string;
}

/** Checks the files of a build, and the arguments that refer to them. */
export function buildProblems(build: ResolvedBuild): (check.Problem | undefined)[] {
    const { context, dockerfile: name, target, args = {} } = build;
    const place = resolveContext(context, name);
    return [
        dockerfileProblem(place, name === undefined ? "source" : "build.dockerfile"),
        ignoreProblem(place, "source"),
        hasLocalCloud(place)
            ? check.problem(
                  "source",
                  "artifactregistry/context-with-secrets",
                  "has the files of the local Google Cloud, .slipway, with its secrets. Add .slipway to .dockerignore.",
              )
            : undefined,
        target === undefined ? undefined : targetProblem(place, target),
        ...Object.entries(args).map(([key, value]) => secretProblem(key, value)),
    ];
}

/** The arguments of the build resource, without the tag. */
export function imageArgs(
    component: string,
    build: ResolvedBuild,
    cache: pulumi.Output<string> | undefined,
): ImageArgs {
    const { context, dockerfile: file, target, args, platforms = ["linux/amd64"], secrets, builder } = build;
    const place = resolveContext(context, file);
    return {
        context: { location: relativePath(place.folder) },
        dockerfile: { location: relativePath(place.dockerfile) },
        target,
        buildArgs: args && rejectSecretArgs(component, args),
        platforms,
        // Value by value: with an output around the record, the names of all would be unknown.
        secrets: secrets && mapValues(secrets, (value) => pulumi.secret(value)),
        builder: builder === undefined ? undefined : { name: builder },
        // With `cache: false` there is none.
        ...(cache && cacheOptions(cache, (build.cache as ContainerBuildCache | undefined)?.mode)),
        push: true,
        // A preview only reads the Dockerfile and changes neither a registry nor a builder's cache.
        buildOnPreview: false,
    };
}
