import type { Cloud, Inputs } from "../../../simulator";
import type { Terminal } from "../terminal";
import type { Docker, JoinedNetwork, Mount, OwnNetwork, Peers, RunningContainer } from "./docker";
import type { MetadataServers } from "./metadata";
import type { SqlSockets } from "./sockets";

/** What is started: an instance of a revision, or a task. */
export interface Launch {
    /** The start of its lines in the terminal, such as the name of the service. */
    title: string;
    /** The start of the names of its containers, such as the name of the revision. */
    name: string;
    project: string;
    region: string;
    /**
     * The template with its defaults. The startup probes of a container can be several, one after the other, and the container that
     * receives requests can have `morePorts`, which it does not choose.
     */
    template: Inputs;
    /** Variables that Cloud Run or Vertex AI sets. */
    variables: Record<string, string>;
    /** The variable with the port of the container that receives requests; by default `PORT`. */
    portVariable?: string;
    /** Whether commands, arguments and variables can refer to variables, such as `$(AIP_HTTP_PORT)`. */
    expandsVariables?: boolean;
    /** Reaches others by their names in a network, and is reached by its own. */
    peers?: Peers;
    /** Its network, if it is not that of this machine. */
    network?: OwnNetwork | JoinedNetwork;
    /** The time that its containers have to end, in seconds; by default that of Cloud Run. */
    grace?: number;
    /** Folders of this machine that all of its containers have. */
    folders?: Mount[];
    /** Receives the lines of its containers, besides the terminal. */
    log?(line: string): void;
    /** Receives the lines of its containers, instead of the terminal. */
    output?(line: string): void;
    /** The error of a container that does not become healthy; by default that of Cloud Run. */
    unhealthy?: string;
    /** The error of a container that ends before it is healthy; by default that of one that does not become healthy. */
    exited?: string;
    /**
     * One container of a service receives requests on its port; a task ends with its main container. A machine has only its own variables,
     * and who starts it reports its end.
     */
    kind: "service" | "task" | "worker" | "machine";
}

/** Containers that do not start, with the message of Cloud Run. */
export class ContainersError extends Error {}

/** The containers of an instance or a task, which run. */
export class RunningContainers {
    /** The exit code of the first container that ends, or of the main one of a task. */
    readonly ended: Promise<number>;
    isReady = true;
    onReadiness?: () => void;
    /** Whether they end because they are not needed anymore. */
    isStopping = false;

    constructor(
        /** The start of the names of the containers. */
        readonly id: string,
        /** The port of this machine that receives requests. */
        readonly port: number,
        /** Where a port of the container that receives requests is on this machine. */
        readonly portOf: (containerPort: number) => number,
        private readonly containers: RunningContainer[],
        mains: RunningContainer[],
        /** The time that they have to end, in seconds. */
        private readonly grace: () => number,
        private readonly release: () => Promise<void>,
    ) {
        const exits = mains.map(({ exited }) => exited);
        this.ended = exits.length > 1 ? Promise.race(exits) : (exits[0] ?? Promise.resolve(0));
    }

    /** The names of the containers in Docker. */
    get names(): string[] {
        return this.containers.map(({ name }) => name);
    }

    /** Ends the containers, and removes what they used. */
    async stop(): Promise<void> {
        this.isStopping = true;
        await Promise.all(this.containers.map((each) => each.stop(this.grace())));
        await this.release();
    }

    async kill(): Promise<void> {
        this.isStopping = true;
        await Promise.all(this.containers.map((each) => each.kill()));
        await this.release();
    }
}

/** What runs containers: Docker, or processes of this machine. */
export type ContainerEngine = Pick<
    Docker,
    "isHostNetwork" | "run" | "pull" | "cpus" | "createVolume" | "removeVolume" | "createNetwork" | "removeNetwork"
>;

/** What containers need of this machine. */
export interface ContainerHost {
    cloud: Cloud;
    engine: ContainerEngine;
    terminal: Terminal;
    metadata: MetadataServers;
    sockets: SqlSockets;
    /** Variables with the addresses of the emulator, for a service account. */
    variables(account: string): Promise<Record<string, string>>;
    /** Files of this machine that these variables name. */
    files?: Mount[];
    /** Replaces the URLs of services by their addresses on this machine. */
    localize(value: string, template: Inputs): string;
}

/** The error of containers that are not needed anymore. */
export const closed = () => new ContainersError("The containers are not needed anymore.");
