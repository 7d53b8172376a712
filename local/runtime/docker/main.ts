import { cloudSettings, openCloud } from "../../simulator";
import { Endpoint, endWithParent } from "../../simulator/plugin";
import { registryImage } from "./registryImage";
import { handlers } from "./server";

/** The process that the engine starts as the `docker` provider. `slipway local` sets these variables. */
async function main(environment: NodeJS.ProcessEnv): Promise<void> {
    const { SLIPWAY_LOCAL_CLOUD, SLIPWAY_LOCAL_DOCKER, SLIPWAY_REGISTRY } = environment;
    if (!SLIPWAY_LOCAL_CLOUD || !SLIPWAY_LOCAL_DOCKER) {
        throw new Error("this provider only runs with 'slipway local': use 'slipway local <pulumi command>'");
    }
    const cloud = openCloud({ cloud: SLIPWAY_LOCAL_CLOUD, settings: cloudSettings(environment) });
    const digestOf = (name: string) => registryImage(name, cloud, SLIPWAY_REGISTRY);
    const { port } = await Endpoint.listen(handlers(digestOf, SLIPWAY_LOCAL_DOCKER));
    process.stdout.write(`${port}\n`);
    endWithParent();
}

main(process.env).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
