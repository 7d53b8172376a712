import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { workflowsLimits } from "../facts/limits/workflows";
import * as check from "../internal/arguments/check";
import { formatFault, readYaml } from "../internal/arguments/yaml";
import { filesOf } from "../internal/sources/listing";

const { max } = workflowsLimits.rows.source;

/** Checks the path of a definition: it must be readable, and have the shape of a workflow. */
export const definition: check.Check<string> = check.validText(sourceProblem);

/** The definition of a file, or of all YAML files of a folder. */
export function readSource(path: string): string {
    return sourceFiles(path)
        .map((file) => readFileSync(file, "utf8"))
        .join("\n");
}

/** The file, or the YAML files of the folder by their names. Concatenated maps are one map; JSON cannot be concatenated. */
function sourceFiles(path: string): string[] {
    const root = resolve(path);
    return statSync(root).isDirectory()
        ? filesOf(path)
              .map(({ file }) => file)
              .filter((file) => /\.ya?ml$/.test(file))
        : [root];
}

function sourceProblem(path: string): string | undefined {
    const root = resolve(path);
    if (!existsSync(root)) {
        return `is not a file or a folder: ${root} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    const files = sourceFiles(path);
    if (files.length === 0) {
        return `has no files: there is no .yaml or .yml in ${root}`;
    }
    const texts = files.map((file) => readFileSync(file, "utf8"));
    const bytes = Buffer.byteLength(texts.join("\n"));
    if (bytes > max) {
        return `must have ${max} bytes at most, the limit of Workflows for a definition: it has ${bytes}`;
    }
    const unreadable = files
        .map((file, index) => problemIn(file, texts[index] as string))
        .find((problem) => problem !== undefined);
    // In several files of a folder, a workflow can be defined twice.
    return unreadable ?? problemIn(root, texts.join("\n"), shapeProblem);
}

/** The first error of a YAML or JSON file, or of its content. */
function problemIn(file: string, text: string, ofContent?: (content: unknown) => string | undefined) {
    const read = readYaml(text);
    return "fault" in read
        ? `is not valid YAML or JSON: ${file}: ${formatFault(read.fault, text)}`
        : ofContent?.(read.value);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A definition is a list of steps, or a map of workflows of which one is `main`:
 * {@link https://cloud.google.com/workflows/docs/reference/syntax}.
 */
function shapeProblem(value: unknown): string | undefined {
    if (Array.isArray(value)) {
        return stepsProblem("main", value);
    }
    if (!isMap(value) || !Object.hasOwn(value, "main")) {
        const found = isMap(value)
            ? `the keys ${Object.keys(value).join(", ")}`
            : `${value === null ? "none" : "a text"}`;
        return `must define a list of steps, or workflows of which one is main (found ${found})`;
    }
    return Object.entries(value)
        .map(([name, workflow]) => workflowProblem(name, workflow))
        .find((problem) => problem !== undefined);
}

/** Subworkflows are lists of steps, or have `params` and `steps`: {@link https://cloud.google.com/workflows/docs/reference/syntax/subworkflows}. */
function workflowProblem(name: string, workflow: unknown): string | undefined {
    if (!isMap(workflow)) {
        return stepsProblem(name, workflow);
    }
    const unknown = Object.keys(workflow).find((key) => !["params", "steps"].includes(key));
    return unknown === undefined
        ? stepsProblem(name, workflow.steps)
        : `must have only params and steps in the workflow ${name} (found ${unknown})`;
}

function stepsProblem(name: string, steps: unknown): string | undefined {
    if (!Array.isArray(steps) || steps.length === 0) {
        return `must have a list of steps in the workflow ${name}`;
    }
    const index = steps.findIndex((step) => !isMap(step) || Object.keys(step).length !== 1);
    return index < 0
        ? undefined
        : `must name each step in the workflow ${name}, as "- wait: { … }": step ${index + 1} is no map with one key`;
}
