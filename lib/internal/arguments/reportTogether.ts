import { dirname } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import {
    currentProgram,
    isConnected,
    isMocked,
    isStarted,
    withoutErrorsOfProgram,
    withoutPositionsOf,
} from "../engine/pulumiSdk";
import { formatProblems, messageError, type Problem, type Refusal, refusalOf } from "./argumentsError";

/** What a program has refused so far. */
interface Refused {
    /** The errors that were reported, without the lines of the program. */
    reported: Set<string>;
    /** The errors that are reported at the end of the part of the program that is running. */
    pending: string[];
}

function refused(): Refused {
    const { stateOfProgram }: typeof import("../engine/programState") = require("../engine/programState");
    return stateOfProgram("slipway.refused", currentProgram(), () => ({ reported: new Set(), pending: [] }));
}

const hasFailed = () => refused().reported.size > 0;

/** Whether the engine runs the program: in tests of users and with the Automation API, a constructor throws, so that they can catch it. */
const isRun = (): boolean => isStarted() && isConnected() && !isMocked();

/** The call that is running, with the class if it is a constructor: only the outermost one can be replaced by a placeholder. */
let running: { target?: Constructor | undefined } | undefined;

/** Ends the constructor of a component after its checks, in a program that has failed. */
const held = new Error("The component is not created, because the arguments of an earlier component are invalid.");

/**
 * Holds back what a program registers after the first refused component: a component ends after its checks, and a resource waits for a
 * resource that is never created.
 */
export const holdBack: pulumi.ResourceTransformation = ({ resource, type, props, opts }) => {
    if (type === "pulumi:pulumi:StackReference" || !hasFailed()) {
        return undefined;
    }
    if (running?.target && resource instanceof running.target) {
        throw held;
    }
    const dependsOn = new Promise<never>(() => undefined);
    // Other transformations do not look at values, which can be of a placeholder.
    const unknown = Object.fromEntries(Object.keys(props).map((key) => [key, undefined]));
    return { props: unknown, opts: { ...opts, dependsOn } };
};

type Constructor = new (...args: unknown[]) => object;
type Call = (args: unknown[]) => unknown;

/** The result of a call, or the error that it threw. */
type Outcome = { value: unknown } | { error: unknown };

function outcomeOf(call: Call, args: unknown[], target: Constructor | undefined): Outcome {
    running = { target };
    try {
        return { value: call(args) };
    } catch (error) {
        return { error };
    } finally {
        running = undefined;
    }
}

/**
 * Calls a constructor or function of the package. If its arguments are refused, the program continues with a placeholder, so that the
 * problems of other components are reported, too. Nothing else is registered from then on, and the errors end the program when the part of
 * it that is running ends: before any callback, and before what follows an `await`. The error is thrown immediately if it is not certain that
 * nothing in the program catches it.
 */
function attempt(call: Call, args: unknown[], placeholder: () => object, target?: Constructor): unknown {
    if (running || !isRun()) {
        return call(args);
    }
    const wasFailed = hasFailed();
    const outcome = outcomeOf(call, args, target);
    const isConsequence = wasFailed && placeholders().hasPlaceholder(args);
    if ("value" in outcome) {
        return isConsequence ? placeholder() : outcome.value;
    }
    const { error } = outcome;
    if (error === held) {
        return placeholder();
    }
    let refusal = refusalOf(error);
    if (isConsequence) {
        // A problem that does not come from a placeholder is there with and without it.
        const { hasPlaceholder, withoutPlaceholders } = placeholders();
        const other = outcomeOf(call, args.map(withoutPlaceholders), target);
        const same = "error" in other ? refusalOf(other.error)?.problems : undefined;
        const problems = refusal?.problems.filter((one) => same?.some((two) => isSame(one, two))) ?? [];
        if (!refusal || problems.length === 0 || hasPlaceholder(refusal.component)) {
            return placeholder();
        }
        refusal = { ...refusal, problems };
    }
    const { endsProgram }: typeof import("./uncaught") = require("./uncaught");
    if (!refusal || !endsProgram(library)) {
        throw error;
    }
    report(refusal);
    return placeholder();
}

const library = dirname(dirname(__dirname));

const placeholders = (): typeof import("./placeholder") => require("./placeholder");

const isSame = (one: Problem, two: Problem) => one.path === two.path && one.id === two.id && one.reason === two.reason;

function report({ component, problems, place }: Refusal): void {
    const { reported, pending } = refused();
    const message = formatProblems(component, problems);
    // Each component has the problems of the environment.
    if (reported.has(message)) {
        return;
    }
    if (reported.size === 0) {
        withoutErrorsOfProgram(hasFailed);
    }
    reported.add(message);
    if (pending.push(`${message}${place()}`) === 1) {
        queueMicrotask(() => {
            throw messageError(pending.splice(0).join("\n"));
        });
    }
}

const wrapped = new WeakMap<object, object>();

/** An object that is only for its functions, such as `PersistentDisk`. */
const hasFunctions = (value: unknown): value is object =>
    typeof value === "object" && value !== null && Object.values(value).some((each) => typeof each === "function");

/**
 * A class, a function or an object with functions of the package, whose refused arguments are reported together with other refused
 * arguments.
 */
export function together<Value>(value: Value, name: string): Value {
    if (typeof value !== "function" && !hasFunctions(value)) {
        return value;
    }
    const found = wrapped.get(value) ?? wrap(value as unknown as Constructor, name);
    wrapped.set(value, found).set(found, found);
    return found as Value;
}

function wrap(target: Constructor, name: string): object {
    withoutPositionsOf(__filename);
    const resultPlaceholder = () => placeholders().resultPlaceholder(name);
    const proxy: object = new Proxy(target, {
        construct: (_, args, extending) => {
            const created = extending === proxy ? target : (extending as Constructor);
            return attempt(
                (given) => Reflect.construct(target, given, created),
                args,
                () => placeholders().componentPlaceholder(name, args[0], created.prototype),
                target,
            ) as object;
        },
        apply: (_, self, args) => attempt((given) => Reflect.apply(target, self, given), args, resultPlaceholder),
        get: (_, key) => {
            const value = Reflect.get(target, key);
            const isOwn = typeof value === "function" && key !== "prototype" && Object.hasOwn(target, key);
            return isOwn && isRun()
                ? (...args: unknown[]) =>
                      attempt((given) => Reflect.apply(value, target, given), args, resultPlaceholder)
                : value;
        },
    });
    return proxy;
}

/** Reports the problems of all classes and functions that a field exports together: the last line of its `index.ts`. */
export function exportTogether(module: { exports: object }): void {
    const original = module.exports;
    const exported = Object.defineProperty({}, "__esModule", { value: true });
    for (const key of Object.keys(original)) {
        Object.defineProperty(exported, key, {
            enumerable: true,
            get: () => together(Reflect.get(original, key), key),
        });
    }
    module.exports = exported;
}
