import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { AnyRegistry, ContainerImage, ImageSource } from "../artifactregistry";
import { dataflowImages } from "../facts/dataflow";
import * as check from "../internal/arguments/check";
import { image } from "../internal/arguments/image";
import { folder } from "../internal/sources/files";
import { packagePath } from "../internal/sources/packageFile";
import {
    type AnyTemplate,
    type GoogleTemplate,
    type OtherTemplate,
    type OwnTemplate,
    templateChecks,
    templateProblems,
    templateRow,
} from "./template";
import { type Typed, typeChecks } from "./type";

/** A pipeline in Python, in a folder. */
export interface PipelineSource extends Typed {
    /**
     * The folder of the pipeline, relative to the program's working directory, with a `requirements.txt` that pins `apache-beam`:
     * `apache-beam[gcp]==2.70.0`. An image is built of it, which the launcher and the workers run: all modules of the folder can be
     * imported. A `Dockerfile` in the folder replaces
     * {@link https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates#use_custom_container_images slipway's own}.
     */
    source: string;
    /** The registry for the image. */
    registry: AnyRegistry;
    /**
     * The file of the folder that runs the pipeline.
     * @default "main.py"
     */
    main?: string;
    /**
     * The image from which the launcher is copied: one of
     * {@link https://cloud.google.com/dataflow/docs/reference/flex-templates-base-images Google's base images}, with a tag or a digest.
     * @default "gcr.io/dataflow-templates-base/python311-template-launcher-base:20230622_RC00"
     */
    launcherImage?: pulumi.Input<string>;
    /**
     * The image of Apache Beam on which the pipeline's image is based, with the Python version of the launcher image.
     * @default "docker.io/apache/beam_python3.11_sdk", with the version of `apache-beam` in `requirements.txt` as its tag
     */
    sdkImage?: pulumi.Input<string>;
}

/** A pipeline in your own image. */
export interface PipelineImage extends Typed {
    /**
     * The image of a {@link https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates Flex Template}, with a
     * launcher: a {@link ContainerImage}, or a name with its digest.
     */
    image: ImageSource;
    /**
     * The language of the pipeline.
     * @default "python"
     */
    language?: "python" | "java" | "go";
    /**
     * The image of the workers; `true` if it is the same image.
     * @default Apache Beam's own
     */
    workerImage?: true | ImageSource;
}

/** The parameters of a pipeline whose names are not known here. */
interface AnyParameters {
    /**
     * Options of the pipeline, without secrets: `{ window: "60" }` is `--window=60`.
     * @default only the variables of `uses`
     */
    parameters?: Record<string, pulumi.Input<string>>;
}

/** The pipeline of a job. */
export type Pipeline = check.OneOf<
    | (PipelineSource & AnyParameters)
    | (PipelineImage & AnyParameters)
    | (OwnTemplate & AnyParameters)
    | (OtherTemplate & AnyParameters)
    | GoogleTemplate
>;

/** All arguments of pipelines. */
export type AnyPipeline = Partial<Omit<PipelineSource & PipelineImage & AnyParameters, "language">> &
    AnyTemplate & { language?: PipelineImage["language"] };

/** Options that follow from other arguments: https://cloud.google.com/dataflow/docs/reference/pipeline-options#basic_options */
const ownOptions =
    /^(runner|project|region|update|job_?name|temp_?location|staging_?location|template_?location|service_?account(_?email)?|transform_?name_?mapping)$/i;

/** Checks the name of an option of a pipeline. */
export const parameterName = check.pipe(
    check.matching(
        /^[A-Za-z][A-Za-z0-9_]*$/,
        "a parameter's name must have only letters, digits and _, and start with a letter",
    ),
    check.refine(
        (name) => !ownOptions.test(String(name)),
        "is an option that the component sets by its other arguments\nChoose another name.",
    ),
);

const reference = check.input(
    check.matching(
        /^[a-z0-9][a-z0-9.:-]*\/[a-z0-9._/-]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/,
        "must be an image with its registry, such as gcr.io/dataflow-templates-base/python311-template-launcher-base:20230622_RC00",
    ),
);

/** Checks each of {@link Pipeline}. */
export const pipelineChecks = {
    ...typeChecks,
    source: folder(),
    registry: check.component<AnyRegistry>("ContainerRegistry"),
    main: check.matching(/^[\w./-]+\.py$/, "must be a Python file of the folder such as main.py"),
    launcherImage: reference,
    sdkImage: reference,
    image,
    language: check.oneOf("python", "java", "go"),
    workerImage: check.either<true, ImageSource>(
        (value) => value === true,
        check.custom<true>(() => true),
        image as never,
    ),
    ...templateChecks,
    parameters: check.record(parameterName, check.input(check.text())),
};

const versionIn = (text: string) => /^apache[-_]beam(?:\[[^\]]*\])?\s*==\s*([\w.]+)/m.exec(text)?.[1];

/** The image of Apache Beam with the version in the folder's requirements. */
function defaultSdkImage(source: string): string {
    const version = versionIn(readFileSync(join(source, "requirements.txt"), "utf8"));
    return `${dataflowImages.rows.sdk.image}:${version}`;
}

