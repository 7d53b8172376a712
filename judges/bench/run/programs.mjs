/** Copies of programs in a temporary folder, and measured commands that deploy them to a local Google Cloud. */
import { spawn } from "node:child_process";
import {
    appendFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    realpathSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const { Engine } = require("../../../dist/local/commands/engine/engine.js");
const { resourcesOf } = require("../../../dist/local/machine/stacks.js");
const { serveProgramApis } = require("../../../dist/local/runtime/emulator/programApis.js");
const { stopDaemons } = require("../../../dist/local/machine/daemon/client.js");
const { workspace } = require("../../../dist/local/machine/workspace.js");

export const root = join(import.meta.dirname, "..", "..", "..");

/** The folder of everything that a run writes, which is removed at its end. */
export const temporary = realpathSync(mkdtempSync(join(tmpdir(), "slipway-bench-")));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));
process.on("SIGINT", () => process.exit(130)).on("SIGTERM", () => process.exit(143));

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));
const reported = new Set();

/** Reports the progress of a run; the same line once. */
export function report(line) {
    if (!reported.has(line)) {
        reported.add(line);
        process.stderr.write(`${line}\n`);
    }
}

/** A program in a folder of its own, with the packages that npm installs for it. */
export class Program {
    /**
     * @param path the folder, relative to the temporary one
     * @param source a folder that is copied, or contents by path
     * @param checkout the folder of the repository whose packages it uses
     */
    constructor(path, source, checkout = root) {
        this.folder = join(temporary, path);
        this.checkout = checkout;
        mkdirSync(this.folder, { recursive: true });
        if (typeof source === "string") {
            const copied = (file) => !/^(node_modules|\.slipway)$/.test(basename(file));
            cpSync(source, this.folder, { recursive: true, filter: copied });
        } else {
            for (const [file, text] of Object.entries(source)) {
                writeFileSync(join(this.folder, file), text);
            }
        }
        link(this.folder, named(this.folder), checkout);
        this.main = ["index.ts", "index.js"].map((name) => join(this.folder, name)).find(existsSync);
        this.text = readFileSync(this.main, "utf8");
        /** The folder of temporary files, in which ts-node keeps what it compiled. */
        this.caches = `${this.folder}.tmp`;
        this.clearCaches();
    }

    get lines() {
        return this.text.trimEnd().split("\n").length;
    }

    /** Adds a line to the program, or changes it, which changes no resource. */
    edit() {
        const line = `const edited = "${new Date().toISOString()}";\n`;
        writeFileSync(this.main, this.text.replace(/^(?=(export )?const )/m, line));
    }

    /** Starts the program as the starters do, by an option at the end of its `Pulumi.yaml`. */
    preload() {
        appendFileSync(join(this.folder, "Pulumi.yaml"), '    nodeargs: "--require slipway/program"\n');
    }

    /** Removes what compilers and checkers keep between runs. */
    clearCaches() {
        rmSync(this.caches, { recursive: true, force: true });
        mkdirSync(this.caches);
        rmSync(join(this.folder, "node_modules", ".cache"), { recursive: true, force: true });
    }
}

/** The packages in the `package.json` of a program, without its command for a local Google Cloud. */
function named(folder) {
    const { dependencies, devDependencies } = readJson(join(folder, "package.json"));
    return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name !== "slipway-local");
}

/**
 * Links packages with their dependencies and peers, and no others: the language host and the compiler look at all that are
 * installed.
 */
function link(folder, packages, checkout) {
    const installed = join(checkout, "node_modules");
    const found = new Set(packages);
    for (const name of found) {
        const file = join(installed, name, "package.json");
        if (!existsSync(file)) {
            found.delete(name);
            continue;
        }
        // The packages of this repository's tests are peers as well, and optional.
        const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = readJson(file);
        for (const needed of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
            if (!peerDependenciesMeta[needed]?.optional) {
                found.add(needed);
            }
        }
    }
    for (const name of found) {
        const place = join(folder, "node_modules", name);
        mkdirSync(dirname(place), { recursive: true });
        symlinkSync(realpathSync(join(installed, name)), place);
    }
}

/** A stack of a program on a local Google Cloud of its own, which the real Pulumi deploys, without `slipway local`. */
export class Stack {
    /**
     * @param name of the folder of its local Google Cloud
     * @param environment additional environment variables
     */
    static async create(program, name, environment = {}) {
        const home = join(temporary, "homes", name);
        const place = workspace(program.folder, { SLIPWAY_LOCAL_HOME: home });
        const engine = await Engine.start(place, { pinned: true, report });
        const stack = new Stack(program, place, engine, environment);
        await stack.local(["stack", "init", "dev", "--no-select"]);
        stack.apis = await serveProgramApis({ cloud: join(home, "cloud"), settings: {} }, undefined, () => undefined);
        return stack;
    }

