import { Cloud } from "../cloud/cloud";
import { Attempts } from "./attempts";
import { clock } from "./clock";
import { Faults } from "./faults";
import { InstalledProvider } from "./installed";
import { LateStore } from "./late";
import { log } from "./log";
import { planOf } from "./plan";
import { Ending, endWithParent } from "./protocol";
import { LocalProvider } from "./provider";
import { serve } from "./server";

/** The process that the engine starts in place of the `gcp` provider. `slipway local` sets these variables. */
async function main(environment: NodeJS.ProcessEnv): Promise<void> {
    const { SLIPWAY_LOCAL_CLOUD, SLIPWAY_LOCAL_PROGRAM, SLIPWAY_LOCAL_GENERIC, SLIPWAY_LOCAL_FAULTS } = environment;
    if (!SLIPWAY_LOCAL_CLOUD || !SLIPWAY_LOCAL_PROGRAM) {
        throw new Error("this provider is started by 'slipway local'; run your pulumi command behind it");
    }
    const installed = new InstalledProvider(SLIPWAY_LOCAL_PROGRAM);
    const { warn, say } = log(process.argv[2]);
    const accept = (token: string) =>
        warn(`${token} has no rules here: its properties are checked as the provider checks them, nothing else.`);
    const faults = new Faults(SLIPWAY_LOCAL_FAULTS ? planOf(SLIPWAY_LOCAL_FAULTS) : {}, () => {
        throw new Ending();
    });
    const time = clock(faults.speed);
    const late = new LateStore(SLIPWAY_LOCAL_CLOUD, faults.delays, time);
    const cloud = new Cloud(SLIPWAY_LOCAL_CLOUD, late);
    const provider = new LocalProvider(cloud, installed, SLIPWAY_LOCAL_GENERIC ? accept : undefined);
    const attempts = new Attempts(faults, time, late, say);
    process.stdout.write(`${await serve(provider, attempts, time, installed.version)}\n`);
    endWithParent();
}

main(process.env).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
