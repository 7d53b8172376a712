import { Cloud } from "../cloud/cloud";
import { Attempts } from "./attempts";
import { clock } from "./clock";
import { Faults } from "./faults";
import type { InstalledProvider } from "./installed";
import { LateStore } from "./late";
import { log } from "./log";
import { planOf } from "./plan";
import { Ending, Endpoint } from "./protocol";
import { LocalProvider } from "./provider";
import { handlers } from "./server";

/** What differs from one command of the engine to the next. */
export interface Command {
    /** The folder of the cloud. */
    cloud: string;
    /** Accept resource types that have no rules. */
    generic?: boolean;
    /** What is to go wrong on purpose, as `SLIPWAY_LOCAL_FAULTS` has it. */
    faults?: string;
}

/** What an instance of the provider has around it. */
export interface Around {
    /** The engine's address, once it is known. */
    engine(): string | undefined;
    /** Ends the instance as a SIGKILL ends a process. */
    kill(): void;
    /** Called with the number of the engine's connections whenever it changes. */
    connected?(connections: number): void;
}

/** An instance of the `gcp` provider: the engine starts one for each provider of a program. */
export interface Instance {
    port: number;
    /** Drops the engine, and begins nothing more. */
    close(): void;
}

/** Serves an instance of the provider to the engine. It shares nothing with others but what is on disk. */
export async function instance(command: Command, installed: InstalledProvider, around: Around): Promise<Instance> {
    const { warn, say, close } = log(around.engine);
    const accept = (token: string) =>
        warn(`${token} has no rules here: its properties are checked as the provider checks them, nothing else.`);
    const faults = new Faults(command.faults ? planOf(command.faults) : {}, () => {
        endpoint.endAfterAnswers(around.kill);
        throw new Ending();
    });
    const time = clock(faults.speed);
    const late = new LateStore(command.cloud, faults.delays, time);
    const provider = new LocalProvider(new Cloud(command.cloud, late), installed, command.generic ? accept : undefined);
    const attempts = new Attempts(faults, time, late, say);
    const endpoint = await Endpoint.listen(handlers(provider, attempts, time, installed.version), around.connected);
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
