import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { sources } from "./places";

/** A tool as its folder and the `tool.json` in it describe it. */
export interface Tool {
    name: string;
    folder: string;
    version: string;
    /** How long a build takes where nothing is cached, to tell whoever waits. */
    takes: string;
    ldflags?: string;
    /** Each binary's name and the Go package that it is built from. */
    binaries?: Record<string, string>;
    /** By Go module, paths of files in it: they lie beside `main.go`, which may embed them, and beside the binaries. */
    files?: Record<string, string[]>;
    /** Tools whose binaries must lie in the same folder, as this one looks for them beside itself. */
    beside?: string[];
}

export const goos = process.platform === "win32" ? "windows" : process.platform;
export const goarch = { x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch;

/** The tools that can be installed: the folders with a `tool.json`. */
export function tools(from = sources()): string[] {
    return readdirSync(from).filter((name) => existsSync(join(from, name, "tool.json")));
}

export function read(name: string, from = sources()): Tool {
    if (!tools(from).includes(name)) {
        throw new Error(`There is no tool '${name}'; there are: ${tools(from).join(", ")}.`);
    }
    const folder = join(from, name);
    return { ...JSON.parse(readFileSync(join(folder, "tool.json"), "utf8")), name, folder };
}

/** The version of a tool that its folder pins. */
export function pinnedVersion(name: string): string {
    return read(name).version;
}

/** Names what is built: whatever changes in the folder of the tool, or of one beside it, makes another build. */
export function key({ folder, beside = [] }: Tool): string {
    const hash = createHash("sha256").update(`${goos}/${goarch}`);
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
        if (statSync(join(folder, file)).isFile()) {
            hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
        }
    }
    for (const other of beside) {
        hash.update(key(read(other, dirname(folder))));
    }
    return hash.digest("hex").slice(0, 16);
}

export function goVersion({ folder }: Tool): string | undefined {
    return /^go (\S+)/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
}
