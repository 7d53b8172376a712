import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";
import { type Deployed, type EndpointEntry, findEndpoint, requirePool } from "../../services/vertex/endpoints";
import { pathOf } from "../../services/vertex/names";
import {
    endAbandonedDeployments,
    endDeployment,
    findDeployed,
    pendingDeployments,
} from "../../services/vertex/pendingDeployments";
import { Autoscaler, type Lease, type Scale } from "../containers/autoscaler";
import type { Containers } from "../containers/containers";
import type { RunningContainers } from "../containers/launch";
import type { Terminal } from "../terminal";
import { modelContainer } from "./modelContainer";

/** A replica, which is started again when it ends. */
interface Replica {
    scaler: Autoscaler<RunningContainers>;
    /** Undefined while it starts. */
    running?: RunningContainers;
}

const isReady = ({ running }: Replica) => running?.isReady === true && !running.isStopping;

/** The replicas of deployed models, which run in containers. */
export class EndpointReplicas {
    private readonly models = new Map<string, Replica[]>();
    /** The deployed models of which a replica was ready once. */
    private readonly served = new Set<string>();
    private turn = 0;

    /** @param idle the time in milliseconds after which a model that can be scaled to zero is stopped */
    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
        private readonly idle: number,
    ) {}

    /** Compares what runs with what is deployed, or is deployed once it runs. */
    look(entries: Entry[]): void {
        const desired = new Set<string>();
        for (const { state } of pendingDeployments(this.cloud)) {
            const { endpoint: path, deployed } = state.pending;
            const endpoint = findEndpoint(this.cloud, path);
            if (endpoint) {
                const key = keyOf(endpoint, deployed.id);
                desired.add(key);
                this.update(key, endpoint, deployed);
            }
        }
        for (const endpoint of entries.filter(isEndpoint)) {
            for (const deployed of endpoint.state.deployedModels) {
                const key = keyOf(endpoint, deployed.id);
                desired.add(key);
                this.update(key, endpoint, deployed);
            }
        }
        for (const [key, replicas] of this.models) {
            if (!desired.has(key)) {
                this.models.delete(key);
                this.served.delete(key);
                void end(replicas);
            }
        }
    }

    /**
     * Whether a deployed model has become ready: Vertex AI deploys only such models, but those that were deployed before this process
     * started are not ready at first.
     */
    hasServed(endpoint: EndpointEntry, id: string): boolean {
        return this.served.has(keyOf(endpoint, id));
    }

    /** Waits for a replica of a deployed model: each in turn, without those that are not healthy. */
    acquire(endpoint: EndpointEntry, deployed: Deployed, ended: AbortSignal): Promise<Lease<RunningContainers>> {
        const replicas = this.update(keyOf(endpoint, deployed.id), endpoint, deployed);
        const healthy = replicas.filter(isReady);
        const usable = healthy.length > 0 ? healthy : replicas;
        return (usable[this.turn++ % usable.length] as Replica).scaler.acquire(ended);
    }

    /** Ends all containers. Deployments that wait for them take effect, as without this process. */
    async close(): Promise<void> {
        endAbandonedDeployments(this.cloud);
        await Promise.all([...this.models.values()].map(end));
    }

    /** Notes that a replica is ready. "Defaults to min_replica_count": `DedicatedResources.required_replica_count`. */
    private ready(endpoint: EndpointEntry, deployed: Deployed): void {
        const key = keyOf(endpoint, deployed.id);
        this.served.add(key);
        const running = (this.models.get(key) ?? []).filter(isReady).length;
        if (running >= (deployed.dedicatedResources?.requiredReplicaCount ?? this.scaleOf(deployed).count)) {
            endDeployment(this.cloud, endpoint.id, deployed.id);
        }
    }

    private update(key: string, endpoint: EndpointEntry, deployed: Deployed): Replica[] {
        const replicas = this.models.get(key) ?? [];
        this.models.set(key, replicas);
        const { count, scale } = this.scaleOf(deployed);
        while (replicas.length < count) {
            replicas.push(this.replica(endpoint.id, deployed.id, scale));
        }
        void end(replicas.splice(count));
        for (const { scaler } of replicas) {
            scaler.update(scale);
        }
        return replicas;
    }

    /**
     * The minimum of replicas, as the use of processors, by which Vertex AI starts more, is not measured. A model with the minimum 0 has
     * one while there are requests.
     * https://cloud.google.com/vertex-ai/docs/predictions/autoscaling
     */
    private scaleOf({ dedicatedResources, sharedResources }: Deployed): { count: number; scale: Scale } {
        const pool = sharedResources && requirePool(this.cloud, pathOf(sharedResources, this.cloud));
        const { minReplicaCount = 1 }: Inputs = pool ? pool.state.dedicatedResources : (dedicatedResources ?? {});
        return {
            count: Math.max(minReplicaCount, 1),
            scale: { min: Math.min(minReplicaCount, 1), max: 1, concurrency: minReplicaCount === 0 ? 1000 : many },
        };
    }

    private replica(path: string, id: string, scale: Scale): Replica {
        const start = async () => {
            const endpoint = findEndpoint(this.cloud, path);
            const deployed = findDeployed(this.cloud, path, id);
            if (!endpoint || !deployed) {
                throw new Error(`The DeployedModel ${id} does not exist.`);
            }
            const { launch } = modelContainer(this.cloud, endpoint, deployed);
            try {
                const running = await this.containers.start(launch);
                this.terminal.log(`${launch.title}: ready`);
                created.running = running;
                this.ready(endpoint, deployed);
                return running;
            } catch (error) {
                const { message } = error as Error;
                this.terminal.log(`${launch.title}: ${message}`);
                endDeployment(this.cloud, path, id, `${message.split("\n")[0]} ${logsAt}`);
                throw error;
            }
        };
        const created = {} as Replica;
        created.scaler = new Autoscaler(scale, this.idle, start);
        return created;
    }
}

/** Cloud Logging has them otherwise: https://github.com/googleapis/python-aiplatform/issues/4559 */
const logsAt = "Model server logs can be found in the output of 'slipway local serve'.";

/** Vertex AI does not limit the requests that a replica serves at the same time. */
const many = Number.MAX_SAFE_INTEGER;

const keyOf = ({ name }: Entry, id: string) => `${name}/deployedModels/${id}`;

const isEndpoint = (entry: Entry): entry is EndpointEntry =>
    entry.name.split("/").at(-2) === "endpoints" && lastPart(entry.name) !== "";

const end = (replicas: Replica[]) => Promise.all(replicas.map(({ scaler }) => scaler.close()));
