/**
 * Compares the local Google Cloud with all cases of the judges that README.md lists, which takes longer than a run of all tests may:
 *
 *     npm run oracles -- [names of judges] [--only <part of a case's name>] [--update]
 *
 * With `--update`, the rates are stored (`results`), from which `docs/conformance.md` is generated.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string", default: "" }, update: { type: "boolean", default: false } },
});
const args = ["run", "--silent", "jest", "--", "--selectProjects", "oracles", "--maxWorkers=2"];
const { status } = spawnSync(
    "npm",
    [...args, ...(positionals.length > 0 ? ["--testPathPatterns", positionals.join("|")] : [])],
    {
        stdio: "inherit",
        env: { ...process.env, SLIPWAY_ORACLES: values.update ? "update" : "all", SLIPWAY_ORACLES_ONLY: values.only },
    },
);
process.exit(status ?? 1);
