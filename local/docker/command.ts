import { Command } from "commander";
import { daemon } from "../daemon/client";
import { workspace } from "../workspace";
import type { RegistryNote } from "./registryDaemon";

/** The command `slipway local registry`. */
export function registryCommand(report: (line: string) => void): Command {
    return new Command("registry")
        .description("start the registry of container images, and tell where it is")
        .action(async () => {
            const { address } = (await daemon(workspace(".").home, "registry", "", report)) as RegistryNote;
            process.stdout.write(`${address}\n`);
            report("Push an image to it under its whole name in Artifact Registry:");
            report(`    docker push ${address}/europe-west1-docker.pkg.dev/<project>/<repository>/<image>:<tag>`);
        });
}
