import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cache } from "../../toolchain/places";
import { run } from "../../toolchain/process";
import { machineBase } from "./base";

const wheels = "/opt/wheels";

/**
 * The files of {@link machineBase} with packages of Python, from which pip installs in machines, as these have no network in tests. Cached,
 * and created from the package index.
 *
 * @param packages requirements as of pip, such as `scikit-learn==1.9.1`
 */
export async function machineWithWheels(packages: string[]): Promise<string> {
    const base = await machineBase();
    const hash = createHash("sha256")
        .update([base, ...packages].join("\0"))
        .digest("hex")
        .slice(0, 16);
    const archive = join(dirname(cache()), "images", `wheels-${hash}.tar`);
    if (!existsSync(archive)) {
        await make(archive, base, packages);
    }
    return archive;
}

async function make(archive: string, base: string, packages: string[]): Promise<void> {
    const temporary = mkdtempSync(`${archive}.making-`);
    const root = join(temporary, "root");
    try {
        mkdirSync(root);
        await run("tar", ["-C", root, "-xf", base]);
        // The wheels are for the Python of the image, which can be another one than that of this machine.
        for (const file of ["/etc/resolv.conf", "/etc/pip.conf"].filter(existsSync)) {
            cpSync(file, join(root, file), { dereference: true });
        }
        const wheel = ["python3", "-m", "pip", "wheel", "--quiet", "--wheel-dir", wheels, ...packages];
        await run("chroot", [root, ...wheel], { env: { ...process.env, HOME: "/tmp" } });
        writeFileSync(join(root, "etc", "pip.conf"), `[global]\nno-index = true\nfind-links = ${wheels}\n`);
        await run("tar", ["-C", root, "-cf", join(temporary, "image.tar"), "."]);
        renameSync(join(temporary, "image.tar"), archive);
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}
