import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { unzipSync, zipSync } from "fflate";
import type { Inputs } from "../../rules/rules";

type Files = Record<string, Uint8Array>;

/**
 * The bytes of an asset or archive from the engine; archives become zip files, as in the real provider.
 *
 * @param program the folder of the program, from which relative paths start
 */
export function bytesOf(source: Inputs, program: string): Buffer {
    if (source.text !== undefined) {
        return Buffer.from(source.text);
    }
    if (source.uri !== undefined) {
        throw new Error(`cannot fetch ${source.uri}: the local Google Cloud has no network access`);
    }
    const path = source.path === undefined ? undefined : resolve(program, source.path);
    if (path !== undefined && statSync(path).isFile()) {
        return readFileSync(path);
    }
    // All files have the same time, so that archives of the same files are identical.
    return Buffer.from(zipSync(filesOf(source, program), { mtime: new Date(1980, 0, 1) }));
}

/** The files of an archive by path: those of a folder, a zip file, or nested assets and archives. */
function filesOf(archive: Inputs, program: string): Files {
    if (archive.path !== undefined) {
        const path = resolve(program, archive.path);
        return statSync(path).isFile() ? unzipSync(readFileSync(path)) : filesIn(path);
    }
    const files: Files = {};
    for (const [name, source] of Object.entries<Inputs>(archive.assets ?? {})) {
        const isFile =
            source.text !== undefined ||
            (source.path !== undefined && statSync(resolve(program, source.path)).isFile());
        Object.assign(files, isFile ? { [name]: bytesOf(source, program) } : below(name, filesOf(source, program)));
    }
    return files;
}

function filesIn(folder: string): Files {
    return Object.fromEntries(
        readdirSync(folder, { recursive: true, encoding: "utf8" })
            .filter((path) => statSync(join(folder, path)).isFile())
            .sort()
            .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(folder, path))]),
    );
}

function below(folder: string, files: Files): Files {
    return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}
