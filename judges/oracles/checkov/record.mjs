/**
 * Records the configurations that Checkov's tests for Google Cloud scan, with its verdicts, from a checkout:
 *
 *     node judges/oracles/checkov/record.mjs --from <checkout of checkov>
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
require("../../provider/typescript.cjs");
const { python } = require("../../../test/extended/checkov/scan.ts");
const { fixturesFile } = require("./fixtures.ts");

const { values } = parseArgs({ options: { from: { type: "string" } } });
if (!values.from) {
    console.error("usage: node judges/oracles/checkov/record.mjs --from <checkout of checkov>");
    process.exit(2);
}
const from = resolve(values.from);
const read = (program, ...args) =>
    execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
const recorded = read(await python(), join(import.meta.dirname, "record.py"), from);
const content = {
    source: "https://github.com/bridgecrewio/checkov",
    licence: "Apache-2.0",
    commit: read("git", "-C", from, "rev-parse", "HEAD").trim(),
    ...JSON.parse(recorded),
};
writeFileSync(fixturesFile, gzipSync(JSON.stringify(content, undefined, 1), { level: 9 }));
console.log(`${content.fixtures.length} configurations, with verdicts of Checkov ${content.checkov}`);
