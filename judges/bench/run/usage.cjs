/**
 * Preloaded in the Node processes of a measured command: each writes its CPU time and its peak memory to the folder
 * `SLIPWAY_BENCH_USAGE` when it exits.
 */
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { isMainThread } = require("node:worker_threads");

const { SLIPWAY_BENCH_USAGE: folder } = process.env;
if (folder && isMainThread) {
    process.on("exit", () => {
        const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
        const usage = { code: process.argv[1], cpu: (userCPUTime + systemCPUTime) / 1e6, bytes: maxRSS * 1024 };
        writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(usage));
    });
}
