import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

interface Loaded {
    exports: unknown;
}

type Extension = (this: unknown, module: Loaded, file: string) => void;

/** TypeScript is nine megabytes, of which a program that was compiled before uses next to nothing. */
const typescript = /[/\\]typescript[/\\]lib[/\\]typescript\.js$/;

/**
 * Keeps what V8 compiled, so that the next process need not compile it: everything where Node can do that by itself, otherwise the
 * TypeScript compiler.
 *
 * @param folder of the cache, of which other versions of Node and of a file use other files
 */
export function keepCode(folder: string): void {
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
    const kept = join(folder, `${key.digest("hex").slice(0, 32)}.v8`);
    const cachedData = read(kept);
    const script = new Script(Module.wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
    const run = script.runInThisContext();
    run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
    if (!cachedData || script.cachedDataRejected) {
        write(kept, script.createCachedData());
    }
}

function read(file: string): Buffer | undefined {
    try {
        return readFileSync(file);
    } catch {
        return undefined;
    }
}

/** In one step, as other processes may read or write it at this moment; a cache that cannot be written is none. */
function write(file: string, data: Buffer): void {
    const draft = `${file}.${process.pid}`;
    try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(draft, data);
        renameSync(draft, file);
    } catch {}
}
