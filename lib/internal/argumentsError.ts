import { dirname } from "node:path";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** A problem with an argument. */
export interface Problem {
    path: string;
    reason: string;
}

/** Formats problems for an error, a line each. */
export function formatProblems(component: string, problems: Problem[]): string {
    return problems.map(({ path, reason }) => `${component}: ${path ? `${path}: ` : ""}${reason}`).join("\n");
}

/** The error of invalid arguments. Its stack starts at the line of the program that passed them. */
export function argumentsError(component: string, problems: Problem[]): pulumi.InputPropertiesError {
    const error = new pulumi.InputPropertiesError({
        message: formatProblems(component, problems),
        errors: problems.map(({ path, reason }) => ({ propertyPath: path, reason })),
    });
    const frames = (error.stack ?? "").split("\n").filter((line) => /^ +at /.test(line) && isProgram(line));
    error.stack = [`Error: ${error.message}`, ...frames].join("\n");
    // Pulumi would print every property of the error behind its stack.
    return Object.defineProperty(error, inspect.custom, { value: () => error.stack });
}

/** The error of a value that resolved to an invalid one. Pulumi prints only its message. */
export function deferredError(message: string): pulumi.RunError {
    return Object.assign(new pulumi.RunError(message), { stack: message });
}

const library = dirname(__dirname);

/** Whether a stack frame is the program's own, not one of libraries, Node or hooks that load modules (`extensions..js`). */
function isProgram(frame: string): boolean {
    const isHook = /^ +at \S*extensions\.\./.test(frame);
    return !isHook && !frame.includes(library) && !frame.includes("node_modules") && !frame.includes("node:");
}
