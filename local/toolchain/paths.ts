import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/**
 * The folder that contains `local` with its files that are not TypeScript: the repository, or `dist`
 * in the package.
 */
export function packageFolder(): string {
    return dirname(dirname(__dirname));
}

/** The folder of the tools. */
export function sources(): string {
    return __dirname;
}

/**
 * The path of a compiled file to run as a process, such as `local/machine/daemon/main.js`. Tests run the sources, but start
 * compiled processes.
 */
export function compiled(file: string): string {
    const folder = packageFolder();
    return basename(folder) === "dist" ? join(folder, file) : join(folder, "dist", file);
}

/** The cache folder for built tools: in `$SLIPWAY_CACHE`, or the system's cache folder. */
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
    // The XDG base directory specification requires ignoring relative paths.
    return join(XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : caches, "slipway", "toolchain");
}
