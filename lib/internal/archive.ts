import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOf } from "./names";

/** An archive on disk and its SHA-256 hash. */
export interface Archive {
    file: string;
    hash: string;
}

/**
 * Writes an archive to the temporary folder, where the provider reads it during the deployment. An existing file is compared with the
 * archive, because other users can write to the temporary folder.
 *
 * @param extension `zip`
 */
export function storeArchive(content: Uint8Array, extension: string): Archive {
    const hash = hashOf(content);
    const folder = join(tmpdir(), `slipway-archives-${process.getuid?.() ?? ""}`);
    const file = join(folder, `${hash}.${extension}`);
    if (!existsSync(file) || !readFileSync(file).equals(content)) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const partial = `${file}.${process.pid}`;
        writeFileSync(partial, content);
        renameSync(partial, file);
    }
    return { file, hash };
}
