import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "./cachedFolder";
import { sources } from "./paths";
import { find, run, runLong } from "./process";

const windows = process.platform === "win32";

/** The Python of this machine: 3.11 or newer, as the libraries of functions and pipelines require. */
export function systemPython(): string {
    const found = find("python3") ?? find("python");
    if (!found) {
        throw new Error(`There is no 'python3' on PATH, and the code is written in Python. ${remedy}`);
    }
    return found;
}

const remedy =
    "Install Python 3.11 or newer with venv:\n" +
    "    macOS:   brew install python\n" +
    "    Linux:   sudo apt install python3-venv (Debian, Ubuntu), sudo dnf install python3 (Fedora)\n" +
    "    Windows: winget install Python.Python.3.13";

/** Prints the version and location of Python last, which identify its virtual environments. */
const inspection = `
import sys
assert sys.version_info >= (3, 11), "it is Python " + sys.version.split()[0]
import ensurepip, venv
print(sys.version, sys.base_prefix)
`;

/** How the requirements of a folder are installed. */
export interface PythonOptions {
    /** The Python that runs the code; by default {@link systemPython}. */
    python?: string;
    /** More arguments of `uv pip install`, such as other packages. */
    install?: string[];
}

/**
 * A Python with the requirements of a folder, cached. Start installed programs with `-m`, as scripts contain the path
 * of the folder in which they were created.
 */
export async function pythonWith(
    folder: string,
    { python = systemPython(), install: options = [] }: PythonOptions = {},
): Promise<string> {
    const requirements = join(folder, "requirements.txt");
    const version = await run(python, ["-c", inspection]).catch((error) => {
        const complaint = error.message.split("\n").at(-1);
        throw new Error(`'${python}' cannot run the code: ${complaint}. ${remedy}`, { cause: error });
    });
    const asked = [version, ...options].join(" ");
    return environment([readFileSync(requirements, "utf8"), asked], async (temporary) => {
        const installer = await uv(python, version);
        await run(python, ["-m", "venv", "--without-pip", temporary]);
        const target = ["--python", join(temporary, executable)];
        const install = ["-m", "uv", "pip", "install", "--quiet", ...target, ...options, "--requirement", requirements];
        await runLong(installer, install, { env: await indexOf(installer) }).catch(explained(requirements));
    });
}

/** Explains a failed installation. */
const explained = (what: string) => (error: Error) => {
    throw new Error(
        `Could not install ${what}: ${error.message}\n` +
            "The first time, this needs a Python package index: connect to the internet, or name yours with 'pip config set global.index-url URL'.",
        { cause: error },
    );
};

/**
 * The folders of the source distributions in `sources.txt` of a folder, by package, cached. They have what packages do not install, such
 * as their tests.
 */
export async function sourcesOf(folder: string): Promise<Record<string, string>> {
    const requirements = join(folder, "sources.txt");
    const pinned = readFileSync(requirements, "utf8");
    const python = systemPython();
    const installer = await uv(python, await run(python, ["-c", inspection]));
    const extracted = await cachedFolder("python", [pinned], async (temporary) => {
        const archives = join(temporary, "archives");
        const download = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--require-hashes"];
        await runLong(installer, ["-m", "pip", ...download, "--dest", archives, "--requirement", requirements]);
        for (const archive of readdirSync(archives)) {
            await run(installer, ["-m", "tarfile", "--extract", join(archives, archive), temporary]);
        }
        rmSync(archives, { recursive: true });
    });
    const named = [...pinned.matchAll(/^([\w-]+)==(\S+)/gm)].map(([, name = "", version]) => {
        return [name, join(extracted, `${name.replaceAll("-", "_")}-${version}`)];
    });
    return Object.fromEntries(named);
}

/** A Python with uv, which installs packages in a tenth of the time that pip takes. */
function uv(python: string, version: string): Promise<string> {
    const release = join(sources(), "uv", "requirements.txt");
    return environment([version, readFileSync(release, "utf8")], async (temporary) => {
        await run(python, ["-m", "venv", temporary]);
        const quiet = ["--quiet", "--no-input", "--disable-pip-version-check"];
        const install = ["install", ...quiet, "--require-hashes", "--requirement", release];
        await run(join(temporary, executable), ["-m", "pip", ...install]).catch(explained("uv"));
    });
}

/** Settings of pip by the variables of uv, which does not read pip's: where packages come from, and whom to trust. */
const settings = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    cert: "SSL_CERT_FILE",
};

/** The environment in which uv installs from the index of this machine's pip. */
async function indexOf(pip: string): Promise<NodeJS.ProcessEnv> {
    const configured = await run(pip, ["-m", "pip", "config", "list"]);
    const values = [...configured.matchAll(/^(?:global|install|:env:)\.([\w-]+)='(.*)'$/gm)].map(([, key, value]) => {
        return [settings[key as keyof typeof settings], value];
    });
    return { ...Object.fromEntries(values.filter(([variable]) => variable)), ...process.env };
}

const executable = windows ? join("Scripts", "python.exe") : join("bin", "python");

/** The Python of a cached environment. */
const environment = async (key: string[], make: (folder: string) => Promise<unknown>): Promise<string> =>
    join(await cachedFolder("python", key, make), executable);
