import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { type CommandCloud, openCloud } from "../cloud/cloud";
import { Attempts } from "./attempts";
import { DelayedStore } from "./delayedStore";
import { parseFaultPlan } from "./faultPlan";
import { Faults } from "./faults";
import type { InstalledProvider } from "./installed";
import { Endpoint, ShutdownError } from "./protocol";
import { LocalProvider } from "./provider";
import { handlers } from "./server";
import { clock } from "./simulatedTime";

/** The settings of a command. */
export interface Command extends CommandCloud {
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
    const { warn, say: print, close } = engineLog(context.engine);
    const accept = (token: string) => {
        if (!warned(command).has(token)) {
            warned(command).add(token);
            warn(`${token} has no simulation rules: only checks of the provider apply.`);
        }
    };
    const faults = new Faults(command.faults ? parseFaultPlan(command.faults) : {}, () => {
        endpoint.endAfterAnswers(context.kill);
        throw new ShutdownError();
    });
    const time = clock(faults.speed);
    const late = new DelayedStore(command.cloud, faults.delays, time);
    const cloud = openCloud(command, late);
    const provider = new LocalProvider(cloud, installed, command.generic ? accept : undefined);
    const attempts = new Attempts(faults, time, late, print);
    const endpoint = await Endpoint.listen(
        handlers(provider, attempts, time, installed.version, warn),
        context.connected,
    );
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

/** The types that a command has warned of: it has several instances, of its preview and its update. */
const warnings = new WeakMap<Command, Set<string>>();

function warned(command: Command): Set<string> {
    const known = warnings.get(command) ?? new Set();
    warnings.set(command, known);
    return known;
}

/** Messages to the user through the engine. A provider's own output is not shown. */
interface Log {
    /** @param urn of the resource; by default the warning is the stack's */
    warn(text: string, urn?: string): void;
    /** Reports a message about a resource; a status replaces the previous one. */
    say(urn: string, text: string, isStatus: boolean): void;
    close(): void;
}

/** Clients otherwise share connections by address, and an engine can have the address of an earlier one, where they are broken. */
const ownConnection = { "grpc.use_local_subchannel_pool": 1 };

/** @param engine returns the engine's address, the first argument of providers */
function engineLog(engine: () => string | undefined): Log {
    let client: EngineClient | undefined;
    const send = (request: LogRequest) => {
        const address = engine();
        if (address) {
            client ??= new EngineClient(address, credentials.createInsecure(), ownConnection);
            client.log(request, () => undefined);
        }
    };
    return {
        warn: (text, urn = "") => send(new LogRequest().setSeverity(LogSeverity.WARNING).setUrn(urn).setMessage(text)),
        say: (urn, text, isStatus) =>
            send(new LogRequest().setSeverity(LogSeverity.INFO).setUrn(urn).setMessage(text).setEphemeral(isStatus)),
        close: () => client?.close(),
    };
}
