import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { AnyRegistry, ImageSource } from "../artifactregistry";
import { type DataflowTemplate, type DataflowTemplateName, dataflowImages, dataflowTemplates } from "../facts/dataflow";
import * as check from "../internal/check";
import { folder } from "../internal/files";
import { image } from "../internal/image";

/** Whether the job reads unbounded data and does not end, or ends once it has processed all. */
interface Typed {
    /**
     * `"streaming"` for a job that runs until it is stopped, and is updated in place; `"batch"` for one that ends, and that runs again when it changes.
     * The code must agree: a streaming pipeline in Python sets `streaming=True` in its options.
     */
    type: "streaming" | "batch";
}

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

/** Your own template in a bucket. */
export interface OwnTemplate extends Typed {
    /** The object: `gs://acme-templates/score.json`. The account of the job must be able to read it. */
    templateFile: pulumi.Input<string>;
    /**
     * What the object is: the specification of a Flex Template, or a classic template.
     * @default "flex"
     */
    kind?: "flex" | "classic";
}

/** The names of a template's parameters, none of which is required here: `uses` can supply them. */
type ParametersOf<Name extends DataflowTemplateName> = {
    [Parameter in
        | (typeof dataflowTemplates.rows)[Name]["required"][number]
        | (typeof dataflowTemplates.rows)[Name]["optional"][number]]?: pulumi.Input<string>;
};

/** A {@link https://cloud.google.com/dataflow/docs/guides/templates/provided-templates template of Google} with typed parameters. */
export type GoogleTemplate = {
    [Name in DataflowTemplateName]: {
        /** The name of the template. */
        template: Name;
        /**
         * The parameters of the template.
         * @default only the variables of `uses`
         */
        parameters?: ParametersOf<Name>;
        /**
         * The version: `"latest"`, or a dated one, such as `"2026-11-04-00_RC00"`.
         * @default "latest", which Google updates; a running job keeps the version with which it was launched
         */
        version?: string;
    };
}[DataflowTemplateName];

/** Another template of Google. */
export interface OtherTemplate extends Typed {
    template: {
        /** The {@link https://cloud.google.com/dataflow/docs/guides/templates/provided-templates name}: `"Kafka_to_BigQuery_Flex"`. */
        name: string;
        /** Flex Templates are in the folder `flex` of Google's bucket. */
        kind: "flex" | "classic";
    };
    /**
     * The version: `"latest"`, or a dated one, such as `"2026-11-04-00_RC00"`.
     * @default "latest"
     */
    version?: string;
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
export type AnyPipeline = Partial<
    Omit<PipelineSource & PipelineImage & OwnTemplate & AnyParameters, "language" | "kind">
> & {
    template?: DataflowTemplateName | OtherTemplate["template"];
    version?: string;
    language?: PipelineImage["language"];
    kind?: OwnTemplate["kind"];
};

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

const names = Object.keys(dataflowTemplates.rows) as DataflowTemplateName[];

export const pipelineChecks = {
    type: check.oneOf("streaming", "batch"),
    source: folder(),
    registry: check.component<AnyRegistry>("ContainerRegistry"),
    main: check.matching(/^[\w./-]+\.py$/, "must be a Python file of the folder such as main.py"),
    launcherImage: reference,
    sdkImage: reference,
    image,
    language: check.oneOf("python", "java", "go"),
    workerImage: check.either<true, ImageSource>(
        (value) => value === true,
        check.custom<true>((value) => value === true),
        image as never,
    ),
    templateFile: check.input(
        check.matching(/^gs:\/\/[^/]+\/.+$/, "must be an object such as gs://acme-templates/score.json"),
    ),
    kind: check.oneOf("flex", "classic"),
    template: check.either(
        (value) => typeof value === "string",
        check.matching<DataflowTemplateName>(
            new RegExp(`^(${names.join("|")})$`),
            `must be one of ${names.join(", ")}\nFor others, use template: { name, kind } with their type`,
        ),
        check.options<OtherTemplate["template"]>(
            {
                name: check.matching(/^\w+$/, "must be the name of a template such as Kafka_to_BigQuery_Flex"),
                kind: check.oneOf("flex", "classic"),
            },
            "name",
            "kind",
        ),
    ),
    version: check.matching(/^[\w-]+$/, 'must be "latest" or a dated version such as "2026-11-04-00_RC00"'),
    parameters: check.record(parameterName, check.input(check.text())),
};

/** The row of a template with typed parameters. */
export const templateRow = ({ template }: Pick<AnyPipeline, "template">) =>
    typeof template === "string" ? dataflowTemplates.rows[template] : undefined;

const versionIn = (text: string) => /^apache[-_]beam(?:\[[^\]]*\])?\s*==\s*([\w.]+)/m.exec(text)?.[1];

/** The image of Apache Beam with the version in the folder's requirements. */
export function defaultSdkImage(source: string): string {
    const file = join(source, "requirements.txt");
    const version = existsSync(file) ? versionIn(readFileSync(file, "utf8")) : undefined;
    return `${dataflowImages.rows.sdk.image}:${version ?? "latest"}`;
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
        ...parameterProblems(args),
        ...(source === undefined ? [] : sourceProblems(args as PipelineSource)),
    ];
}

/** Dataflow refuses these: `The template parameters are invalid`. */
function parameterProblems({ template, parameters = {}, uses = {} }: AnyPipeline & { uses?: object }): check.Problem[] {
    const row: DataflowTemplate | undefined = templateRow({ template });
    if (row === undefined) {
        return [];
    }
    const known: readonly string[] = [...row.required, ...row.optional];
    const given = [...Object.keys(parameters), ...Object.keys(uses)];
    return [
        ...Object.entries({ parameters, uses }).flatMap(([path, all]) =>
            Object.keys(all)
                .filter((name) => !known.includes(name))
                .map((name) =>
                    check.problem(
                        `${path}.${name}`,
                        "dataflow/template-unknown-parameter",
                        check.unknownOption(name, [...known]),
                    ),
                ),
        ),
        ...row.required
            .filter((name) => !given.includes(name))
            .map((name) =>
                check.problem(
                    `parameters.${name}`,
                    "dataflow/template-parameter-missing",
                    `is missing: ${template} requires it.`,
                ),
            ),
        ...(row.oneOf && row.oneOf.filter((name) => given.includes(name)).length !== 1
            ? [
                  check.problem(
                      "parameters",
                      "dataflow/template-parameters-not-exactly-one",
                      `must have exactly one of ${row.oneOf.join(", ")}, also of those in uses.`,
                  ),
              ]
            : []),
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
