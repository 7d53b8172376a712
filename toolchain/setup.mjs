/**
 * Makes a clone ready: installs the packages that the lock file names and compiles, each only when something changed.
 * It runs before anything is installed, so it uses nothing but Node.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Ends with what to do, where this process cannot go on. */
function fail(message) {
    console.error(message);
    process.exit(1);
}

function run(command, ...args) {
    const { status } = spawnSync(command, args, {
        cwd: root,
        stdio: ["ignore", 2, 2],
        shell: process.platform === "win32",
    });
    if (status !== 0) {
        fail(`'${command} ${args.join(" ")}' failed: mend what it says above, and run this again.`);
    }
}

const changed = (file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0);

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
    fail(`Node 20 or newer is needed, this is ${process.version}: install it from https://nodejs.org`);
}
if (changed("node_modules/.package-lock.json") < changed("package-lock.json")) {
    console.error("installing packages…");
    run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
}
run("node", join("node_modules", "typescript", "bin", "tsc"), "--build");

// The compiler leaves what it made of a source that is gone, and `x.js` would be found before `x/index.js`.
const dist = join(root, "dist");
for (const file of readdirSync(dist, { recursive: true })) {
    const source = file.replace(/(\.d\.ts|\.js)$/, ".ts");
    if (source !== file && !existsSync(join(root, source))) {
        rmSync(join(dist, file));
    }
}

// npm links commands to what is there when it installs, and nothing was compiled by then: `npx slipway` is one of this package.
try {
    accessSync(join(root, "node_modules", ".bin", "slipway"), constants.X_OK);
} catch {
    run("npm", "rebuild", "slipway", "--ignore-scripts", "--silent");
}
