import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(__dirname, "..", "..");

/** What an expression with the exports of `packages/scripts/components.mjs` results in, as jest cannot load modules of Node. */
export function ofGenerator<Result>(expression: string): Result {
    const generator = pathToFileURL(join(root, "packages", "scripts", "components.mjs")).href;
    const script = `import { components, indexes } from ${JSON.stringify(generator)}; process.stdout.write(JSON.stringify(${expression}));`;
    return JSON.parse(
        execFileSync(process.execPath, ["--input-type=module", "-e", script], {
            cwd: root,
            encoding: "utf8",
            stdio: "pipe",
        }),
    );
}
