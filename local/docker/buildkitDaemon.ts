import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install } from "../../toolchain";
import { find } from "../../toolchain/process";
import { daemon } from "../daemon/client";
import type { Running, Start } from "../daemon/kinds";
import type { RegistryNote } from "./registryDaemon";

/** What BuildKit's daemon tells. */
export interface BuildkitNote extends Record<string, string> {
    /** Where it listens: `unix:///tmp/slipway-…/buildkit.sock`. */
    endpoint: string;
}

/** BuildKit, alone, as builds of images use it. It reaches Artifact Registry as the local one. */
export async function start({ home, report }: Start): Promise<Running> {
    const runc = runcOn();
    const [folder, registry] = await Promise.all([
        install("buildkit", report),
        daemon(home, "registry") as Promise<RegistryNote>,
    ]);
    const own = join(home, "buildkit");
    const socket = join(socketFolder(home), "buildkit.sock");
    rmSync(socket, { force: true });
    mkdirSync(own, { recursive: true });
    const config = join(own, "buildkitd.toml");
    writeFileSync(config, configured(own, socket, runc));
    const child = spawn(join(folder, "buildkitd"), ["--config", config], {
        env: { ...process.env, ...throughRegistry(registry) },
        stdio: ["ignore", "inherit", "inherit"],
    });
    const ended = new Promise<string>((resolve) => {
        child.on("error", ({ message }) => resolve(message));
        child.on("close", (code, signal) => resolve(`buildkitd ended with ${signal ?? code}`));
    });
    const failure = await Promise.race([ended, answering(socket)]);
    if (failure !== undefined) {
        throw new Error(failure);
    }
    const note: BuildkitNote = { endpoint: `unix://${socket}` };
    return {
        note,
        ended,
        close: async () => {
            child.kill();
            await ended;
            rmSync(socketFolder(home), { recursive: true, force: true });
        },
    };
}

/** The environment of a program in Go that asks the local registry for what lies in Artifact Registry. */
export function throughRegistry({ address, certificates }: RegistryNote): NodeJS.ProcessEnv {
    const proxy = `http://${address}`;
    const direct = "localhost,127.0.0.1,::1";
    return {
        HTTPS_PROXY: proxy,
        https_proxy: proxy,
        NO_PROXY: direct,
        no_proxy: direct,
        SSL_CERT_FILE: certificates,
    };
}

/** Only its owner reaches it, who may do with BuildKit what root may; and a socket's path has at most 107 characters. */
function socketFolder(home: string): string {
    const folder = join(tmpdir(), `slipway-${createHash("sha256").update(home).digest("hex").slice(0, 12)}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
}

function configured(own: string, socket: string, runc: string): string {
    return [
        `root = ${JSON.stringify(join(own, "root"))}`,
        "[grpc]",
        `address = [${JSON.stringify(`unix://${socket}`)}]`,
        "[worker.oci]",
        "enabled = true",
        `binary = ${JSON.stringify(runc)}`,
        'networkMode = "host"',
        "[worker.containerd]",
        "enabled = false",
        "",
    ].join("\n");
}

/**
 * The program that BuildKit runs the steps of a Dockerfile with.
 *
 * @param on where it is looked for
 * @throws Error that says how to have it
 */
export function runcOn(on = thisMachine()): string {
    const what = "images are built by BuildKit, which";
    if (on.platform !== "linux") {
        throw new Error(`${what} runs on Linux alone. Build the image elsewhere, and give its digest.`);
    }
    if (on.user !== 0) {
        throw new Error(`${what} needs root to run what a Dockerfile says: sudo --preserve-env slipway local …`);
    }
    const runc = find("runc", [...on.path.split(delimiter), ...on.system]);
    if (runc === undefined) {
        throw new Error(
            `${what} needs runc, and there is no 'runc' on PATH. Install it:\n` +
                "    Debian, Ubuntu: apt-get install runc\n" +
                "    Fedora:         dnf install runc\n" +
                "    Alpine:         apk add runc",
        );
    }
    return runc;
}

const thisMachine = () => ({
    platform: String(process.platform),
    user: process.getuid?.(),
    path: process.env.PATH ?? "",
    // Where Debian has it, and the PATH of a user may not look.
    system: ["/usr/sbin"],
});

/** Waits until somebody accepts connections; a daemon that ends ends the wait. */
async function answering(socket: string): Promise<undefined> {
    const isThere = () =>
        new Promise<boolean>((resolve) => {
            const connection = connect(socket, () => resolve(true)).on("error", () => resolve(false));
            connection.on("close", () => connection.destroy());
        });
    while (!(await isThere())) {
        await sleep(50);
    }
    return undefined;
}
