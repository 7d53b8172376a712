import type * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { imageName } from "../../internal/arguments/image";
import { folder } from "../../internal/sources/files";
import type { SourceFile } from "../../internal/sources/listing";
import type { DeployedFile } from "../source";
import { sizeProblems } from "../sourceFiles";
import { sourceProblems } from "../startup";
import { phpConfig, phpProblems } from "./php";
import { detectFlexibleRuntime, type FlexibleRuntime, type ResolvedRuntime, runtime, runtimeId } from "./runtime";

/** A service that runs an image. */
export interface FromImage {
    /**
     * The container image, which listens on port 8080: a {@link ContainerImage}, or the name of an image in Artifact Registry
     * with its digest.
     */
    image: ContainerImage | pulumi.Input<string>;
}

/** A service whose image App Engine builds from a folder. */
export interface FromSource {
    /**
     * The application's folder, relative to the program's working directory. Files that its `.gcloudignore` matches are left
     * out.
     */
    source: string;
    /**
     * The runtime of the image: a language and its version, or the folder's `Dockerfile`.
     * @default detected from the files of the source: `Dockerfile` custom, `main.py` Python, `package.json` Node.js, `go.mod`
     * Go, `pom.xml` Java, `index.php` PHP, `Gemfile` Ruby, a project file .NET
     */
    runtime?: FlexibleRuntime;
    /**
     * The command that starts the application, which listens on the port in `$PORT`.
     * @default the runtime's own
     */
    entrypoint?: string;
}

const registry = /^(([a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)\//;

/** `image-url` of {@link https://cloud.google.com/sdk/gcloud/reference/app/deploy gcloud app deploy}. */
const hosted = check.pipe(
    imageName,
    check.refine(
        (value) => registry.test(String(value)),
        "must be an image in Artifact Registry, such as europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:…\nUse a ContainerImage of a ContainerRegistry, or push the image there.",
    ),
);

/** Checks each argument of the code. */
export const codeChecks: check.Checks<FromImage & FromSource> = {
    image: check.componentOr(check.component<ContainerImage>("ContainerImage"), check.input(hosted)),
    source: folder(),
    runtime,
    entrypoint: check.matching(/^\S[^\r\n]*$/, "must be a command on one line"),
};

/** Checks that there is either an image or a source that can be built. */
export function codeProblems(
    { image, source, entrypoint, runtime }: Partial<FromImage & FromSource>,
    files: readonly SourceFile[],
): Problem[] {
    if (image === undefined && source === undefined) {
        return [
            check.problem(
                "source",
                "appengine/source-or-image-missing",
                "is missing, and so is image. Specify the folder of the code, or the image.",
            ),
        ];
    }
    if (image !== undefined && source !== undefined) {
        return [
            check.problem("image", "appengine/image-and-source", "cannot be combined with source. Remove one of them."),
        ];
    }
    if (source === undefined) {
        const unused = Object.entries({ runtime, entrypoint });
        const reason = "is only valid with source, not with image. Remove it.";
        return unused.flatMap(([path, value]) =>
            value === undefined ? [] : [check.problem(path, "appengine/only-with-source", reason)],
        );
    }
    const runtimeSettings = runtime ?? detectFlexibleRuntime(files);
    const reason =
        'is missing, and cannot be detected from the source files. Set it, for example to { name: "python" }.';
    return [
        ...(runtimeSettings === undefined
            ? [check.problem("runtime", "appengine/flexible-runtime-missing", reason)]
            : runtimeSettings.php === undefined
              ? sourceProblems({ files, runtime: runtimeId(runtimeSettings), entrypoint: entrypoint ?? "" })
              : phpProblems(runtimeSettings.php, files)),
        ...sizeProblems(files),
    ];
}

/** The path of the build's configuration; different from app.yaml, which the source may contain. */
const buildFileName = "app.slipway.yaml";

/**
 * The configuration of the build, to be deployed with the source: the builders read the runtime, its version and the
 * entrypoint only from an app.yaml. JSON is valid YAML.
 */
export function buildFile({ runtime, entrypoint }: { runtime: ResolvedRuntime; entrypoint?: string }): {
    name: string;
    content: string;
} {
    const { name, version, operatingSystem, php = {} } = runtime;
    const own = { operating_system: operatingSystem, runtime_version: version, ...phpConfig(php) };
    const config = name === "custom" ? {} : { runtime_config: own };
    const content = JSON.stringify({ runtime: name, env: "flex", entrypoint, ...config }, undefined, 2);
    return { name: buildFileName, content: `${content}\n` };
}

/** The image, or the files of the build, in the form of the API. */
export const deploymentArgs = (image: pulumi.Input<string> | undefined, files: DeployedFile[]) =>
    image === undefined ? { files, cloudBuildOptions: { appYamlPath: buildFileName } } : { container: { image } };
