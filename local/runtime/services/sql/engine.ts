import type { Inputs } from "../../../simulator";
import type { RunFolder } from "../../emulator/containers/runFolder";
import type { Contents } from "./contents";

/** A database engine whose servers run here. */
export interface Engine {
    /** The port of its clients. */
    port: number;
    /** Whether a replica has a server of its own, or shares the one of its primary. */
    replicas: "own" | "shared";
    /** Starts the server of an instance, with the data in its folder, which it creates if there are none. */
    start(starting: Starting): Promise<RunningDatabase>;
}

/** What a server starts with. */
export interface Starting {
    state: Inputs;
    /** The folder of its data. */
    folder: string;
    /** The folder of its socket, with a short path. */
    sockets: string;
    files: RunFolder;
    /** The server of the primary instance of a replica. */
    primary?: { running(): Promise<RunningDatabase> };
    /** Prints a line about the instance. */
    log(line: string): void;
    /** Prints a line about the instance, unless it was printed before. */
    logOnce(line: string): void;
    /** Called if the server ends by itself. */
    ended(): void;
}

/** A server that runs. */
export interface RunningDatabase {
    /** The path of its socket. */
    socket: string;
    /** The password of IAM users on the server, as whom clients sign in once their token is checked. */
    iamPassword?: string;
    /** Creates and removes databases and users, as the instance has them. */
    apply(contents: Contents): Promise<void>;
    /** The content of an object that an export writes. */
    export(context: Inputs): Promise<Buffer>;
    /** Imports the content of an object. */
    import(context: Inputs, content: Buffer): Promise<void>;
    /** Runs a statement in a database, as one of its users; undefined for servers that the console does not query. */
    query?(database: string, sql: string, user: string): Promise<TextRows>;
    /** Ends connections and stops it. */
    stop(): Promise<void>;
}

/** What a statement returns. */
export interface TextRows {
    columns: string[];
    /** Values as the server writes them. */
    rows: (string | null)[][];
    /** The number of rows that a statement returned or changed. */
    count: number;
}

/** The flags of an instance, by name. */
export const flagsOf = ({ settings }: Inputs): Record<string, string> =>
    Object.fromEntries((settings?.databaseFlags ?? []).map(({ name, value }: Inputs) => [name, value]));

/** The flags that a server has, without those of the size of a machine; names the others. */
export function flagsFor(
    { state, logOnce }: Starting,
    isKnown: (name: string) => boolean,
    { ofMachine, emulated }: { ofMachine: Set<string>; emulated: Set<string> },
): [string, string][] {
    const flags = Object.entries(flagsOf(state));
    const others = flags.map(([name]) => name).filter((name) => !isKnown(name) && !emulated.has(name));
    if (others.length > 0) {
        logOnce(`flags that this server does not have: ${others.join(", ")}`);
    }
    return flags.filter(([name]) => isKnown(name) && !ofMachine.has(name));
}
