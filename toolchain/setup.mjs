/**
 * Makes a clone ready: installs the packages that the lock file names and compiles, each only when something changed.
 * It runs before anything is installed, so it uses nothing but Node.
 */
import { spawnSync } from "node:child_process";
import {
    accessSync,
    constants,
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    realpathSync,
    rmSync,
    statSync,
    symlinkSync,
} from "node:fs";
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

// The package slipway-local is compiled into its own folder, where npm packs it and Node finds it: links lead the compiler there,
// which writes everything to `dist`.
const dist = join(root, "dist");
const parts = ["local", "toolchain"];
const packaged = join(root, "local", "dist");
for (const part of parts) {
    mkdirSync(join(packaged, part), { recursive: true });
}
const isLinked = (part) =>
    existsSync(join(dist, part)) && realpathSync(join(dist, part)) === realpathSync(join(packaged, part));
if (!parts.every(isLinked)) {
    // With the compiler's notes of what it has written, so that it writes all of it again.
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist);
    for (const part of parts) {
        symlinkSync(join("..", "local", "dist", part), join(dist, part), "junction");
    }
}
run("node", join("node_modules", "typescript", "bin", "tsc"), "--build");

/** The files below a folder, by their paths in it. */
const files = (folder) =>
    readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());

// Beside what is compiled lies what is not, such as the definitions of interfaces and the modules of tools.
for (const part of parts) {
    for (const file of files(join(root, part))) {
        const isCompiled = /\.(ts|mjs|md)$/.test(file) || /^(dist|package\.json|LICENSE)\b/.test(file);
        const [source, copy] = [join(root, part, file), join(packaged, part, file)];
        if (!isCompiled && (!existsSync(copy) || !readFileSync(copy).equals(readFileSync(source)))) {
            mkdirSync(dirname(copy), { recursive: true });
            cpSync(source, copy);
        }
    }
}

// The compiler leaves what it made of a source that is gone, and `x.js` would be found before `x/index.js`.
for (const [folder, part] of [[dist, "lib"], [dist, "docs"], ...parts.map((part) => [packaged, part])]) {
    for (const file of files(join(folder, part))) {
        const source = join(root, part, file);
        if (!existsSync(source) && !existsSync(source.replace(/(\.d\.ts|\.js)$/, ".ts"))) {
            rmSync(join(folder, part, file));
        }
    }
}

// npm links commands to what is there when it installs, and nothing was compiled by then: `npx slipway` is one of this package.
try {
    accessSync(join(root, "node_modules", ".bin", "slipway"), constants.X_OK);
} catch {
    run("npm", "rebuild", "slipway", "--ignore-scripts", "--silent");
}
