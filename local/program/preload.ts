import Module from "node:module";
import { keepCode } from "./codeCache";

/**
 * Loaded before the programs and dynamic providers of a local deployment, by `NODE_OPTIONS`. It spares each of them what Pulumi's
 * SDK prepares and hardly any program uses, which is more than a second for a program of 50 resources. Other programs that a
 * deployment starts run as ever.
 */
if (/@pulumi[/\\]pulumi[/\\]cmd[/\\](run|dynamic-provider)\b/.test(process.argv[1] ?? "")) {
    const { SLIPWAY_LOCAL_CODE: folder } = process.env;
    if (folder) {
        keepCode(folder);
    }
    const cjs = Module as unknown as { _load(request: string, parent?: Parent, isMain?: boolean): unknown };
    const load = cjs._load;
    cjs._load = function (this: unknown, request, parent, isMain) {
        const isOfSdk = /@pulumi[/\\]pulumi[/\\]/.test(parent?.filename ?? "");
        if (isOfSdk && request === "@npmcli/arborist") {
            return lazily(() => load.call(this, request, parent, isMain) as Arborist);
        }
        const loaded = load.call(this, request, parent, isMain);
        if (isOfSdk && /(^|\/)debuggable$/.test(request)) {
            withoutStacks(loaded as Debuggable);
        }
        return loaded;
    };
}

interface Parent {
    filename?: string;
}

interface Arborist {
    Arborist: unknown;
}

/** What reads the installed packages, when code of the program itself is written into a state. */
function lazily(load: () => Arborist): Arborist {
    return {
        // Otherwise the SDK copies what is in it, and loads it by that.
        __esModule: true,
        get Arborist() {
            return load().Arborist;
        },
    } as Arborist;
}

interface Debuggable {
    debuggablePromise: (...promised: unknown[]) => unknown;
    debugPromiseLeaks: boolean;
}

const patched = new WeakSet<Debuggable>();

/** The SDK notes where each output comes from, for `PULUMI_DEBUG_PROMISE_LEAKS` alone, and maps each such stack to its sources. */
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
