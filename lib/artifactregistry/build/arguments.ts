import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import * as check from "../../internal/check";
import { isSecretName } from "../../internal/secretName";
import { display, isObject } from "../../internal/value";
import { type Context, hasLocalCloud, resolveContext } from "./context";
import { hasStage, parseDockerfile } from "./dockerfile";

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

/** How an image is built, as with {@link https://docs.docker.com/reference/cli/docker/buildx/build/ docker buildx build}. */
export interface ContainerBuild {
    /** The build context, relative to the program's working directory. Files listed in its `.dockerignore` are excluded. */
    context: string;
    /**
     * The Dockerfile, relative to the context.
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

const platforms: string[] = [
    "linux/amd64",
    "linux/arm64",
    "linux/386",
    "linux/arm",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
] satisfies ContainerPlatform[];

const folder = check.pipe(
    check.text(),
    check.refine(
        (value) => folderProblem(String(value)) === undefined,
        ({ input }) => folderProblem(String(input)) ?? "",
    ),
);

function folderProblem(path: string): string | undefined {
    const root = resolve(path);
    if (!existsSync(root)) {
        return `is not a folder: ${root} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    if (!statSync(root).isDirectory()) {
        return `is not a folder: ${root} is a file\nSpecify the folder that contains the file.`;
    }
    return readdirSync(root).length === 0 ? `has no files: ${root} is empty` : undefined;
}

const options = check.options<ContainerBuild>(
    {
        context: folder,
        dockerfile: check.text(),
        target: check.text(),
        args: check.record(
            check.matching(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a name of letters, digits and _"),
            check.input(check.text()),
        ),
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
        cache: check.literalOr(
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
        ),
        builder: check.matching(
            /^[a-zA-Z][a-zA-Z0-9._-]*$/,
            "must be a builder's name, as 'docker buildx ls' shows it",
        ),
    },
    "context",
);

/** Checks a build: a folder, or options. */
export const build = check.either((value) => typeof value === "string", folder, options);

/** Normalizes a folder to {@link ContainerBuild}. */
export const normalizeBuild = (build: string | ContainerBuild): ContainerBuild =>
    typeof build === "string" ? { context: build } : build;

/** Checks the files of a build, and the arguments that refer to them. */
export function buildProblems(build: string | ContainerBuild): (check.Problem | undefined)[] {
    const { context, dockerfile: name, target, args = {} } = normalizeBuild(build);
    const place = resolveContext(context, name);
    return [
        dockerfileProblem(place, typeof build === "string" ? "build" : "build.dockerfile"),
        hasLocalCloud(place)
            ? check.problem(
                  typeof build === "string" ? "build" : "build.context",
                  "artifactregistry/context-with-secrets",
                  "has the files of the local Google Cloud, .slipway, with its secrets. Add .slipway to .dockerignore.",
              )
            : undefined,
        target === undefined ? undefined : targetProblem(place, target),
        ...Object.entries(args).map(([key, value]) => secretProblem(key, value)),
    ];
}

function dockerfileProblem({ folder, dockerfile: file }: Context, path: string): check.Problem | undefined {
    if (!existsSync(file) || !statSync(file).isFile()) {
        const names = readdirSync(folder).sort();
        const listed = `${names.slice(0, 10).join(", ")}${names.length > 10 ? ` and ${names.length - 10} more` : ""}`;
        const how = "Create one, or set dockerfile, relative to the context.";
        return check.problem(
            path,
            "artifactregistry/dockerfile-missing",
            `has no Dockerfile: ${file} does not exist. The folder has ${listed}. ${how}`,
        );
    }
    const { stages } = parseDockerfile(readFileSync(file, "utf8"));
    return check.when(
        stages.length === 0,
        path,
        "artifactregistry/dockerfile-without-stage",
        `has no stage: there is no FROM in ${file}.`,
    );
}

function targetProblem({ dockerfile: file }: Context, target: string): check.Problem | undefined {
    if (!existsSync(file) || !statSync(file).isFile()) {
        return undefined;
    }
    const parsed = parseDockerfile(readFileSync(file, "utf8"));
    const names = parsed.stages.flatMap(({ name }) => name ?? []);
    const how =
        names.length > 0
            ? `It has ${names.join(", ")}; did you mean "${closest(target, names)}"?`
            : "Name one with FROM … AS ….";
    const reason = `is not a stage of ${file} (got ${display(target)}). ${how}`;
    return check.when(!hasStage(parsed, target), "build.target", "artifactregistry/build-target-unknown", reason);
}

function secretProblem(key: string, value: pulumi.Input<string>): check.Problem | undefined {
    if (!isSecretName(key, value)) {
        return undefined;
    }
    const got = typeof value === "string" ? "a string" : display(value);
    const reason = `has the name of a secret, and everyone who can pull the image can read its arguments (got ${got}).`;
    const how = `Use secrets: { ${key}: … } and RUN --mount=type=secret,id=${key}, or rename the argument.`;
    return check.problem(`build.args.${key}`, "artifactregistry/build-arg-named-as-secret", `${reason} ${how}`);
}
