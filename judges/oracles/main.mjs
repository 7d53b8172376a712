/**
 * Compares the local Google Cloud with all cases of the judges that README.md lists:
 *
 *     npm run oracles -- [names of judges] [--only <part of a case's name>] [--update] [--from <checkout of terraform-provider-google>]
 *
 * With `--update`, the rates are stored (`results`). With `--from`, the judge is `acceptance`, whose cases are in a checkout.
 */
import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
        from: { type: "string" },
        only: { type: "string", default: "" },
        update: { type: "boolean", default: false },
    },
});

/** Ends with the first command that fails. */
function run(command, args, env = process.env) {
    const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env });
    if (status !== 0) {
        process.exit(status ?? 1);
    }
}

const variables = { SLIPWAY_ORACLES: values.update ? "update" : "all", SLIPWAY_ORACLES_ONLY: values.only };
const patterns = positionals.length > 0 ? ["--testPathPatterns", positionals.join("|")] : [];
if (values.from === undefined) {
    variables.SLIPWAY_CLIENTS = "1";
} else {
    run("node", [join("judges", "oracles", "acceptance", "report.mjs"), "--from", values.from]);
    variables.SLIPWAY_ACCEPTANCE = resolve(values.from);
}
const jest = ["run", "--silent", "jest", "--", "--selectProjects", "oracles", "--maxWorkers=2", ...patterns];
run("npm", jest, { ...process.env, ...variables });
