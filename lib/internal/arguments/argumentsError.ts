import { dirname, isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { deferredText, plainHint, withoutOutputs } from "./value";

/** A problem with an argument. */
export interface Problem {
    path: string;
    reason: string;
    /** The identifier of the problem in `docs/errors.md`, which never changes. */
    id: ProblemId;
    /** Whether it is a matter of policy, which users can accept by `insecure`. */
    isPolicy?: boolean;
}

/** A problem with an argument. `docs/errors.md` lists the calls of this function and of {@link when}. */
export function problem(path: string, id: ProblemId, reason: string): Problem {
    return { path, id, reason };
}

/** The problem that there is if a condition holds. */
export function when(condition: unknown, path: string, id: ProblemId, reason: string): Problem | undefined {
    return condition ? problem(path, id, reason) : undefined;
}

/** The identifier of a problem: the folder of `lib` that refuses it, and a name: `loadbalancer/iap-of-bucket`. */
export type ProblemId = `${string}/${string}`;

/** Formats problems for an error, a line each, with its identifier at the end. */
export function formatProblems(component: string, problems: Problem[]): string {
    return problems
        .map(({ path, reason, id }) => {
            const line = withoutOutputs(`${component}: ${path ? `${path}: ` : ""}${reason}`);
            return inOneLine(`${withRemedy(line)} [${id}]`);
        })
        .join("\n");
}

/**
 * Adds what to pass in the place of an output. A principal that is one needs a name instead, and a list of
 * capabilities, which have outputs, needs another form.
 */
const withRemedy = (line: string) =>
    line.includes(deferredText) && !/\b(plain value|memberName|Use secrets|must be capabilities)\b/.test(line)
        ? `${line} ${plainHint}`
        : line;

/** Keys and values that a message has can have control characters. */
const inOneLine = (text: string): string =>
    text.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));

/** What the error of invalid arguments consists of. */
export interface Refusal {
    component: string;
    problems: Problem[];
    /** The {@link programPlace} that passed the arguments. */
    place: () => string;
}

const refusals = new WeakMap<object, Refusal>();

/** What the error of invalid arguments consists of; undefined for other errors. */
export const refusalOf = (error: unknown): Refusal | undefined => refusals.get(Object(error));

/** The error of invalid arguments. Pulumi prints only its message, which ends with the lines of the program that passed them. */
export function argumentsError(component: string, problems: Problem[]): pulumi.RunError {
    const place = programPlace();
    const error = deferredError(component, problems, place);
    refusals.set(error, { component, problems, place });
    return error;
}

/**
 * The error of a value that resolved to an invalid one.
 *
 * @param place the {@link programPlace} that passed the value
 */
export function deferredError(component: string, problems: Problem[], place?: () => string): pulumi.RunError {
    return messageError(formatProblems(component, problems), place);
}

/** An error that ends the program. Pulumi prints only its message. */
export function messageError(message: string, place: () => string = () => ""): pulumi.RunError {
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
        const frames = (here.stack as string).split("\n").filter((line) => /^ +at /.test(line));
        const first = frames.findIndex(isProgram);
        const end = frames.findIndex((frame, index) => index > first && isLoader(frame));
        const own = frames.slice(0, end < 0 ? undefined : end).filter(isProgram);
        return own.map((frame) => `\n    at ${positionIn(frame)}`).join("");
    };
}

const library = dirname(dirname(__dirname));

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
    const location = frame.replace(/^ +at (?:[^(/\\]* \()?(?:async )?(.*?)\)?$/, "$1");
    const [, file, position] = /^(.*?)((?::\d+)*)$/.exec(location) as unknown as [string, string, string];
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    const near = isAbsolute(path) ? relative(process.cwd(), path) : path;
    return `${near.startsWith("..") ? path : near}${position}`;
}