/** Reports combinations of arguments that no pipeline has. */
export function pipelineProblems(args: AnyPipeline & { uses?: object }): (check.Problem | undefined)[] {
    const { source, image, templateFile, template, type } = args;
    const given = Object.entries({ source, image, templateFile, template }).filter(([, value]) => value !== undefined);
    if (given.length !== 1) {
        return [
            check.problem(
                "",
                "dataflow/code-not-exactly-one",
                "must have exactly one of source, image, templateFile, template.",
            ),
        ];
    }
    const [[kind = ""] = []] = given;
    const row = templateRow(args);
    const only: [string, unknown, string[]][] = [
        ["registry", args.registry, ["source"]],
        ["main", args.main, ["source"]],
        ["launcherImage", args.launcherImage, ["source"]],
        ["sdkImage", args.sdkImage, ["source"]],
        ["language", args.language, ["image"]],
        ["workerImage", args.workerImage, ["image"]],
        ["kind", args.kind, ["templateFile"]],
        ["version", args.version, ["template"]],
    ];
    return [
        ...only
            .filter(([, value, kinds]) => value !== undefined && !kinds.includes(kind))
            .map(([path, , kinds]) =>
                check.problem(path, "dataflow/option-of-other-code", `is only for ${kinds.join(" and ")}. Remove it.`),
            ),
        check.when(
            row === undefined && type === undefined,
            "type",
            "dataflow/type-missing",
            'is missing. Set "streaming" or "batch".',
        ),
        check.when(
            row !== undefined && type !== undefined && type !== row.type,
            "type",
            "dataflow/type-of-template",
            `must be "${row?.type}" for the template ${template} (got "${type}"). Remove it.`,
        ),
        ...templateProblems(args),
        ...(source === undefined ? [] : sourceProblems(args as PipelineSource)),
    ];
}

function sourceProblems({
    source,
    main = "main.py",
    registry,
    sdkImage,
}: PipelineSource): (check.Problem | undefined)[] {
    const file = (name: string) => join(source, name);
    const own = existsSync(file("Dockerfile")) ? readFileSync(file("Dockerfile"), "utf8") : undefined;
    const requirements = existsSync(file("requirements.txt")) ? readFileSync(file("requirements.txt"), "utf8") : "";
    return [
        check.when(
            registry === undefined,
            "registry",
            "dataflow/registry-missing",
            "is missing: the image is pushed there.",
        ),
        check.when(
            !existsSync(file(main)),
            "main",
            "dataflow/main-missing",
            `is not in ${source}: ${main} does not exist. Set main to the file of the pipeline.`,
        ),
        check.when(
            own !== undefined && !own.includes("FLEX_TEMPLATE_PYTHON_PY_FILE"),
            "source",
            "dataflow/dockerfile-without-pipeline",
            "has a Dockerfile that does not set FLEX_TEMPLATE_PYTHON_PY_FILE, the path of the pipeline for the launcher. Set it with ENV, or remove the Dockerfile.",
        ),
        check.when(
            own === undefined && sdkImage === undefined && versionIn(requirements) === undefined,
            "source",
            "dataflow/beam-not-pinned",
            "has no requirements.txt that pins apache-beam. Add a line such as apache-beam[gcp]==2.70.0.",
        ),
    ];
}

/** Builds the image of the pipeline, for the launcher and the workers. */
export function buildImage(
    component: string,
    { source, registry, main = "main.py", launcherImage, sdkImage }: PipelineSource,
    image: string,
    parent: pulumi.ComponentResource,
): ContainerImage {
    const { ContainerImage }: typeof import("../artifactregistry") = require("../artifactregistry");
    const isOwn = existsSync(join(source, "Dockerfile"));
    const own = packagePath("lib", "dataflow", "Dockerfile");
    const args = {
        ...((!isOwn || launcherImage) && { LAUNCHER: launcherImage ?? dataflowImages.rows.launcher.image }),
        ...((!isOwn || sdkImage) && { SDK: sdkImage ?? defaultSdkImage(source) }),
        ...(!isOwn && { MAIN: main }),
    };
    const dockerfile = isOwn ? "Dockerfile" : relative(source, own);
    const build = { dockerfile, ...(Object.keys(args).length > 0 && { args }) };
    return new ContainerImage(`${component}-pipeline`, { registry, image, source, build }, { parent });
}

/** The {@link https://cloud.google.com/dataflow/docs/guides/templates/using-flex-templates specification} of a Flex Template. */
export function specificationOf(
    { language = "python", name, type }: Pick<PipelineImage, "language" | "type"> & { name: string },
    image: pulumi.Input<string>,
    names: string[],
): pulumi.Output<string> {
    return pulumi.output(image).apply((reference) =>
        JSON.stringify({
            image: reference,
            sdkInfo: { language: language.toUpperCase() },
            metadata: {
                name,
                streaming: type === "streaming",
                // Dataflow refuses other parameters.
                parameters: [...names].sort().map((each) => ({ name: each, label: each, helpText: each })),
            },
        }),
    );
}
