import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "../../../toolchain/cachedFolder";
import { compiled } from "../../../toolchain/paths";
import { find, run, runLong } from "../../../toolchain/process";
import { ContainersError } from "../containers/launch";
import type { Preparation, Program } from "./code";

/** The package that serves functions, which Google's build installs if the dependencies do not have it. */
const framework = "@google-cloud/functions-framework";

interface Manifest {
    dependencies?: Record<string, string>;
    scripts?: Record<string, string>;
}

/** A function in Node.js: https://cloud.google.com/functions/docs/concepts/nodejs-runtime */
export async function nodeFunction({ code, folder, version, report }: Preparation): Promise<Program> {
    const node = find("node") ?? process.execPath;
    const own = (await run(node, ["--version"])).trim();
    const [, major] = /^v(\d+)/.exec(own) ?? [];
    if (major !== version) {
        report(`runs with Node.js ${major} of this machine, on Google Cloud with ${version}`);
    }
    const npm = find("npm");
    if (npm === undefined) {
        throw new ContainersError("there is no npm on PATH, which installs the packages of Node.js");
    }
    report("installing packages, unless they are cached");
    const packages = join(folder, "node_modules");
    const { scripts = {} } = manifestIn(folder);
    // https://cloud.google.com/functions/docs/release-notes#December_11_2020
    const isBuilt = scripts["gcp-build"] !== undefined;
    symlinkSync(await installed({ title: code.title, folder, npm, own, isBuilt }), packages);
    if (isBuilt) {
        await runLong(npm, ["run", "gcp-build"], { cwd: folder }).catch(({ message }: Error) => {
            throw new ContainersError(`the script gcp-build of ${code.title} failed: ${message}`);
        });
    }
    const server = join(packages, framework, "build", "src", "main.js");
    return {
        program: node,
        args: ["--require", compiled("local/runtime/emulator/code/loopback.js"), server],
        environment: { NODE_ENV: "production" },
    };
}

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
}

/** The folder with the packages of code, cached. */
async function installed({ title, folder, npm, own, isBuilt }: Installation): Promise<string> {
    const files = ["package.json", "package-lock.json", ".npmrc"].filter((name) => existsSync(join(folder, name)));
    const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
    const { dependencies = {} } = manifestIn(folder);
    const flags = ["--no-audit", "--no-fund", "--prefer-offline", ...(isBuilt ? [] : ["--omit=dev"])];
    const key = [process.platform, process.arch, own, ...flags, ...files, ...texts];
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
            if (dependencies[framework] === undefined) {
                await install("install", "--no-save", "--no-package-lock", framework);
            }
        } catch (error) {
            throw new ContainersError(
                `the packages of ${title} cannot be installed: ${(error as Error).message}\nThe first time, this needs a registry of npm.`,
            );
        }
    });
    return join(cached, "node_modules");
}
