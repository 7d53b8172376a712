import { existsSync } from "node:fs";
import { join } from "node:path";
import { install } from "../../toolchain";
import { Cloud } from "../cloud/cloud";
import { clusters, controlPlane } from ".";

/**
 * `node plugin.js <folder>`: prints the path of the `kubernetes` provider. It uses the user's plugin of that version in
 * the folder, or builds it from source, and starts existing clusters.
 */
async function main([own = ""]: string[], { SLIPWAY_LOCAL_CLOUD }: NodeJS.ProcessEnv): Promise<void> {
    if (!SLIPWAY_LOCAL_CLOUD) {
        throw new Error("this provider only runs with 'slipway local': use 'slipway local <pulumi command>'");
    }
    const report = (line: string) => process.stderr.write(`${line}\n`);
    const name = "pulumi-resource-kubernetes";
    const isOwn = existsSync(join(own, name));
    const cloud = new Cloud(SLIPWAY_LOCAL_CLOUD);
    const [folder] = await Promise.all([
        isOwn ? own : install(name, report),
        ...clusters(cloud).map((cluster) => controlPlane(cloud, cluster, report)),
    ]);
    process.stdout.write(`${join(String(folder), name)}\n`);
}

main(process.argv.slice(2), process.env).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
