import { Command } from "commander";
import { examples } from "../../../lib/commandLine";
import { ensureDaemon } from "../../machine/daemon/client";
import { createHome, workspace } from "../../machine/workspace";
import type { RegistryInfo } from "./registryDaemon";

/** The command `slipway local registry`. */
export function registryCommand(report: (line: string) => void): Command {
    return new Command("registry")
        .description("start the registry of container images, and print its address")
        .addHelpText("after", examples({ "npx slipway local registry": "start it, or print where it is" }))
        .action(async () => {
            const place = workspace(".");
            createHome(place);
            const { address } = (await ensureDaemon(place.home, "registry", "", report)) as RegistryInfo;
            process.stdout.write(`${address}\n`);
            report("To push an image, use its full name in Artifact Registry:");
            report(`    docker push ${address}/europe-west1-docker.pkg.dev/<project>/<repository>/<image>:<tag>`);
        });
}
