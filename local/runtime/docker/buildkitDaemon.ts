import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writePrivate } from "../../../lib/privateFiles";
import { ensureDaemon } from "../../machine/daemon/client";
import type { RunningDaemon, StartOptions } from "../../machine/daemon/kinds";
import { removeSocket, socketPath } from "../../machine/daemon/sockets";
import { install } from "../../toolchain";
import { find } from "../../toolchain/process";
import type { RegistryInfo } from "./registryDaemon";

/** Connection information of the BuildKit daemon. */
export interface BuildkitInfo extends Record<string, string> {
    /** The address: `unix:///…/.slipway/daemons/buildkit.sock`. */
    endpoint: string;
}

/** Starts BuildKit, which accesses Artifact Registry through the local registry. */
export async function start({ home, report }: StartOptions): Promise<RunningDaemon> {
    const runc = findRunc();
    const [folder, registry] = await Promise.all([
        install("buildkit", report),
        ensureDaemon(home, "registry") as Promise<RegistryInfo>,
    ]);
    const own = join(home, "buildkit");
    // BuildKit runs as root: whoever can connect to it is root.
    const socket = socketPath(home, "buildkit");
    mkdirSync(own, { recursive: true });
    const config = join(own, "buildkitd.toml");
    writePrivate(config, configured(own, socket, runc));
    const child = spawn(join(folder, "buildkitd"), ["--config", config], {
        env: { ...process.env, ...registryProxyEnvironment(registry) },
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
    const note: BuildkitInfo = { endpoint: `unix://${socket}` };
    return {
        info: note,
        ended,
        close: async () => {
            child.kill();
            await ended;
            removeSocket(home, socket);
        },
    };
}

/** Environment variables that make Go programs access Artifact Registry through the local registry. */
export function registryProxyEnvironment({ address, certificates }: RegistryInfo): NodeJS.ProcessEnv {
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
 * Finds the program that BuildKit uses to run Dockerfile instructions.
 *
 * @param on the system to search, for tests
 * @throws Error with installation instructions
 */
export function findRunc(on = thisMachine()): string {
    const what = "image builds use BuildKit, which";
    if (on.platform !== "linux") {
        throw new Error(`${what} requires Linux. Build the image elsewhere, and set its digest.`);
    }
    if (on.user !== 0) {
        throw new Error(`${what} requires root: sudo --preserve-env slipway local …`);
    }
    const runc = find("runc", [...on.path.split(delimiter), ...on.system]);
    if (runc === undefined) {
        throw new Error(
            `${what} requires 'runc' on PATH. Install it:\n` +
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
    // Debian installs it there, which a user's PATH might not include.
    system: ["/usr/sbin"],
});

/** Waits until the daemon accepts connections, or exits. */
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
