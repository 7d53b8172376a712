import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type PipelineSpec, pipelineSchema } from "../../formats/pipelineSpec";
import * as check from "../../internal/arguments/check";
import { isPlainObject } from "../../internal/arguments/value";
import { formatFault, readYaml } from "../../internal/arguments/yaml";

/**
 * A template in Artifact Registry by its {@link https://cloud.google.com/vertex-ai/docs/pipelines/create-pipeline-template version}:
 * `https://europe-west1-kfp.pkg.dev/acme-dev/pipelines/forecast/sha256:…`.
 */
const templateForm = /^https:\/\/([a-z0-9-]+)-kfp\.pkg\.dev\/([^/]+)\/([^/]+)\/([^/]+)\/(.+)$/;

/** Whether a pipeline is a template in Artifact Registry, and not a file. */
const isTemplate = (pipeline: string): boolean => pipeline.startsWith("https://");

/** Checks the path of a compiled pipeline, or the address of a template. */
export const pipelineSource = check.validText(problemOf);

function problemOf(pipeline: string): string | undefined {
    if (!isTemplate(pipeline)) {
        const read = readPipeline(pipeline);
        return "problem" in read ? read.problem : undefined;
    }
    const [, , , , , version] = templateForm.exec(pipeline) ?? [];
    if (version === undefined) {
        return "must be a template in Artifact Registry, such as https://europe-west1-kfp.pkg.dev/acme-dev/pipelines/forecast/sha256:…";
    }
    // https://github.com/googleapis/python-aiplatform/issues/2181
    return /^sha256:[0-9a-f]{64}$/.test(version)
        ? undefined
        : "names a template by a tag, which can later refer to another template, and which Vertex AI may not find\nReplace the tag by the version, sha256:….";
}

const compile = "Compile it with the SDK of Kubeflow Pipelines, version 2: kfp.compiler.Compiler().compile(…).";

/** Reads a compiled pipeline, or returns what is wrong with it. */
function readPipeline(path: string): { spec: PipelineSpec } | { problem: string } {
    const file = resolve(path);
    if (!existsSync(file)) {
        return {
            problem: `is not a file: ${file} does not exist\nThe path is relative to ${process.cwd()}. ${compile}`,
        };
    }
    if (!statSync(file).isFile()) {
        return { problem: `is not a file: ${file} is a folder\nSpecify the compiled pipeline.` };
    }
    if (/\.py$/.test(file)) {
        return { problem: `is Python code, not a compiled pipeline\n${compile}` };
    }
    // JSON is YAML as well.
    const text = readFileSync(file, "utf8");
    const read = readYaml(text);
    if ("fault" in read) {
        return {
            problem: read.fault.isSecondDocument
                ? "has options of Kubernetes in a second document, which Vertex AI does not have\nRemove the calls of kfp.kubernetes from the pipeline."
                : `is not valid YAML or JSON: ${formatFault(read.fault, text)}\n${compile}`,
        };
    }
    const { value: content } = read;
    if (content === null) {
        return { problem: `is not valid YAML or JSON: it is empty\n${compile}` };
    }
    const spec = isPlainObject(content) && isPlainObject(content.pipelineSpec) ? content.pipelineSpec : content;
    return isPlainObject(spec) ? checkedSpec(spec) : { problem: `is not a compiled pipeline\n${compile}` };
}

function checkedSpec(spec: Record<string, unknown>): { spec: PipelineSpec } | { problem: string } {
    if (spec.apiVersion !== undefined && spec.kind !== undefined) {
        return { problem: `is a ${String(spec.kind)} of Kubernetes, which Vertex AI does not run\n${compile}` };
    }
    if (!isPlainObject(spec.root) || !isPlainObject(spec.pipelineInfo)) {
        return { problem: `is not a compiled pipeline: it has no root or no pipelineInfo\n${compile}` };
    }
    return spec.schemaVersion === pipelineSchema
        ? { spec: spec as unknown as PipelineSpec }
        : {
              problem: `has the schema ${String(spec.schemaVersion)} of an old SDK, and must have ${pipelineSchema}\n${compile}`,
          };
}

/** The content of a pipeline that was checked; undefined for a template. */
export function specOf(pipeline: string): PipelineSpec | undefined {
    const read = isTemplate(pipeline) ? undefined : readPipeline(pipeline);
    return read && "spec" in read ? read.spec : undefined;
}

/** The same pipeline with caching set for all tasks, as the {@link https://cloud.google.com/vertex-ai/docs/pipelines/configure-caching SDK does it}. */
export function withCaching(spec: PipelineSpec, enableCache: boolean): PipelineSpec {
    const copy = structuredClone(spec);
    for (const { dag } of [copy.root, ...Object.values(copy.components ?? {})]) {
        for (const task of Object.values(dag?.tasks ?? {})) {
            task.cachingOptions = { enableCache };
        }
    }
    return copy;
}
