import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** The package's own folder, whether this code runs as it is or compiled in `dist`. */
export function packageFolder(): string {
    let folder = __dirname;
    while (packageName(folder) !== "slipway") {
        if (folder === dirname(folder)) {
            throw new Error("The folder of the package 'slipway' was not found above its own code.");
        }
        folder = dirname(folder);
    }
    return folder;
}

/** The folder with the tools' folders. */
export function sources(): string {
    return join(packageFolder(), "toolchain");
}

function packageName(folder: string): string | undefined {
    const file = join(folder, "package.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).name : undefined;
}

/** The folder that keeps what was built: in `$SLIPWAY_CACHE`, or where programs keep their caches on this system. */
export function cache(): string {
    const { SLIPWAY_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
    if (SLIPWAY_CACHE) {
        return resolve(SLIPWAY_CACHE, "toolchain");
    }
    const customary: Partial<Record<NodeJS.Platform, string>> = {
        darwin: join(homedir(), "Library", "Caches"),
        win32: LOCALAPPDATA || join(homedir(), "AppData", "Local"),
    };
    const caches = customary[process.platform] ?? join(homedir(), ".cache");
    // A relative XDG_CACHE_HOME is to be ignored, says the XDG base directory specification.
    return join(XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : caches, "slipway", "toolchain");
}
