import type { Cloud } from "../../../cloud/cloud";
import { Containers } from "../../../emulator/containers/containers";
import type { Docker } from "../../../emulator/containers/docker";
import { MetadataServers } from "../../../emulator/containers/metadata";
import { RunFolder } from "../../../emulator/containers/runFolder";
import { SqlSockets } from "../../../emulator/containers/sockets";
import { isService, type Router } from "../../../emulator/routes";
import type { Terminal } from "../../../emulator/terminal";
import type { Tokens } from "../../../emulator/tokens";
import type { Inputs } from "../../../rules/rules";
import type { Recorder } from "../../monitoring/serve/recorder";
import type { SqlProxies } from "../../sql/serve/proxies";
import { InvokerCheck } from "./invoker";
import { Executions } from "./jobs";
import { RunningServices } from "./services";
import { RunningWorkerPools } from "./workerPools";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

/** What Cloud Run is run with. */
export interface CloudRunOptions {
    cloud: Cloud;
    /** The Docker of this machine, or why there is none; undefined if nothing shall run. */
    docker?: Docker | Error;
    router: Router;
    tokens: Tokens;
    terminal: Terminal;
    recorder: Recorder;
    fronts: SqlProxies;
    /** The time in seconds after which instances without requests are stopped. */
    idle: number;
    /** The URL of the emulator. */
    url(): string;
    /** Variables with the addresses of the emulator. */
    variables(): Record<string, string>;
}

/** Runs services, jobs and worker pools of Cloud Run in containers. */
export class CloudRun {
    readonly executions: Executions;
    /** Starts containers, also of other services; undefined without Docker. */
    readonly containers?: Containers;
    /** The files of this process; undefined without Docker. */
    readonly folder?: RunFolder;
    private readonly services?: RunningServices;
    private readonly pools?: RunningWorkerPools;
    private readonly ends: (() => unknown)[] = [];
    private looking: Promise<void> = Promise.resolve();
    private timer?: NodeJS.Timeout;
    private isClosed = false;

    constructor(private readonly options: CloudRunOptions) {
        const { cloud, docker, router, tokens, terminal, recorder, fronts, idle, url, variables } = options;
        if (docker === undefined || docker instanceof Error) {
            this.executions = new Executions(cloud, undefined, terminal, recorder);
            return;
        }
        const metadata = new MetadataServers(cloud, tokens);
        const folder = new RunFolder(cloud.folder);
        const sockets = new SqlSockets(cloud, fronts, terminal, url, folder);
        // Only such traffic comes from the network: https://cloud.google.com/run/docs/securing/private-networking
        const localize = (value: string, { vpcAccess }: Inputs) =>
            services.localize(value, vpcAccess?.egress === "ALL_TRAFFIC");
        const host = { cloud, docker, terminal, metadata, sockets, variables, localize };
        const containers: Containers = new Containers(host, folder.path);
        const check = new InvokerCheck(cloud, tokens);
        const services: RunningServices = new RunningServices({
            cloud,
            containers,
            check,
            router,
            terminal,
            recorder,
            idle: idle * 1000,
        });
        this.containers = containers;
        this.folder = folder;
        this.services = services;
        this.pools = new RunningWorkerPools(cloud, containers, terminal);
        this.executions = new Executions(cloud, containers, terminal, recorder);
        router.running = (called) => services.inside(called);
        router.runningService = (name, tag) => services.insideOf(name, tag);
        this.ends.push(
            () => metadata.close(),
            () => folder.close(),
            () => docker.close(),
            () => containers.close(),
        );
    }

    /** The addresses of services on this machine, by their names. */
    get addresses(): Record<string, string> {
        return this.services?.addresses ?? {};
    }

    /** Starts what is deployed, and what will be. */
    async start(): Promise<void> {
        const { docker } = this.options;
        if (docker === undefined) {
            return;
        }
        if (docker instanceof Error) {
            const { cloud, router, terminal } = this.options;
            const deployed = cloud.store.list("//run.googleapis.com/", "services", "jobs", "workerPools");
            if (deployed.some((entry) => (isService(entry) ? router.isRun(entry) : isPoolOrJob(entry.name)))) {
                terminal.log(`Cloud Run: containers do not run, as ${docker.message}`);
            }
            return;
        }
        await this.look();
        this.timer = setInterval(() => void this.look(), interval).unref();
    }

    async close(): Promise<void> {
        this.isClosed = true;
        clearInterval(this.timer);
        await this.looking;
        this.containers?.hurry();
        await Promise.all([this.services?.close(), this.pools?.close(), this.executions.close()]);
        for (const end of [...this.ends].reverse()) {
            await end();
        }
    }

    /** Compares what runs with what is deployed, one look at a time. */
    private look(): Promise<void> {
        this.looking = this.looking.then(async () => {
            if (this.isClosed) {
                return;
            }
            try {
                const { cloud } = this.options;
                const entries = cloud.store.list("//run.googleapis.com/", "services", "workerPools");
                await this.services?.look(entries);
                await this.pools?.look(entries);
            } catch (error) {
                this.options.terminal.logOnce(`Cloud Run: ${(error as Error).message}`);
            }
        });
        return this.looking;
    }
}

const isPoolOrJob = (name: string) => /\/locations\/[^/]+\/(?:jobs|workerPools)\/[^/]+$/.test(name);
