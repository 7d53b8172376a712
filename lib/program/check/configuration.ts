import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { type Options, readTsconfig } from "./tsconfig";

/** The TypeScript compiler of a program. */
export interface Compiler {
    /** The module, such as `/program/node_modules/typescript/lib/typescript.js`. */
    file: string;
    version: string;
}

/** What is checked, and how. */
export interface Configuration {
    /** The program's options, for its own compiler. */
    options: Options;
    /** Folders of declarations that are included without an import. */
    typeRoots: string[];
    compiler: Compiler | undefined;
    /** The paths that were read or looked up. */
    lookups: Set<string>;
}

/** Options for output, and for reports, which do not change types. */
const unused = new Set([
    "composite",
    "declaration",
    "declarationDir",
    "declarationMap",
    "diagnostics",
    "emitDeclarationOnly",
    "explainFiles",
    "extendedDiagnostics",
    "generateTrace",
    "incremental",
    "inlineSourceMap",
    "inlineSources",
    "isolatedDeclarations",
    "listEmittedFiles",
    "listFiles",
    "mapRoot",
    "noEmit",
    "noEmitOnError",
    "out",
    "outDir",
    "outFile",
    "plugins",
    "pretty",
    "rootDir",
    "sourceMap",
    "sourceRoot",
    "traceResolution",
    "tsBuildInfoFile",
]);

/**
 * Reads the options of a program: the options of its `tsconfig.json` and of the files that it extends, and otherwise Pulumi's.
 *
 * @param folder the program's working directory
 * @see https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/cmd/run/run.ts
 */
export function readConfiguration(folder: string): Configuration {
    const file = resolve(folder, process.env.PULUMI_NODEJS_TSCONFIG_PATH ?? "tsconfig.json");
    const { options, lookups } = existsSync(file)
        ? readTsconfig(file)
        : { options: {}, lookups: new Set<string>().add(file) };
    const kept = Object.fromEntries(Object.entries(options).filter(([name]) => !unused.has(name)));
    const typeRoots = Array.isArray(kept.typeRoots) ? kept.typeRoots.map(String) : defaultTypeRoots(folder);
    return {
        options: { target: "es2020", module: "nodenext", ...kept, typeRoots, noEmit: true, skipLibCheck: true },
        typeRoots,
        compiler: compilerOf(folder, lookups),
        lookups,
    };
}

/** @see https://www.typescriptlang.org/tsconfig/#typeRoots */
function defaultTypeRoots(folder: string): string[] {
    const parent = dirname(folder);
    const own = join(folder, "node_modules", "@types");
    return parent === folder ? [own] : [own, ...defaultTypeRoots(parent)];
}

/** Finds the compiler that Pulumi would use: the program's, otherwise the one next to Pulumi's SDK. */
function compilerOf(folder: string, lookups: Set<string>): Compiler | undefined {
    const folders = [folder];
    try {
        folders.push(dirname(createRequire(join(folder, "index.js")).resolve("@pulumi/pulumi/package.json")));
    } catch {
        // The program reports that the SDK is missing.
    }
    for (const start of folders) {
        try {
            const require = createRequire(join(start, "index.js"));
            const manifest = require.resolve("typescript/package.json");
            lookups.add(manifest);
            return { file: require.resolve("typescript"), version: JSON.parse(readFileSync(manifest, "utf8")).version };
        } catch {
            lookups.add(join(start, "node_modules", "typescript", "package.json"));
        }
    }
    return undefined;
}

/**
 * The options with which TypeScript 7 checks like the program's compiler. TypeScript 5 has other defaults, of which 7 refuses those that
 * it does not support.
 *
 * @see https://github.com/microsoft/TypeScript/issues/54500
 * @see https://github.com/microsoft/TypeScript/blob/v5.9.3/src/compiler/utilities.ts#L8890 (`_computedOptions`)
 */
export function optionsForSeven({ options, compiler }: Configuration): Options {
    if (Number.parseFloat(compiler?.version ?? "5") >= 6) {
        return options;
    }
    const module = String(options.module).toLowerCase();
    const isDeriving = /^(node|preserve$)/.test(module);
    const isBundler = module === "preserve" || /^bundler$/i.test(String(options.moduleResolution));
    return {
        types: ["*"],
        strict: false,
        noUncheckedSideEffectImports: false,
        libReplacement: true,
        esModuleInterop: isDeriving,
        resolveJsonModule: isBundler || /^node(20|next)$/.test(module),
        ...(isDeriving ? {} : { moduleResolution: module === "commonjs" ? "node10" : "classic" }),
        ...options,
    };
}
