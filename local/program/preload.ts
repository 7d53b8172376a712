import type { Session } from "node:inspector";
import Module from "node:module";

/**
 * Preloaded with `NODE_OPTIONS` in programs and dynamic providers of local deployments. It skips what Pulumi's SDK loads
 * and prepares and few programs use, which takes half a second, and another second for a program with 50 resources.
 * Other programs that a deployment starts are not affected.
 */
if (/@pulumi[/\\]pulumi[/\\]cmd[/\\](run|dynamic-provider)\b/.test(process.argv[1] ?? "")) {
    const { SLIPWAY_LOCAL_CODE: folder } = process.env;
    if (folder) {
        const { cacheCode }: typeof import("./codeCache") = require("./codeCache");
        cacheCode(folder);
    }
    const cjs = Module as unknown as { _load(request: string, parent?: Parent, isMain?: boolean): unknown };
    const load = cjs._load;
    cjs._load = function (this: unknown, request, parent, isMain) {
        const isOfSdk = /@pulumi[/\\]pulumi[/\\]/.test(parent?.filename ?? "");
        if (isOfSdk && rarelyUsed.test(request)) {
            return lazily(() => load.call(this, request, parent, isMain) as object);
        }
        const loaded = load.call(this, request, parent, isMain);
        if (isOfSdk && /(^|\/)debuggable$/.test(request)) {
            withoutStacks(loaded as Debuggable);
        } else if (isOfSdk && /(^|\/)v8Hooks$/.test(request)) {
            debuggingLater(loaded as V8Hooks);
        } else if (isOfSdk && /(^|\/)resource$/.test(request)) {
            withoutPositions(loaded as { Resource?: Positioned });
        }
        return loaded;
    };
}

interface Parent {
    filename?: string;
}

/**
 * Modules for serializing functions, the Automation API, tracing and reading package manifests, which programs that only
 * register resources do not use.
 */
const rarelyUsed =
    /^(@npmcli\/arborist|@opentelemetry\/(?!api$).+|fdir|js-yaml|normalize-package-data|typescript)$|^\.\/automation$/;

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
    debuggablePromise: (...promised: unknown[]) => unknown;
    debugPromiseLeaks: boolean;
}

const patched = new WeakSet<object>();

/** The SDK records a stack trace for each output, only for `PULUMI_DEBUG_PROMISE_LEAKS`, and maps it to its sources. */
function withoutStacks(debuggable: Debuggable): void {
    if (debuggable.debugPromiseLeaks || patched.has(debuggable)) {
        return;
    }
    patched.add(debuggable);
    const { debuggablePromise } = debuggable;
    debuggable.debuggablePromise = (...promised) => {
        const { stackTraceLimit } = Error;
        Error.stackTraceLimit = 0;
        try {
            return debuggablePromise(...promised);
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    };
}

interface V8Hooks {
    isInitializedAsync: () => Promise<void>;
    getSessionAsync: () => Promise<Session>;
    getScriptUrl: (id: string) => string | undefined;
}

/**
 * The SDK debugs its own process from the start, to find the files of functions that it serializes, which makes everything slower.
 * Here it does from the first function on: V8 then reports all files loaded so far.
 */
function debuggingLater(hooks: V8Hooks): void {
    if (patched.has(hooks)) {
        return;
    }
    patched.add(hooks);
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

interface Positioned {
    stackTrace: (skip: number) => unknown[];
}

/** The SDK notes the line of the program that made each resource in the state, and maps every frame above it to its source. */
function withoutPositions({ Resource: resource }: { Resource?: Positioned }): void {
    if (resource) {
        resource.stackTrace = () => [];
    }
}
