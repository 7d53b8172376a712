// Goes through the arguments of the pages' examples, or of those that are named, or only those of some paths:
// node main.mjs storage-bucket.ts, node main.mjs name
import { spawnSync } from "node:child_process";

// node main.mjs --table writes the table of the arguments that are not changed.
const asked = process.argv.slice(2).filter((each) => each !== "--table");
const isTable = process.argv.includes("--table");
const examples = asked.filter((each) => each.endsWith(".ts"));
const args = [
    "jest",
    "--selectProjects",
    "extended",
    "--testPathPatterns",
    isTable ? "extended/changesTable" : "extended/changes.test",
    "--maxWorkers=1",
];
const env = {
    ...process.env,
    ...(isTable ? { SLIPWAY_CHANGES_TABLE: "write" } : { SLIPWAY_CHANGES: examples.join(",") || "all" }),
    SLIPWAY_CHANGED_ARGUMENTS: asked.filter((each) => !each.endsWith(".ts")).join(","),
};
const { status } = spawnSync("npx", args, { stdio: "inherit", env });
process.exit(status ?? 1);
