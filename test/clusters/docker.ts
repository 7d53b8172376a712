import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { find, run } from "../../local/toolchain/process";

/** A separate Docker daemon without a network, which pulls images from a registry of this machine. */
export class Docker {
    private constructor(
        private readonly client: string,
        /** The value of `DOCKER_HOST`. */
        readonly socket: string,
        private readonly close: () => Promise<void>,
    ) {}

    /** @param registry the address of the registry, such as `127.0.0.1:5000` */
    static async start(registry: string): Promise<Docker> {
        // vfs works everywhere, such as on another overlay, but copies the whole image for each container.
        return await Docker.startWith("overlay2", registry).catch(() => Docker.startWith("vfs", registry));
    }

    private static async startWith(driver: "overlay2" | "vfs", registry: string): Promise<Docker> {
        const daemon = find("dockerd");
        const client = find("docker");
        if (daemon === undefined || client === undefined) {
            throw new Error("There is no 'dockerd' on PATH. Install it: apt-get install docker.io");
        }
        const folder = mkdtempSync(join(tmpdir(), "slipway-docker-"));
        const socket = `unix://${join(folder, "socket")}`;
        const places = ["data-root", "exec-root", "pidfile"].map((name) => `--${name}=${join(folder, name)}`);
        const options = ["--iptables=false", "--bridge=none", `--storage-driver=${driver}`];
        const args = ["--host", socket, ...places, ...options, "--insecure-registry", registry];
        const child = spawn(daemon, args, { stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (text) => {
                output += text;
            });
        }
        const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
        const close = async () => {
            child.kill();
            await ended;
            for (const place of mountsIn(folder)) {
                await run("umount", [place]);
            }
            rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
        };
        const docker = new Docker(client, socket, close);
        for (const started = Date.now(); !(await docker.command("info").catch(() => "")); await sleep(100)) {
            if (child.exitCode !== null || Date.now() - started > 60_000) {
                await close();
                throw new Error(`Docker does not start: ${output}`);
            }
        }
        return docker;
    }

    /** Runs a Docker command and returns its output. */
    command(...args: string[]): Promise<string> {
        return run(this.client, ["--host", this.socket, ...args]);
    }

    /** Runs an image in the network of this machine. */
    async run(image: string, variables: Record<string, unknown>): Promise<void> {
        const environment = Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
        await this.command("run", "--detach", "--network=host", ...environment, image);
    }

    stop(): Promise<void> {
        return this.close();
    }
}

/** Mounts that an exited Docker daemon left, such as network namespaces of its containers. */
function mountsIn(folder: string): string[] {
    const places = readFileSync("/proc/mounts", "utf8")
        .split("\n")
        .map((line) => line.split(" ")[1] ?? "");
    return places.filter((place) => place.startsWith(`${folder}/`)).reverse();
}
