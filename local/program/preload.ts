/**
 * Preloaded with `NODE_OPTIONS` in programs and dynamic providers of local deployments. Skips features of Pulumi's SDK
 * that few programs use. This saves half a second, and another second for a program with 50 resources. Other programs
 * that a deployment starts are not affected.
 */
if (/@pulumi[/\\]pulumi[/\\]cmd[/\\](run|dynamic-provider)\b/.test(process.argv[1] ?? "")) {
    const packages: typeof import("slipway/program/packages") = require("slipway/program/packages");
    const { SLIPWAY_LOCAL_CODE: folder } = process.env;
    if (folder) {
        packages.cacheCode(folder);
    }
    simulateTime();
<<<<<<< HEAD
    packages.startSdkFaster({ resource: withoutPositions, log: withoutDebugMessages });
=======
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
>>>>>>> p-lib
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

interface Log {
    debug: (...message: unknown[]) => Promise<void>;
}

/** Skips debug messages, of which the SDK sends six calls for each resource, unless the command shows them. */
<<<<<<< HEAD
function withoutDebugMessages(log: Log): void {
    const { debug } = log;
=======
function withoutDebugMessages(log: Partial<Log>): void {
    const { debug } = log;
    // Modules that the module itself loads receive it without its functions.
    if (!debug || patched.has(log)) {
        return;
    }
    patched.add(log);
>>>>>>> p-lib
    log.debug = (...message) => (process.env.SLIPWAY_LOCAL_DEBUG ? debug(...message) : Promise.resolve());
}

interface Positioned {
    stackTrace: (skip: number) => unknown[];
}

/** Skips the source positions that the SDK records in the state for each resource, as it source-maps a whole stack trace for each. */
function withoutPositions({ Resource: resource }: { Resource?: Positioned }): boolean {
    if (resource) {
        resource.stackTrace = () => [];
    }
    return resource !== undefined;
}
