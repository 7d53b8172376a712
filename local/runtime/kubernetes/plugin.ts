import { existsSync } from "node:fs";
import { join } from "node:path";
import { Cloud } from "../../simulator";
import { printProgram } from "../../simulator/plugin";
import { clusters, controlPlane } from "../../simulator/services/gke/clusters";
import { install, type Report } from "../../toolchain";

/**
 * `node plugin.js <folder>`: prints the path of the `kubernetes` provider. It uses the user's plugin of that version in
 * the folder, or builds it from source, and starts existing clusters.
 */
async function program(own: string, file: string, report: Report): Promise<string> {
    const name = "pulumi-resource-kubernetes";
    const isOwn = existsSync(join(own, name));
    const cloud = new Cloud(file);
    const [folder] = await Promise.all([
        isOwn ? own : install(name, report),
        ...clusters(cloud).map((cluster) => controlPlane(cloud, cluster, report)),
    ]);
    return join(String(folder), name);
}

void printProgram("kubernetes", (cloud, report) => program(process.argv[2] ?? "", cloud, report));
