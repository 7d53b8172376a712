import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { SourceFile } from "../internal/files";
import { hashOf } from "../internal/names";

/** A zip archive on disk and its SHA-256 hash. */
export interface Archive {
    file: string;
    hash: string;
}

/**
 * Zips files reproducibly: equal contents give equal bytes on every machine. Order, date and mode are fixed, and the compression
 * is written in JavaScript, because zlib differs between versions of Node.js.
 */
export function createArchive(files: SourceFile[]): Archive {
    const entries = files.map(({ path, file }) => [path, readFileSync(file)] as const);
    // Zip stores local time, so its first date is the same bytes in every time zone. The mode is 0644, a plain file.
    const attributes = { os: 3, attrs: 0o100644 << 16, mtime: new Date(1980, 0, 1), level: 9 } as const;
    const zip = zipSync(Object.fromEntries(entries), attributes);
    const hash = hashOf(zip);
    return { file: writeArchive(zip, hash), hash };
}

/**
 * Writes the archive to the temporary folder, where the provider reads it during the deployment. An existing file is compared
 * with the archive, because other users can write to the temporary folder.
 */
function writeArchive(zip: Uint8Array, hash: string): string {
    const folder = join(tmpdir(), `slipway-archives-${process.getuid?.() ?? ""}`);
    const file = join(folder, `${hash}.zip`);
    if (!existsSync(file) || !readFileSync(file).equals(zip)) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const partial = `${file}.${process.pid}`;
        writeFileSync(partial, zip);
        renameSync(partial, file);
    }
    return file;
}
