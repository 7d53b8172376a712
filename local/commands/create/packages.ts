import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { repository } from "./repository";

/**
 * Installs the packages of a starter, with slipway from where this package is from.
 *
 * @param progress reports a step that takes a while
 */
export function installPackages(folder: string, progress: (line: string) => void): void {
    const file = join(folder, "package.json");
    const description = JSON.parse(readFileSync(file, "utf8"));
    const { slipway, "slipway-local": local } = sources(folder, progress);
    description.dependencies.slipway = slipway ?? description.dependencies.slipway;
    description.devDependencies["slipway-local"] = local ?? description.devDependencies["slipway-local"];
    writeFileSync(file, `${JSON.stringify(description, undefined, 4)}\n`);
    progress("installing packages…");
    npm(folder, "install", "--no-audit", "--no-fund");
}

/** The packages of slipway as npm finds them, if they are not from the registry: files of a clone, or those that were installed. */
function sources(folder: string, progress: (line: string) => void): Record<string, string | undefined> {
    const root = repository();
    if (root !== undefined) {
        const packages = join(folder, "packages");
        mkdirSync(packages);
        progress("packing slipway…");
        const packed: { name: string; filename: string }[] = JSON.parse(
            npm(root, "pack", "--json", "--pack-destination", packages, ".", "./local"),
        );
        return Object.fromEntries(packed.map(({ name, filename }) => [name, `file:packages/${filename}`]));
    }
    const modules = modulesFolder();
    const lock = join(modules, ".package-lock.json");
    const { packages = {} } = existsSync(lock) ? JSON.parse(readFileSync(lock, "utf8")) : {};
    return Object.fromEntries(
        ["slipway", "slipway-local"].map((name) => {
            const [, file] = /^file:(.+)$/.exec(packages[`node_modules/${name}`]?.resolved ?? "") ?? [];
            return [name, file && `file:${resolve(dirname(modules), file)}`];
        }),
    );
}

/** The folder `node_modules` that this package is installed in. */
function modulesFolder(): string {
    const parts = realpathSync(__dirname).split(sep);
    return parts.slice(0, parts.lastIndexOf("node_modules") + 1).join(sep);
}

/** Runs npm, and returns its output. */
function npm(folder: string, ...args: string[]): string {
    const { status, stdout } = spawnSync("npm", args, {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
        shell: process.platform === "win32",
    });
    if (status !== 0) {
        throw new Error(`'npm ${args.join(" ")}' failed in ${folder}: see the errors above.`);
    }
    return stdout;
}
