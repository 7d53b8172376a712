import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import Module from "node:module";
import { dirname, join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import vm from "node:vm";
import { isMainThread } from "node:worker_threads";
import { isTrustedFolder, readTrusted } from "../privateFiles";
import { hash, removeOld, write } from "./cache";

interface Loaded {
    exports: unknown;
    require(request: string): unknown;
    _compile(code: string, file: string): unknown;
}

type Extension = (this: unknown, module: Loaded, file: string) => void;

/** The parts of Node's loader of modules of CommonJS that compilers use. */
interface Loader {
    _extensions: Record<string, Extension>;
    _cache: Record<string, unknown>;
    _resolveFilename(request: string, parent: Loaded, isMain: boolean, options?: object): string;
    _resolveLookupPaths(request: string, parent: Loaded): string[] | null;
    /** From Node 22.1 on. */
    enableCompileCache?(folder: string): unknown;
}

const loader = Module as unknown as Loader;

let isCached = false;

/**
 * Caches the code of packages that V8 compiled for later processes: with Node's compile cache from version 22.1 on, otherwise in one file for
 * all modules. Only the first call in a process has an effect. The code of a folder that another user can write is not used.
 *
 * @see https://nodejs.org/api/module.html#module-compile-cache
 * @param folder the cache folder, with separate files per Node version
 */
export function cacheCode(folder: string): void {
    if (isCached || !isUsable(folder)) {
        return;
    }
    isCached = true;
    if (loader.enableCompileCache) {
        loader.enableCompileCache(folder);
    } else {
        cacheModules(new CodeCache(folder));
    }
}

function isUsable(folder: string): boolean {
    try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch {
        // Programs work without write access.
    }
    return isTrustedFolder(folder);
}

/**
 * Compiles modules of CommonJS with a cache. Other compilers, such as ts-node, replace `_compile`, and get the source as it is. The first module
 * is compiled by Node, which may stop there for a debugger.
 */
function cacheModules(cache: CodeCache): void {
    const load = loader._extensions[".js"] as Extension;
    const compile: unknown = Reflect.get(Module.prototype, "_compile");
    loader._extensions[".js"] = function (this: unknown, module, file) {
        if (module !== (process.mainModule as unknown) && module._compile === compile) {
            module._compile = (code, path) => {
                Reflect.deleteProperty(module, "_compile");
                const script = cache.script(code, path);
                return script ? run(script, module, path) : module._compile(code, path);
            };
        }
        load.call(this, module, file);
    };
}

function run(script: vm.Script, module: Loaded, file: string): unknown {
    const require = (request: string) => module.require(request);
    const resolve = (request: string, options?: object) => loader._resolveFilename(request, module, false, options);
    Object.assign(resolve, { paths: (request: string) => loader._resolveLookupPaths(request, module) });
    const { _extensions: extensions, _cache: cache } = loader;
    Object.assign(require, { resolve, main: process.mainModule, extensions, cache });
    return script.runInThisContext().call(module.exports, module.exports, require, module, file, dirname(file));
}

/** The start of a module's function; its length is not part of positions in the file. */
const wrapper = Module.wrap("").slice(0, Module.wrap("").indexOf("{") + 2);

/** The compiled code of a module, and the hash of its source. */
type Entry = [source: string, code: Buffer];

/**
 * The code of modules in one file: its hash, an index, and the code. An incomplete file is ignored, as V8 does not notice all changes. The
 * code of a module is only used for the same source.
 */
class CodeCache {
    /** One for each version of Node, set of V8's options and kind of process, for which V8 accepts the code. */
    private readonly file: string;
    private readonly entries: Map<string, Entry>;
    /** The modules of which this process creates the code, with the hashes of their sources. */
    private readonly compiled = new Map<string, [source: string, script: vm.Script]>();
    private isOutdated = false;

    constructor(folder: string) {
        const { version, arch, argv } = process;
        const name = hash(version, arch, String(cachedDataVersionTag()), argv[1] ?? "", String(isMainThread));
        this.file = join(folder, `${name}.v8`);
        this.entries = read(this.file);
    }

    /** The script of a module; undefined if Node compiles it. */
    script(code: string, file: string): vm.Script | undefined {
        const source = digest(code);
        const [known, cachedData] = this.entries.get(file) ?? [];
        if (known !== source) {
            if (changesOptions(code)) {
                this.create();
                return undefined;
            }
            if (needsNode(code, file)) {
                return undefined;
            }
        }
        const script = new vm.Script(Module.wrap(code), {
            filename: file,
            columnOffset: -wrapper.length,
            cachedData: known === source ? cachedData : undefined,
        });
        if (known !== source || script.cachedDataRejected) {
            if (!this.isOutdated) {
                this.isOutdated = true;
                process.once("exit", () => this.save());
            }
            this.compiled.set(file, [source, script]);
        }
        return script;
    }

    /** Creates the code of modules, with the functions that the program used until now: at its end, and before it changes V8's options. */
    private create(): void {
        for (const [file, [source, script]] of this.compiled) {
            this.entries.set(file, [source, script.createCachedData()]);
        }
        this.compiled.clear();
    }

    private save(): void {
        this.create();
        const entries = [...this.entries].filter(([file]) => existsSync(file));
        const index = JSON.stringify(entries.map(([file, [source, code]]) => [file, source, code.length]));
        const parts = [Buffer.from(`${index}\n`), ...entries.map(([, [, code]]) => code)];
        const content = Buffer.concat(parts.map((part) => Buffer.concat([part], aligned(part.length))));
        if (write(this.file, Buffer.concat([Buffer.from(digest(content)), content]))) {
            removeOld(dirname(this.file));
        }
    }
}

/** TypeScript only writes about dynamic imports. */
const typescript = /[/\\]typescript[/\\]lib[/\\]typescript\.js$/;

/**
 * Whether Node has to compile a module: one that begins with the line of an interpreter, or that can have dynamic imports, which fail in cached
 * code.
 *
 * @see https://github.com/nodejs/node/issues/43663
 */
const needsNode = (code: string, file: string) =>
    code.startsWith("#!") || (/\bimport\s*[(/]/.test(code) && !typescript.test(file));

/** Whether a module can change V8's options, as Pulumi's SDK does: V8 only accepts code with the options of its creation. */
const changesOptions = (code: string) => code.includes("setFlagsFromString");

/** V8 only accepts code that begins at a multiple of eight bytes. */
const aligned = (length: number) => Math.ceil(length / 8) * 8;

const digest = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

function read(file: string): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const data = readTrusted(file) ?? Buffer.from("");
    const content = data.subarray(digest("").length);
    if (data.subarray(0, -content.length).toString() !== digest(content)) {
        return entries;
    }
    const index = content.subarray(0, content.indexOf("\n") + 1);
    let start = aligned(index.length);
    for (const [path, source, length] of JSON.parse(index.toString())) {
        entries.set(path, [source, content.subarray(start, start + length)]);
        start += aligned(length);
    }
    return entries;
}
