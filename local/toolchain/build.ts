import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkTrusted } from "../../lib/privateFiles";
import { cache, sources } from "./paths";
import { executable, find, onEnd, runLong } from "./process";
import { goarch, goos, goVersion, key, read, type Tool } from "./tool";

/** Receives lines on what takes seconds or minutes. */
export type Report = (line: string) => void;
type Go = (...args: string[]) => Promise<string>;

/**
 * A build touches its temporary folder every second; a folder without changes for this long belongs to a dead process.
 */
const abandonedAfter = 10_000;

/** Returns the folder of a tool, and builds it first if this machine has not built it. */
export async function install(name: string, report: Report, from = sources()): Promise<string> {
    checkAllowed(name);
    const tool = read(name, from);
    const destination = join(cache(), `${name}-${key(tool)}`);
    const installed = () => fs.existsSync(destination);
    let waiting = false;
    while (!installed()) {
        if (isBeingBuilt(destination)) {
            if (!waiting) {
                report(`${name} ${tool.version}: another process is building it; waiting…`);
            }
            waiting = true;
            await sleep(250);
        } else if (!installed()) {
            // Checked again, because another process can have completed its build in between.
            await build(tool, destination, report);
        }
    }
    // A cache can be shared: with whoever cannot change what is run.
    for (const folder of [cache(), destination]) {
        checkTrusted(folder, "SLIPWAY_CACHE");
    }
    return destination;
}

/**
 * Refuses a tool that is not in `SLIPWAY_TOOLS`, by default all, such as in tests that must pass soon on a machine without any. Also if it is
 * built already, which would hide it.
 */
function checkAllowed(name: string): void {
    const { SLIPWAY_TOOLS: allowed, SLIPWAY_TEST: test = "this command" } = process.env;
    if (allowed !== undefined && !allowed.split(",").includes(name)) {
        throw new Error(`The tool ${name} is not in SLIPWAY_TOOLS, which are ${allowed} for ${test}.`);
    }
}

async function build(tool: Tool, destination: string, report: Report): Promise<void> {
    const title = `${tool.name} ${tool.version}`;
    const program = find("go");
    if (program === undefined) {
        throw new Error(
            `Building ${title} requires Go ${goVersion(tool)} or newer, and 'go' is not on PATH.\n` +
                "Install it, https://go.dev/doc/install:\n" +
                "    macOS:   brew install go\n" +
                "    Linux:   sudo snap install go --classic\n" +
                "    Windows: winget install GoLang.Go",
        );
    }
    const started = Date.now();
    const notify = (step: string) => report(`${title}: ${step}`);
    const temporary = fs.mkdtempSync(`${destination}.building-`);
    const release = onEnd(() => remove(temporary));
    const heartbeat = setInterval(() => fs.utimes(temporary, new Date(), new Date(), () => {}), 1000);
    try {
        const source = join(temporary, "source");
        const result = made(join(temporary, "result"));
        const go = goIn(source, program, made(join(temporary, "work")));
        fs.cpSync(tool.folder, source, { recursive: true });
        notify(`building from source (about ${tool.takes}, once): downloading modules…`);
        await copyFiles(tool, go, [source, result]);
        await edit(tool, go, join(temporary, "edited"));
        await compile(tool, go, result, (binaries) => notify(`compiling ${binaries}… (${elapsed(started)})`));
        moveUnlessThere(result, destination);
        notify(`done in ${elapsed(started)}`);
    } catch (error) {
        const complaints = (error as Error).message.replace(/^go: downloading .*\n?/gm, "").trim();
        throw new Error(
            `Could not build ${title} from source: ${complaints}\n` +
                `This requires Go ${goVersion(tool)} or newer and, the first time, a Go module proxy ('go env GOPROXY').`,
            { cause: error },
        );
    } finally {
        clearInterval(heartbeat);
        release();
        remove(temporary);
    }
}

