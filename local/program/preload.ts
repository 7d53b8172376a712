/**
 * Preloaded with `NODE_OPTIONS` in programs and dynamic providers of local deployments. Skips features of Pulumi's SDK
 * that few programs use. This saves half a second, and another second for a program with 50 resources. Other programs
 * that a deployment starts are not affected.
 */
import { pathToFileURL } from "node:url";

if (/@pulumi[/\\]pulumi[/\\]cmd[/\\](run|dynamic-provider)\b/.test(process.argv[1] ?? "")) {
    const packages: typeof import("slipway/program/packages") = require("slipway/program/packages");
    const { SLIPWAY_LOCAL_CODE: folder } = process.env;
    if (folder) {
        packages.cacheCode(folder);
    }
    simulateTime();
    const others = packages.patches.filter(({ module }) => module !== "resource");
    packages.patchSdk([
        ...others,
        { module: "resource", functions: ["Resource.stackTrace"], apply: withProgramLines },
        { module: "log/index", functions: ["debug"], apply: withoutDebugMessages },
    ]);
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
function withoutDebugMessages(log: Log): void {
    const { debug } = log;
    log.debug = (...message) => (process.env.SLIPWAY_LOCAL_DEBUG ? debug(...message) : Promise.resolve());
}

interface Positioned {
    Resource: { stackTrace: (skip: number) => ({ uri: string } | undefined)[] };
}

/** Records only the lines of the program in the state of each resource. The SDK also records those of the library and of Node.js. */
function withProgramLines({ Resource: resource }: Positioned): void {
    const { stackTrace } = resource;
    resource.stackTrace = (skip) => {
        const folder = `${pathToFileURL(process.cwd()).href}/`;
        const isOfProgram = (uri: string) => uri.startsWith(folder) && !uri.includes("/node_modules/");
        return stackTrace.call(resource, skip + 1).filter((frame) => frame !== undefined && isOfProgram(frame.uri));
    };
}
