import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { ensureDaemon } from "../../daemon/client";
import type { Inputs } from "../../rules/rules";
import { imageName } from "../../services/artifactregistry/names";
import { secretName, secretPath } from "../../services/secretmanager/names";
import { accessVersion } from "../secrets";
import type { Terminal } from "../terminal";
import type { Docker, Mount, RunningContainer } from "./docker";
import type { MetadataServers } from "./metadata";
import { releasePort, takePort } from "./ports";
import { type PortOf, passesStartup, watch } from "./probes";
import type { SqlSockets } from "./sockets";

/** What is started: an instance of a revision, or a task. */
export interface Launch {
    /** The start of its lines in the terminal, such as the name of the service. */
    title: string;
    /** The start of the names of its containers, such as the name of the revision. */
    name: string;
    project: string;
    region: string;
    /** The template with its defaults. */
    template: Inputs;
    /** Variables that Cloud Run sets. */
    variables: Record<string, string>;
    /** One container of a service receives requests on its port; a task ends with its main container. */
    kind: "service" | "task" | "worker";
}

/** The time that containers have to end, in seconds: https://cloud.google.com/run/docs/container-contract#instance-shutdown */
const grace = 10;
/** The same when the command ends, as somebody waits for it. */
const shortGrace = 2;

/** The last lines of a container that are part of an error. */
const shownLines = 10;

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
        /** The port of this machine that receives requests. */
        readonly port: number,
        private readonly containers: RunningContainer[],
        mains: RunningContainer[],
        /** The time that they have to end, in seconds. */
        private readonly grace: () => number,
        private readonly release: () => Promise<void>,
    ) {
        const exits = mains.map(({ exited }) => exited);
        this.ended = exits.length > 1 ? Promise.race(exits) : (exits[0] ?? Promise.resolve(0));
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

/** What containers need of this machine. */
export interface ContainerHost {
    cloud: Cloud;
    docker: Docker;
    terminal: Terminal;
    metadata: MetadataServers;
    sockets: SqlSockets;
    /** Variables with the addresses of the emulator. */
    variables(): Record<string, string>;
    /** Replaces the URLs of services by their addresses on this machine. */
    localize(value: string, template: Inputs): string;
}

/** Starts containers of services, jobs and worker pools. */
export class Containers {
    private count = 0;
    private isClosed = false;
    private grace = grace;
    private readonly running = new Set<RunningContainers>();
    private readonly starting = new Map<Starting, Promise<RunningContainers>>();
    private readonly folder = mkdtempSync(join(tmpdir(), "slipway-run-"));
    private readonly pulls = new Map<string, Promise<string>>();

    constructor(private readonly host: ContainerHost) {}

    /** Whether revisions with several containers, which share the network of this machine, can have several instances. */
    hasOwnNetwork({ containers = [] }: Inputs): boolean {
        return !this.host.docker.isHostNetwork || containers.length === 1;
    }

    /**
     * Starts the containers, in their order.
     *
     * @throws ContainersError if a container does not start
     */
    async start(launch: Launch): Promise<RunningContainers> {
        refuseRemoteVolumes(launch.template);
        const id = `slipway-${process.pid}-${++this.count}-${launch.name}`;
        const grace = () => this.grace;
        const starting = new Starting(this.host, launch, { id, folder: join(this.folder, id), grace });
        const started = this.isClosed ? Promise.reject(closed()) : this.begin(starting, launch);
        this.starting.set(starting, started);
        try {
            const running = await started;
            this.running.add(running);
            void running.ended.then(async (code) => {
                if (!running.isStopping) {
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

    /** Ends containers sooner from now on. */
    hurry(): void {
        this.grace = shortGrace;
    }

    /** Ends all containers. */
    async close(): Promise<void> {
        this.isClosed = true;
        this.hurry();
        await Promise.all([...this.starting.keys()].map((each) => each.abandon()));
        await Promise.allSettled(this.starting.values());
        await Promise.all([...this.running].map((each) => each.stop()));
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** The name of an image in Docker, which has it. */
    private pulled(image: string): Promise<string> {
        const { cloud, docker, terminal } = this.host;
        const known = this.pulls.get(image);
        if (known) {
            return known;
        }
        const pull = async () => {
            const name = imageName(image);
            const isLocal = name !== undefined && cloud.projects.find(name.project) !== undefined;
            const registry = isLocal && (await ensureDaemon(dirname(cloud.folder), "registry")).address;
            const full = registry ? `${registry}/${image}` : image;
            await docker
                .pull(full, () => terminal.log(`pulling ${image}`))
                .catch(({ message }: Error) => {
                    throw new ContainersError(`Image '${image}' cannot be pulled: ${message}`);
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

const closed = () => new ContainersError("The containers are not needed anymore.");

const keyOf = ({ name }: Inputs, index: number): string => name || `container-${index}`;

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

/** Containers that are starting. */
class Starting {
    private readonly containers: RunningContainer[] = [];
    private readonly volumes = new Map<string, string>();
    private readonly created: string[] = [];
    private readonly ended = new AbortController();
    private readonly ingress: Inputs | undefined;
    /** The ports of this machine, by those of the ingress container. */
    private readonly ports = new Map<number, number>();
    private readonly watched: [probe: Inputs, container: RunningContainer, kind: "liveness" | "readiness"][] = [];
    private metadata = "";

    constructor(
        private readonly host: ContainerHost,
        private readonly launch: Launch,
        private readonly own: { id: string; folder: string; grace: () => number },
    ) {
        this.ingress =
            launch.kind === "service"
                ? launch.template.containers.find(({ ports }: Inputs) => ports !== undefined)
                : undefined;
    }

    async prepare(): Promise<void> {
        const { host, launch, ingress } = this;
        const { template, project, region } = launch;
        this.metadata = await host.metadata.host(project, region, this.account);
        if (ingress) {
            const { containerPort } = ingress.ports;
            // The declared port, if it is free, also serves containers that ignore PORT.
            this.ports.set(containerPort, await takePort(host.docker.isHostNetwork ? containerPort : 0));
        }
        for (const volume of template.volumes ?? []) {
            this.volumes.set(volume.name, await this.source(volume));
        }
    }

    /** Starts a container, and waits for its startup probe. */
    async run(container: Inputs, index: number, image: string): Promise<void> {
        const { host, launch, ingress } = this;
        if (this.ended.signal.aborted) {
            throw closed();
        }
        const name = keyOf(container, index);
        const prefix = launch.template.containers.length > 1 ? `${launch.title}/${name}` : launch.title;
        const isIngress = container === ingress;
        const containerPort: number | undefined = isIngress ? container.ports.containerPort : undefined;
        const port = containerPort && this.portOf(containerPort);
        const { limits = {} } = container.resources ?? {};
        const lines: string[] = [];
        const running = host.docker.run({
            name: `${this.own.id}-${name}`.slice(0, 120),
            image,
            entrypoint: container.commands,
            args: container.args,
            workingDir: container.workingDir,
            environment: {
                ...this.reachable({
                    ...host.variables(),
                    GCE_METADATA_HOST: this.metadata,
                    GCE_METADATA_IP: this.metadata,
                }),
                ...launch.variables,
                ...(isIngress && { PORT: String(host.docker.isHostNetwork ? port : containerPort) }),
                ...this.variables(container),
            },
            mounts: this.mounts(container),
            memory: bytesIn(limits.memory),
            cpus: cpusIn(limits.cpu),
            ...(port && containerPort && { publish: { port, containerPort } }),
            log: (line) => {
                lines.push(line);
                lines.splice(0, lines.length - shownLines);
                host.terminal.log(`${prefix}: ${line}`);
            },
        });
        this.containers.push(running);
        const { startupProbe, livenessProbe, readinessProbe } = container;
        const exited = new AbortController();
        let code: number | undefined;
        void running.exited.then((found) => {
            code = found;
            exited.abort();
        });
        if (startupProbe) {
            const isStarted = await passesStartup(startupProbe, this.portOf, exited.signal);
            if (!isStarted) {
                const exit = code === undefined ? [] : [`Container called exit(${code}).`];
                throw new ContainersError(
                    [`${failedStart(launch.template, container)}`, ...exit, ...lines.map((line) => `  ${line}`)].join(
                        "\n",
                    ),
                );
            }
        }
        if (livenessProbe) {
            this.watched.push([livenessProbe, running, "liveness"]);
        }
        if (readinessProbe) {
            this.watched.push([readinessProbe, running, "readiness"]);
        }
    }

    finish(): RunningContainers {
        const { containers } = this.launch.template;
        const needed = containers.flatMap(({ dependsOns = [] }: Inputs) => dependsOns);
        // A task ends with the container that others do not need.
        const mains =
            this.launch.kind !== "task"
                ? this.containers
                : this.containers.filter((_, index) => !needed.includes(containers[index].name));
        const port = this.ingress ? this.portOf(this.ingress.ports.containerPort) : 0;
        const running = new RunningContainers(port, this.containers, mains, this.own.grace, () => this.release());
        for (const [probe, container, kind] of this.watched) {
            void watch(probe, this.portOf, this.ended.signal, (isPassed) => {
                if (kind === "readiness") {
                    running.isReady = isPassed;
                    running.onReadiness?.();
                } else if (!isPassed) {
                    this.host.terminal.log(
                        `${this.launch.title}: LIVENESS probe failed ${probe.failureThreshold ?? 3} times consecutively. The instance has been shut down.`,
                    );
                    void container.kill();
                }
            });
        }
        return running;
    }

    async abandon(): Promise<void> {
        await Promise.all(this.containers.map((each) => each.kill()));
        await this.release();
    }

    private async release(): Promise<void> {
        this.ended.abort();
        for (const port of this.ports.values()) {
            releasePort(port);
        }
        this.ports.clear();
        rmSync(this.own.folder, { recursive: true, force: true });
        await Promise.all(this.created.splice(0).map((volume) => this.host.docker.removeVolume(volume)));
    }

    private readonly portOf: PortOf = (port) => this.ports.get(port) ?? port;

    private get account(): string {
        const { template, project } = this.launch;
        return template.serviceAccount ?? this.host.cloud.projects.defaultAccount(project);
    }

    /** Variables of the program, with the values of secrets at the start. */
    private variables({ envs = [] }: Inputs): Record<string, string> {
        return this.reachable(
            Object.fromEntries(
                (envs as Inputs[]).map(({ name, value, valueSource }) => {
                    const { secret, version = "latest" } = valueSource?.secretKeyRef ?? {};
                    const text = secret ? this.secret(secret, version).toString() : String(value ?? "");
                    return [name, this.host.localize(text, this.launch.template)];
                }),
            ),
        );
    }

    /** Containers with their own network reach this machine by another name. */
    private reachable(values: Record<string, string>): Record<string, string> {
        return this.host.docker.isHostNetwork
            ? values
            : Object.fromEntries(
                  Object.entries(values).map(([name, value]) => [
                      name,
                      value.replaceAll(/\b(?:127\.0\.0\.1|localhost):(?=\d)/g, "host.docker.internal:"),
                  ]),
              );
    }

    private secret(secret: string, version: string): Buffer {
        const { cloud } = this.host;
        const path = secretPath(cloud, secret, this.launch.project);
        if (!isAllowedOn(cloud, this.account, "secretmanager.versions.access", secretName(path))) {
            throw new ContainersError(
                `Permission denied on secret: ${path}/versions/${version} for Revision service account ${this.account}.`,
            );
        }
        return accessVersion(cloud, `${path}/versions/${version || "latest"}`).data;
    }

    /** What a volume mounts: a folder of this machine, or a volume of Docker. */
    private async source({ name, secret, cloudSqlInstance, emptyDir }: Inputs): Promise<string> {
        if (cloudSqlInstance) {
            return this.host.sockets.folder(cloudSqlInstance.instances, this.metadata);
        }
        if (emptyDir) {
            const volume = `${this.own.id}-${name}`;
            await this.host.docker.createVolume(volume, bytesIn(emptyDir.sizeLimit));
            this.created.push(volume);
            return volume;
        }
        const folder = join(this.own.folder, name);
        mkdirSync(folder, { recursive: true });
        const { items, defaultMode } = secret;
        const all: Inputs[] = items ?? [{ path: String(secret.secret).split("/").at(-1), version: "latest" }];
        for (const { path, version = "latest", mode } of all) {
            const file = join(folder, path);
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, this.secret(secret.secret, version));
            // https://cloud.google.com/run/docs/reference/rest/v2/SecretVolumeSource
            chmodSync(file, mode || defaultMode || 0o444);
        }
        return folder;
    }

    private mounts({ volumeMounts = [] }: Inputs): Mount[] {
        const all: Inputs[] = this.launch.template.volumes ?? [];
        return (volumeMounts as Inputs[]).map(({ name, mountPath }) => ({
            source: this.volumes.get(name) as string,
            target: mountPath,
            isReadOnly: all.find((volume) => volume.name === name)?.secret !== undefined,
        }));
    }
}

/** The error of Cloud Run: see `containerFailure` in `services/run/start.ts`. */
function failedStart(template: Inputs, container: Inputs): string {
    const { ports, startupProbe } = container;
    const isDefault = startupProbe?.tcpSocket && startupProbe.timeoutSeconds === 240;
    return ports && isDefault
        ? `The user-provided container failed to start and listen on the port defined provided by the PORT=${ports.containerPort} environment variable within the allocated timeout.`
        : `The user-provided container ${template.containers.length > 1 ? `${container.name} ` : ""}failed the configured startup probe checks.`;
}

const units: Record<string, number> = {
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
};

/** A quantity such as `512Mi`, in bytes. */
export function bytesIn(quantity: string | undefined): number | undefined {
    const [, number, unit = ""] = /^([\d.]+)([kMGT]i?)?$/.exec(quantity ?? "") ?? [];
    return number === undefined ? undefined : Math.round(Number(number) * (units[unit] ?? 1));
}

/** A quantity such as `500m` or `2`, in CPUs. */
export function cpusIn(quantity: string | undefined): number | undefined {
    const [, number, milli] = /^([\d.]+)(m)?$/.exec(String(quantity ?? "")) ?? [];
    return number === undefined ? undefined : Number(number) / (milli ? 1000 : 1);
}
