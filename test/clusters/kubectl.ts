import { compiled } from "../../local/toolchain";
import { run } from "../../local/toolchain/process";
import type { Deployment } from "../deploy/deployment";

// biome-ignore lint/suspicious/noExplicitAny: each kind of object has its own shape.
export type KubeObject = Record<string, any>;

/** Runs `slipway local kubectl` in a program's folder and returns its output, which is also the error message. */
export function kubectl(deployment: Deployment, ...args: string[]): Promise<string> {
    return local(deployment, "kubectl", ...args);
}

/** Runs `slipway local kubectl` as somebody else. */
export function kubectlAs(deployment: Deployment, as: string, ...args: string[]): Promise<string> {
    return local(deployment, "--as", as, "kubectl", ...args);
}

function local({ place }: Deployment, ...args: string[]): Promise<string> {
    return run(process.execPath, [compiled("local/commands/main.js"), "local", ...args], { cwd: place.folder });
}

/** The objects of some kinds in a namespace, from the API server. */
export async function objects(deployment: Deployment, kinds: string, namespace: string): Promise<KubeObject[]> {
    return JSON.parse(await kubectl(deployment, "get", kinds, "--namespace", namespace, "--output", "json")).items;
}
