import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cache } from "../../local/toolchain/paths";
import { run } from "../../local/toolchain/process";
import { machineBase } from "./base";

/**
 * The files of {@link machineBase} with packages of Python in a virtual environment, as a machine has them on its disk after its first
 * start: a machine of the local Google Cloud has a new disk at each start, and no network in tests, so that pip fails if one is missing.
 * Cached, and created from the package index.
 *
 * @param environment the folder of the virtual environment, such as `/opt/train/venv`
 * @param packages requirements as of pip, such as `scikit-learn==1.9.1`
 */
export async function machineWithPackages(environment: string, packages: string[]): Promise<string> {
    const base = await machineBase();
    const hash = createHash("sha256")
        .update([base, environment, ...packages].join("\0"))
        .digest("hex")
        .slice(0, 16);
    const archive = join(dirname(cache()), "images", `packages-${hash}.tar`);
    if (!existsSync(archive)) {
        await make(archive, base, environment, packages);
    }
    return archive;
}

async function make(archive: string, base: string, environment: string, packages: string[]): Promise<void> {
    const temporary = mkdtempSync(`${archive}.making-`);
    const root = join(temporary, "root");
    const python = (...args: string[]) =>
        run("chroot", [root, "python3", "-m", ...args], { env: { ...process.env, HOME: "/tmp" } });
    try {
        mkdirSync(root);
        await run("tar", ["-C", root, "-xf", base]);
        // The packages are for the Python of the image, which can be another one than that of this machine.
        for (const file of ["/etc/resolv.conf", "/etc/pip.conf"].filter(existsSync)) {
            cpSync(file, join(root, file), { dereference: true });
        }
        await python("venv", "--without-pip", environment);
        await python(
            "pip",
            "--python",
            `${environment}/bin/python`,
            "install",
            "--quiet",
            "--no-cache-dir",
            ...packages,
        );
        writeFileSync(join(root, "etc", "pip.conf"), "[global]\nno-index = true\n");
        await run("tar", ["-C", root, "-cf", join(temporary, "image.tar"), "."]);
        renameSync(join(temporary, "image.tar"), archive);
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}
