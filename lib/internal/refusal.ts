import { dirname } from "node:path";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong, and at which argument. */
export interface Problem {
    path: string;
    reason: string;
}

/** All that is wrong with a component's arguments, a line each, as an error shows it. */
export function worded(component: string, problems: Problem[]): string {
    return problems.map(({ path, reason }) => `${component}: ${path ? `${path}: ` : ""}${reason}`).join("\n");
}

/** The error of wrong arguments. Whoever reads it sees what is wrong and which line of the program says so. */
export function refusal(component: string, problems: Problem[]): pulumi.InputPropertiesError {
    const error = new pulumi.InputPropertiesError({
        message: worded(component, problems),
        errors: problems.map(({ path, reason }) => ({ propertyPath: path, reason })),
    });
    const frames = (error.stack ?? "").split("\n").filter((line) => /^ +at /.test(line) && isProgram(line));
    error.stack = [`Error: ${error.message}`, ...frames].join("\n");
    // pulumi would print every property behind the stack, where they repeat the message.
    return Object.defineProperty(error, inspect.custom, { value: () => error.stack });
}

/** The error of what is known late, of which Pulumi shows the message alone, also where it would show the stack. */
export function lateRefusal(message: string): pulumi.RunError {
    return Object.assign(new pulumi.RunError(message), { stack: message });
}

const library = dirname(__dirname);

function isProgram(frame: string): boolean {
    return !frame.includes(library) && !frame.includes("node_modules") && !frame.includes("node:");
}
