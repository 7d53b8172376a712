// Lets each call of all programs fail once, or of those cases that are named: node main.mjs, node main.mjs secret.ts/create/3
import { spawnSync } from "node:child_process";

const args = ["jest", "--selectProjects", "extended", "--testPathPatterns", "extended/everyFault", "--maxWorkers=1"];
const env = { ...process.env, SLIPWAY_FAULT_CASES: process.argv.slice(2).join(",") || "all" };
const { status } = spawnSync("npx", args, { stdio: "inherit", env });
process.exit(status ?? 1);
