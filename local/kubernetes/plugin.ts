import { existsSync } from "node:fs";
import { join } from "node:path";
import { install } from "../../toolchain";
import { Cloud } from "../cloud/cloud";
import { clusters, controlPlane } from ".";

/**
 * `node plugin.js <folder>`: prints the program that is to be the `kubernetes` provider. It is the user's own, from the folder
 * where Pulumi keeps that version, or else one that is built; and the clusters that are there run when it asks for them.
 */
async function main([own = ""]: string[], { SLIPWAY_LOCAL_CLOUD }: NodeJS.ProcessEnv): Promise<void> {
    if (!SLIPWAY_LOCAL_CLOUD) {
        throw new Error("this provider is started by 'slipway local'; run your pulumi command behind it");
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
