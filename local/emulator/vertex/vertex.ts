import type { Cloud } from "../../cloud/cloud";
import type { Containers } from "../run/containers";
import type { Terminal } from "../terminal";
import { EndpointReplicas } from "./endpointReplicas";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

/** Runs the models of endpoints in containers. */
export class RunningVertex {
    readonly replicas: EndpointReplicas;
    private timer?: NodeJS.Timeout;

    /** @param idle the time in seconds after which a model that can be scaled to zero is stopped */
    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
        idle: number,
    ) {
        this.replicas = new EndpointReplicas(cloud, containers, terminal, idle * 1000);
    }

    /** Starts what is deployed, and what will be. */
    start(): void {
        this.look();
        this.timer = setInterval(() => this.look(), interval).unref();
    }

    async close(): Promise<void> {
        clearInterval(this.timer);
        this.containers.hurry();
        await this.replicas.close();
    }

    /** Compares what runs with what is deployed. */
    private look(): void {
        try {
            this.replicas.look(this.cloud.store.list("//aiplatform.googleapis.com/", "endpoints"));
        } catch (error) {
            this.terminal.logOnce(`Vertex AI: ${(error as Error).message}`);
        }
    }
}
