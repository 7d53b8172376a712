import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "../../../toolchain/cachedFolder";
import { compiled } from "../../../toolchain/paths";
import { find, run, runLong } from "../../../toolchain/process";
import { ContainersError } from "../containers/launch";
import type { Preparation, Program } from "./code";
import { shell, writeProgram } from "./shell";

/** The package that serves functions, which Google's build installs if the dependencies do not have it. */
const framework = "@google-cloud/functions-framework";

interface Manifest {
    dependencies?: Record<string, string>;
    scripts?: Record<string, string>;
}

/**
 * A function or a server in Node.js.
 * https://cloud.google.com/functions/docs/concepts/nodejs-runtime
 * https://cloud.google.com/appengine/docs/standard/nodejs/runtime
 */
export async function nodeProgram({
    code,
    folder,
    programs,
    version,
    report,
    isDebugged,
}: Preparation): Promise<Program> {
    const node = find("node") ?? process.execPath;
    const own = (await run(node, ["--version"])).trim();
    const [, major] = /^v(\d+)/.exec(own) ?? [];
    if (version && major !== version) {
        report(`runs with Node.js ${major} of this machine, on Google Cloud with ${version}`);
    }
    const npm = find("npm");
    if (npm === undefined) {
        throw new ContainersError("there is no npm on PATH, which installs the packages of Node.js");
    }
    report("installing packages, unless they are cached");
    const packages = join(folder, "node_modules");
    const { scripts = {} } = manifestIn(folder);
    const { start } = code;
    const build = buildScript(scripts);
    symlinkSync(
        await installed({
            title: code.title,
            folder,
            npm,
            own,
            isBuilt: build !== undefined,
            isFunction: start.kind === "function",
        }),
        packages,
    );
    if (build) {
        await runLong(npm, ["run", build], { cwd: folder }).catch(({ message }: Error) => {
            throw new ContainersError(`the script ${build} of ${code.title} failed: ${message}`);
        });
    }
    const preload = ["loopback", "nodeProxy", ...(isDebugged ? ["nodeDebugger"] : [])].flatMap(preloaded);
    const environment = { NODE_ENV: "production" };
    if (start.kind === "function") {
        const server = join(packages, framework, "build", "src", "main.js");
        return { program: node, args: [...preload, server], environment };
    }
    writeProgram(programs, "node", [node, ...preload]);
    const command = start.entrypoint ?? (scripts.start === undefined ? "node server.js" : "npm start");
    return shell(command, [programs, join(packages, ".bin")], { ...environment, npm_config_update_notifier: "false" });
}

/**
 * The script of a build: `gcp-build`, which can be empty, or `build`.
 * https://cloud.google.com/appengine/docs/standard/nodejs/runtime#npm_build_script
 */
function buildScript(scripts: Record<string, string>): string | undefined {
    const name = scripts["gcp-build"] === undefined ? "build" : "gcp-build";
    return scripts[name] ? name : undefined;
}

const preloaded = (name: string) => ["--require", compiled(`local/runtime/emulator/code/${name}.js`)];

const manifestIn = (folder: string): Manifest => {
    const file = join(folder, "package.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
};

/** What is installed. */
interface Installation {
    title: string;
    folder: string;
    npm: string;
    /** The version of Node.js, for which binaries are compiled. */
    own: string;
    /** Whether packages for development are needed, too. */
    isBuilt: boolean;
    /** Whether it needs the package that serves functions. */
    isFunction: boolean;
}

/** The folder with the packages of code, cached. */
async function installed({ title, folder, npm, own, isBuilt, isFunction }: Installation): Promise<string> {
    const files = ["package.json", "package-lock.json", ".npmrc"].filter((name) => existsSync(join(folder, name)));
    const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
    const { dependencies = {} } = manifestIn(folder);
    const flags = ["--no-audit", "--no-fund", "--prefer-offline", ...(isBuilt ? [] : ["--omit=dev"])];
    const more = isFunction && dependencies[framework] === undefined ? [framework] : [];
    const key = [process.platform, process.arch, own, ...flags, ...more, ...files, ...texts];
    const cached = await cachedFolder("node", key, async (temporary) => {
        for (const name of files) {
            cpSync(join(folder, name), join(temporary, name));
        }
        if (!files.includes("package.json")) {
            writeFileSync(join(temporary, "package.json"), "{}");
        }
        const install = (...args: string[]) => runLong(npm, [...args, ...flags], { cwd: temporary });
        try {
            await install(files.includes("package-lock.json") ? "ci" : "install");
            if (more.length > 0) {
                await install("install", "--no-save", "--no-package-lock", ...more);
            }
        } catch (error) {
            throw new ContainersError(
                `the packages of ${title} cannot be installed: ${(error as Error).message}\nThe first time, this needs a registry of npm.`,
            );
        }
    });
    const packages = join(cached, "node_modules");
    // npm creates none for code without packages.
    mkdirSync(packages, { recursive: true });
    return packages;
}
