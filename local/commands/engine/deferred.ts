import Module from "node:module";
import { join, sep } from "node:path";

/**
 * What files of Pulumi's SDK load, and few programs use: serializing functions, the Automation API, tracing and reading package manifests,
 * four fifths of the SDK's modules. Without it, the first `up` of the platform takes a quarter less CPU time.
 */
const rarelyUsed: Record<string, RegExp> = {
    "cmd/run/tracing": /^@opentelemetry\/(?!api$)/,
    index: /^\.\/automation$/,
    "runtime/closure/codePaths": /^(@npmcli\/arborist|fdir|normalize-package-data)$/,
    "runtime/manifest": /^js-yaml$/,
    "typescript-shim": /^typescript$/,
};

interface Log {
    debug: (...message: unknown[]) => Promise<void>;
}

interface Loader {
    _load(request: string, parent?: { filename?: string | null } | null, isMain?: boolean): unknown;
}

/**
 * Lets Pulumi's SDK load rarely used modules when they are used first, and send no debug messages, six for each resource, unless the command
 * shows them: an eighth of the CPU time. The SDK of programs that no local deployment starts runs as it is.
 */
export function deferSdk(): void {
    const loader = Module as unknown as Loader;
    const load = loader._load;
    // The library looks at what is on the stack when it refuses arguments: this package is no part of the program.
    Reflect.set(globalThis, Symbol.for("slipway.libraries"), [join(__dirname, "..", "..", "..")]);
    let isQuiet = false;
    loader._load = function (this: unknown, request, parent, isMain) {
        const from = pathInSdk(parent?.filename);
        // Tracing patches the modules that are loaded after it.
        const isTraced = process.env.TRACEPARENT !== undefined && request.startsWith("@opentelemetry/");
        if (from !== undefined && rarelyUsed[from]?.test(request) && !isTraced) {
            return lazily(() => load.call(this, request, parent, isMain) as object);
        }
        const loaded = load.call(this, request, parent, isMain);
        // Modules that load each other get incomplete exports.
        if (!isQuiet && from !== undefined && /^\.[./]*\/log$/.test(request) && (loaded as Log).debug) {
            isQuiet = true;
            silence(loaded as Log);
        }
        return loaded;
    };
}

function silence(log: Log): void {
    const { debug } = log;
    log.debug = (...message) => (process.env.SLIPWAY_LOCAL_DEBUG ? debug(...message) : Promise.resolve());
}

/** The path of a file in the SDK, without its extension; undefined for other files. */
function pathInSdk(file: string | null | undefined): string | undefined {
    const [, path] = /[/\\]@pulumi[/\\]pulumi[/\\]((?!.*[/\\]?node_modules[/\\]).+)\.js$/.exec(file ?? "") ?? [];
    return path?.replaceAll(sep, "/");
}

/** A module that is loaded on first use. */
export function lazily(load: () => object): object {
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
