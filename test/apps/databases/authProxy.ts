import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install } from "../../../local/toolchain";
import type { MetadataServer } from "./metadata";

/** The volume for sockets. Like that of a pod, it remains when the proxy is restarted. */
export const sockets = "/cloudsql";

/** Removes the sockets of a project's instances; other tests can have theirs in the same folder. */
export function removeSockets(project: string): void {
    mkdirSync(sockets, { recursive: true });
    for (const name of readdirSync(sockets).filter((each) => each.startsWith(`${project}:`))) {
        rmSync(join(sockets, name), { recursive: true, force: true });
    }
}

/** A running Cloud SQL Auth Proxy. */
export interface AuthProxy {
    stop(): Promise<void>;
}

/**
 * Runs the real Cloud SQL Auth Proxy with the deployed arguments, and returns once it accepts connections.
 *
 * @param api where the local Google Cloud answers
 * @param metadata by which it learns who it is
 */
export async function authProxy(deployed: string[], api: string, metadata: MetadataServer): Promise<AuthProxy> {
    const program = join(await install("cloud-sql-proxy", console.error), "cloud-sql-proxy");
    mkdirSync(sockets, { recursive: true });
    const child = spawn(program, [...deployed, "--sqladmin-api-endpoint", api], {
        stdio: ["ignore", "pipe", "pipe"],
        env: metadata.environment,
    });
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
            output += text;
        });
    }
    for (const started = Date.now(); !output.includes("ready for new connections"); await sleep(50)) {
        if (child.exitCode !== null || Date.now() - started > 60_000) {
            child.kill();
            throw new Error(`The Auth Proxy does not start: ${output}`);
        }
    }
    const stop = async () => {
        child.kill();
        await ended;
    };
    return { stop };
}
