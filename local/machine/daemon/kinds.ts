import { isAbsolute, join } from "node:path";

/** Connection information of a daemon, such as its addresses. */
export type DaemonInfo = Record<string, string>;

/** A running daemon. */
export interface RunningDaemon {
    /** The info for clients. It is the same after each start. */
    info: DaemonInfo;
    /** Resolves with the reason when the daemon exits by itself. */
    ended: Promise<string>;
    /** Stops the daemon gracefully. Its data remains on disk. */
    close(): Promise<void>;
}

/** Options of a daemon's start. */
export interface StartOptions {
    /** The folder of the workspace. */
    home: string;
    /** Identifies daemons of the same kind; empty if there is only one. */
    id: string;
    /** Receives progress messages. */
    report: (line: string) => void;
}

/** The module of a kind of daemon. */
export interface DaemonModule {
    start(value: StartOptions): Promise<RunningDaemon>;
}

/** A kind of daemon, or the absolute path of a module. */
export type Kind = keyof typeof modules | `/${string}`;

const modules = {
    registry: "../../runtime/docker/registryDaemon",
    buildkit: "../../runtime/docker/buildkitDaemon",
    cluster: "../../runtime/kubernetes/daemon",
    provider: "../../simulator/provider/daemon",
};

/** Loads the module of a kind; only called in the daemon. */
export function moduleOf(kind: string): DaemonModule {
    const known = Object.entries(modules).find(([name]) => name === kind)?.[1];
    if (known === undefined && !isAbsolute(kind)) {
        throw new Error(`unknown daemon '${kind}'; available: ${Object.keys(modules).join(", ")}`);
    }
    return require(known === undefined ? kind : join(__dirname, known));
}
