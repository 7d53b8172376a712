import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { isTrustedFolder, readTrusted } from "../../privateFiles";
import { write } from "../cache";

interface Loaded {
    exports: unknown;
}

type Extension = (this: unknown, module: Loaded, file: string) => void;

/** The TypeScript compiler: nine megabytes, of which a program uses little. */
const typescript = /[/\\]typescript[/\\]lib[/\\]typescript\.js$/;

let isCached = false;

/**
 * Caches code that V8 compiled for later processes: all modules if Node supports it (from version 22.1 on), otherwise only the
 * TypeScript compiler. Only the first call in a process has an effect. The code of a folder that another user can write is not used.
 *
 * @see https://nodejs.org/api/module.html#module-compile-cache
 * @param folder the cache folder, with separate files per Node version and source file
 */
export function cacheCode(folder: string): void {
    if (isCached || !isUsable(folder)) {
        return;
    }
    isCached = true;
    const { enableCompileCache } = Module as { enableCompileCache?: (folder: string) => unknown };
    if (enableCompileCache) {
        enableCompileCache(folder);
        return;
    }
    const extensions = (Module as unknown as { _extensions: Record<string, Extension> })._extensions;
    const load = extensions[".js"] as Extension;
    extensions[".js"] = function (this: unknown, module, file) {
        if (typescript.test(file)) {
            loadCached(module, file, folder);
        } else {
            load.call(this, module, file);
        }
    };
}

function isUsable(folder: string): boolean {
    try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch {
        // Programs work without write access.
    }
    return isTrustedFolder(folder);
}

function loadCached(module: Loaded, file: string, folder: string): void {
    const { mtimeMs, size } = statSync(file);
    const key = createHash("sha256").update(JSON.stringify([file, mtimeMs, size, process.version, process.arch]));
    const cached = join(folder, `${key.digest("hex").slice(0, 32)}.v8`);
    const cachedData = readTrusted(cached);
    const script = new Script(Module.wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
    const run = script.runInThisContext();
    run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
    if (!cachedData || script.cachedDataRejected) {
        // At the end, so that it has the functions that the program used.
        process.once("exit", () => write(cached, script.createCachedData()));
    }
}
