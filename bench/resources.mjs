/**
 * Compares previews of many topics as slipway's component with those of a bare component with the same children: wall time, and CPU time and
 * memory of the program, without the settings by which `slipway local` speeds programs up. Medians of three rounds in turn.
 *     npm run setup && node bench/resources.mjs [--json] [10 200 1000 5000]
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { stopDaemons } = require("../dist/local/daemon/client.js");
const { Engine } = require("../dist/local/engine.js");
const { workspace } = require("../dist/local/workspace.js");

const rounds = 3;
const root = join(import.meta.dirname, "..");
const given = process.argv.slice(2).filter((each) => !each.startsWith("--"));
const counts = given.length > 0 ? given.map(Number) : [10, 200, 1000, 5000];

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
cpSync(join(root, "bench", "resources"), folder, { recursive: true });
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
const place = workspace(folder);
const engine = await Engine.start(place);

async function previewed(how, count) {
    const report = join(folder, "report.json");
    const bench = { BENCH_HOW: how, BENCH_COUNT: String(count), BENCH_REPORT: report };
    const started = performance.now();
    const { code, output } = await engine.run(["preview", "-s", "dev"], "quiet", {
        environment: { ...bench, NODE_OPTIONS: "" },
    });
    const wallMs = performance.now() - started;
    if (code !== 0) {
        throw new Error(output);
    }
    return { wallMs, ...JSON.parse(readFileSync(report, "utf8")) };
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

try {
    const rows = [];
    for (const count of counts) {
        const results = { slipway: [], bare: [] };
        for (let round = 0; round < rounds; round++) {
            for (const how of Object.keys(results)) {
                results[how].push(await previewed(how, count));
            }
        }
        for (const [how, all] of Object.entries(results)) {
            const [wallMs, cpuMs, bytes] = ["wallMs", "cpuMs", "bytes"].map((key) =>
                median(all.map((each) => each[key])),
            );
            rows.push({ count, how, wallMs, cpuMs, bytes });
        }
    }
    if (process.argv.includes("--json")) {
        console.log(JSON.stringify(rows));
    } else {
        console.log("| components | how | wall | CPU of the program | memory |\n|---|---|---|---|---|");
        for (const { count, how, wallMs, cpuMs, bytes } of rows) {
            const seconds = [wallMs, cpuMs].map((ms) => `${(ms / 1000).toFixed(1)} s`).join(" | ");
            console.log(`| ${count.toLocaleString("en")} | ${how} | ${seconds} | ${Math.round(bytes / 1e6)} MB |`);
        }
    }
} finally {
    await stopDaemons(place.home);
    rmSync(folder, { recursive: true, force: true });
}
