import { type Cloud, type Entry, lastPart } from "../../../simulator";
import {
    type Deployed,
    type EndpointEntry,
    findEndpoint,
    requirePool,
} from "../../../simulator/services/vertex/endpoints";
import { pathOf } from "../../../simulator/services/vertex/names";
import {
    endAbandonedDeployments,
    endDeployment,
    findDeployed,
    pendingDeployments,
} from "../../../simulator/services/vertex/pendingDeployments";
import { type Clock, type Lease, realClock } from "../../emulator/containers/autoscaler";
import type { Containers } from "../../emulator/containers/containers";
import type { RunningContainers } from "../../emulator/containers/launch";
import type { Terminal } from "../../emulator/terminal";
import { modelContainer } from "./modelContainer";
import { ReplicaGroup } from "./replicaGroup";
import { cpuMetric, cycle, requestMetric, type Scaling, scalingOf } from "./scaling";

/** The replicas of deployed models, which run in containers. */
export class EndpointReplicas {
    /** By the deployed model, or by the pool that several share. */
    private readonly groups = new Map<string, ReplicaGroup<RunningContainers>>();
    /** The deployed models of which a replica was ready once. */
    private readonly served = new Set<string>();
    /** The processors that containers use, by their IDs. */
    private used = new Map<string, number>();
    private stop?: () => void;

    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
        private readonly clock: Clock = realClock,
    ) {}

    /** Compares what runs with what is deployed, or is deployed once it runs. */
    look(entries: Entry[]): void {
        const models = new Set<string>();
        for (const { state } of pendingDeployments(this.cloud)) {
            const { endpoint: path, deployed } = state.pending;
            const endpoint = findEndpoint(this.cloud, path);
            if (endpoint) {
                models.add(keyOf(endpoint, deployed.id));
                this.group(endpoint, deployed).add(keyOf(endpoint, deployed.id));
            }
        }
        for (const endpoint of entries.filter(isEndpoint)) {
            for (const deployed of endpoint.state.deployedModels) {
                models.add(keyOf(endpoint, deployed.id));
                this.group(endpoint, deployed).add(keyOf(endpoint, deployed.id));
            }
        }
        for (const group of this.groups.values()) {
            for (const removed of group.retain(models)) {
                this.served.delete(removed);
            }
        }
        this.stop ??= this.repeat();
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
        return this.group(endpoint, deployed).acquire(keyOf(endpoint, deployed.id), ended);
    }

    /** Ends all containers. Deployments that wait for them take effect, as without this process. */
    async close(): Promise<void> {
        endAbandonedDeployments(this.cloud);
        this.stop?.();
        await Promise.all([...this.groups.values()].map((group) => group.close()));
    }

    /** The group of a deployed model, with its present scaling. */
    private group(endpoint: EndpointEntry, deployed: Deployed): ReplicaGroup<RunningContainers> {
        const { sharedResources, dedicatedResources } = deployed;
        const pool = sharedResources && requirePool(this.cloud, pathOf(sharedResources, this.cloud));
        const scaling = scalingOf((pool ? pool.state.dedicatedResources : dedicatedResources) ?? {});
        const title = pool ? lastPart(pool.id) : `${lastPart(endpoint.id)}/${deployed.id}`;
        const name = pool ? pool.name : keyOf(endpoint, deployed.id);
        const known = this.groups.get(name);
        if (known) {
            known.update(scaling);
            return known;
        }
        this.reportMetrics(title, scaling);
        const created = new ReplicaGroup<RunningContainers>(scaling, {
            start: (model) => this.start(model),
            onReady: (model, count) => this.ready(model, count, created.size),
            cpusOf: ({ id }) => this.used.get(id) ?? 0,
            log: (text) => this.terminal.log(`${title}: ${text}`),
            clock: this.clock,
        });
        this.groups.set(name, created);
        return created;
    }

    /** Tells of metrics by which replicas are scaled only in Vertex AI. */
    private reportMetrics(title: string, { min, max, targets }: Scaling): void {
        for (const { metric } of max > Math.max(min, 1) ? targets : []) {
            if (metric !== cpuMetric && metric !== requestMetric) {
                this.terminal.logOnce(`${title}: ${metric} is not measured here, and adds no replicas`);
            }
        }
    }

    /** A deployed model, or one that is deployed once it runs. */
    private find(key: string): { endpoint: EndpointEntry; deployed: Deployed } | undefined {
        const [, path = "", id = ""] = /^\/\/[^/]+\/(.*)\/deployedModels\/(\d+)$/.exec(key) ?? [];
        const endpoint = findEndpoint(this.cloud, path);
        const deployed = findDeployed(this.cloud, path, id);
        return endpoint && deployed && { endpoint, deployed };
    }

    /** Starts a replica of a deployed model. */
    private async start(key: string): Promise<RunningContainers> {
        const found = this.find(key);
        if (!found) {
            throw new Error(`${key} does not exist.`);
        }
        const { endpoint, deployed } = found;
        const { launch } = modelContainer(this.cloud, endpoint, deployed);
        try {
            const running = await this.containers.start(launch);
            this.terminal.log(`${launch.title}: ready`);
            this.served.add(key);
            return running;
        } catch (error) {
            const { message } = error as Error;
            this.terminal.log(`${launch.title}: ${message}`);
            endDeployment(this.cloud, endpoint.id, deployed.id, `${message.split("\n")[0]} ${logsAt}`);
            throw error;
        }
    }

    /** Ends a deployment whose replicas are ready. "Defaults to min_replica_count": `DedicatedResources.required_replica_count`. */
    private ready(key: string, count: number, size: number): void {
        const found = this.find(key);
        if (found && count >= (found.deployed.dedicatedResources?.requiredReplicaCount ?? size)) {
            endDeployment(this.cloud, found.endpoint.id, found.deployed.id);
        }
    }

    /** Adjusts the numbers of replicas after each cycle. */
    private repeat(): () => void {
        let cancel: () => void = () => undefined;
        let isOver = false;
        const next = () => {
            cancel = this.clock.after(cycle, async () => {
                const groups = [...this.groups.values()];
                if (groups.some(({ isMeasured }) => isMeasured)) {
                    this.used = await this.containers.cpus();
                }
                for (const group of groups) {
                    group.adjust();
                }
                if (!isOver) {
                    next();
                }
            });
        };
        next();
        return () => {
            isOver = true;
            cancel();
        };
    }
}

/** Cloud Logging has them otherwise: https://github.com/googleapis/python-aiplatform/issues/4559 */
const logsAt = "Model server logs can be found in the output of 'slipway local serve'.";

const keyOf = ({ name }: Entry, id: string) => `${name}/deployedModels/${id}`;

const isEndpoint = (entry: Entry): entry is EndpointEntry =>
    entry.name.split("/").at(-2) === "endpoints" && lastPart(entry.name) !== "";
