// BENCH_COUNT topics, as slipway's component or in a bare one, by BENCH_HOW. Writes its CPU time and memory to BENCH_REPORT.
const { writeFileSync } = require("node:fs");

const { BENCH_HOW: how = "slipway", BENCH_COUNT: count = "10", BENCH_REPORT: report } = process.env;

if (report) {
    process.on("exit", () => {
        const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
        writeFileSync(report, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, bytes: maxRSS * 1024 }));
    });
}

const { create } = require(`./${how}`);
create(Number(count));
