import type { Session } from "node:inspector";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { withLateOutputs } from "./outputs";
import type { Patch } from "./patch";

/** The patches of `slipway/program/sdk`, which change nothing that Pulumi records or prints. */
export const patches: Patch[] = [
    { module: "runtime/debuggable", functions: ["debuggablePromise"], apply: withoutStacks },
    { module: "runtime/rpc", functions: ["transferProperties"], apply: withLateOutputs },
    {
        module: "runtime/closure/v8Hooks",
        functions: ["isInitializedAsync", "getSessionAsync", "getScriptUrl"],
        apply: withLateDebugger,
    },
    { module: "resource", functions: ["Resource.stackTrace"], apply: withoutLoader },
];

interface Debuggable {
    debuggablePromise: (promise: unknown, context?: string) => unknown;
    debugPromiseLeaks: boolean;
}

/**
 * Skips the description and the stack trace, mapped to the sources, that the SDK records for each output: four of each for each property of a
 * resource. Only `PULUMI_DEBUG_PROMISE_LEAKS` uses them.
 */
function withoutStacks(debuggable: Debuggable): void {
    if (debuggable.debugPromiseLeaks) {
        return;
    }
    const { debuggablePromise } = debuggable;
    debuggable.debuggablePromise = (promise) => {
        const { stackTraceLimit } = Error;
        Error.stackTraceLimit = 0;
        try {
            return debuggablePromise(promise);
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    };
}

interface Positioned {
    Resource: { stackTrace: (skip: number) => ({ uri: string } | undefined)[] };
}

/** Omits these patches from the stack trace that the SDK records in the state for each resource. */
function withoutLoader({ Resource: resource }: Positioned): void {
    const { stackTrace } = resource;
    const patch = pathToFileURL(__dirname).href;
    resource.stackTrace = (skip) =>
        stackTrace.call(resource, skip + 1).filter((frame) => !frame?.uri.startsWith(`${patch}/`));
}

interface V8Hooks {
    isInitializedAsync: () => Promise<void>;
    getSessionAsync: () => Promise<Session>;
    getScriptUrl: (id: string) => string | undefined;
}

/**
 * Starts the debugger when the first function is serialized. The SDK starts it with the process, to find the files of
 * serialized functions, which slows everything down. V8 reports all previously loaded files to a debugger that starts
 * later.
 */
function withLateDebugger(hooks: V8Hooks): void {
    const urls = new Map<string, string>();
    let session: Promise<Session> | undefined;
    hooks.isInitializedAsync = () => Promise.resolve();
    hooks.getScriptUrl = (id) => urls.get(id);
    hooks.getSessionAsync = () => {
        session ??= debuggingSession(urls);
        return session;
    };
}

async function debuggingSession(urls: Map<string, string>): Promise<Session> {
    const inspector: typeof import("node:inspector") = require("node:inspector");
    const session = new inspector.Session();
    session.connect();
    session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
    await promisify((done: (error: Error | null) => void) => session.post("Debugger.enable", done))();
    return session;
}
