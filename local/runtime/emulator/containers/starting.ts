import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Inputs, isAllowedOn } from "../../../simulator";
import { secretName, secretPath } from "../../../simulator/services/secretmanager/names";
import { accessVersion } from "../../services/secretmanager/api";
import type { Mount, RunningContainer } from "./docker";
import { type ContainerHost, ContainersError, closed, type Launch, RunningContainers } from "./launch";
import { releasePort, takePort } from "./ports";
import { type Probed, passesStartup, watch } from "./probes";

/** The last lines of a container that are part of an error. */
const shownLines = 10;

/** The name of a container, by default like in Cloud Run. */
const nameOf = ({ name }: Inputs, index: number, { title }: Launch): string =>
    name || `${title.split(" ")[0]}-${index + 1}`;

/** A probe that is repeated while a container runs. */
interface Watched {
    probe: Inputs;
    container: RunningContainer;
    name: string;
    kind: "liveness" | "readiness";
}

/** Containers that are starting. */
export class Starting {
    private readonly containers: RunningContainer[] = [];
    private readonly volumes = new Map<string, string>();
    private readonly created: string[] = [];
    private readonly ended = new AbortController();
    private readonly ingress: Inputs | undefined;
    /** The ports of this machine, by those of the ingress container. */
    private readonly ports = new Map<number, number>();
    private readonly watched: Watched[] = [];
    private metadata = "";
    private emulator: Record<string, string> = {};

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
        // A machine reads its metadata as on Google Cloud, and reaches the APIs at Google's addresses.
        if (launch.kind !== "machine") {
            this.metadata = await host.metadata.host(project, region, this.account);
            this.emulator = withDirect(await host.variables(this.account), launch.peers?.all ?? []);
        }
        if (ingress) {
            const { containerPort } = ingress.ports;
            // The declared port, if it is free, also serves containers that ignore PORT.
            this.ports.set(containerPort, await takePort(host.engine.isHostNetwork ? containerPort : undefined));
            for (const port of host.engine.isHostNetwork ? [] : (ingress.morePorts ?? [])) {
                this.ports.set(port, await takePort());
            }
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
        const name = nameOf(container, index, launch);
        const prefix = launch.template.containers.length > 1 ? `${launch.title}/${name}` : launch.title;
        const isIngress = container === ingress;
        const containerPort: number | undefined = isIngress ? container.ports.containerPort : undefined;
        const port = containerPort && this.portOf(containerPort);
        const { limits = {} } = container.resources ?? {};
        const lines: string[] = [];
        const set = {
            ...launch.variables,
            ...(isIngress && {
                [launch.portVariable ?? "PORT"]: String(host.engine.isHostNetwork ? port : containerPort),
            }),
        };
        const { commands, args, variables } = launch.expandsVariables
            ? expanded(container, set, this.variables(container))
            : { commands: container.commands, args: container.args, variables: this.variables(container) };
        const running = host.engine.run({
            name: `${this.own.id}-${name}`.slice(0, 120),
            image,
            entrypoint: commands,
            args,
            workingDir: container.workingDir,
            environment: {
                ...(launch.kind !== "machine" &&
                    this.reachable({
                        ...this.emulator,
                        GCE_METADATA_HOST: this.metadata,
                        GCE_METADATA_IP: this.metadata,
                    })),
                ...set,
                ...variables,
            },
            sharedMemory: container.sharedMemory,
            ...(launch.peers && { peers: launch.peers }),
            ...(launch.network && { network: launch.network }),
            mounts: [
                ...this.mounts(container),
                ...(launch.kind === "machine" ? [] : (host.files ?? [])),
                ...(launch.folders ?? []),
            ],
            memory: bytesIn(limits.memory),
            cpus: cpusIn(limits.cpu),
            ...(isIngress && { publish: [...this.ports].map(([containerPort, port]) => ({ port, containerPort })) }),
            log: (line) => {
                lines.push(line);
                lines.splice(0, lines.length - shownLines);
                launch.log?.(line);
                launch.output
                    ? launch.output(line)
                    : host.terminal.log(`${prefix}: ${line}`, { isLogged: launch.log !== undefined });
            },
        });
        this.containers.push(running);
        const { startupProbe, livenessProbe, readinessProbe } = container;
        const exited = new AbortController();
        let code: number | undefined;
        void running.exited.then((found) => {
            code = found;
            exited.abort();
            if (running.isOutOfMemory) {
                host.terminal.log(`${prefix}: ${outOfMemory(bytesIn(limits.memory) ?? 0)}`);
            }
        });
        for (const probe of startupProbe ? [startupProbe].flat() : []) {
            const isStarted = await passesStartup(probe, this.probed(running), exited.signal);
            if (!isStarted) {
                const exit = code === undefined ? [] : [`Container called exit(${code}).`];
                throw new ContainersError(
                    [
                        (code === undefined ? undefined : launch.exited) ??
                            launch.unhealthy ??
                            failedStart(launch.template, container),
                        ...exit,
                        ...lines.map((line) => `  ${line}`),
                    ].join("\n"),
                );
            }
        }
        if (livenessProbe) {
            this.watched.push({ probe: livenessProbe, container: running, name, kind: "liveness" });
        }
        if (readinessProbe) {
            this.watched.push({ probe: readinessProbe, container: running, name, kind: "readiness" });
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
        const running = new RunningContainers(
            this.own.id,
            port,
            this.portOf,
            this.containers,
            mains,
            this.own.grace,
            () => this.release(),
        );
        for (const { probe, container, name, kind } of this.watched) {
            void watch(probe, this.probed(container), this.ended.signal, (isPassed) => {
                if (kind === "readiness") {
                    running.isReady = isPassed;
                    running.onReadiness?.();
                } else if (!isPassed) {
                    this.host.terminal.log(`${this.launch.title}: ${failedLiveness(probe, name)}`);
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
        await Promise.all(this.created.splice(0).map((volume) => this.host.engine.removeVolume(volume)));
    }

    private readonly portOf = (port: number) => this.ports.get(port) ?? port;

    private probed({ succeeds }: RunningContainer): Probed {
        return { portOf: this.portOf, succeeds };
    }

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
        return this.host.engine.isHostNetwork
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
    private async source({ name, secret, cloudSqlInstance, emptyDir, folder: own }: Inputs): Promise<string> {
        if (own) {
            return own;
        }
        if (cloudSqlInstance) {
            return this.host.sockets.folder(cloudSqlInstance.instances, this.account);
        }
        if (emptyDir) {
            const volume = `${this.own.id}-${name}`;
            await this.host.engine.createVolume(volume, bytesIn(emptyDir.sizeLimit));
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

/** Adds hosts that are reached without the proxy. */
const withDirect = (variables: Record<string, string>, hosts: string[]): Record<string, string> =>
    Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [
            name,
            /^no_proxy$/i.test(name) ? [value, ...hosts].join(",") : value,
        ]),
    );

/**
 * Replaces `$(NAME)` by the value of a variable, and `$$(NAME)` by `$(NAME)`; unknown names stay. Variables refer to earlier ones.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
function expanded(
    { commands, args }: Inputs,
    set: Record<string, string>,
    own: Record<string, string>,
): { commands?: string[]; args?: string[]; variables: Record<string, string> } {
    const known: Record<string, string> = { ...set };
    const expand = (text: string) =>
        text.replace(/\$(\$?)\(([^()]+)\)/g, (all, isEscaped, name) =>
            isEscaped ? `$(${name})` : (known[name] ?? all),
        );
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(own)) {
        variables[name] = expand(value);
        known[name] = variables[name];
    }
    return { commands: commands?.map(expand), args: args?.map(expand), variables };
}

/** The error of Cloud Run: see `containerFailure` in `services/run/start.ts`. */
function failedStart(template: Inputs, container: Inputs): string {
    const { ports, startupProbe } = container;
    const isDefault = startupProbe?.tcpSocket && startupProbe.timeoutSeconds === 240;
    return ports && isDefault
        ? `The user-provided container failed to start and listen on the port defined provided by the PORT=${ports.containerPort} environment variable within the allocated timeout.`
        : `The user-provided container ${template.containers.length > 1 ? `${container.name} ` : ""}failed the configured startup probe checks.`;
}

/** The log of Cloud Run for an instance that is not alive: https://cloud.google.com/run/docs/configuring/healthchecks */
function failedLiveness({ httpGet, grpc, tcpSocket, exec, failureThreshold = 3 }: Inputs, name: string): string {
    const times = `${failureThreshold} time${failureThreshold === 1 ? "" : "s"} consecutively`;
    if (exec) {
        return `LIVENESS probe failed ${times} for container "${name}": ${exec.command.join(" ")}. The container is started again.`;
    }
    const { port, path } = httpGet ?? grpc ?? tcpSocket;
    const at = `port ${port}${path ? ` path "${path}"` : ""}`;
    return `LIVENESS ${grpc ? "GRPC" : httpGet ? "HTTP" : "TCP"} probe failed ${times} for container "${name}" on ${at}. The instance has been shut down.`;
}

/**
 * The log of Cloud Run for an instance that exceeds its memory: https://github.com/dart-lang/pub-dev/issues/9554
 * Cloud Run measures slightly more than the limit; Linux kills a process that has used all of it and needs more.
 */
function outOfMemory(limit: number): string {
    const size = `${Math.floor(limit / 2 ** 20)} MiB`;
    return `Memory limit of ${size} exceeded with ${size} used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits`;
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
