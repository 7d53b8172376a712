import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseArgs } from "node:util";

/**
 * Whether a process runs a program of Pulumi, by the file that it starts with: other processes inherit the arguments of Node, such as those
 * that the program starts.
 */
export const isProgram = (main = ""): boolean => /@pulumi[/\\]pulumi[/\\]cmd[/\\]run([/\\]|$)/.test(main);

/** How Pulumi starts a program. */
export interface Invocation {
    /** The folder of the program, in which it runs. */
    folder: string;
    /** The file that it starts with, or the path at which Pulumi finds none. */
    entry: string;
    /** Whether nothing is changed: `--dry-run`. */
    isPreview: boolean;
}

/** The extensions of the files that Pulumi looks for in a folder, in their order. */
const entries = [
    "index.js",
    "index.json",
    "index.node",
    "index.mjs",
    "index.ts",
    "index.tsx",
    "index.mts",
    "index.cts",
];

/**
 * Reads the arguments of `@pulumi/pulumi/cmd/run`, which end with the program. It is found as Pulumi finds it: in `Pulumi.yaml` (`main`),
 * as `exports` or `main` of `package.json`, or as the `index` of the folder.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/cmd/run/run.ts
 */
export function invocation(args: string[]): Invocation {
    const { values, positionals } = parseArgs({
        args,
        options: named,
        strict: false,
    });
    // Without links, as Node loads the files of a program by their real paths.
    const folder = realPath(resolve(typeof values.pwd === "string" ? values.pwd : "."));
    const [given = "."] = positionals;
    const program = isAbsolute(given) ? given : join(folder, given);
    const start = given === "." ? declared(folder, program) : program;
    return { folder, entry: realPath(fileOf(start)), isPreview: values["dry-run"] === true };
}

const realPath = (path: string) => (existsSync(path) ? realpathSync(path) : path);

/** Options with a value, which would be the program otherwise. */
const named = Object.fromEntries(
    [
        "pwd",
        "organization",
        "project",
        "root-directory",
        "stack",
        "parallel",
        "monitor",
        "engine",
        "sync",
        "tracing",
    ].map((name) => [name, { type: "string" as const }]),
);

function declared(folder: string, fallback: string): string {
    const { root, manifest } = nearestPackage(folder);
    const main = manifest.exports === undefined ? manifest.main : mainExport(manifest.exports);
    const file = typeof main === "string" && join(root, main);
    return file && existsSync(file) ? file : fallback;
}

function mainExport(exports: unknown): unknown {
    if (typeof exports === "string") {
        return exports;
    }
    const main = Object(exports)["."];
    return typeof main === "string" ? main : (Object(main).default ?? Object(main).require ?? Object(main).import);
}

/** A `package.json`, of which only these are read. */
export interface Manifest {
    type?: unknown;
    main?: unknown;
    exports?: unknown;
}

/** The nearest package that contains a folder; the folder itself if there is none. */
export function nearestPackage(folder: string): { root: string; manifest: Manifest } {
    for (let root = folder; ; root = dirname(root)) {
        try {
            return { root, manifest: Object(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))) };
        } catch {
            // No such file: packages in the folders above can contain it.
        }
        if (root === dirname(root)) {
            return { root: folder, manifest: {} };
        }
    }
}

function fileOf(program: string): string {
    const candidates = [
        program,
        ...entries.map((name) => join(program, name)),
        ...[".js", ".ts"].map((end) => program + end),
    ];
    return candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile()) ?? program;
}
