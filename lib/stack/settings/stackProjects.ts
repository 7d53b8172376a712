import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { messageError } from "../../internal/arguments/argumentsError";

/**
 * Completes the entries of `slipway:environments` that have no project: with `gcp:project` of the configuration for the stack that runs,
 * of the stack file for others. An entry stays as it is if there is none, for the check to refuse.
 */
export function withProjects(stack: string, environments: unknown): unknown {
    if (!isRecord(environments)) {
        return environments;
    }
    const completed = Object.entries(environments).map(([name, entry]) => {
        if (!isRecord(entry) || "project" in entry) {
            return [name, entry];
        }
        const project = name === stack ? pulumi.runtime.getConfig("gcp:project") : projectOfFile(name);
        return [name, project === undefined ? entry : { project, ...entry }];
    });
    return Object.fromEntries(completed);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** `gcp:project` in the file of a stack. */
function projectOfFile(stack: string): unknown {
    // A program whose entries have their projects loads neither this nor the parser.
    const { findProject, stackFile }: typeof import("../../project") = require("../../project");
    const file = stackFile(stack, findProject(pulumi.getRootDirectory() || process.cwd()));
    if (!existsSync(file)) {
        return undefined;
    }
    const {
        formatFault,
        readYaml,
    }: typeof import("../../internal/arguments/yaml") = require("../../internal/arguments/yaml");
    const text = readFileSync(file, "utf8");
    const read = readYaml(text);
    if ("fault" in read) {
        throw messageError(`${file} is not valid YAML: ${formatFault(read.fault, text)}.`);
    }
    const config = isRecord(read.value) ? read.value.config : undefined;
    return isRecord(config) ? config["gcp:project"] : undefined;
}
