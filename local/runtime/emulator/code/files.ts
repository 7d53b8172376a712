import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { filesOf, oncePerFiles } from "../../../../lib/internal/sources/listing";
import type { Code } from "./code";

/** Files by their paths, and what they have in common with the same ones. */
export interface Files {
    files: Code["files"];
    hash: string;
}

/** The newest files of code: those of this machine, or those that were deployed. */
export interface NewestFiles extends Files {
    /** The folder of this machine that the deployed files were made of. */
    source?: string;
    /** Whether they differ from what was deployed. */
    isEdited?: boolean;
}

/** The files of deployed code, and those of this machine that they were made of. */
export class CodeFiles {
    private readonly deployed = new Map<string, NewestFiles>();

    /** @param program the folder in which sources are looked for; undefined if only deployed code runs */
    constructor(private readonly program: string | undefined) {}

    /**
     * @param key the same for the same deployed files
     * @param read returns the deployed files
     */
    of(key: string, read: () => Code["files"]): NewestFiles {
        const known = this.deployed.get(key) ?? this.found(read());
        this.deployed.set(key, known);
        const { source } = known;
        if (source === undefined || !existsSync(source)) {
            return known;
        }
        const newest = filesIn(source);
        return { ...newest, source, isEdited: newest.hash !== known.hash };
    }

    private found(files: Code["files"]): NewestFiles {
        const source = this.program && sourceOf(this.program, files);
        return { ...hashed(files), ...(source && { source }) };
    }
}

/** The files of an archive. */
export const unzipped = (archive: Uint8Array): Code["files"] =>
    Object.fromEntries(Object.entries(unzipSync(archive)).filter(([path]) => !path.endsWith("/")));

/** The present files of a folder that an archive of it has. */
export const filesIn = (folder: string): Files => contents(filesOf(folder));

const contents = oncePerFiles((files) =>
    hashed(Object.fromEntries(files.map(({ path, file }) => [path, readFileSync(file)]))),
);

/** Each request asks for the code, so that files are hashed once. */
function hashed(files: Code["files"]): Files {
    const sorted = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
    return { files: Object.fromEntries(sorted), hash: hashOf(...sorted.flat()) };
}

/** The hash of several texts. */
export function hashOf(...parts: (string | Uint8Array)[]): string {
    const made = createHash("sha256");
    for (const part of parts) {
        made.update(`${part.length} `).update(part);
    }
    return made.digest("hex");
}

/** How deep folders are in which sources are looked for. */
const maxDepth = 4;

/** The folder of a program, or in it, that has these files. */
function sourceOf(folder: string, files: Code["files"], depth = 0): string | undefined {
    const isSame = Object.entries(files).every(([path, content]) => {
        const found = statSync(join(folder, path), { throwIfNoEntry: false });
        return found?.isFile() && found.size === content.length && readFileSync(join(folder, path)).equals(content);
    });
    if (isSame && Object.keys(files).length > 0) {
        return folder;
    }
    const below = depth < maxDepth ? readdirSync(folder, { withFileTypes: true }) : [];
    for (const entry of below) {
        if (entry.isDirectory() && !/^(\.|node_modules$|__pycache__$)/.test(entry.name)) {
            const found = sourceOf(join(folder, entry.name), files, depth + 1);
            if (found) {
                return found;
            }
        }
    }
    return undefined;
}
