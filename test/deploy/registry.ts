import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install } from "../../toolchain";

/** A real registry of images on a free port of this machine, and what puts images into it. */
export class Registry {
    private readonly folder = mkdtempSync(join(tmpdir(), "slipway-registry-"));
    private process?: ChildProcess;

    private constructor(
        private readonly crane: string,
        readonly address: string,
    ) {}

    static async start(): Promise<Registry> {
        const crane = join(await install("crane", () => undefined), "crane");
        const registry = new Registry(crane, `127.0.0.1:${await freePort()}`);
        const args = ["registry", "serve", "--address", registry.address, "--disk", registry.folder];
        registry.process = spawn(crane, args, { stdio: "ignore" });
        while (!(await registry.answers())) {
            await sleep(50);
        }
        return registry;
    }

    /** Makes an image of one file and pushes it; its digest. */
    push(name: string, content: string): string {
        const layer = join(this.folder, "layer.tar");
        writeFileSync(join(this.folder, "content"), content);
        execFileSync("tar", ["--create", "--file", layer, "--directory", this.folder, "--mtime=@0", "content"]);
        const tag = `${this.address}/${name}`;
        this.run("append", "--new_layer", layer, "--new_tag", tag);
        return this.run("digest", tag);
    }

    stop(): void {
        this.process?.kill();
        rmSync(this.folder, { recursive: true, force: true });
    }

    private run(...args: string[]): string {
        return execFileSync(this.crane, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
    }

    private async answers(): Promise<boolean> {
        try {
            return (await fetch(`http://${this.address}/v2/`)).ok;
        } catch {
            return false;
        }
    }
}

function freePort(): Promise<number> {
    return new Promise((resolve) => {
        const server = createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address() as AddressInfo;
            server.close(() => resolve(port));
        });
    });
}
