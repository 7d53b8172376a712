// Goes through the arguments of the pages' examples, or of those that are named, or only those of some paths:
// node main.mjs storage-bucket.ts, node main.mjs name
import { spawnSync } from "node:child_process";

const asked = process.argv.slice(2);
const examples = asked.filter((each) => each.endsWith(".ts"));
const args = ["jest", "--selectProjects", "extended", "--testPathPatterns", "extended/changes", "--maxWorkers=1"];
const env = {
    ...process.env,
    SLIPWAY_CHANGES: examples.join(",") || "all",
    SLIPWAY_CHANGED_ARGUMENTS: asked.filter((each) => !each.endsWith(".ts")).join(","),
};
const { status } = spawnSync("npx", args, { stdio: "inherit", env });
process.exit(status ?? 1);
