import { randomBytes } from "node:crypto";
import type { Cloud, Entry, Inputs } from "../../../simulator";
import { appRegion, findApp } from "../../../simulator/services/appengine/names";
import { isFlexible, serverStateOf, servingStatus, versionName } from "../../../simulator/services/appengine/versions";
import { firstStatus, startTimeout } from "../../emulator/code/firstStatus";
import { CodeInstances, type RunnableCode } from "../../emulator/code/instances";
import { Autoscaler, type Lease, type Scale } from "../../emulator/containers/autoscaler";
import type { Containers } from "../../emulator/containers/containers";
import { ContainersError, type Launch, type RunningContainers } from "../../emulator/containers/launch";
import type { Handling } from "../../emulator/handling";
import type { Terminal } from "../../emulator/terminal";
import type { Recorder } from "../monitoring/recorder";
import { appEngineResource } from "../monitoring/requests";
import { secondsOf } from "../pubsub/message";
import type { CodeRunner } from "../run/cloudRun";
import { flexibleLaunch, flexibleScale, imageOf } from "./flexible";
import type { VersionsFiles } from "./versionFiles";

/** The memory of instances in MB: https://docs.cloud.google.com/appengine/docs/standard#instance_classes */
const memory: Record<string, number> = {
    ...{ F1: 384, F2: 768, F4: 1536, F4_1G: 3072 },
    ...{ B1: 384, B2: 768, B4: 1536, B4_1G: 3072, B8: 3072 },
};

/**
 * Requests that an instance handles at the same time, by default: https://cloud.google.com/appengine/docs/standard/reference/app-yaml
 * Only for automatic scaling there is a setting.
 */
const defaultConcurrency = 10;

/** The most instances here of versions without a maximum. */
const unlimited = 1000;

/** How long an instance of basic scaling stays without requests by default, in seconds: the same page. */
const defaultIdleTimeout = 300;

/** Variables that programs cannot set: https://cloud.google.com/appengine/docs/standard/nodejs/runtime#environment_variables */
const reserved = /^(GAE_\w+|GOOGLE_CLOUD_PROJECT|PORT)$/;

/** What the instances of versions are run with. */
export interface VersionOptions {
    cloud: Cloud;
    runner: CodeRunner;
    /** Starts the containers of the flexible environment, or why they do not start. */
    docker: Containers | Error;
    files: VersionsFiles;
    terminal: Terminal;
    recorder: Recorder;
    handling: Handling;
    /** The time in milliseconds after which instances without requests are stopped, except for basic scaling. */
    idle: number;
}

/** The instances of versions: processes in the standard environment, containers in the flexible one. */
export class VersionInstances {
    private readonly instances = new Map<string, CodeInstances>();
    /** The newest code of versions that did not start and have no other code. */
    private readonly broken = new Map<string, string>();
    /** The version of each service that answered last. */
    private readonly answering = new Map<string, string>();

    constructor(private readonly options: VersionOptions) {}

    /**
     * Waits for an instance of a version. App Engine would not have deployed a version that does not start; here, the version that
     * answered before receives its requests.
     *
     * @throws ContainersError if no code starts
     */
    async lease(version: Entry, ended: AbortSignal): Promise<Lease<RunningContainers>> {
        const { cloud, terminal } = this.options;
        const { service, versionId } = version.state as Inputs;
        const serviceName = version.name.slice(0, -`/versions/${versionId}`.length);
        const code = this.codeOf(version);
        const before = this.before(serviceName, version.name);
        const isBroken = this.broken.get(version.name) === code.key;
        if (!isBroken || before === undefined) {
            try {
                const lease = await this.of(version.name).lease(code, ended);
                this.broken.delete(version.name);
                this.answering.set(serviceName, version.name);
                return lease;
            } catch (error) {
                if (!(error instanceof ContainersError) || before === undefined) {
                    throw error;
                }
                this.broken.set(version.name, code.key);
                terminal.log(`${service}: the version '${before.state.versionId}' answers for '${versionId}'`);
            }
        }
        const entry = cloud.store.read((before as Entry).name) as Entry;
        return this.of(entry.name).lease(this.codeOf(entry), ended);
    }

    /** Starts and stops instances as versions need without requests. */
    update(versions: Entry[]): void {
        for (const [name, instances] of this.instances) {
            if (!versions.some((version) => version.name === name)) {
                this.instances.delete(name);
                void instances.autoscaler?.drain();
            }
        }
        for (const version of versions) {
            const scale = this.scaleOf(version);
            if (scale.min > 0 || this.instances.has(version.name)) {
                this.of(version.name).update(this.codeOf(version), scale);
            }
        }
    }

