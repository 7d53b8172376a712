// Goes through the arguments of the pages' examples, or of those that are named: node main.mjs storage-bucket.ts
import { spawnSync } from "node:child_process";

const asked = process.argv.slice(2).join(",") || "all";
const args = ["jest", "--selectProjects", "extended", "--testPathPatterns", "extended/changes", "--maxWorkers=1"];
const { status } = spawnSync("npx", args, { stdio: "inherit", env: { ...process.env, SLIPWAY_CHANGES: asked } });
process.exit(status ?? 1);
