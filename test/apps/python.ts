import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cache } from "../../toolchain/places";
import { find, run } from "../../toolchain/process";

const windows = process.platform === "win32";

/** The Python of this machine; the oldest that the functions' libraries can be installed on is 3.11. */
export function systemPython(): string {
    const found = find("python3") ?? find("python");
    if (!found) {
        throw new Error(`There is no 'python3' on PATH, and the examples' functions are written in Python. ${remedy}`);
    }
    return found;
}

const remedy =
    "Install Python 3.11 or newer with venv:\n" +
    "    macOS:   brew install python\n" +
    "    Linux:   sudo apt install python3-venv (Debian, Ubuntu), sudo dnf install python3 (Fedora)\n" +
    "    Windows: winget install Python.Python.3.13";

/** Ends with the Python's version and place, by which its environments are told apart. */
const inspection = `
import sys
assert sys.version_info >= (3, 11), "it is Python " + sys.version.split()[0]
import ensurepip, venv
print(sys.version, sys.base_prefix)
`;

/**
 * A Python in which the requirements in a folder are installed: kept in the cache, and made if it is not there. Start
 * what is installed with `-m`: scripts name the folder in which they were made, and that is another one.
 */
export async function pythonWith(folder: string): Promise<string> {
    const requirements = join(folder, "requirements.txt");
    const python = systemPython();
    const version = await run(python, ["-c", inspection]).catch((error) => {
        const complaint = error.message.split("\n").at(-1);
        throw new Error(`'${python}' cannot run the examples' functions: ${complaint}. ${remedy}`, { cause: error });
    });
    const key = createHash("sha256").update(readFileSync(requirements)).update(version).digest("hex");
    const environment = join(dirname(cache()), "python", key);
    if (!existsSync(environment)) {
        await make(environment, python, requirements);
    }
    return join(environment, executable);
}

const executable = windows ? join("Scripts", "python.exe") : join("bin", "python");

/** Makes an environment beside its place and moves it there when it is whole. */
async function make(environment: string, python: string, requirements: string): Promise<void> {
    mkdirSync(dirname(environment), { recursive: true });
    removeAbandoned(dirname(environment));
    const temporary = mkdtempSync(`${environment}.making-`);
    try {
        await run(python, ["-m", "venv", temporary]);
        const pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
        await run(join(temporary, executable), [...pip, "--requirement", requirements]);
        renameSync(temporary, environment);
    } catch (error) {
        // Another process may have been faster.
        if (!existsSync(environment)) {
            const { message } = error as Error;
            throw new Error(
                `Could not install ${requirements}: ${message}\nThe first time, this needs a Python package index.`,
                { cause: error },
            );
        }
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}

/** Removes what interrupted processes left behind: nothing takes an hour to make. */
function removeAbandoned(folder: string): void {
    for (const name of readdirSync(folder).filter((name) => name.includes(".making-"))) {
        if (Date.now() - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > 3_600_000) {
            rmSync(join(folder, name), { recursive: true, force: true });
        }
    }
}

/** A function that runs under functions-framework. */
export interface RunningFunction {
    url: string;
    /** Returns once it has printed that text: a pipe may bring it after the answer. */
    printed(text: string): Promise<void>;
    /** All that it has printed. */
    output(): string;
    stop(): Promise<void>;
}

export interface FunctionOptions {
    target: string;
    signatureType: "http" | "cloudevent";
    environment: Record<string, string>;
}

/** Runs the function in a folder as Google Cloud does, and returns once it answers. */
export async function serveFunction(
    folder: string,
    { target, signatureType, environment }: FunctionOptions,
): Promise<RunningFunction> {
    const python = await pythonWith(folder);
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const options = ["--target", target, "--signature-type", signatureType, "--host", "127.0.0.1", "--port", port];
    // Nothing of this machine's environment: the credentials and the proxies in it are not the function's.
    const { PATH = "", SystemRoot = "" } = process.env;
    const env = { PATH, SystemRoot, PYTHONDONTWRITEBYTECODE: "1", ...environment };
    const child = spawn(python, ["-m", "functions_framework", ...options], { cwd: folder, env, stdio: "pipe" });
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()).on("error", () => resolve()));
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
            printed += text;
        });
    }
    const hasPrinted = async (text: string) => {
        for (const started = Date.now(); !printed.includes(text); await sleep(20)) {
            if (Date.now() - started > 5_000) {
                throw new Error(`The function '${target}' has not printed "${text}", but: ${printed}`);
            }
        }
    };
    const stop = async () => {
        child.kill("SIGINT");
        await ended;
    };
    // It answers here without calling the function, on a connection that no later call finds closed.
    const probe = () => fetch(`${url}/robots.txt`, { headers: { connection: "close" } }).catch(() => undefined);
    for (const started = Date.now(); !(await probe()); await sleep(50)) {
        if (child.exitCode !== null || child.pid === undefined || Date.now() - started > 60_000) {
            await stop();
            throw new Error(`The function '${target}' does not start: ${printed}`);
        }
    }
    return { url, printed: hasPrinted, output: () => printed, stop };
}

function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const server = createServer().on("error", reject);
        server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
        });
    });
}
