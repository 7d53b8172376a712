// Lets each call of all programs fail once, or of those cases that are named: node main.mjs, node main.mjs secret.ts/3
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

const named = process.argv.slice(2).join(",");
const processes = named ? 1 : availableParallelism();
const args = ["jest", "--selectProjects", "extended", "--testPathPatterns", "extended/everyFault", "--maxWorkers=1"];

/** Runs jest with a part of the programs; returns its exit code. */
const run = (index) =>
    new Promise((resolve) => {
        const env = {
            ...process.env,
            SLIPWAY_FAULT_CASES: named || "all",
            SLIPWAY_FAULT_SHARD: `${index}/${processes}`,
        };
        spawn("npx", args, { stdio: "inherit", env }).on("exit", (code) => resolve(code ?? 1));
    });

const codes = await Promise.all(Array.from({ length: processes }, (_, index) => run(index)));
process.exitCode = Math.max(...codes);
