import { Cloud } from "../cloud/cloud";
import { Endpoint, endWithParent } from "../provider/protocol";
import { registryImage } from "./registryImage";
import { handlers } from "./server";

/** The process that the engine starts as the `docker` provider. `slipway local` sets these variables. */
async function main({ SLIPWAY_LOCAL_CLOUD, SLIPWAY_LOCAL_DOCKER, SLIPWAY_REGISTRY }: NodeJS.ProcessEnv): Promise<void> {
    if (!SLIPWAY_LOCAL_CLOUD || !SLIPWAY_LOCAL_DOCKER) {
        throw new Error("this provider only runs with 'slipway local': use 'slipway local <pulumi command>'");
    }
    const cloud = new Cloud(SLIPWAY_LOCAL_CLOUD);
    const digestOf = (name: string) => registryImage(name, cloud, SLIPWAY_REGISTRY);
    const { port } = await Endpoint.listen(handlers(digestOf, SLIPWAY_LOCAL_DOCKER));
    process.stdout.write(`${port}\n`);
    endWithParent();
}

main(process.env).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
