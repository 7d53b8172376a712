import { cloudSettings } from "../cloud/settings";
import { kill } from "./faults";
import { InstalledProvider } from "./installed";
import { serveInstance } from "./instance";
import { endWithParent } from "./protocol";

/**
 * The process that the engine starts as the `gcp` provider if no daemon serves it. `slipway local` sets these
 * variables.
 */
async function main(environment: NodeJS.ProcessEnv): Promise<void> {
    const { SLIPWAY_LOCAL_CLOUD, SLIPWAY_LOCAL_PROGRAM, SLIPWAY_LOCAL_GENERIC, SLIPWAY_LOCAL_FAULTS } = environment;
    const { SLIPWAY_LOCAL_ORGANIZATION: organization } = environment;
    if (!SLIPWAY_LOCAL_CLOUD || !SLIPWAY_LOCAL_PROGRAM) {
        throw new Error("this provider only runs with 'slipway local': use 'slipway local <pulumi command>'");
    }
    const command = {
        cloud: SLIPWAY_LOCAL_CLOUD,
        generic: Boolean(SLIPWAY_LOCAL_GENERIC),
        organization,
        faults: SLIPWAY_LOCAL_FAULTS,
        settings: cloudSettings(environment),
    };
    const installed = new InstalledProvider(SLIPWAY_LOCAL_PROGRAM);
    const { port } = await serveInstance(command, installed, { engine: () => process.argv[2], kill });
    process.stdout.write(`${port}\n`);
    endWithParent();
}

main(process.env).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
