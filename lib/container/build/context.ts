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
import { isAbsolute, join, relative, resolve } from "node:path";
import { ignoring } from "./ignored";

/** Where a build takes its files from. */
export interface Context {
    /** The folder's absolute path. */
    folder: string;
    /** The Dockerfile's absolute path; it may lie outside of the folder. */
    dockerfile: string;
}

/** @param dockerfile seen from the folder */
export function contextOf(folder: string, dockerfile = "Dockerfile"): Context {
    const root = resolve(folder);
    return { folder: root, dockerfile: isAbsolute(dockerfile) ? dockerfile : join(root, dockerfile) };
}

/** A path as the state of the stack has it: seen from the program, so that it is the same on every machine. */
export function located(path: string): string {
    return relative(process.cwd(), path).replaceAll("\\", "/") || ".";
}

/** The SHA-256 of all that a build may copy, and of its Dockerfile: of names, contents and modes, not of dates. */
export interface ContextHashes {
    /** With the modes as they are, which the image gets. */
    whole: string;
    /** With what version control keeps of a mode: whether a file can be executed. */
    kept: string;
}

export function contextHashes({ folder, dockerfile }: Context): ContextHashes {
    const [whole, kept] = [createHash("sha256"), createHash("sha256")];
    const add = (text: string, mode = text) => {
        whole.update(`${text}\0`);
        kept.update(`${mode}\0`);
    };
    add(contentHash(dockerfile));
    const isIgnored = ignoring(ignoreFile(folder, dockerfile));
    for (const path of pathsOf(folder, "").filter((each) => !isIgnored(each))) {
        const file = join(folder, path);
        const status = lstatSync(file);
        add(path);
        add(status.mode.toString(8), status.mode & 0o111 ? "program" : "file");
        add(status.isSymbolicLink() ? `link to ${readlinkSync(file)}` : "");
        add(statSync(file, { throwIfNoEntry: false })?.isFile() ? contentHash(file) : "");
    }
    return { whole: whole.digest("hex"), kept: kept.digest("hex") };
}

/** Reads in pieces: the weights of a model may have more bytes than Node reads at once. */
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

/** What the Dockerfile has beside it, or else the context: "Filename and location". */
function ignoreFile(folder: string, dockerfile: string): string {
    const file = [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")].find((each) => existsSync(each));
    return file === undefined ? "" : readFileSync(file, "utf8");
}

/** All files and links below a folder, in an order that no system changes. */
function pathsOf(folder: string, below: string): string[] {
    return readdirSync(join(folder, below), { withFileTypes: true })
        .sort((one, other) => (one.name < other.name ? -1 : 1))
        .flatMap((entry) => {
            const path = below ? `${below}/${entry.name}` : entry.name;
            return entry.isDirectory() ? pathsOf(folder, path) : [path];
        });
}
