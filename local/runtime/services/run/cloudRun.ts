import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Entry, Inputs } from "../../../simulator";
import { Debuggers } from "../../emulator/code/debuggers";
import { CodeFiles } from "../../emulator/code/files";
import { GoogleProxy } from "../../emulator/code/googleProxy";
import { Processes } from "../../emulator/code/processes";
import { Containers } from "../../emulator/containers/containers";
import { MetadataServers } from "../../emulator/containers/metadata";
import type { RunFolder } from "../../emulator/containers/runFolder";
import { SqlSockets } from "../../emulator/containers/sockets";
import { isFunction, isService } from "../../emulator/routes";
import type { Serving } from "../../emulator/serving";
import type { SqlProxies } from "../sql/proxies";
import { FunctionCodes } from "./functionCodes";
import { InvokerCheck } from "./invoker";
import { Executions } from "./jobs";
import { type RunningService, RunningServices } from "./services";
import { SourceCodes } from "./sourceCodes";
import { RunningWorkerPools } from "./workerPools";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

/** How long instances without requests run by default, in seconds. Cloud Run keeps instances for up to 15 minutes. */
export const defaultIdle = 60;

/** Runs code as processes of this machine, also that of other services. */
export interface CodeRunner {
    processes: Processes;
    /** Starts the processes. */
    containers: Containers;
    metadata: MetadataServers;
    sockets: SqlSockets;
}

/** Runs services, jobs and worker pools of Cloud Run in containers. */
export class CloudRun {
    readonly executions: Executions;
    /** Starts containers, also of other services; undefined without Docker. */
    readonly containers?: Containers;
    /** Starts processes, also of other services; undefined if code does not run. */
    readonly code?: CodeRunner;
    /** The files of this process; undefined without Docker. */
    readonly folder?: RunFolder;
    private readonly services?: RunningServices;
    private readonly pools?: RunningWorkerPools;
    private readonly ends: (() => unknown)[] = [];
    private looking: Promise<void> = Promise.resolve();
    private timer?: NodeJS.Timeout;
    private isClosed = false;

    constructor(
        private readonly serving: Serving,
        fronts: SqlProxies,
    ) {
        const { cloud, router, tokens, terminal, recorder, activity, handling, variablesOf } = serving;
        const { docker, runsCode, program, inspect = [], idle = defaultIdle } = serving.options;
        const engine = docker instanceof Error ? undefined : docker;
        if (engine === undefined && !runsCode) {
            this.executions = new Executions(cloud, undefined, terminal, recorder);
            return;
        }
        const metadata = new MetadataServers(cloud, tokens);
        const folder = serving.files;
        const sockets = new SqlSockets(fronts, folder);
        // Only such traffic comes from the network: https://cloud.google.com/run/docs/securing/private-networking
        const localize = (value: string, { vpcAccess }: Inputs) =>
            router.localized(services.localize(value, vpcAccess?.egress === "ALL_TRAFFIC"));
        const host = { cloud, terminal, metadata, sockets, localize };
        const proxy = new GoogleProxy({
            ...{ terminal, folder: folder.path, running: (called: string) => router.addressOfUrl(called) },
            apisOf: (email) => serving.access.address(email),
        });
        const own = (file?: string) => async (email: string) => ({
            ...(await variablesOf(email)),
            ...(await proxy.variables(email, file)),
        });
        const { certificates } = proxy;
        const containers =
            engine &&
            new Containers(
                { ...host, engine, variables: own(certificates.target), files: [certificates] },
                folder.path,
            );
        const inspected = join(dirname(cloud.folder), "inspect");
        const debuggers = new Debuggers(inspect, inspected);
        const processes = runsCode ? new Processes(folder, (line) => terminal.logOnce(line), debuggers) : undefined;
        const code = processes && {
            processes,
            containers: new Containers({ ...host, engine: processes, variables: own() }, folder.path),
            metadata,
            sockets,
        };
        const check = new InvokerCheck(cloud, tokens, serving.access.allows);
        const services: RunningServices = new RunningServices({
            cloud,
            ...(containers && { containers }),
            ...(code && {
                code: {
                    ...code,
                    codes: new FunctionCodes(cloud, new CodeFiles(program)),
                    sources: new SourceCodes(serving.options.console, terminal),
                },
            }),
            check,
            router,
            terminal,
            recorder,
            activity,
            handling,
            idle: idle * 1000,
        });
        this.folder = folder;
        this.services = services;
        if (code) {
            this.code = code;
        }
        if (containers) {
            this.containers = containers;
            this.pools = new RunningWorkerPools(cloud, containers, terminal);
        }
        this.executions = new Executions(cloud, containers, terminal, recorder);
        router.running.push({
            url: (called) => services.inside(called),
            service: (name, tag) => services.insideOf(name, tag),
        });
        this.ends.push(
            () => metadata.close(),
            () => engine?.close(),
            () => processes?.close(),
            () => proxy.close(),
            () => containers?.close(),
            () => code?.containers.close(),
            () => inspect.length > 0 && rmSync(inspected, { recursive: true, force: true }),
        );
    }

    /** The addresses of services on this machine, by their names. */
    get addresses(): Record<string, string> {
        return this.services?.addresses ?? {};
    }

    /** The same, as Google's services and the network of a service call them. */
    get insideAddresses(): Record<string, string> {
        return this.services?.insideAddresses ?? {};
    }

    /** What answers. */
    get answering(): RunningService[] {
        return this.services?.answering ?? [];
    }

    /** Starts what is deployed, and what will be. */
    async start(): Promise<void> {
        const { cloud, router, terminal } = this.serving;
        const { docker, runsCode } = this.serving.options;
        if (docker instanceof Error) {
            const deployed = cloud.store.list("//run.googleapis.com/", "services", "jobs", "workerPools");
            const isContainer = (entry: Entry) => router.isRun(entry) && !isFunction(entry);
            if (
                deployed.some((entry) => (isService(entry) ? !runsCode && isContainer(entry) : isPoolOrJob(entry.name)))
            ) {
                terminal.log(`Cloud Run: containers do not run, as ${docker.message}`);
            }
        }
        if (this.services === undefined) {
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
                const { cloud } = this.serving;
                const entries = cloud.store.list("//run.googleapis.com/", "services", "workerPools");
                await this.services?.look(entries);
                await this.pools?.look(entries);
            } catch (error) {
                this.serving.terminal.logOnce(`Cloud Run: ${(error as Error).message}`);
            }
        });
        return this.looking;
    }
}

const isPoolOrJob = (name: string) => /\/locations\/[^/]+\/(?:jobs|workerPools)\/[^/]+$/.test(name);
