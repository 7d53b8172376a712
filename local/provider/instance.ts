import { Cloud } from "../cloud/cloud";
import { Attempts } from "./attempts";
import { clock } from "./clock";
import { DelayedStore } from "./delayedStore";
import { parseFaultPlan } from "./faultPlan";
import { Faults } from "./faults";
import type { InstalledProvider } from "./installed";
import { log } from "./log";
import { Endpoint, ShutdownError } from "./protocol";
import { LocalProvider } from "./provider";
import { handlers } from "./server";

/** The settings of a command. */
export interface Command {
    /** The folder of the cloud. */
    cloud: string;
    /** Accept resource types without simulation rules. */
    generic?: boolean;
    /** The value of `SLIPWAY_LOCAL_FAULTS`. */
    faults?: string;
}

/** The environment of a provider instance. */
export interface InstanceContext {
    /** The engine's address, once known. */
    engine(): string | undefined;
    /** Ends the instance as if its process was killed. */
    kill(): void;
    /** Called with the number of engine connections whenever it changes. */
    connected?(connections: number): void;
}

/** An instance of the `gcp` provider: the engine starts one for each provider of a program. */
export interface Instance {
    port: number;
    /** Closes the connections, and starts no more operations. */
    close(): void;
}

/** Serves a provider instance. Instances share only the data on disk. */
export async function serveInstance(
    command: Command,
    installed: InstalledProvider,
    context: InstanceContext,
): Promise<Instance> {
    const { warn, say: print, close } = log(context.engine);
    const accept = (token: string) => warn(`${token} has no simulation rules: only checks of the provider apply.`);
    const faults = new Faults(command.faults ? parseFaultPlan(command.faults) : {}, () => {
        endpoint.endAfterAnswers(context.kill);
        throw new ShutdownError();
    });
    const time = clock(faults.speed);
    const late = new DelayedStore(command.cloud, faults.delays, time);
    const provider = new LocalProvider(new Cloud(command.cloud, late), installed, command.generic ? accept : undefined);
    const attempts = new Attempts(faults, time, late, print);
    const endpoint = await Endpoint.listen(handlers(provider, attempts, time, installed.version), context.connected);
    return {
        port: endpoint.port,
        close: () => {
            faults.ending = true;
            time.stop();
            endpoint.destroy();
            close();
        },
    };
}
