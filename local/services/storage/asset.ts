import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import type { Inputs } from "../../rules/rules";

type Files = Record<string, Uint8Array>;

/** The bytes of an asset or an archive as the engine hands it over; an archive becomes a zip, as with the real provider. */
export function bytesOf(source: Inputs): Buffer {
    if (source.text !== undefined) {
        return Buffer.from(source.text);
    }
    if (source.uri !== undefined) {
        throw new Error(`${source.uri} cannot be fetched: the local Google Cloud reaches nothing but this machine`);
    }
    if (source.path !== undefined && statSync(source.path).isFile()) {
        return readFileSync(source.path);
    }
    // The time of every file is the same, so that the same files are the same archive.
    return Buffer.from(zipSync(filesOf(source), { mtime: new Date(1980, 0, 1) }));
}

/** The files of an archive by their path in it: those of a folder, of a zip, or of assets and archives by their names. */
function filesOf({ path, assets = {} }: Inputs): Files {
    if (path !== undefined) {
        return statSync(path).isFile() ? unzipSync(readFileSync(path)) : filesIn(path);
    }
    const files: Files = {};
    for (const [name, source] of Object.entries<Inputs>(assets)) {
        const isFile = source.text !== undefined || (source.path !== undefined && statSync(source.path).isFile());
        Object.assign(files, isFile ? { [name]: bytesOf(source) } : below(name, filesOf(source)));
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
