import type { Inputs } from "../../../simulator";

/**
 * What a container of a pipeline reads and writes: `ExecutorInput` in
 * https://github.com/kubeflow/pipelines/blob/master/api/v2alpha1/pipeline_spec.proto
 */
export interface ExecutorInput {
    inputs: { parameterValues: Record<string, unknown>; artifacts: Record<string, { artifacts: Inputs[] }> };
    outputs: {
        parameters: Record<string, { outputFile: string }>;
        artifacts: Record<string, { artifacts: Inputs[] }>;
        /** The file with all outputs, which components of Python functions write. */
        outputFile: string;
    };
}

/** The path of an object where Vertex AI mounts buckets: https://cloud.google.com/vertex-ai/docs/training/cloud-storage-file-system */
export const mountedPath = (uri: string): string => uri.replace(/^gs:\/\//, "/gcs/");

/** The values of placeholders that are the same for all elements of a command. */
export type Constants = Record<string, string>;

/**
 * A command or its arguments without placeholders, as the launcher of Kubeflow Pipelines replaces them:
 * https://github.com/kubeflow/pipelines/blob/master/backend/src/v2/component/launcher_v2.go
 */
export function resolvedCommand(elements: string[], input: ExecutorInput, constants: Constants): string[] {
    return elements
        .flatMap((element) => structureOf(element, input))
        .map((text) => resolvedText(text, input, constants));
}

/** `{"Concat": […]}` and `{"IfPresent": {…}}`, which the SDK writes as JSON. */
function structureOf(element: string, input: ExecutorInput): string[] {
    if (!/^\{"(Concat|IfPresent)": /.test(element)) {
        return [element];
    }
    const isPresent = (name: string) =>
        input.inputs.parameterValues[name] !== undefined || input.inputs.artifacts[name] !== undefined;
    const flat = (part: unknown): string[] => {
        if (part === undefined || part === null) {
            return [];
        }
        if (typeof part === "string") {
            return [part];
        }
        if (Array.isArray(part)) {
            return part.flatMap(flat);
        }
        const { Concat, IfPresent } = part as Inputs;
        if (Concat) {
            return [(Concat as unknown[]).flatMap(flat).join("")];
        }
        return flat(isPresent(IfPresent.InputName) ? IfPresent.Then : IfPresent.Else);
    };
    return flat(JSON.parse(element));
}

const placeholder = /\{\{\$(?:\.([^{}]*?))?\}\}/g;

/** Replaces the placeholders of a text. */
export function resolvedText(text: string, input: ExecutorInput, constants: Constants): string {
    return text.replaceAll(placeholder, (whole, path: string | undefined) => {
        if (path === undefined) {
            return JSON.stringify(input);
        }
        const constant = constants[path];
        if (constant !== undefined) {
            return constant;
        }
        const value = valueAt(path, input);
        if (value === notFound) {
            throw new Error(`the placeholder ${whole} is not supported by the local Google Cloud`);
        }
        return typeof value === "string" ? value : JSON.stringify(value ?? null);
    });
}

const notFound = Symbol("not found");

/** `inputs.parameters['weeks']`, `inputs.artifacts['rows'].path`, `outputs.parameters['count'].output_file`, … */
function valueAt(path: string, { inputs, outputs }: ExecutorInput): unknown {
    if (path === "outputs.output_file" || path === "outputs.output_metadata_uri") {
        return outputs.outputFile;
    }
    const [, side, kind, name = "", field] =
        /^(inputs|outputs)\.(parameters|artifacts)\['{1,2}(.+?)'{1,2}\](?:\.(\w+))?$/.exec(path) ?? [];
    if (kind === "parameters") {
        return side === "inputs" && field === undefined
            ? inputs.parameterValues[name]
            : side === "outputs" && field === "output_file"
              ? outputs.parameters[name]?.outputFile
              : notFound;
    }
    const [artifact] = (side === "inputs" ? inputs : outputs).artifacts[name]?.artifacts ?? [];
    if (kind !== "artifacts" || field === undefined || !["uri", "path", "name", "metadata"].includes(field)) {
        return notFound;
    }
    return field === "path" ? artifact && mountedPath(artifact.uri) : artifact?.[field];
}

/** The value of an output parameter in a file. */
export function parameterValue(type: string, text: string): unknown {
    return type === "STRING" ? text : type === "NUMBER_INTEGER" ? Number.parseInt(text, 10) : JSON.parse(text.trim());
}
