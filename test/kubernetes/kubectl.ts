import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageFolder } from "../../toolchain";
import { run } from "../../toolchain/process";
import type { Deployment } from "../deploy/deployment";

// biome-ignore lint/suspicious/noExplicitAny: each kind of object has its own shape.
export type KubeObject = Record<string, any>;

/** Runs `slipway local kubectl` in a program's folder and returns what it printed; that is also the error's text. */
export function kubectl({ place }: Deployment, ...args: string[]): Promise<string> {
    const main = join(packageFolder(), "dist", "local", "main.js");
    return run(process.execPath, [main, "local", "kubectl", ...args], { cwd: place.folder });
}

/** The objects of some kinds in a namespace, as the API server has them. */
export async function objects(deployment: Deployment, kinds: string, namespace: string): Promise<KubeObject[]> {
    return JSON.parse(await kubectl(deployment, "get", kinds, "--namespace", namespace, "--output", "json")).items;
}

/** Waits until something holds, and says what was found last when it does not. */
export async function eventually<Found>(
    seconds: number,
    look: () => Promise<Found>,
    holds: (found: Found) => boolean,
): Promise<Found> {
    for (const started = Date.now(); ; await sleep(500)) {
        const found = await look();
        if (holds(found)) {
            return found;
        }
        if (Date.now() - started > seconds * 1000) {
            throw new Error(`after ${seconds} seconds there still was: ${JSON.stringify(found)}`);
        }
    }
}
