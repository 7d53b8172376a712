import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { SourceFile } from "../internal/files";
import { hashOf } from "../internal/names";

/** A zip archive on disk and the SHA-256 of its bytes. */
export interface Archive {
    file: string;
    hash: string;
}

/**
 * Zips files so that equal contents make equal bytes on every machine: the files in one order, one date, one mode, and a
 * compression written in JavaScript, as the system's zlib differs from one Node to the next.
 */
export function archived(files: SourceFile[]): Archive {
    const entries = files.map(({ path, file }) => [path, readFileSync(file)] as const);
    // A zip has local times: the first one that it can express is written alike in every time zone. 0644, a plain file.
    const attributes = { os: 3, attrs: 0o100644 << 16, mtime: new Date(1980, 0, 1), level: 9 } as const;
    const zip = zipSync(Object.fromEntries(entries), attributes);
    const hash = hashOf(zip);
    return { file: kept(zip, hash), hash };
}

/**
 * Writes the archive where the provider can read it during the deployment. Its name tells its content, which is looked
 * at all the same: others may write to the system's temporary folder.
 */
function kept(zip: Uint8Array, hash: string): string {
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
