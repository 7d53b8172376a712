import * as pulumi from "@pulumi/pulumi";
import { missingParameters, type PipelineSpec, parameterFault, pipelineParameters } from "../../formats/pipelineSpec";
import { variableProblems } from "../../iam/serverless/variables";
import { type Uses, uses } from "../../internal/access/capability";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { display, displayKnown, isDeferred } from "../../internal/arguments/value";

/** The values of the parameters of a pipeline. */
export interface PipelineValues {
    parameters: Record<string, unknown>;
    /** Capabilities, which identify resources. */
    uses: Uses;
}

const name = check.matching(/^[^\s]+$/, "a parameter's name must not have spaces");

/** Checks each of {@link PipelineValues}. */
export const parameterChecks = {
    parameters: check.record(
        name,
        check.custom<unknown>((value) => value !== undefined && value !== null, "must have a value"),
    ),
    uses: uses(name) as check.Check<Uses>,
};

/** Reports values that do not fit the declarations of the pipeline. */
export function parameterProblems({ parameters, uses }: PipelineValues, spec: PipelineSpec): check.Problem[] {
    const declared = pipelineParameters(spec);
    const given = [...Object.keys(parameters), ...Object.keys(uses)];
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
        ...missingParameters(spec, given).map((name) =>
            check.problem(
                `parameters.${name}`,
                "vertex/parameter-missing",
                `is missing. The pipeline declares it as ${declared[name]?.parameterType} without a default.`,
            ),
        ),
    ];
}

/** Reports a known value of another type; outputs are checked when they are known. */
function valueProblems(name: string, value: unknown, spec: PipelineSpec, shown = display(value)): check.Problem[] {
    const declared = pipelineParameters(spec)[name];
    const isKnown = !isDeferred(value);
    const fault = declared && isKnown ? parameterFault(declared, value) : undefined;
    return fault === undefined
        ? []
        : [
              check.problem(
                  `parameters.${name}`,
                  "vertex/parameter-type",
                  `must be ${fault}, as the pipeline declares it as ${declared?.parameterType} (got ${shown}).`,
              ),
          ];
}

const secretHint = (name: string) =>
    `Store it in a Secret, set uses: { ${name}: thatSecret.role("roles/secretmanager.secretAccessor") } and read the secret in the task, or rename the parameter.`;

/** Reports values that everyone can read although they have the name of a secret. */
export const secretProblems = ({ parameters, uses }: PipelineValues) =>
    variableProblems("pipeline", "parameters", parameters as Record<string, pulumi.Input<string>>, uses, secretHint);

/** The values of parameters and capabilities; those that are known only at deployment are checked then. */
export function parameterValues(
    component: string,
    { parameters, uses, spec }: PipelineValues & { spec?: PipelineSpec },
): Record<string, unknown> {
    const used = Object.entries(uses).flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]));
    const given = Object.entries(parameters).map(([name, value]) => [
        name,
        (pulumi.output(value) as pulumi.Output<unknown>).apply(async (known) => {
            const problems = spec ? valueProblems(name, known, spec, await displayKnown(value, known)) : [];
            if (problems.length > 0) {
                throw deferredError(`VertexPipeline "${component}"`, problems);
            }
            return known;
        }),
    ]);
    return Object.fromEntries([...used, ...given]);
}
