import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

interface Loaded {
    exports: unknown;
}

type Extension = (this: unknown, module: Loaded, file: string) => void;

/** The TypeScript compiler: nine megabytes, of which compiled programs use almost nothing. */
const typescript = /[/\\]typescript[/\\]lib[/\\]typescript\.js$/;

/**
 * Caches code that V8 compiled for later processes: all modules if Node supports it, otherwise only the TypeScript
 * compiler.
 *
 * @param folder the cache folder, with separate files per Node version and source file
 */
export function cacheCode(folder: string): void {
    const { enableCompileCache } = Module as { enableCompileCache?: (folder: string) => unknown };
    if (enableCompileCache) {
        enableCompileCache(folder);
        return;
    }
    const extensions = (Module as unknown as { _extensions: Record<string, Extension> })._extensions;
    const load = extensions[".js"] as Extension;
    extensions[".js"] = function (this: unknown, module, file) {
        if (typescript.test(file)) {
            loadKept(module, file, folder);
        } else {
            load.call(this, module, file);
        }
    };
}

function loadKept(module: Loaded, file: string, folder: string): void {
    const { mtimeMs, size } = statSync(file);
    const key = createHash("sha256").update(JSON.stringify([file, mtimeMs, size, process.version, process.arch]));
    const retained = join(folder, `${key.digest("hex").slice(0, 32)}.v8`);
    const cachedData = read(retained);
    const script = new Script(Module.wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
    const run = script.runInThisContext();
    run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
    if (!cachedData || script.cachedDataRejected) {
        write(retained, script.createCachedData());
    }
}

function read(file: string): Buffer | undefined {
    try {
        return readFileSync(file);
    } catch {
        return undefined;
    }
}

/** Replaced atomically, because other processes can access it at the same time. Write errors are ignored. */
function write(file: string, data: Buffer): void {
    const draft = `${file}.${process.pid}`;
    try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(draft, data);
        renameSync(draft, file);
    } catch {}
}
