import type { Session } from "node:inspector";
import Module from "node:module";

/**
 * Preloaded with `NODE_OPTIONS` in programs and dynamic providers of local deployments. Skips features of Pulumi's SDK
 * that few programs use. This saves half a second, and another second for a program with 50 resources. Other programs
 * that a deployment starts are not affected.
 */
if (/@pulumi[/\\]pulumi[/\\]cmd[/\\](run|dynamic-provider)\b/.test(process.argv[1] ?? "")) {
    const { SLIPWAY_LOCAL_CODE: folder } = process.env;
    if (folder) {
        const { cacheCode }: typeof import("./codeCache") = require("./codeCache");
        cacheCode(folder);
    }
    simulateTime();
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
            withLateDebugger(loaded as V8Hooks);
        } else if (isOfSdk && /(^|\/)resource$/.test(request)) {
            withoutPositions(loaded as { Resource?: Positioned });
        } else if (isOfSdk && /(^|\/)log$/.test(request)) {
            withoutDebugMessages(loaded as Partial<Log>);
        }
        return loaded;
    };
}

/** The waits of programs take no time: they advance the simulated time of the local Google Cloud. */
function simulateTime(): void {
    const time = () => {
        const { SimulatedTime }: typeof import("../cloud/propagation") = require("../cloud/propagation");
        return new SimulatedTime(process.env.SLIPWAY_LOCAL_CLOUD as string);
    };
    Reflect.set(globalThis, Symbol.for("slipway.clock"), {
        now: () => time().now(),
        sleep: async (ms: number) => time().skip(ms),
    });
}

interface Parent {
    filename?: string;
}

/**
 * Modules for serializing functions, the Automation API, tracing and reading package manifests. Programs that only
 * register resources do not use them.
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

/** Skips the stack trace that the SDK records and source-maps for each output; only `PULUMI_DEBUG_PROMISE_LEAKS` uses it. */
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

interface Log {
    debug: (...message: unknown[]) => Promise<void>;
}

/** Skips debug messages, of which the SDK sends six calls for each resource, unless the command shows them. */
function withoutDebugMessages(log: Partial<Log>): void {
    const { debug } = log;
    // Modules that the module itself loads receive it without its functions.
    if (!debug || patched.has(log)) {
        return;
    }
    patched.add(log);
    log.debug = (...message) => (process.env.SLIPWAY_LOCAL_DEBUG ? debug(...message) : Promise.resolve());
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

/** Skips the source positions that the SDK records in the state for each resource, as it source-maps a whole stack trace for each. */
function withoutPositions({ Resource: resource }: { Resource?: Positioned }): void {
    if (resource) {
        resource.stackTrace = () => [];
    }
}
