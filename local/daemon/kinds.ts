import { isAbsolute, join } from "node:path";

/** What a daemon tells of itself, such as its addresses. */
export type Note = Record<string, string>;

/** What runs in a daemon. */
export interface Running {
    /** What those who use it are told. It is the same after each start. */
    note: Note;
    /** Resolves when it ended by itself, with the reason. */
    ended: Promise<string>;
    /** Ends it in order. What it keeps on disk stays. */
    close(): Promise<void>;
}

/** What a daemon is started with. */
export interface Start {
    /** The folder of the workspace in which it keeps what it has. */
    home: string;
    /** Which one of its kind it is; an empty text where there is one. */
    id: string;
    /** Receives the lines that tell what takes time. */
    report: (line: string) => void;
}

/** The module of a kind. */
export interface DaemonModule {
    start(given: Start): Promise<Running>;
}

/** A kind of daemon, or a module by its absolute path. */
export type Kind = keyof typeof modules | `/${string}`;

const modules = {
    registry: "../docker/registryDaemon",
    buildkit: "../docker/buildkitDaemon",
    cluster: "../kubernetes/daemon",
    provider: "../provider/daemon",
};

/** The module of a kind, loaded in the daemon alone. */
export function moduleOf(kind: string): DaemonModule {
    const known = Object.entries(modules).find(([name]) => name === kind)?.[1];
    if (known === undefined && !isAbsolute(kind)) {
        throw new Error(`there is no daemon '${kind}'; there are: ${Object.keys(modules).join(", ")}`);
    }
    return require(known === undefined ? kind : join(__dirname, known));
}
