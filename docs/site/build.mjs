/**
 * Builds the website into `docs/site/dist/html`: installs the generator, writes the pages that it reads, and runs it. With `--serve` the
 * result is served at http://localhost:4173. `npm run site` runs it.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const site = dirname(fileURLToPath(import.meta.url));
const root = join(site, "..", "..");

function run(command, ...args) {
    const { status } = spawnSync(command, args, {
        cwd: site,
        stdio: "inherit",
        shell: process.platform === "win32" && command !== process.execPath,
    });
    if (status !== 0) {
        process.exit(status ?? 1);
    }
}

const changed = (file) => (existsSync(join(site, file)) ? statSync(join(site, file)).mtimeMs : 0);
if (changed("node_modules/.package-lock.json") < changed("package-lock.json")) {
    // The scripts only check downloads that npm has checked.
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
}
const vitepress = join(site, "node_modules", "vitepress", "bin", "vitepress.js");
run(process.execPath, join(root, "dist", "docs", "tools", "site.js"), join(site, "dist", "pages"));
run(process.execPath, vitepress, "build", ".");
if (process.argv.includes("--serve")) {
    run(process.execPath, vitepress, "preview", ".");
}