    constructor(program, place, engine, environment) {
        Object.assign(this, { program, place, engine, environment });
    }

    /** The resources in the state. */
    get resources() {
        return resourcesOf(this.place, "dev");
    }

    /** Runs a command with `slipway local`, which does not wait for Google's delays, and stops its background processes. */
    async local(args) {
        const { environment } = this;
        const { code, output } = await this.engine.run(args, "quiet", { environment });
        await stopDaemons(this.place.home);
        if (code !== 0) {
            throw new Error(`slipway local ${args.join(" ")} in ${this.program.folder} failed:\n${output}`);
        }
    }

    /**
     * Runs a command as users run it: with the defaults of Pulumi, its SDK and Go, and a process for the provider.
     *
     * @param node the folder of a Node for the program; by default the one on PATH
     * @param changes whether the command may have changes
     */
    async pulumi(args, { node, changes = true } = {}) {
        const { home, project } = this.place;
        const { NODE_OPTIONS, SLIPWAY_LOCAL_CODE, GOGC, GOMEMLIMIT, ...shared } = this.engine.environment;
        const usage = mkdtempSync(join(temporary, "usage-"));
        const environment = {
            ...shared,
            ...this.apis.environment,
            ...this.environment,
            ...(node && { PATH: [node, shared.PATH].join(delimiter) }),
            TMPDIR: this.program.caches,
            // Nothing has to be waited for, as programs wait in real time here.
            SLIPWAY_LOCAL_IMMEDIATE: "true",
            SLIPWAY_BENCH_USAGE: usage,
            NODE_OPTIONS: `--require "${join(import.meta.dirname, "usage.cjs")}"`,
        };
        const config = join(home, "configuration", project, "Pulumi.dev.yaml");
        const all = [...args, "--stack", "dev", "--config-file", config];
        const { seconds, output } = await run("pulumi", all, { cwd: this.program.folder, env: environment });
        const unexpected = /^ +\S+ \d+ to (create|update|delete|replace)/m.exec(output);
        if (!changes && unexpected) {
            throw new Error(`pulumi ${args.join(" ")} in ${this.program.folder} has changes:\n${output}`);
        }
        return { seconds, ...usageOf(usage) };
    }

    /** Keeps the state of the stack and its cloud, for `restore`. */
    save() {
        for (const [folder, kept] of this.saved()) {
            rmSync(kept, { recursive: true, force: true });
            if (existsSync(folder)) {
                cpSync(folder, kept, { recursive: true });
            }
        }
    }

    restore() {
        for (const [folder, kept] of this.saved()) {
            rmSync(folder, { recursive: true, force: true });
            if (existsSync(kept)) {
                cpSync(kept, folder, { recursive: true });
            }
        }
    }

    saved() {
        const { home } = this.place;
        return ["cloud", "stacks"].map((name) => [join(home, name), join(home, "saved", name)]);
    }

    remove() {
        this.apis.close();
        rmSync(this.place.home, { recursive: true, force: true });
    }
}

/**
 * The CPU time of a command's Node processes, and the sum of their peaks of memory: the program and what it starts, without the
 * provider and the scripts with which the language host looks for packages.
 */
function usageOf(folder) {
    const all = readdirSync(folder).map((name) => readJson(join(folder, name)));
    const counted = all.filter(({ code }) => code && !/[\\/]local[\\/]simulator[\\/]provider[\\/]/.test(code));
    rmSync(folder, { recursive: true });
    const sum = (key) => counted.reduce((total, each) => total + each[key], 0);
    return { cpu: sum("cpu"), bytes: sum("bytes") };
}

/** Runs a command of `slipway local` of the program's checkout, as users run it, with the given folder for its local Google Cloud. */
export async function slipwayLocal(program, home, args, environment = {}) {
    const main = join(program.checkout, "dist", "local", "commands", "main.js");
    const env = { ...process.env, ...environment, SLIPWAY_LOCAL_HOME: home, TMPDIR: program.caches };
    return run(process.execPath, [main, "local", ...args], { cwd: program.folder, env });
}

/** Runs a command that must succeed. */
export function run(command, args, options) {
    const started = performance.now();
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text) => {
                output += text;
            });
        }
        child.on("error", reject);
        child.on("close", (code) => {
            const seconds = (performance.now() - started) / 1000;
            if (code === 0) {
                resolve({ seconds, output });
            } else {
                reject(new Error(`${command} ${args.join(" ")} in ${options.cwd} failed:\n${output}`));
            }
        });
    });
}
