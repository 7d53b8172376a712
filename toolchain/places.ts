import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/**
 * The folder with `local` and `toolchain`, and in these the files that are not TypeScript: the repository, or the `dist` of the
 * package, where they lie beside the compiled code.
 */
export function packageFolder(): string {
    return dirname(__dirname);
}

/** The folder with the tools' folders. */
export function sources(): string {
    return __dirname;
}

/** A compiled file, for a process of its own, such as `local/daemon/main.js`. Tests run the sources, and start what is compiled. */
export function compiled(file: string): string {
    const folder = packageFolder();
    return basename(folder) === "dist" ? join(folder, file) : join(folder, "dist", file);
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
