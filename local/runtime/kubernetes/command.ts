import { spawn } from "node:child_process";
import { join } from "node:path";
import { Command } from "commander";
import { examples } from "../../../lib/commandLine";
import { keepInUse } from "../../machine/daemon/client";
import { workspace } from "../../machine/workspace";
import { cloudOf } from "../../simulator";
import { tokenOf } from "../../simulator/services/gke/clusterNames";
import { clusters, controlPlane } from "../../simulator/services/gke/clusters";
import { install } from "../../toolchain";
import { find } from "../../toolchain/process";
import { writeKubeconfig } from "./kubeconfig";

/** The command `slipway local kubectl`. */
export function kubectlCommand(report: (line: string) => void): Command {
    return new Command("kubectl")
        .description("run kubectl on the program's clusters; --context selects one of several")
        .argument("[arguments...]", "arguments of kubectl, such as: get pods")
        .addHelpText(
            "after",
            examples({
                "npx slipway local kubectl get pods": "list pods",
                "npx slipway local kubectl logs deployment/echo": "print logs",
                "npx slipway local kubectl help": "print the help of kubectl",
            }),
        )
        .passThroughOptions()
        .allowUnknownOption()
        .action(async (args: string[], _, { parent }: Command) => {
            const place = workspace(".");
            const cloud = cloudOf(place);
            const all = clusters(cloud);
            if (all.length === 0) {
                throw new Error("no cluster exists: deploy one with 'slipway local up -s dev'");
            }
            const release = keepInUse(place.home);
            const planes = await Promise.all(all.map((cluster) => controlPlane(cloud, cluster, report)));
            const file = join(place.home, "engine", "kubeconfig");
            writeKubeconfig(
                file,
                all.flatMap((cluster, index) => (planes[index] ? [[cluster, planes[index]]] : [])),
                tokenOf(parent?.opts() ?? {}),
            );
            const kubectl = find("kubectl") ?? join(await install("kubernetes", report), "kubectl");
            const child = spawn(kubectl, args, { stdio: "inherit", env: { ...process.env, KUBECONFIG: file } });
            // The terminal also interrupts kubectl; this process exits with it.
            process.on("SIGINT", () => undefined);
            process.exitCode = await new Promise<number>((resolve, reject) => {
                child.on("error", reject);
                child.on("close", (code) => resolve(code ?? 1));
            });
            release();
        });
}
