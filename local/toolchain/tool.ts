import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sources } from "./paths";

/** A tool, defined by its folder and `tool.json`. */
export interface Tool {
    name: string;
    folder: string;
    version: string;
    /** The duration of a build without caches, to inform users. */
    takes: string;
    ldflags?: string;
    /** Build tags. */
    tags?: string;
    /** The Go package of each binary. Go names several binaries after their packages. */
    binaries?: Record<string, string>;
    /** Paths of files by Go module, which are copied beside `main.go` and beside the binaries. */
    files?: Record<string, string[]>;
    /** Edits of source files by Go module and path: each text that occurs once, and its replacement, or false to leave out the file. */
    edits?: Record<string, Record<string, [text: string, replacement: string][] | false>>;
}

export const goos = process.platform === "win32" ? "windows" : process.platform;
export const goarch = { x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch;

/** The available tools: folders with a `tool.json`. */
export function tools(from = sources()): string[] {
    return readdirSync(from).filter((name) => existsSync(join(from, name, "tool.json")));
}

export function read(name: string, from = sources()): Tool {
    if (!tools(from).includes(name)) {
        throw new Error(`Unknown tool '${name}'; available: ${tools(from).join(", ")}.`);
    }
    const folder = join(from, name);
    return { ...JSON.parse(readFileSync(join(folder, "tool.json"), "utf8")), name, folder };
}

/** The pinned version of a tool. */
export function pinnedVersion(name: string): string {
    return read(name).version;
}

/** The cache key of a build: changes of the tool's folder cause a new build. */
export function key({ folder }: Tool): string {
    const hash = createHash("sha256").update(`${goos}/${goarch}`);
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
        if (statSync(join(folder, file)).isFile()) {
            hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
        }
    }
    return hash.digest("hex").slice(0, 16);
}

export function goVersion({ folder }: Tool): string | undefined {
    return /^go (\S+)/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
}
