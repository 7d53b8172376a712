import { readFileSync } from "node:fs";
import { type Archive, storeArchive } from "../internal/sources/archive";
import { oncePerFiles } from "../internal/sources/listing";

/**
 * Zips files reproducibly: equal contents give equal bytes on every machine. Order, date and mode are fixed, and the compression
 * is written in JavaScript, because zlib differs between versions of Node.js. Functions with the same files have one archive.
 */
export const createArchive = oncePerFiles((files): Archive => {
    const entries = files.map(({ path, file }) => [path, readFileSync(file)] as const);
    // Zip stores local time, so its first date is the same bytes in every time zone. The mode is 0644, a plain file.
    const attributes = { os: 3, attrs: 0o100644 << 16, mtime: new Date(1980, 0, 1), level: 9 } as const;
    const { zipSync }: typeof import("../internal/bundled/fflate") = require("../internal/bundled/fflate");
    const zip = zipSync(Object.fromEntries(entries), attributes);
    return storeArchive(zip, "zip");
});