    async close(): Promise<void> {
        await Promise.all([...this.instances.values()].map((instances) => instances.close()));
    }

    private of(version: string): CodeInstances {
        const instances = this.instances.get(version) ?? new CodeInstances((line) => this.options.terminal.log(line));
        this.instances.set(version, instances);
        return instances;
    }

    /** The version of a service that answered before another one. */
    private before(service: string, version: string): Entry | undefined {
        const name = this.answering.get(service);
        return name === undefined || name === version ? undefined : this.options.cloud.store.read(name);
    }

    /** Why a version cannot run here; undefined if it can. */
    refusalOf(version: Entry): string | undefined {
        const { docker } = this.options;
        if (!isFlexible(version)) {
            return undefined;
        }
        const { service } = version.state;
        const hint = `run it, and add --route ${service}=http://127.0.0.1:<port>`;
        return imageOf(version) === undefined
            ? `only images of the flexible environment run on this machine: ${hint}`
            : docker instanceof Error
              ? `the flexible environment needs Docker, and ${docker.message}`
              : undefined;
    }

    private codeOf(version: Entry): RunnableCode {
        const image = imageOf(version);
        if (image !== undefined) {
            return {
                title: String(version.state.service),
                key: `${image} ${serverStateOf(this.options.cloud, version.state).createTime}`,
                create: () => new Autoscaler(this.scaleOf(version), this.options.idle, () => this.startImage(version)),
            };
        }
        const { code } = this.options.files.of(version);
        return {
            title: code.title,
            isEdited: code.isEdited ?? false,
            key: `${code.id} ${serverStateOf(this.options.cloud, version.state).createTime}`,
            create: () => {
                const image = this.options.runner.processes.imageOf(code);
                return new Autoscaler(this.scaleOf(version), this.idleOf(version), () => this.start(version, image));
            },
        };
    }

    /** Whether requests can take as long as with basic and manual scaling: a debugger can stop them as well. */
    hasLongTimeout({ basicScaling, manualScaling, service }: Inputs): boolean {
        return basicScaling || manualScaling || this.isInspected(service);
    }

    private isInspected(service: unknown): boolean {
        return this.options.runner.processes.debuggers.has(String(service));
    }

    /** Minimum instances belong to versions with traffic: https://cloud.google.com/appengine/docs/standard/how-instances-are-managed */
    private scaleOf(version: Entry): Scale {
        const { cloud } = this.options;
        if (isFlexible(version)) {
            return flexibleScale(cloud, version);
        }
        const { state, project } = version;
        if (this.isInspected(state.service)) {
            return { min: 1, max: 1, concurrency: defaultConcurrency };
        }
        const { automaticScaling, basicScaling, manualScaling, service, versionId }: Inputs = state;
        const serves = servingStatus(cloud, state) === "SERVING" && findApp(cloud, project) !== undefined;
        if (manualScaling) {
            const count = serves ? manualScaling.instances : 0;
            return { min: count, max: count, concurrency: defaultConcurrency };
        }
        if (basicScaling) {
            return { min: 0, max: basicScaling.maxInstances, concurrency: defaultConcurrency };
        }
        const { maxConcurrentRequests, minIdleInstances = 0, standardSchedulerSettings = {} } = automaticScaling ?? {};
        const { minInstances = 0, maxInstances } = standardSchedulerSettings;
        const path = versionName({ project, service, versionId }).replace(/\/versions\/[^/]+$/, "");
        const { allocations = {} }: Inputs = (cloud.store.read(path)?.state.split as Inputs | undefined) ?? {};
        const max = Math.min(maxInstances || unlimited, unlimited);
        const min = allocations[versionId] === undefined ? 0 : Math.max(minInstances, minIdleInstances);
        return { min: Math.min(min, max), max, concurrency: maxConcurrentRequests || defaultConcurrency };
    }

    private idleOf({ state }: Entry): number {
        const { basicScaling }: Inputs = state;
        return basicScaling ? 1000 * (secondsOf(basicScaling.idleTimeout) ?? defaultIdleTimeout) : this.options.idle;
    }

    private async start(version: Entry, image: string): Promise<RunningContainers> {
        const { runner, terminal } = this.options;
        const { service, versionId } = version.state as Inputs;
        try {
            const running = await runner.containers.start(await this.launch(version, image));
            await this.greet(version, running).catch(async (error) => {
                await running.stop();
                throw error;
            });
            return running;
        } catch (error) {
            const { message } = error as Error;
            // The last lines of the code are those before this one in the terminal.
            const why = message.split("\n").filter((line) => !line.startsWith("  "));
            terminal.log(`${service}: the version '${versionId}' does not start: ${why.join(" ")}`);
            throw error;
        }
    }

