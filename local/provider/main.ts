import { Cloud } from "../cloud/cloud";
import { Faults } from "./faults";
import { InstalledProvider } from "./installed";
import { warnings } from "./log";
import { LocalProvider } from "./provider";
import { Ending, serve } from "./server";

/** The process that the engine starts in place of the `gcp` provider. `slipway local` sets these variables. */
async function main(environment: NodeJS.ProcessEnv): Promise<void> {
    const { SLIPWAY_LOCAL_CLOUD, SLIPWAY_LOCAL_PROGRAM, SLIPWAY_LOCAL_GENERIC, SLIPWAY_LOCAL_FAULTS } = environment;
    if (!SLIPWAY_LOCAL_CLOUD || !SLIPWAY_LOCAL_PROGRAM) {
        throw new Error("this provider is started by 'slipway local'; run your pulumi command behind it");
    }
    const installed = new InstalledProvider(SLIPWAY_LOCAL_PROGRAM);
    const warn = warnings(process.argv[2]);
    const accept = (token: string) => warn(`${token} has no rules here: its properties are checked, nothing else.`);
    const provider = new LocalProvider(
        new Cloud(SLIPWAY_LOCAL_CLOUD),
        installed,
        new Faults(JSON.parse(SLIPWAY_LOCAL_FAULTS ?? "[]"), () => {
            throw new Ending();
        }),
        SLIPWAY_LOCAL_GENERIC ? accept : undefined,
    );
    process.stdout.write(`${await serve(provider, installed.version)}\n`);
    endWithParent();
}

/** Ends when the engine is gone, as after a SIGKILL: nobody else would end this process then. */
function endWithParent(): void {
    const engine = process.ppid;
    setInterval(() => process.ppid === engine || process.exit(), 1000).unref();
}

main(process.env).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
