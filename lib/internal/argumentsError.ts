import { dirname, isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";

/** A problem with an argument. */
export interface Problem {
    path: string;
    reason: string;
    /** Whether it is a matter of policy, which users can accept by `insecure`. */
    isPolicy?: boolean;
}

/** Formats problems for an error, a line each. */
export function formatProblems(component: string, problems: Problem[]): string {
    return problems.map(({ path, reason }) => `${component}: ${path ? `${path}: ` : ""}${reason}`).join("\n");
}

/** The error of invalid arguments. Pulumi prints only its message, which ends with the lines of the program that passed them. */
export function argumentsError(component: string, problems: Problem[]): pulumi.RunError {
    return deferredError(formatProblems(component, problems), programPlace());
}

/**
 * The error of a value that resolved to an invalid one. Pulumi prints only its message.
 *
 * @param place the {@link programPlace} that passed the value
 */
export function deferredError(message: string, place: () => string = () => ""): pulumi.RunError {
    const complete = `${message}${place()}`;
    const error = Object.assign(new pulumi.RunError(), { stack: complete });
    // The SDK would add the property of a resource that depends on the value.
    return Object.defineProperty(error, "message", { get: () => complete, set: () => undefined });
}

/** The stack of nested components is deeper than Node's default limit. */
const maxFrames = 30;

/**
 * The lines of the program that call this component, for an error that may come later: `\n    at index.ts:7:17`. Formatted on demand,
 * because that maps the whole stack to its sources.
 */
export function programPlace(): () => string {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = maxFrames;
    const here = new Error();
    Error.stackTraceLimit = stackTraceLimit;
    return () => {
        const frames = (here.stack ?? "").split("\n").filter((line) => /^ +at /.test(line));
        const first = frames.findIndex(isProgram);
        const end = frames.findIndex((frame, index) => index > first && isLoader(frame));
        const own = first < 0 ? [] : frames.slice(first, end < 0 ? undefined : end).filter(isProgram);
        return own.map((frame) => `\n    at ${positionIn(frame)}`).join("");
    };
}

const library = dirname(__dirname);

/** Whether a stack frame is the program's own, not one of libraries or Node. */
function isProgram(frame: string): boolean {
    const isFile = /:\d+:\d+\)?$/.test(frame) && !/node_modules|node:/.test(frame);
    return isFile && !isLoader(frame) && !frame.includes(library);
}

/** Whether a stack frame loads a module: Node's own, or a hook (`extensions..js`). */
function isLoader(frame: string): boolean {
    return /node:internal\/modules|^ +at \S*extensions\./.test(frame);
}

/** The position of a stack frame, relative to the working directory: `index.ts:7:17`. */
function positionIn(frame: string): string {
    const [, location = ""] = /^ +at (?:[^(/\\]* \()?(?:async )?(.*?)\)?$/.exec(frame) ?? [];
    const [, file = "", position = ""] = /^(.*?)((?::\d+)*)$/.exec(location) ?? [];
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    const near = isAbsolute(path) ? relative(process.cwd(), path) : path;
    return `${near.startsWith("..") ? path : near}${position}`;
}