    private startImage(version: Entry): Promise<RunningContainers> {
        const { cloud, docker, recorder, handling } = this.options;
        if (docker instanceof Error) {
            throw new ContainersError(docker.message);
        }
        const { state, project } = version;
        return docker.start({
            ...flexibleLaunch(cloud, version),
            log: (line) =>
                recorder.logLine(project, appEngineResource(cloud, state), line, {
                    log: "stdout",
                    traceOf: handling.traceOf,
                }),
        });
    }

    private async launch({ state, project }: Entry, image: string): Promise<Launch> {
        const { cloud, recorder, handling } = this.options;
        const { service, versionId, runtime, serviceAccount, instanceClass }: Inputs = state;
        const region = appRegion(cloud, project);
        const megabytes = memory[instanceClass] ?? 384;
        const own = {
            GAE_APPLICATION: `${region.startsWith("europe") ? "e" : "s"}~${project}`,
            GAE_DEPLOYMENT_ID: String(Date.parse(serverStateOf(cloud, state).createTime)),
            GAE_ENV: "standard",
            GAE_INSTANCE: randomBytes(32).toString("hex"),
            GAE_MEMORY_MB: String(megabytes),
            GAE_RUNTIME: runtime,
            GAE_SERVICE: service,
            GAE_VERSION: versionId,
            GOOGLE_CLOUD_PROJECT: project,
        };
        const variables = await this.withSockets(state);
        const port = 8080;
        const container = {
            image,
            ports: { containerPort: port },
            envs: Object.entries(variables).map(([name, value]) => ({ name, value })),
            resources: { limits: { memory: `${megabytes}Mi` } },
            startupProbe: { tcpSocket: { port }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: startTimeout },
        };
        return {
            title: service,
            name: `${service}-${versionId}`,
            project,
            region,
            template: { serviceAccount, containers: [container] },
            variables: own,
            log: (line) =>
                recorder.logLine(project, appEngineResource(cloud, state), line, {
                    log: "stdout",
                    traceOf: handling.traceOf,
                }),
            kind: "service",
            unhealthy: `it does not listen on the port in PORT within ${startTimeout} seconds.`,
            exited: "the process has ended before it listened on the port in PORT.",
        };
    }

    /**
     * The variables of a version, in which the folder of Cloud SQL's sockets is one of this machine.
     * https://cloud.google.com/sql/docs/postgres/connect-app-engine-standard
     */
    private async withSockets(state: Inputs): Promise<Record<string, string>> {
        const { runner } = this.options;
        const { serviceAccount, envVariables = {} } = state;
        const all = Object.entries<string>(envVariables).filter(([name]) => !reserved.test(name));
        const named = /\/cloudsql\/([\w.-]+:[\w-]+:[\w-]+)/g;
        const connections = all.flatMap(([, value]) => [...value.matchAll(named)].map(([, name]) => name as string));
        if (connections.length === 0) {
            return Object.fromEntries(all);
        }
        const folder = await runner.sockets.folder([...new Set(connections)].sort(), serviceAccount);
        return Object.fromEntries(all.map(([name, value]) => [name, value.replaceAll(named, `${folder}/$1`)]));
    }

    /**
     * The first request to an instance: of its start with basic or manual scaling, which must succeed, or for its warm-up. Others are asked
     * for their start, too: servers listen before they have loaded the code.
     * https://cloud.google.com/appengine/docs/standard/how-instances-are-managed#startup
     * https://cloud.google.com/appengine/docs/standard/configuring-warmup-requests
     */
    private async greet({ state }: Entry, running: RunningContainers): Promise<void> {
        const { basicScaling, manualScaling, inboundServices = [], service }: Inputs = state;
        const isWarmUp = !basicScaling && !manualScaling && inboundServices.includes("INBOUND_SERVICE_WARMUP");
        const path = isWarmUp ? "/_ah/warmup" : "/_ah/start";
        const status = await firstStatus(running, path);
        const isRight = status === 404 || (status >= 200 && status < 300);
        if (isWarmUp && !isRight) {
            this.options.terminal.log(`${service}: answers ${path} with ${status}`);
        }
        if ((basicScaling || manualScaling) && !isRight) {
            throw new ContainersError(`it answers ${path} with ${status}.`);
        }
    }
}
