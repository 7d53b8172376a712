/**
 * Prepares a clone: installs the packages of the lock file and compiles, each only if something changed. Uses only Node,
 * because it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
    accessSync,
    constants,
    cpSync,
    existsSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    realpathSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Exits with a message that says what to do. */
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
        fail(`'${command} ${args.join(" ")}' failed: fix the error above, and run this again.`);
    }
}

const changed = (file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0);

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
    fail(`Node 20 or newer is needed, this is ${process.version}: install it from https://nodejs.org`);
}
// Packages that another folder shares with this one, as in the copy of `release.mjs`, are not this folder's to install.
const isShared = existsSync(join(root, "node_modules")) && lstatSync(join(root, "node_modules")).isSymbolicLink();
// The lock file of another branch is newer, also if it is the same.
const installed = join(root, "node_modules", ".installed");
const locked = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
const isInstalled = () => existsSync(installed) && readFileSync(installed, "utf8") === locked;
if (!isShared && !isInstalled()) {
    if (changed("node_modules/.package-lock.json") < changed("package-lock.json")) {
        console.error("installing packages…");
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
    }
    writeFileSync(installed, locked);
}

// The packages slipway-local and slipway-policy are compiled to their own folders, from which npm packs them and Node loads them. Links in
// `dist` redirect the compiler's output there.
const dist = join(root, "dist");
const packaged = join(root, "local", "dist");
const redirected = {
    local: join("local", "dist", "local"),
    [join("packages", "policy")]: join("packages", "policy", "dist", "policy"),
};
for (const folder of Object.values(redirected)) {
    mkdirSync(join(root, folder), { recursive: true });
}
const isLinked = ([part, folder]) =>
    existsSync(join(dist, part)) && realpathSync(join(dist, part)) === realpathSync(join(root, folder));
if (!Object.entries(redirected).every(isLinked)) {
    // Including the compiler's build info, so that it writes all files again.
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist);
    for (const [part, folder] of Object.entries(redirected)) {
        const link = join(dist, part);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(relative(dirname(link), join(root, folder)), link, "junction");
    }
}
run("node", join("node_modules", "typescript", "bin", "tsc"), "--build");

// The compiler writes a bundled module again when its source has changed.
const bundled = { sources: join("lib", "internal", "bundled"), output: join("dist", "lib", "internal", "bundled") };
const inputsChanged = Math.max(...["package-lock.json", join("packages", "scripts", "bundle.mjs")].map(changed));
const isBundled = (source) => {
    const file = join(bundled.output, source.replace(/\.ts$/, ".js"));
    return readFileSync(join(root, file), "utf8").startsWith("//") && changed(file) > inputsChanged;
};
if (!readdirSync(join(root, bundled.sources)).every(isBundled)) {
    run("node", join("packages", "scripts", "bundle.mjs"), bundled.sources, bundled.output);
}

/** All files in a folder, by relative path. */
const files = (folder) =>
    readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());

// Copies other files beside the compiled ones, such as interface definitions and the modules of tools.
for (const file of files(join(root, "local"))) {
    const isCompiled = /\.(m?ts|mjs|md)$/.test(file) || /^(dist|package\.json|LICENSE)\b/.test(file);
    if (!isCompiled) {
        copyChanged(join(root, "local", file), join(packaged, "local", file));
    }
}

/** Copies compiled modules of the library, with the modules that they load, beside the compiled code that loads them by relative paths. */
function copyModules(names) {
    const found = new Set(names);
    for (const name of found) {
        const text = readFileSync(join(dist, "lib", name), "utf8");
        for (const [, path] of text.matchAll(/\b(?:require|import)\("(\.[^"]+)"\)/g)) {
            const module = join(dirname(name), path);
            found.add([`${module}.js`, join(module, "index.js")].find((file) => existsSync(join(dist, "lib", file))));
        }
    }
    for (const file of [...found].flatMap((name) => [name, name.replace(/\.js$/, ".d.ts")])) {
        copyChanged(join(dist, "lib", file), join(packaged, "lib", file));
    }
    for (const file of files(join(packaged, "lib"))) {
        if (!found.has(file.replace(/\.d\.ts$/, ".js"))) {
            rmSync(join(packaged, "lib", file));
        }
    }
}

function copyChanged(source, copy) {
    if (!existsSync(copy) || !readFileSync(copy).equals(readFileSync(source))) {
        mkdirSync(dirname(copy), { recursive: true });
        cpSync(source, copy);
    }
}

// Both packages contain them, so that they are no public entries of slipway.
copyModules([
    ...["commandLine", "doctor", "formats", "privateFiles", "project"].map((name) => join(name, "index.js")),
    join("internal", "sources", "listing.js"),
    join("program", "codeCache.js"),
]);

/** Copies the starters to a package, for `slipway local new` and `npm create slipway`. npm packs no files with the name .gitignore. */
function copyStarters(folder) {
    const starters = join(folder, "starters");
    rmSync(starters, { recursive: true, force: true });
    for (const file of files(join(root, "examples"))) {
        if (!/(^|[\\/])(node_modules|\.slipway|__pycache__)[\\/]/.test(file)) {
            const copy = join(starters, file.replace(/\.gitignore$/, "gitignore"));
            mkdirSync(dirname(copy), { recursive: true });
            cpSync(join(root, "examples", file), copy);
        }
    }
}

if (process.argv.includes("--starters")) {
    copyStarters(packaged);
}

// The package create-slipway is a folder of the compiled `local`, with the starters.
if (process.argv.includes("--create")) {
    const create = join(root, "packages", "create", "dist");
    rmSync(create, { recursive: true, force: true });
    cpSync(join(packaged, "local", "commands", "create"), join(create, "local", "commands", "create"), {
        recursive: true,
    });
    copyStarters(create);
}

// Deletes the output of deleted sources, which the compiler keeps: `x.js` would take precedence over `x/index.js`.
for (const part of ["lib", "docs", ...Object.keys(redirected)]) {
    for (const file of files(join(dist, part))) {
        const source = join(root, part, file);
        if (!existsSync(source) && !existsSync(source.replace(/(\.d)?\.(m?)[jt]s$|\.licenses\.txt$/, ".$2ts"))) {
            rmSync(join(dist, part, file));
        }
    }
}

// When npm installs this package, its command `slipway` is not compiled yet, so npm does not link it. It makes the command executable only
// with a new link, and `dist` may have been deleted since.
const command = join(root, "node_modules", ".bin", "slipway");
try {
    accessSync(command, constants.X_OK);
} catch {
    rmSync(command, { force: true });
    run("npm", "rebuild", "slipway", "--ignore-scripts", "--silent");
}
