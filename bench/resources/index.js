// As many components of a kind as BENCH_COUNT: slipway's, or bare components with the same children.
const { writeFileSync } = require("node:fs");

const { BENCH_KIND: kind = "topics", BENCH_HOW: how = "slipway", BENCH_COUNT: count = "10" } = process.env;
const { BENCH_REPORT: report } = process.env;

if (report) {
    process.on("exit", () => {
        const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
        writeFileSync(report, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, bytes: maxRSS * 1024 }));
    });
}

const { create } = require(`./${how}`);
create[kind](Number(count));
