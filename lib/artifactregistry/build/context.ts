import { createHash } from "node:crypto";
import {
    closeSync,
    existsSync,
    lstatSync,
    openSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    readSync,
    statSync,
} from "node:fs";
import { isAbsolute, join, posix, relative, resolve } from "node:path";
import * as check from "../../internal/arguments/check";
import { display } from "../../internal/arguments/value";
import { maxPath } from "../../internal/sources/listing";

/** The files of a build. */
export interface Context {
    /** The folder's absolute path. */
    folder: string;
    /** The Dockerfile's absolute path; it may be outside of the folder. */
    dockerfile: string;
}

/** Checks a folder: that it exists and has files. */
export const folder = check.validText(folderProblem);

function folderProblem(path: string): string | undefined {
    const root = resolve(path);
    if (!existsSync(root)) {
        return `is not a folder: ${root} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    if (!statSync(root).isDirectory()) {
        return `is not a folder: ${root} is a file\nSpecify the folder that contains the file.`;
    }
    return readdirSync(root).length === 0 ? `has no files: ${root} is empty` : undefined;
}

/** @param dockerfile relative to the folder */
export function resolveContext(folder: string, dockerfile = "Dockerfile"): Context {
    const root = resolve(folder);
    return { folder: root, dockerfile: isAbsolute(dockerfile) ? dockerfile : join(root, dockerfile) };
}

/** A path for the stack's state: relative to the program, so that it is equal on all machines. */
export function relativePath(path: string): string {
    return relative(process.cwd(), path).replaceAll("\\", "/") || ".";
}

/**
 * SHA-256 hashes of all files that a build may copy, and of its Dockerfile: of names, contents and modes, not of timestamps.
 */
export interface ContextHashes {
    /** Includes the exact modes, which the image gets. */
    exact: string;
    /** Includes the executable bit only, as version control does. */
    portable: string;
}

export function contextHashes({ folder, dockerfile }: Context): ContextHashes {
    const [exact, portable] = [createHash("sha256"), createHash("sha256")];
    const add = (text: string, mode = text) => {
        exact.update(`${text}\0`);
        portable.update(`${mode}\0`);
    };
    add(contentHash(dockerfile));
    const isIgnored = ignoreFilter(ignoredBy(folder, dockerfile));
    for (const path of listFiles(folder, "").filter((each) => !isIgnored(each))) {
        const file = join(folder, path);
        const status = lstatSync(file);
        add(path);
        add(status.mode.toString(8), status.mode & 0o111 ? "program" : "file");
        add(status.isSymbolicLink() ? `link to ${readlinkSync(file)}` : "");
        add(statSync(file, { throwIfNoEntry: false })?.isFile() ? contentHash(file) : "");
    }
    return { exact: exact.digest("hex"), portable: portable.digest("hex") };
}

/** Whether a build may copy the files of the local Google Cloud, which change with each command and contain secrets. */
export function hasLocalCloud({ folder, dockerfile }: Context): boolean {
    return existsSync(join(folder, localCloud)) && !ignoreFilter(ignoredBy(folder, dockerfile))(`${localCloud}/cloud`);
}

const localCloud = ".slipway";

/** Reads in chunks: a model's weights may exceed the maximum size of a Node.js buffer. */
function contentHash(file: string): string {
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(1024 * 1024);
    const descriptor = openSync(file, "r");
    try {
        for (let read = 1; read > 0; ) {
            read = readSync(descriptor, piece);
            hash.update(piece.subarray(0, read));
        }
    } finally {
        closeSync(descriptor);
    }
    return hash.digest("hex");
}

/**
 * The ignore file {@link https://docs.docker.com/build/concepts/context/#filename-and-location next to the Dockerfile}, or else
 * the ignore file of the context.
 */
function ignoreFile(folder: string, dockerfile: string): string | undefined {
    return [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")].find((each) => existsSync(each));
}

function ignoredBy(folder: string, dockerfile: string): string {
    const file = ignoreFile(folder, dockerfile);
    return file === undefined ? "" : readFileSync(file, "utf8");
}

/** All files and links below a folder, in the same order on all systems. */
function listFiles(folder: string, below: string): string[] {
    return readdirSync(join(folder, below), { withFileTypes: true })
        .sort((one, other) => (one.name < other.name ? -1 : 1))
        .flatMap((entry) => {
            const path = below ? `${below}/${entry.name}` : entry.name;
            return entry.isDirectory() ? listFiles(folder, path) : [path];
        });
}

/** Reports a line of the ignore file that is no pattern. */
export function ignoreProblem({ folder, dockerfile }: Context, path: string): check.Problem | undefined {
    const file = ignoreFile(folder, dockerfile);
    const lines = file === undefined ? [] : linesOf(readFileSync(file, "utf8"));
    const index = lines.findIndex((line) => pattern(line) === undefined);
    const what = `has a pattern that Docker refuses: line ${index + 1} of ${file} (got ${display(lines[index])}).`;
    return check.when(
        index >= 0,
        path,
        "artifactregistry/ignore-pattern-invalid",
        `${what} Correct the range in its brackets, or shorten it.`,
    );
}

/** A line of a `.dockerignore`. */
interface Pattern {
    matches: RegExp;
    /** Whether the line includes files that earlier lines exclude. */
    isException: boolean;
}

/**
 * Creates a predicate for the files that a {@link https://docs.docker.com/build/concepts/context/#dockerignore-files
 * .dockerignore} excludes, by their path in the context. The last line that matches the file or a parent folder decides. Unlike
 * in `.gitignore`, patterns are relative to the context's root.
 */
export function ignoreFilter(text: string): (path: string) => boolean {
    const patterns = linesOf(text).flatMap((line) => pattern(line) ?? []);
    return (path) => {
        const parts = path.split("/");
        const above = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
        let isIgnored = false;
        for (const { matches, isException } of patterns) {
            if (above.some((each) => matches.test(each))) {
                isIgnored = !isException;
            }
        }
        return isIgnored;
    };
}

const linesOf = (text: string): string[] => text.replace(/^\uFEFF/, "").split(/\r?\n/);

/** Parses a line; undefined if it is no pattern. */
function pattern(line: string): Pattern[] | undefined {
    const isException = line.trim().startsWith("!");
    const text = line
        .trim()
        .slice(isException ? 1 : 0)
        .trim();
    if (line.startsWith("#") || text === "") {
        return [];
    }
    if (text.length > maxPath) {
        return undefined;
    }
    const path = posix
        .normalize(text)
        .replaceAll(/(\*\*\/)+/g, "**/")
        .replace(/(.)\/$/, "$1")
        .replace(/^\/(.)/, "$1");
    try {
        const matches = new RegExp(`^${expression(path)}$`, "s");
        // Some faults are only found by the first use.
        matches.test("");
        return [{ matches, isException }];
    } catch {
        return undefined;
    }
}

/** `**` matches any folders, `*` and `?` match anything but a slash, `\` escapes the next character. */
function expression(path: string): string {
    return path.replaceAll(/\*\*\/?$|\*\*\/?|\*|\?|\[[^\]]*\]|\\.|[.+()|{}$^\]\\[]/gs, (part, at: number) => {
        if (part.startsWith("**")) {
            return at + part.length === path.length ? ".*" : "(.*/)?";
        }
        const wild: Record<string, string> = { "*": "[^/]*", "?": "[^/]" };
        // Longer parts are classes and escaped characters.
        return wild[part] ?? (part.length > 1 ? part : `\\${part}`);
    });
}
