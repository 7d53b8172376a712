import { deferSdk } from "./deferred";

/** Preloaded with `NODE_OPTIONS` in programs and dynamic providers of local deployments. Other programs that a deployment starts are not affected. */
if (/@pulumi[/\\]pulumi[/\\]cmd[/\\](run|dynamic-provider)\b/.test(process.argv[1] ?? "")) {
    const { cacheCode }: typeof import("../../../lib/program/codeCache") = require("../../../lib/program/codeCache");
    const { SLIPWAY_LOCAL_CODE: folder } = process.env;
    if (folder) {
        cacheCode(folder);
    }
    deferSdk();
    simulateTime();
}

/** The waits of programs take no time: they advance the simulated time of the local Google Cloud. */
function simulateTime(): void {
    const time = () => {
        const {
            SimulatedTime,
        }: typeof import("../../simulator/cloud/propagation") = require("../../simulator/cloud/propagation");
        return new SimulatedTime(process.env.SLIPWAY_LOCAL_CLOUD as string);
    };
    Reflect.set(globalThis, Symbol.for("slipway.clock"), {
        now: () => time().now(),
        sleep: async (ms: number) => time().skip(ms),
    });
}
