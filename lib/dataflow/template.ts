import type * as pulumi from "@pulumi/pulumi";
import { type DataflowTemplate, type DataflowTemplateName, dataflowTemplates } from "../facts/dataflow";
import * as check from "../internal/arguments/check";
import type { DataflowRunArgs } from "./dynamic";
import type { Typed } from "./type";

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
    /** The template: its name, and its kind. */
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

/** A template in any of its shapes. */
export interface AnyTemplate {
    template?: DataflowTemplateName | OtherTemplate["template"];
    templateFile?: OwnTemplate["templateFile"];
    kind?: OwnTemplate["kind"];
    version?: string;
}

const names = Object.keys(dataflowTemplates.rows) as DataflowTemplateName[];

/** Checks each of {@link AnyTemplate}. */
export const templateChecks: check.Checks<AnyTemplate> = {
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
};

/** The row of a template with typed parameters. */
export const templateRow = ({ template }: Pick<AnyTemplate, "template">) =>
    typeof template === "string" ? dataflowTemplates.rows[template] : undefined;

/** Reports parameters of a template that Dataflow refuses: `The template parameters are invalid`. */
export function templateProblems({
    template,
    parameters = {},
    uses = {},
}: Pick<AnyTemplate, "template"> & { parameters?: object; uses?: object }): check.Problem[] {
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

/**
 * The template in the form of the API.
 *
 * @param specification the address of the specification that the component has made
 */
export function templateOf(
    { template, templateFile, kind = "flex", region, version = "latest" }: AnyTemplate & { region: string },
    specification: pulumi.Input<string> | undefined,
): DataflowRunArgs["template"] {
    if (template !== undefined) {
        const google =
            typeof template === "string" ? { name: template, kind: dataflowTemplates.rows[template].kind } : template;
        const folder = google.kind === "flex" ? "flex/" : "";
        return {
            kind: google.kind,
            path: `gs://dataflow-templates-${region}/${version}/${folder}${google.name}`,
        };
    }
    return templateFile === undefined
        ? { kind: "flex", path: specification as pulumi.Input<string> }
        : { kind, path: templateFile };
}
