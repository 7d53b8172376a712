import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureDaemon } from "../../../machine/daemon/client";
import type { Inputs } from "../../../simulator";
import { imageName } from "../../../simulator/services/artifactregistry/names";
import { type ContainerHost, ContainersError, closed, type Launch, type RunningContainers } from "./launch";
import { Starting } from "./starting";

/** The time that containers have to end, in seconds: https://cloud.google.com/run/docs/container-contract#instance-shutdown */
const grace = 10;
/** The same when the command ends, as somebody waits for it. */
const shortGrace = 2;

/** Starts containers of services, jobs and worker pools. */
export class Containers {
    private count = 0;
    private isClosed = false;
    private isHurried = false;
    private readonly running = new Set<RunningContainers>();
    private readonly starting = new Map<Starting, Promise<RunningContainers>>();
    private readonly pulls = new Map<string, Promise<string>>();

    /** @param folder for the files of secrets */
    constructor(
        private readonly host: ContainerHost,
        private readonly folder: string,
    ) {}

    /** Whether revisions with several containers, which share the network of this machine, can have several instances. */
    hasOwnNetwork({ containers = [] }: Inputs): boolean {
        return !this.host.engine.isHostNetwork || containers.length === 1;
    }

    /** Whether containers share the network of this machine. */
    get isHostNetwork(): boolean {
        return this.host.engine.isHostNetwork;
    }

    /** Creates a network for containers that reach each other by name; returns its name. */
    async createNetwork(): Promise<string> {
        const name = `slipway-${process.pid}-${++this.count}`;
        await this.host.engine.createNetwork(name);
        return name;
    }

    removeNetwork(name: string): Promise<void> {
        return this.host.engine.removeNetwork(name);
    }

    /** Creates a folder that containers of any user can write to. */
    createFolder(): string {
        mkdirSync(this.folder, { recursive: true });
        const folder = mkdtempSync(join(this.folder, "files-"));
        chmodSync(folder, 0o777);
        return folder;
    }

    /** Removes a folder; one of another user in it stays until the files of the process are removed. */
    removeFolder(folder: string): void {
        try {
            rmSync(folder, { recursive: true, force: true });
        } catch (error) {
            this.host.terminal.logOnce(`${folder} is not removed: ${(error as Error).message}`);
        }
    }

    /**
     * Starts the containers, in their order.
     *
     * @throws ContainersError if a container does not start
     */
    async start(launch: Launch): Promise<RunningContainers> {
        refuseRemoteVolumes(launch.template);
        const id = `slipway-${process.pid}-${++this.count}-${launch.name}`;
        const graceOf = () => (this.isHurried ? shortGrace : (launch.grace ?? grace));
        const starting = new Starting(this.host, launch, { id, folder: join(this.folder, id), grace: graceOf });
        const started = this.isClosed ? Promise.reject(closed()) : this.begin(starting, launch);
        this.starting.set(starting, started);
        try {
            const running = await started;
            this.running.add(running);
            void running.ended.then(async (code) => {
                if (!running.isStopping && launch.kind !== "machine") {
                    this.host.terminal.log(`${launch.title}: Container called exit(${code}).`);
                }
                await running.stop();
                this.running.delete(running);
            });
            return running;
        } catch (error) {
            await starting.abandon();
            throw error;
        } finally {
            this.starting.delete(starting);
        }
    }

    /** Starts the containers after those that they depend on. */
    private async begin(starting: Starting, { template }: Launch): Promise<RunningContainers> {
        const containers: Inputs[] = template.containers;
        const images = await Promise.all(containers.map(({ image }) => this.pulled(image)));
        await starting.prepare();
        const begun = new Map<number, Promise<void>>();
        const run = (index: number): Promise<void> => {
            const container = containers[index] as Inputs;
            const needed = containers.flatMap(({ name }, at) => (container.dependsOns?.includes(name) ? [at] : []));
            const started =
                begun.get(index) ??
                Promise.all(needed.map(run)).then(() => starting.run(container, index, images[index] as string));
            begun.set(index, started);
            return started;
        };
        await Promise.all(containers.map((_, index) => run(index)));
        return starting.finish();
    }

    /** The processors that running containers use, by the IDs of those that were started together. */
    async cpus(): Promise<Map<string, number>> {
        const used = await this.host.engine.cpus();
        return new Map(
            [...this.running].map(({ id }) => {
                const own = [...used].filter(([name]) => name.startsWith(`${id}-`));
                return [id, own.reduce((sum, [, cpus]) => sum + cpus, 0)];
            }),
        );
    }

    /** Ends containers sooner from now on. */
    hurry(): void {
        this.isHurried = true;
    }

    /** Ends all containers. */
    async close(): Promise<void> {
        this.isClosed = true;
        this.hurry();
        await Promise.all([...this.starting.keys()].map((each) => each.abandon()));
        await Promise.allSettled(this.starting.values());
        await Promise.all([...this.running].map((each) => each.stop()));
    }

    /** The name of an image in Docker, which has it. */
    private pulled(image: string): Promise<string> {
        const { cloud, engine, terminal } = this.host;
        const known = this.pulls.get(image);
        if (known) {
            return known;
        }
        const pull = async () => {
            const name = imageName(image);
            const isLocal = name !== undefined && cloud.projects.find(name.project) !== undefined;
            const registry = isLocal && (await ensureDaemon(dirname(cloud.folder), "registry")).address;
            const full = registry ? `${registry}/${image}` : image;
            await engine
                .pull(full, () => terminal.log(`pulling ${image}`))
                .catch((error: Error) => {
                    throw error instanceof ContainersError
                        ? error
                        : new ContainersError(`Image '${image}' cannot be pulled: ${error.message}`);
                });
            return full;
        };
        const pulling = pull();
        this.pulls.set(image, pulling);
        // A tag can be moved, and a failed pull succeed later.
        const forget = () => this.pulls.delete(image);
        pulling.then(image.includes("@sha256:") ? () => undefined : forget, forget);
        return pulling;
    }
}

/** Volumes that need Google Cloud's file systems. */
function refuseRemoteVolumes({ volumes = [] }: Inputs): void {
    const kinds = { gcs: "a bucket as a file system (Cloud Storage FUSE)", nfs: "an NFS server" };
    for (const volume of volumes as Inputs[]) {
        for (const [kind, description] of Object.entries(kinds)) {
            if (volume[kind]) {
                throw new ContainersError(
                    `the volume ${volume.name} is ${description}, which cannot be mounted on this machine: run the code yourself, and add --route`,
                );
            }
        }
    }
}
