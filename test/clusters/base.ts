import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { install } from "../../local/toolchain";
import { cache } from "../../local/toolchain/paths";
import { find, run } from "../../local/toolchain/process";

const suite = "bookworm";
const python = ["ca-certificates", "python3", "python3-pip"];

/**
 * The files of a minimal Debian with Python, as an archive: the base of application images if no registry is available.
 * Cached, and created from Debian's packages.
 */
export const pythonBase = (): Promise<string> => base(python);

/** The same with curl, as Google's images of machines have it. */
export const machineBase = (): Promise<string> => base([...python, "curl"]);

async function base(packages: string[]): Promise<string> {
    const archive = join(dirname(cache()), "images", `${suite}-${packages.join("-")}.tar`);
    if (!existsSync(archive)) {
        await make(archive, packages);
    }
    return archive;
}

async function make(archive: string, packages: string[]): Promise<void> {
    const debootstrap = find("debootstrap");
    if (debootstrap === undefined) {
        throw new Error("There is no 'debootstrap' on PATH. Install it: apt-get install debootstrap");
    }
    mkdirSync(dirname(archive), { recursive: true });
    const temporary = mkdtempSync(`${archive}.making-`);
    const root = join(temporary, "root");
    try {
        await run(debootstrap, ["--variant=minbase", `--include=${packages.join(",")}`, suite, root]);
        // Debian prevents pip from changing its own packages, which does not matter in the image of an application.
        await run("sh", ["-c", `rm -rf "${root}"/usr/lib/python3*/EXTERNALLY-MANAGED "${root}"/var/cache/apt/*`]);
        for (const unneeded of ["usr/share/doc", "usr/share/locale", "usr/share/man", "var/lib/apt/lists"]) {
            rmSync(join(root, unneeded), { recursive: true, force: true });
        }
        // The package index can require certificate authorities of this machine, such as those of a company.
        const trusted = "etc/ssl/certs/ca-certificates.crt";
        cpSync(join("/", trusted), join(root, trusted));
        await run("tar", ["-C", root, "-cf", join(temporary, "base.tar"), "."]);
        renameSync(join(temporary, "base.tar"), archive);
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}

/** A registry with one base image, in place of Docker Hub. */
export class BaseRegistry {
    private constructor(
        /** The image name for Dockerfiles: `127.0.0.1:5000/python:3.11`. */
        readonly image: string,
        private readonly child: ChildProcess,
    ) {}

    static async start(folder: string): Promise<BaseRegistry> {
        const crane = join(await install("crane", console.error), "crane");
        const args = ["registry", "serve", "--address", "127.0.0.1:0", "--disk", join(folder, "registry")];
        mkdirSync(join(folder, "registry"), { recursive: true });
        const child = spawn(crane, args, { stdio: ["ignore", "ignore", "pipe"] });
        const port = await new Promise<string>((resolve, reject) => {
            let output = "";
            child.on("close", () => reject(new Error(`the registry did not start: ${output}`)));
            child.stderr?.on("data", (text) => {
                output += text;
                const [, found] = /serving on port (\d+)/.exec(output) ?? [];
                if (found) {
                    resolve(found);
                }
            });
        });
        const image = `127.0.0.1:${port}/python:3.11`;
        await run(crane, ["append", "--insecure", "--new_layer", await pythonBase(), "--new_tag", image]);
        // An image without a base has no platform.
        await run(crane, ["mutate", "--insecure", "--set-platform", "linux/amd64", "--tag", image, image]);
        return new BaseRegistry(image, child);
    }

    async stop(): Promise<void> {
        const ended = new Promise((resolve) => this.child.on("close", resolve));
        this.child.kill();
        await ended;
    }
}