/** Settings of all builds, which share compiled packages. */
export const goEnvironment = {
    GOOS: goos,
    GOARCH: goarch,
    CGO_ENABLED: "0", // needs no C compiler, and the result does not depend on the machine's libraries
    GOWORK: "off",
    // The linker removes debug information (`-s -w`); not generating it saves a sixth of the build time.
    GOFLAGS: "-mod=readonly -trimpath -buildvcs=false -gcflags=all=-dwarf=false",
};

/**
 * Runs `go` in a folder. Its temporary files are in the build's folder, so that those of killed compilers are deleted
 * with it.
 */
function goIn(folder: string, program: string, work: string): Go {
    const env = { ...process.env, ...goEnvironment, GOTMPDIR: work };
    return (...args) => runLong(program, args, { cwd: folder, env });
}

async function downloaded(module: string, go: Go): Promise<string> {
    await go("mod", "download", module);
    return (await go("list", "-m", "-f", "{{.Dir}}", module)).trim();
}

async function copyFiles({ files = {} }: Tool, go: Go, folders: string[]): Promise<void> {
    for (const [module, paths] of Object.entries(files)) {
        const root = await downloaded(module, go);
        for (const path of paths) {
            const content = fs.readFileSync(join(root, path));
            for (const folder of folders) {
                // Written as a new file, because a copy would be read-only, like all files in Go's module cache.
                fs.writeFileSync(join(folder, basename(path)), content);
            }
        }
    }
}

/** Replaces modules by edited copies of them, in a folder. */
async function edit({ edits = {} }: Tool, go: Go, folder: string): Promise<void> {
    for (const [module, changed] of Object.entries(edits)) {
        const root = await downloaded(module, go);
        const copy = made(join(folder, module));
        // Older modules have none.
        fs.writeFileSync(join(copy, "go.mod"), `module ${module}\n`);
        for (const path of fs.readdirSync(root, { recursive: true, encoding: "utf8" })) {
            // Written as new files, because copies would be read-only, like all files in Go's module cache.
            if (fs.statSync(join(root, path)).isFile()) {
                const content = fs.readFileSync(join(root, path));
                const changes = changed[path.replaceAll("\\", "/")];
                if (changes === false) {
                    continue;
                }
                fs.writeFileSync(
                    join(made(join(copy, dirname(path))), basename(path)),
                    changes ? edited(`${module}/${path}`, content.toString(), changes) : content,
                );
            }
        }
        await go("mod", "edit", "-replace", `${module}=${copy}`);
    }
}

function edited(file: string, content: string, changes: [text: string, replacement: string][]): string {
    return changes.reduce((before, [text, replacement]) => {
        const parts = before.split(text);
        if (parts.length !== 2) {
            throw new Error(`${file} contains ${parts.length - 1} times: ${text}`);
        }
        return parts.join(replacement);
    }, content);
}

/** Compiles all binaries by one command, which keeps all cores busy. */
async function compile(tool: Tool, go: Go, folder: string, notify: (binaries: string) => void): Promise<void> {
    const { binaries = {}, ldflags = "", tags = "" } = tool;
    const [names, packages] = [Object.keys(binaries), Object.values(binaries)];
    if (names.length === 0) {
        return;
    }
    // `go mod download` would download more modules than the packages need, and fail if one is unavailable.
    await go("list", "-deps", "-tags", tags, "-f", "{{.Name}}", ...packages);
    notify(names.join(", "));
    const output = names.length === 1 ? join(folder, executable(names[0] as string)) : folder;
    await go("build", "-tags", tags, "-ldflags", ldflags, "-o", output, ...packages);
}

/** Whether another process is building the tool. Removes files of dead processes. */
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

/** Two processes that start at the same time both build; the second one to finish uses the result of the first. */
function moveUnlessThere(from: string, to: string): void {
    try {
        fs.renameSync(from, to);
    } catch (error) {
        if (!fs.existsSync(to)) {
            throw error;
        }
    }
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
