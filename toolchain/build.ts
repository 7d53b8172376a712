import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cache, sources } from "./places";
import { executable, find, onEnd, run } from "./process";

/** What the `tool.json` in a tool's folder says. */
interface Manifest {
    version: string;
    /** How long a build takes where nothing is cached, to tell whoever waits. */
    takes: string;
    ldflags: string;
    /** Each binary's name and the Go package that it is built from. */
    binaries: Record<string, string>;
    /** Tools whose binaries must lie in the same folder, as this one looks for them beside itself. */
    beside?: string[];
}

type Report = (line: string) => void;

const goos = process.platform === "win32" ? "windows" : process.platform;
const goarch = { x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch;

/** A builder touches its temporary folder every second; one left untouched this long belongs to a dead process. */
const abandonedAfter = 10_000;

/** The tools that can be installed: the folders with a `tool.json`. */
export function tools(): string[] {
    return fs.readdirSync(sources()).filter((name) => fs.existsSync(join(sources(), name, "tool.json")));
}

/** The version of a tool that its folder pins. */
export function pinnedVersion(tool: string): string {
    return manifest(tool).version;
}

/** The folder with a tool's binaries, which are built if this machine has not built them yet. */
export async function install(tool: string, report: Report): Promise<string> {
    if (!tools().includes(tool)) {
        throw new Error(`There is no tool '${tool}'; there are: ${tools().join(", ")}.`);
    }
    const destination = join(cache(), `${tool}-${key(tool)}`);
    const installed = () => fs.existsSync(destination);
    const beside: string[] = [];
    for (const other of installed() ? [] : (manifest(tool).beside ?? [])) {
        beside.push(await install(other, report));
    }
    let waiting = false;
    while (!installed()) {
        if (isBeingBuilt(destination)) {
            if (!waiting) {
                report(`${tool} ${pinnedVersion(tool)}: another process is building it; waiting…`);
            }
            waiting = true;
            await sleep(250);
        } else if (!installed()) {
            // Asked twice, as another builder may have ended between the two questions above.
            await build(tool, beside, destination, report);
        }
    }
    return destination;
}

async function build(tool: string, beside: string[], destination: string, report: Report): Promise<void> {
    const { version, takes, ldflags, binaries } = manifest(tool);
    const folder = join(sources(), tool);
    const go = find("go");
    if (go === undefined) {
        throw new Error(
            `Building ${tool} ${version} needs Go ${goVersion(folder)} or newer, and there is no 'go' on PATH.\n` +
                "Install it, https://go.dev/doc/install:\n" +
                "    macOS:   brew install go\n" +
                "    Linux:   sudo snap install go --classic\n" +
                "    Windows: winget install GoLang.Go",
        );
    }
    const started = Date.now();
    const tell = (step: string) => report(`${tool} ${version}: ${step}`);
    const temporary = fs.mkdtempSync(`${destination}.building-`);
    const release = onEnd(() => remove(temporary));
    const heartbeat = setInterval(() => fs.utimes(temporary, new Date(), new Date(), () => {}), 1000);
    try {
        const options = {
            cwd: folder,
            env: {
                ...process.env,
                GOOS: goos,
                GOARCH: goarch,
                CGO_ENABLED: "0", // needs no C compiler, and the result does not depend on the machine's libraries
                GOWORK: "off",
                GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
                GOTMPDIR: made(join(temporary, "work")), // so that a killed compiler's files go with the folder
            },
        };
        const bin = made(join(temporary, "bin"));
        tell(`building from source (about ${takes}, once): downloading modules…`);
        // Not `go mod download`, which asks for more than the packages need, and fails where that cannot be had.
        await run(go, ["list", "-deps", "-f", "{{.Name}}", ...Object.values(binaries)], options);
        for (const [name, source] of Object.entries(binaries)) {
            tell(`compiling ${name}… (${elapsed(started)})`);
            await run(go, ["build", "-ldflags", ldflags, "-o", join(bin, executable(name)), source], options);
        }
        for (const other of beside) {
            fs.cpSync(other, bin, { recursive: true });
        }
        moveUnlessThere(bin, destination);
        tell(`done in ${elapsed(started)}`);
    } catch (error) {
        const complaints = (error as Error).message.replace(/^go: downloading .*\n?/gm, "").trim();
        throw new Error(
            `Could not build ${tool} ${version} from source: ${complaints}\n` +
                `It needs Go ${goVersion(folder)} or newer and, the first time, a Go module proxy ('go env GOPROXY').`,
            { cause: error },
        );
    } finally {
        clearInterval(heartbeat);
        release();
        remove(temporary);
    }
}

/** Whether another process is at it now. What dead processes left behind is removed on the way. */
function isBeingBuilt(destination: string): boolean {
    const folder = made(dirname(destination));
    let builders = 0;
    for (const name of fs.readdirSync(folder).filter((name) => name.includes(".building-"))) {
        const touched = fs.statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
        if (Date.now() - touched > abandonedAfter) {
            remove(join(folder, name));
        } else if (name.startsWith(`${basename(destination)}.`)) {
            builders++;
        }
    }
    return builders > 0;
}

/** Two processes that start in the same instant both build; the one that ends second finds the first's work. */
function moveUnlessThere(from: string, to: string): void {
    try {
        fs.renameSync(from, to);
    } catch (error) {
        if (!fs.existsSync(to)) {
            throw error;
        }
    }
}

/** Names what is built: whatever changes in the folder of the tool, or of one beside it, makes another build. */
function key(tool: string): string {
    const folder = join(sources(), tool);
    const hash = createHash("sha256").update(`${goos}/${goarch}`);
    for (const file of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
        if (fs.statSync(join(folder, file)).isFile()) {
            hash.update(`\0${file}\0`).update(fs.readFileSync(join(folder, file)));
        }
    }
    for (const other of manifest(tool).beside ?? []) {
        hash.update(key(other));
    }
    return hash.digest("hex").slice(0, 16);
}

function manifest(tool: string): Manifest {
    return JSON.parse(fs.readFileSync(join(sources(), tool, "tool.json"), "utf8"));
}

function goVersion(folder: string): string | undefined {
    return /^go (\S+)/m.exec(fs.readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
}

function made(folder: string): string {
    fs.mkdirSync(folder, { recursive: true });
    return folder;
}

function remove(folder: string): void {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

function elapsed(since: number): string {
    const seconds = Math.round((Date.now() - since) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
