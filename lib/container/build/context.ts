import { createHash, type Hash } from "node:crypto";
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

/**
 * The SHA-256 of all that a build may copy, and of its Dockerfile: of names, contents and modes of files, not of their dates.
 *
 * @param modes of a file's mode all, or only whether it can be executed, which is what version control keeps
 */
export function contextHash({ folder, dockerfile }: Context, modes: "whole" | "kept"): string {
    const hash = createHash("sha256").update(readFileSync(dockerfile));
    const isIgnored = ignoring(ignoreFile(folder, dockerfile));
    for (const path of pathsOf(folder, "")) {
        if (!isIgnored(path)) {
            add(hash, path, join(folder, path), modes);
        }
    }
    return hash.digest("hex");
}

function add(hash: Hash, path: string, file: string, modes: "whole" | "kept"): void {
    const { mode } = lstatSync(file);
    const isLink = lstatSync(file).isSymbolicLink();
    const kept = isLink ? "link" : mode & 0o111 ? "program" : "file";
    hash.update(`\0${path}\0${modes === "whole" ? mode.toString(8) : kept}\0${isLink ? readlinkSync(file) : ""}\0`);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) {
        addContent(hash, file);
    }
}

/** Reads in pieces: the weights of a model may have more bytes than Node reads at once. */
function addContent(hash: Hash, file: string): void {
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
