import type { Session } from "node:inspector";
import Module from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { withLateOutputs } from "./outputs";

interface Parent {
    filename?: string;
}

/**
 * Modules for serializing functions, the Automation API, tracing and reading package manifests, which are four fifths of the SDK's
 * modules. Programs that only register resources do not use them.
 */
const rarelyUsed =
    /^(@npmcli\/arborist|@opentelemetry\/(?!api$).+|fdir|js-yaml|normalize-package-data|typescript)$|^\.\/automation$/;

/** Changes the exports of a module once; returns `false` if they are not complete, because modules load each other. */
// biome-ignore lint/suspicious/noConfusingVoidType: only one of the patches returns something.
type Patch = (module: never) => boolean | void;

const sdk = /@pulumi[/\\]pulumi[/\\]/;

let isFaster = false;

/**
 * Makes Pulumi's SDK load the modules that few programs use when they are used, and prepare for debugging when it is debugged. This
 * changes nothing that Pulumi records or prints. If a version of the SDK has other names, programs become slower, but work. Only the
 * first call in a process has an effect.
 *
 * @param more patches of other modules of the SDK by name, such as `log`
 */
export function startSdkFaster(more: Record<string, Patch> = {}): void {
    if (isFaster) {
        return;
    }
    isFaster = true;
    const patches: Record<string, Patch> = {
        debuggable: withoutStacks,
        resource: withoutLoader,
        rpc: withLateOutputs,
        v8Hooks: withLateDebugger,
        ...more,
    };
    const patched = new WeakSet<object>();
    const cjs = Module as unknown as { _load(request: string, parent?: Parent, isMain?: boolean): unknown };
    const load = cjs._load;
    cjs._load = function (this: unknown, request, parent, isMain) {
        const isOfSdk = sdk.test(parent?.filename ?? "");
        // Tracing patches the modules that are loaded after it.
        if (
            isOfSdk &&
            rarelyUsed.test(request) &&
            !(process.env.TRACEPARENT && request.startsWith("@opentelemetry/"))
        ) {
            return lazily(() => load.call(this, request, parent, isMain) as object);
        }
        const loaded = load.call(this, request, parent, isMain);
        const name = isOfSdk ? request.slice(request.lastIndexOf("/") + 1) : "";
        const apply = Object.hasOwn(patches, name) ? patches[name] : undefined;
        if (apply && loaded instanceof Object && !patched.has(loaded) && apply(loaded as never) !== false) {
            patched.add(loaded);
        }
        return loaded;
    };
}

/** Returns a module that is loaded on first use. */
function lazily(load: () => object): object {
    let found: object | undefined;
    const loaded = () => {
        found ??= load();
        return found;
    };
    const isCompiled = () => Reflect.get(loaded(), "__esModule") === true;
    return new Proxy(
        {},
        {
            // The SDK reads `__esModule` immediately, and copies modules without it.
            get: (_, name) =>
                name === "__esModule" || (name === "default" && !isCompiled() ? loaded() : Reflect.get(loaded(), name)),
            has: (_, name) => Reflect.has(loaded(), name),
            ownKeys: () => Reflect.ownKeys(loaded()),
            getOwnPropertyDescriptor: (_, name) => {
                const descriptor = Reflect.getOwnPropertyDescriptor(loaded(), name);
                return descriptor && { ...descriptor, configurable: true };
            },
        },
    );
}

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
    stackTrace: (skip: number) => ({ uri: string } | undefined)[];
}

/** Omits what loads the program from the stack trace that the SDK records in the state for each resource. */
function withoutLoader({ Resource: resource }: { Resource?: Positioned }): boolean {
    if (resource) {
        const { stackTrace } = resource;
        const loader = pathToFileURL(dirname(__dirname)).href;
        resource.stackTrace = (skip) =>
            stackTrace.call(resource, skip + 1).filter((frame) => !frame?.uri.startsWith(`${loader}/`));
    }
    return resource !== undefined;
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
    await new Promise<void>((resolve, reject) => {
        session.post("Debugger.enable", (error) => (error ? reject(error) : resolve()));
    });
    return session;
}
