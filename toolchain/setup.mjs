/**
 * Makes a clone ready: installs the packages that the lock file names and compiles, each only when something changed.
 * It runs before anything is installed, so it uses nothing but Node.
 */
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
    throw new Error(`Node 20 or newer is needed, this is ${process.version}: install it from https://nodejs.org`);
}

const changed = (file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0);
const run = (command, ...args) => {
    const windows = process.platform === "win32";
    execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], shell: windows });
};

if (changed("node_modules/.package-lock.json") < changed("package-lock.json")) {
    console.error("installing packages…");
    run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
}
run("node", join("node_modules", "typescript", "bin", "tsc"), "-p", ".");
