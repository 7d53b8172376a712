import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { pipelineBillingLabel } from "../../facts/vertex/pipelineLimits";
import {
    imageWithoutVersion,
    missingParameters,
    type PipelineSpec,
    parameterFault,
    pipelineContainers,
    pipelineParameters,
} from "../../formats/pipelineSpec";
import { variableProblems } from "../../iam/serverless/variables";
import * as check from "../../internal/check";
import { shortenName } from "../../internal/names";
import { regionProblem } from "../../internal/places";
import { display, isDeferred } from "../../internal/value";
import { executorProblems, imageProblem } from "../images";
import { attachmentOf } from "../network";
import { type VertexPipelineArgs, vertexPipelineArgs } from "./arguments";
import { isTemplate, readPipeline } from "./pipelineFile";
import { scheduleProblems } from "./schedule";

type Defaulted = "name" | "region" | "parameters" | "uses" | "images" | "runOnDeploy" | "runOn" | "wait";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<VertexPipelineArgs, Defaulted>,
        Required<Pick<VertexPipelineArgs, Defaulted>> {
    /** The content of the file; undefined for a template. */
    spec?: PipelineSpec;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, given: VertexPipelineArgs, environment: Environment): ResolvedArgs {
    const args = check.withDefaults(given, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"), 63),
        region: environment.region,
        parameters: {},
        uses: {},
        images: {},
        runOnDeploy: given?.schedule === undefined,
        runOn: [],
        wait: true,
    });
    let spec: PipelineSpec | undefined;
    const problems = (checked: typeof args) => {
        const read = isTemplate(checked.pipeline) ? undefined : readPipeline(checked.pipeline);
        spec = read && "spec" in read ? read.spec : undefined;
        return [
            ...(spec ? specProblems(checked, spec) : templateProblems(checked)),
            ...variableProblems(
                "pipeline",
                "parameters",
                checked.parameters as Record<string, pulumi.Input<string>>,
                checked.uses,
                secretHint,
            ),
            ...Object.entries(checked.images).map(([name, image]) =>
                imageProblem(`images.${name}`, image, environment),
            ),
            ...(spec ? executorProblems(spec, checked.images, environment) : []),
            ...runProblems(checked),
            ...scheduleProblems(checked.schedule),
            ...(checked.labels && Object.hasOwn(checked.labels, pipelineBillingLabel)
                ? [
                      check.problem(
                          `labels.${pipelineBillingLabel}`,
                          "vertex/label-reserved",
                          "is set by Vertex AI itself. Remove it.",
                      ),
                  ]
                : []),
            regionProblem("encryptionKey", checked.encryptionKey, checked.region, "the pipeline"),
            regionProblem("network.attachment", attachmentOf(checked.network), checked.region, "the pipeline"),
        ];
    };
    const checked = check.checked(`VertexPipeline "${component}"`, args, vertexPipelineArgs, problems);
    return { ...checked, spec };
}

const secretHint = (name: string) =>
    `Store it in a Secret, set uses: { ${name}: thatSecret.role("roles/secretmanager.secretAccessor") } and read the secret in the task, or rename the parameter.`;

/** Reports what does not fit the declarations of the pipeline. */
function specProblems(
    { parameters, uses, images }: Pick<ResolvedArgs, "parameters" | "uses" | "images">,
    spec: PipelineSpec,
) {
    const declared = pipelineParameters(spec);
    const given = [...Object.keys(parameters), ...Object.keys(uses)];
    const missing = missingParameters(spec, given);
    const artifacts = Object.entries(spec.root.inputDefinitions?.artifacts ?? {}).filter(
        ([, { isOptional }]) => !isOptional,
    );
    return [
        ...Object.entries({ parameters, uses }).flatMap(([at, all]) =>
            Object.keys(all)
                .filter((name) => !Object.hasOwn(declared, name))
                .map((name) =>
                    check.problem(
                        `${at}.${name}`,
                        "vertex/parameter-unknown",
                        `unknown parameter of the pipeline${check
                            .unknownOption(name, Object.keys(declared))
                            .replace("unknown option", "")
                            .replace(/\??$/, (end) => end || ".")}`,
                    ),
                ),
        ),
        ...Object.entries(parameters).flatMap(([name, value]) => valueProblems(name, value, spec)),
        ...Object.keys(uses)
            .filter((name) => declared[name] && declared[name].parameterType !== "STRING")
            .map((name) =>
                check.problem(
                    `uses.${name}`,
                    "vertex/parameter-not-text",
                    `must be a parameter of type STRING, as it identifies a resource (got ${declared[name]?.parameterType}).`,
                ),
            ),
        ...missing.map((name) =>
            check.problem(
                `parameters.${name}`,
                "vertex/parameter-missing",
                `is missing. The pipeline declares it as ${declared[name]?.parameterType} without a default.`,
            ),
        ),
        ...artifacts.map(([name]) =>
            check.problem(
                "pipeline",
                "vertex/input-artifact",
                `needs the input artifact "${name}", which a deployment cannot pass. Import it in the pipeline with dsl.importer.`,
            ),
        ),
        ...imageProblems(images, spec),
    ];
}

/** Reports a known value of another type; outputs are checked when they are known. */
export function valueProblems(name: string, value: unknown, spec: PipelineSpec): check.Problem[] {
    const declared = pipelineParameters(spec)[name];
    const isKnown = !isDeferred(value);
    const fault = declared && isKnown ? parameterFault(declared, value) : undefined;
    return fault === undefined
        ? []
        : [
              check.problem(
                  `parameters.${name}`,
                  "vertex/parameter-type",
                  `must be ${fault}, as the pipeline declares it as ${declared?.parameterType} (got ${display(value)}).`,
              ),
          ];
}

function imageProblems(images: ResolvedArgs["images"], spec: PipelineSpec): check.Problem[] {
    const names = [...new Set(pipelineContainers(spec).map(({ image }) => imageWithoutVersion(image)))];
    return Object.keys(images)
        .filter((name) => !names.includes(name))
        .map((name) =>
            check.problem(
                `images.${name}`,
                "vertex/image-unknown",
                `is not an image of the pipeline, whose images are ${names.join(", ")}.`,
            ),
        );
}

/** A template is not read by the program. */
function templateProblems({ images, caching }: ResolvedArgs): check.Problem[] {
    return [
        ...(Object.keys(images).length > 0 ? [check.problem("images", "vertex/images-of-template", forFiles)] : []),
        ...(caching !== undefined ? [check.problem("caching", "vertex/caching-of-template", forFiles)] : []),
    ];
}

const forFiles = "is only for a pipeline in a file. Remove it, or set it before the template is uploaded.";

function runProblems({ runOnDeploy, schedule, runOn }: ResolvedArgs): check.Problem[] {
    if (runOnDeploy) {
        return [];
    }
    return [
        ...(schedule === undefined
            ? [
                  check.problem(
                      "runOnDeploy",
                      "vertex/pipeline-never-runs",
                      "must not be false without a schedule: the pipeline would never run.",
                  ),
              ]
            : []),
        ...(runOn.length > 0
            ? [
                  check.problem(
                      "runOn",
                      "vertex/run-on-without-deploy",
                      "is only for runs in deployments. Set runOnDeploy: true, or remove it.",
                  ),
              ]
            : []),
    ];
}
