import { mkdirSync } from "node:fs";
import type { Cloud, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import type { RunFolder } from "../../emulator/containers/runFolder";
import type { Terminal } from "../../emulator/terminal";
import type { Contents } from "./contents";
import { type Engine, flagsOf, type RunningDatabase } from "./engine";

export interface InstanceOptions {
    cloud: Cloud;
    terminal: Terminal;
    files: RunFolder;
    engine: Engine;
    /** The folder of its data. */
    folder: string;
    /** The stored instance. */
    state(): Inputs | undefined;
    /** The server of the primary instance of a replica. */
    primaryOf(state: Inputs): Promise<SqlInstance | undefined>;
}

/** A Cloud SQL instance whose server runs here. */
export class SqlInstance {
    private started?: Promise<RunningDatabase>;
    private server?: RunningDatabase;
    private contents = "";
    /** The same after a restart: replicas connect to it. */
    private sockets?: string;
    private settings = "";
    private updating: Promise<void> = Promise.resolve();

    constructor(private readonly options: InstanceOptions) {}

    /** The engine of its server. */
    get engine(): Engine {
        return this.options.engine;
    }

    /**
     * Starts the server, unless it runs; returns the path of its socket.
     *
     * @throws Error if it does not start
     */
    async socket(): Promise<string> {
        return (await this.running()).socket;
    }

    /** Starts the server, unless it runs. */
    running(): Promise<RunningDatabase> {
        this.started ??= this.start().catch((error) => {
            // The next connection tries again.
            this.started = undefined;
            throw error;
        });
        return this.started;
    }

    /** Applies changes of the instance, its databases and users, if it runs. */
    look(): void {
        const { terminal } = this.options;
        if (this.server !== undefined) {
            this.updating = this.updating
                .then(() => this.update())
                .catch(({ message }: Error) => terminal.log(`${this.title}: ${message}`));
        }
    }

    /** Restarts the server: clients lose their connections. */
    async restart(): Promise<void> {
        await this.stop();
        await this.running();
    }

    async stop(): Promise<void> {
        await this.updating;
        const server = await this.started?.catch(() => undefined);
        this.started = this.server = undefined;
        await server?.stop();
    }

    private get title(): string {
        return String(this.options.state()?.name ?? "");
    }

    /** The stored instance, if it accepts connections. */
    private state(): Inputs {
        const state = this.options.state();
        if (state === undefined) {
            throw new Error("the instance was deleted");
        }
        if (state.settings?.activationPolicy === "NEVER") {
            throw new Error(`${state.name} is stopped: its activation policy is NEVER`);
        }
        return state;
    }

    private async start(): Promise<RunningDatabase> {
        const { terminal, files, folder, engine, primaryOf } = this.options;
        const state = this.state();
        const primary = await primaryOf(state);
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        this.sockets ??= files.temporary();
        const server = await engine.start({
            ...{ state, folder, sockets: this.sockets, files, ...(primary && { primary }) },
            log: (line) => terminal.log(`${state.name}: ${line}`),
            logOnce: (line) => terminal.logOnce(`${state.name}: ${line}`),
            ended: () => {
                terminal.log(`${state.name}: its server has ended, and starts again at the next connection`);
                this.started = this.server = undefined;
            },
        });
        this.server = server;
        this.settings = settingsKey(state);
        this.contents = "";
        if (!primary) {
            await this.apply(server, state);
        }
        return server;
    }

    private async update(): Promise<void> {
        const { server } = this;
        const state = this.options.state();
        if (server === undefined || state === undefined) {
            return;
        }
        if (settingsKey(state) !== this.settings) {
            this.started = this.server = undefined;
            await server.stop();
            if (state.settings?.activationPolicy !== "NEVER") {
                await this.running();
            }
            return;
        }
        if (!(await this.options.primaryOf(state))) {
            await this.apply(server, state);
        }
    }

    private async apply(server: RunningDatabase, state: Inputs): Promise<void> {
        const of = (kind: string) =>
            this.options.cloud.store
                .list(`${instanceName(state.project, state.name)}/${kind}/`)
                .map((entry): Inputs => entry.state);
        const contents: Contents = {
            databases: of("databases"),
            users: of("users"),
            rootPassword: state.rootPassword,
        };
        const key = JSON.stringify(contents);
        if (key !== this.contents) {
            await server.apply(contents);
            this.contents = key;
        }
    }
}

/** Changes with what needs a restart. */
const settingsKey = (state: Inputs): string =>
    JSON.stringify([flagsOf(state), state.settings?.activationPolicy, state.masterInstanceName]);
