import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import * as check from "../../internal/check";
import { isSecretName } from "../../internal/secretName";
import { display, isObject } from "../../internal/value";
import { type Context, contextOf } from "./context";
import { dockerfile, hasStage } from "./dockerfile";

/** A system and a processor, as Go names them ("Multi-platform builds"). */
export type ContainerPlatform =
    | "linux/amd64"
    | "linux/arm64"
    | "linux/386"
    | "linux/arm"
    | "linux/ppc64le"
    | "linux/riscv64"
    | "linux/s390x";

/** Where a build keeps its layers for the next one, which may run on another machine. */
export interface ContainerBuildCache {
    /**
     * A name with a tag that may move: `europe-west1-docker.pkg.dev/acme-dev/cache/predict:main`.
     * @default the image's name with the tag `cache`, in a repository beside the registry, made for it, of its name and `-cache`
     */
    ref?: pulumi.Input<string>;
    /**
     * Which layers are kept: of all stages (`max`), or those of the image alone (`min`).
     * @default "max"
     */
    mode?: "min" | "max";
}

/** How an image is built, in Docker's own terms ("docker buildx build"). */
export interface ContainerBuild {
    /**
     * The folder that the Dockerfile copies from, seen from the program's working folder. What its `.dockerignore` names is
     * left out.
     */
    context: string;
    /**
     * The Dockerfile, seen from the context.
     * @default "Dockerfile"
     */
    dockerfile?: string;
    /**
     * The stage that the image is, by its name in the Dockerfile.
     * @default the last one
     */
    target?: string;
    /**
     * What the Dockerfile takes as `ARG`. Everybody who pulls the image can read it: a name that ends with `PASSWORD`, `TOKEN`,
     * `KEY` or `SECRET` is refused, and so is the value of a secret.
     * @default none
     */
    args?: Record<string, pulumi.Input<string>>;
    /**
     * What the image runs on, each of which is built.
     * @default `["linux/amd64"]`
     */
    platforms?: [ContainerPlatform, ...ContainerPlatform[]];
    /**
     * What `RUN --mount=type=secret,id=NAME` reads as `/run/secrets/NAME`, by name. It is in no layer, and encrypted in the
     * stack's state. Another value builds nothing anew, as with Docker itself.
     * @default none
     */
    secrets?: Record<string, pulumi.Input<string>>;
    /**
     * Where layers are kept for the next build; `false`: only by the builder itself, on its machine.
     * @default `{ mode: "max" }`; with several platforms `false`, as what one of them keeps takes the place of another's
     */
    cache?: ContainerBuildCache | false;
    /**
     * The builder, as `docker buildx ls` names it. It says who builds, not what: another one builds nothing anew.
     * @default Docker's own choice on the machine that deploys: `docker buildx use`
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
        return `is no folder: ${root} does not exist\nThe path is seen from ${process.cwd()}.`;
    }
    if (!statSync(root).isDirectory()) {
        return `is no folder: ${root} is a file\nGive the folder that the file is in.`;
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
            check.refine((given) => new Set(given as string[]).size > 0, "must name at least one"),
            check.refine(
                (given) => new Set(given as string[]).size === (given as string[]).length,
                "must name each once",
            ),
        ),
        secrets: check.either(
            isObject,
            check.record(
                check.matching(/^[A-Za-z0-9_.-]+$/, "must be a name of letters, digits, ., _ and -"),
                check.input(check.sensitive((value) => typeof value === "string", "must be a text")),
            ),
            check.sensitive(() => false, "must be an object"),
        ),
        cache: check.literalOr(
            false,
            check.options<ContainerBuildCache>({
                ref: check.input(
                    check.matching(
                        /^[^/\s@]+\.[^/\s@]+\/[^\s@]+:[^/\s@]+$/,
                        "must be a registry, a name and a tag that may move, as europe-west1-docker.pkg.dev/acme-dev/cache/predict:main is",
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

/** A folder, or how an image is built of it. */
export const build = check.either((value) => typeof value === "string", folder, options);

/** A folder by itself is a context. */
export const wholeBuild = (given: string | ContainerBuild): ContainerBuild =>
    typeof given === "string" ? { context: given } : given;

/** What is wrong with the files of a build, and with what its arguments say of them. */
export function buildProblems(given: string | ContainerBuild): (check.Problem | undefined)[] {
    const { context, dockerfile: name, target, args = {} } = wholeBuild(given);
    const place = contextOf(context, name);
    return [
        dockerfileProblem(place, typeof given === "string" ? "build" : "build.dockerfile"),
        target === undefined ? undefined : targetProblem(place, target),
        ...Object.entries(args).map(([key, value]) => secretProblem(key, value)),
    ];
}

function dockerfileProblem({ folder, dockerfile: file }: Context, path: string): check.Problem | undefined {
    if (!existsSync(file) || !statSync(file).isFile()) {
        const names = readdirSync(folder).sort();
        const listed = `${names.slice(0, 10).join(", ")}${names.length > 10 ? ` and ${names.length - 10} more` : ""}`;
        const how = "Write one, or name it as dockerfile, seen from the context.";
        return { path, reason: `has no Dockerfile: ${file} is not there. The folder has ${listed}. ${how}` };
    }
    const { stages } = dockerfile(readFileSync(file, "utf8"));
    return stages.length > 0 ? undefined : { path, reason: `has no stage: there is no FROM in ${file}.` };
}

function targetProblem({ dockerfile: file }: Context, target: string): check.Problem | undefined {
    if (!existsSync(file) || !statSync(file).isFile()) {
        return undefined;
    }
    const read = dockerfile(readFileSync(file, "utf8"));
    const names = read.stages.flatMap(({ name }) => name ?? []);
    const how =
        names.length > 0
            ? `It has ${names.join(", ")}; did you mean "${closest(target, names)}"?`
            : "Name one by FROM … AS ….";
    const reason = `is no stage of ${file} (got ${display(target)}). ${how}`;
    return hasStage(read, target) ? undefined : { path: "build.target", reason };
}

function secretProblem(key: string, value: pulumi.Input<string>): check.Problem | undefined {
    if (!isSecretName(key)) {
        return undefined;
    }
    const got = typeof value === "string" ? "a text" : display(value);
    const reason = `is named as a secret is, and all who pull the image can read its arguments (got ${got}).`;
    const how = `Take secrets: { ${key}: … } and RUN --mount=type=secret,id=${key}, or name the argument otherwise.`;
    return { path: `build.args.${key}`, reason: `${reason} ${how}` };
}
