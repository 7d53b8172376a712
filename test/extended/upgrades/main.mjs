// Records what the present release deploys: node main.mjs, or of some programs only: node main.mjs platform pages
import { spawnSync } from "node:child_process";

const args = ["jest", "--selectProjects", "extended", "--testPathPatterns", "extended/upgrades.test", "--maxWorkers=1"];
const env = { ...process.env, SLIPWAY_RECORD_UPGRADES: process.argv.slice(2).join() };
const { status } = spawnSync("npx", args, { stdio: "inherit", env });
process.exit(status ?? 1);
