/**
 * Prints what using each name of the package loads, in a process of its own that has loaded Pulumi's SDK: files of slipway, of
 * `@pulumi/gcp` and of other packages, CPU time and memory. `--json` prints the same as JSON; names limit the list:
 *     npm run setup && node judges/bench/load.mjs [--json] [PubSubTopic …]
 */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** In the child process: loads a name, and prints what it took. */
function load(name) {
    require("@pulumi/pulumi");
    const before = new Set(Object.keys(require.cache));
    global.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const started = process.cpuUsage();
    const slipway = require("slipway");
    slipway[name];
    const { user, system } = process.cpuUsage(started);
    global.gc?.();
    const files = Object.keys(require.cache).filter((file) => !before.has(file));
    const packages = files.map((file) => /node_modules\/((@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? "slipway");
    const count = (isCounted) => packages.filter(isCounted).length;
    const counted = {
        slipway: count((each) => each === "slipway"),
        gcp: count((each) => each === "@pulumi/gcp"),
        others: count((each) => !["slipway", "@pulumi/gcp"].includes(each)),
    };
    const bytes = Math.max(0, process.memoryUsage().heapUsed - heap);
    console.log(JSON.stringify({ name, ...counted, cpuMs: (user + system) / 1000, bytes }));
}

const [flag, child] = process.argv.slice(2);
if (flag === "--child") {
    load(child);
} else {
    const asked = process.argv.slice(2).filter((each) => !each.startsWith("--"));
    const names = asked.length > 0 ? asked : ["", ...Object.keys(require("slipway")).sort()];
    const script = fileURLToPath(import.meta.url);
    const rows = names.map((name) => {
        const args = ["--expose-gc", script, "--child", name];
        // Without the preload of a deployment that runs this.
        const env = { ...process.env, NODE_OPTIONS: "" };
        return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", env }));
    });
    if (process.argv.includes("--json")) {
        console.log(JSON.stringify(rows));
    } else {
        console.log("| name | slipway | @pulumi/gcp | others | CPU | heap |\n|---|---|---|---|---|---|");
        for (const { name, slipway, gcp, others, cpuMs, bytes } of rows) {
            const size = `${(bytes / 1e6).toFixed(1)} MB`;
            console.log(
                `| ${name || "(none)"} | ${slipway} | ${gcp} | ${others} | ${Math.round(cpuMs)} ms | ${size} |`,
            );
        }
    }
}
