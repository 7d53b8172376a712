import { readFileSync } from "node:fs";
import Module from "node:module";
import { sep } from "node:path";
import { isKnownFile, isKnownFunction, lazyModules } from "./known";
import { lazily } from "./lazily";

/** A change of a module of the SDK. */
export interface Patch {
    /** The path of the module in the SDK, such as `runtime/rpc`. */
    module: string;
    /** The functions that it replaces, by their path in the exports. */
    functions: string[];
    apply(exports: never): void;
}

interface Parent {
    filename?: string | null;
}

interface Loader {
    _cache: Record<string, { loaded: boolean; exports: object } | undefined>;
    _load(request: string, parent?: Parent | null, isMain?: boolean): unknown;
    _resolveFilename(request: string, parent?: Parent | null): string;
}

const loader = Module as unknown as Loader;

let isPatched = false;

/**
 * Patches modules of Pulumi's SDK after they are loaded, and lets it load the modules that few programs use when they are used first. A
 * patch is only applied if the source texts of the functions that it replaces are known; otherwise the module is not touched. Only the
 * first call in a process has an effect.
 *
 * @param skipped called with each function and file of the SDK that is not known
 */
export function patchSdk(patches: Patch[], skipped: (part: string) => void = () => undefined): void {
    if (isPatched) {
        return;
    }
    isPatched = true;
    const waiting = new Map(patches.map((patch) => [patch.module, patch]));
    const isLazy = laziness(skipped);
    const load = loader._load;
    loader._load = function (this: unknown, request, parent, isMain) {
        const from = pathInSdk(parent?.filename);
        if (parent && from !== undefined && isLazy(from, request, parent)) {
            return lazily(() => load.call(this, request, parent, isMain) as object);
        }
        const loaded = load.call(this, request, parent, isMain);
        if (from !== undefined && request.startsWith(".") && waiting.size > 0) {
            const file = loader._resolveFilename(request, parent);
            const patch = waiting.get(pathInSdk(file) ?? "");
            // Modules that load each other get incomplete exports.
            if (patch && loader._cache[file]?.loaded) {
                waiting.delete(patch.module);
                apply(patch, loaded as object, skipped);
            }
        }
        return loaded;
    };
}

/** The path of a file in the SDK, without its extension; undefined for other files. */
function pathInSdk(file: string | null | undefined): string | undefined {
    const [, path] = /[/\\]@pulumi[/\\]pulumi[/\\]((?!.*[/\\]?node_modules[/\\]).+)\.js$/.exec(file ?? "") ?? [];
    return path?.replaceAll(sep, "/");
}

function apply(patch: Patch, exports: object, skipped: (part: string) => void): void {
    const unknown = patch.functions
        .map((name) => ({ name: `${patch.module}.${name}`, value: at(exports, name) }))
        .filter(({ name, value }) => typeof value !== "function" || !isKnownFunction(name, String(value)));
    if (unknown.length === 0) {
        patch.apply(exports as never);
    }
    for (const { name } of unknown) {
        skipped(name);
    }
}

const at = (exports: object, path: string): unknown =>
    path.split(".").reduce<unknown>((value, name) => Reflect.get(Object(value), name), exports);

/** Finds whether a known file of the SDK loads a module that few programs use. */
function laziness(skipped: (part: string) => void): (from: string, request: string, parent: Parent) => boolean {
    const known = new Map<string, boolean>();
    return (from, request, { filename }) => {
        const requests = lazyModules[from];
        // Tracing patches the modules that are loaded after it.
        if (!requests?.test(request) || (process.env.TRACEPARENT && request.startsWith("@opentelemetry/"))) {
            return false;
        }
        if (!known.has(from)) {
            known.set(from, isKnownFile(from, readFileSync(filename as string, "utf8")));
            if (!known.get(from)) {
                skipped(`${from}.js`);
            }
        }
        return known.get(from) as boolean;
    };
}
