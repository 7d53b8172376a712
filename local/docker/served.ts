import { spawn } from "node:child_process";
import { join } from "node:path";
import { install } from "../../toolchain";

/** A registry of images that runs on this machine. */
export interface ServedRegistry {
    /** Its address, such as `127.0.0.1:5000`. */
    address: string;
    /** The program that pushes images to it, where there is no Docker. */
    crane: string;
    /** Resolves when it has ended. */
    ended: Promise<void>;
    close(): void;
}

/**
 * Serves a registry, empty at first: the image that was pushed is gone with it.
 *
 * @param folder where the contents of images are written
 * @param port a free one when left out
 */
export async function serveRegistry(
    folder: string,
    port = 0,
    report: (line: string) => void = () => undefined,
): Promise<ServedRegistry> {
    const crane = join(await install("crane", report), "crane");
    const args = ["registry", "serve", "--address", `127.0.0.1:${port}`, "--disk", folder];
    const child = spawn(crane, args, { stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
    let told = "";
    const address = await new Promise<string>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", () => reject(new Error(`the registry did not start: ${told.trim()}`)));
        child.stderr.on("data", (bytes) => {
            told += bytes;
            const [, found] = /serving on port (\d+)/.exec(told) ?? [];
            if (found) {
                resolve(`127.0.0.1:${found}`);
            }
        });
    });
    return { address, crane, ended, close: () => void child.kill() };
}
