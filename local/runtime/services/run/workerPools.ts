import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import { findRevision } from "../../../simulator/services/run/revision";
import { poolTemplateOf } from "../../../simulator/services/run/template";
import { instanceSplits } from "../../../simulator/services/run/traffic";
import { Autoscaler } from "../../emulator/containers/autoscaler";
import type { Containers } from "../../emulator/containers/containers";
import type { RunningContainers } from "../../emulator/containers/launch";
import type { Terminal } from "../../emulator/terminal";
import { regionOf } from "./services";

/**
 * The number of instances of each revision, which together are those of the pool. Of an automatically scaled pool, these are the
 * minimum, as CPU usage is not measured.
 * https://cloud.google.com/run/docs/deploy-worker-pools
 */
export function instancesOf(state: Inputs): Map<string, number> {
    const { scalingMode, manualInstanceCount = 1, minInstanceCount = 0 } = state.scaling ?? {};
    const total: number = scalingMode === "AUTOMATIC" ? Math.max(1, minInstanceCount) : manualInstanceCount;
    const latest = lastPart(state.latestReadyRevision ?? "");
    const shares = ((state.instanceSplitStatuses ?? []) as Inputs[])
        .map(({ percent = 0, type, revision }) => ({
            revision: String(type === instanceSplits.latest ? latest : revision),
            exact: (total * percent) / 100,
        }))
        .filter(({ revision }) => revision !== "");
    const counts = new Map<string, number>();
    for (const { revision, exact } of shares) {
        counts.set(revision, (counts.get(revision) ?? 0) + Math.floor(exact));
    }
    // What is left goes to the largest fractions.
    const left = total - [...counts.values()].reduce((sum, count) => sum + count, 0);
    const byFraction = [...shares].sort((one, other) => (other.exact % 1) - (one.exact % 1));
    for (const { revision } of byFraction.slice(0, left)) {
        counts.set(revision, (counts.get(revision) ?? 0) + 1);
    }
    return counts;
}

const isPool = ({ name }: Entry) => /\/locations\/[^/]+\/workerPools\/[^/]+$/.test(name);

/** Cloud Run worker pools, whose instances run in containers. */
export class RunningWorkerPools {
    private readonly revisions = new Map<string, Autoscaler<RunningContainers>>();

    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
    ) {}

    /** Compares what runs with what is deployed. */
    async look(entries: Entry[]): Promise<void> {
        const desired = new Set<string>();
        for (const entry of entries.filter(isPool)) {
            for (const [revision, count] of instancesOf(entry.state)) {
                const key = `${entry.name}/revisions/${revision}`;
                const wanted = this.single(entry, revision, count);
                const scale = { min: wanted, max: wanted, concurrency: 1 };
                desired.add(key);
                const known = this.revisions.get(key);
                known?.update(scale);
                if (!known) {
                    this.revisions.set(key, new Autoscaler(scale, 0, () => this.start(entry.name, revision)));
                }
            }
        }
        for (const [key, autoscaler] of this.revisions) {
            if (!desired.has(key)) {
                this.revisions.delete(key);
                void autoscaler.close();
            }
        }
    }

    async close(): Promise<void> {
        await Promise.all([...this.revisions.values()].map((autoscaler) => autoscaler.close()));
    }

    private async start(name: string, revision: string): Promise<RunningContainers> {
        const entry = this.cloud.store.read(name);
        if (!entry) {
            throw new Error(`${name} does not exist`);
        }
        const title = lastPart(name);
        try {
            return await this.containers.start({
                title,
                name: revision,
                project: entry.project,
                region: regionOf(entry),
                template: this.template(entry, revision),
                variables: { CLOUD_RUN_WORKER_POOL: title, CLOUD_RUN_REVISION: revision },
                kind: "worker",
            });
        } catch (error) {
            this.terminal.log(`${title}: ${(error as Error).message}`);
            throw error;
        }
    }

    private template(entry: Entry, revision: string): Inputs {
        const template = (findRevision(this.cloud, entry.id, revision)?.state ?? entry.state).template as Inputs;
        return poolTemplateOf(template, this.cloud.projects.defaultAccount(entry.project));
    }

    /** Sidecars have fixed ports: see `services.ts`. */
    private single(entry: Entry, revision: string, count: number): number {
        return this.containers.hasOwnNetwork(this.template(entry, revision)) ? count : Math.min(count, 1);
    }
}
