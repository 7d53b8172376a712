import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { cloudOf, workspace } from "../workspace";
import { registryFile } from "./registryImage";
import { serveRegistry } from "./served";

/** The command `slipway local registry`. */
export function registryCommand(report: (line: string) => void): Command {
    return new Command("registry")
        .description("keep container images, which deployments look up, until it is interrupted")
        .option("--port <number>", "where; a free one when left out", Number)
        .action(async ({ port }) => {
            const place = workspace(".");
            const folder = join(place.home, "images");
            const note = registryFile(cloudOf(place).folder);
            mkdirSync(join(note, ".."), { recursive: true });
            mkdirSync(folder, { recursive: true });
            const { address, crane, ended, close } = await serveRegistry(folder, port, report);
            writeFileSync(note, `${address}\n`);
            process.stdout.write(`${address}\n`);
            report("Push an image to it under its whole name in Artifact Registry:");
            report(`    docker push ${address}/europe-west1-docker.pkg.dev/<project>/<repository>/<image>:<tag>`);
            report(`    ${crane} push image.tar ${address}/europe-west1-docker.pkg.dev/…`);
            process.once("SIGINT", close).once("SIGTERM", close);
            await ended;
            rmSync(note, { force: true });
            rmSync(folder, { recursive: true, force: true });
        });
}
