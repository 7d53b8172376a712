import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud, Inputs } from "../../../../simulator";
import { instanceName } from "../../../../simulator/services/sql/names";
import { run } from "../../../../toolchain/process";
import type { RunFolder } from "../../../emulator/containers/runFolder";
import type { Terminal } from "../../../emulator/terminal";
import { installPostgres, nearestMajor, versionOf } from "./binaries";
import { Cluster } from "./cluster";
import { applyContents, type Contents } from "./contents";

export interface InstanceOptions {
    cloud: Cloud;
    terminal: Terminal;
    files: RunFolder;
    /** The folder of its data. */
    folder: string;
    /** The stored instance. */
    state(): Inputs | undefined;
    /** The server of the primary instance of a replica. */
    primaryOf(state: Inputs): Promise<PostgresInstance | undefined>;
}

/** A Cloud SQL instance whose server runs here. */
export class PostgresInstance {
    private started?: Promise<Cluster>;
    private cluster?: Cluster;
    private contents = "";
    /** The same after a restart: replicas connect to it. */
    private sockets?: string;
    private settings = "";
    private updating: Promise<void> = Promise.resolve();

    constructor(private readonly options: InstanceOptions) {}

    /**
     * Starts the server, unless it runs; returns the path of its socket.
     *
     * @throws Error if it does not start
     */
    async socket(): Promise<string> {
        return (await this.running()).socket;
    }

    /** Starts the server, unless it runs. */
    running(): Promise<Cluster> {
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
        if (this.cluster !== undefined) {
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
        const cluster = await this.started?.catch(() => undefined);
        this.started = this.cluster = undefined;
        await cluster?.stop();
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

    private async start(): Promise<Cluster> {
        const { terminal, files, folder, primaryOf } = this.options;
        const state = this.state();
        const { name, databaseVersion } = state;
        const wanted = Number(/_(\d+)/.exec(databaseVersion)?.[1]);
        const version = join(folder, "data", "PG_VERSION");
        const kept = existsSync(version) ? Number.parseInt(readFileSync(version, "utf8"), 10) : undefined;
        const primary = await primaryOf(state);
        const major = primary ? nearestMajor(wanted) : (kept ?? nearestMajor(wanted));
        const installed = await installPostgres(major, (line) => terminal.log(`${name}: ${line}`));
        if (major !== wanted) {
            const reason =
                kept === undefined || kept !== major ? "there is no other here" : "its data were created with it";
            terminal.logOnce(`${name}: runs PostgreSQL ${versionOf(major)}, on Google Cloud ${wanted}: ${reason}`);
        }
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        this.sockets ??= files.temporary();
        const cluster: Cluster = new Cluster({
            ...{ folder, installed, major, files, sockets: this.sockets },
            settings: await this.settingsOf(state, installed, await primary?.running()),
            log: (line) => this.tell(name, line),
            ended: () => {
                terminal.log(`${name}: its server has ended, and starts again at the next connection`);
                this.started = this.cluster = undefined;
            },
        });
        if (primary) {
            const source = await primary.running();
            // What the primary has written meanwhile can be gone.
            rmSync(join(folder, "data"), { recursive: true, force: true });
            await cluster.start(async (data) => {
                await source.copyTo(data);
                writeFileSync(join(data, "standby.signal"), "");
                writeFileSync(join(folder, "password"), source.password(), { mode: 0o600 });
            });
        } else {
            // A promoted replica.
            rmSync(join(folder, "data", "standby.signal"), { force: true });
            await cluster.start();
        }
        this.cluster = cluster;
        this.settings = settingsKey(state);
        this.contents = "";
        if (!primary) {
            await this.apply(cluster, state);
        }
        return cluster;
    }

    private async update(): Promise<void> {
        const { cluster } = this;
        const state = this.options.state();
        if (cluster === undefined || state === undefined) {
            return;
        }
        if (settingsKey(state) !== this.settings) {
            this.started = this.cluster = undefined;
            await cluster.stop();
            if (state.settings?.activationPolicy !== "NEVER") {
                await this.running();
            }
            return;
        }
        if (!(await this.options.primaryOf(state))) {
            await this.apply(cluster, state);
        }
    }

    private async apply(cluster: Cluster, state: Inputs): Promise<void> {
        const { cloud, folder, terminal } = this.options;
        const of = (kind: string) =>
            cloud.store.list(`${instanceName(state.project, state.name)}/${kind}/`).map((entry): Inputs => entry.state);
        const contents: Contents = {
            databases: of("databases"),
            users: of("users"),
            rootPassword: state.rootPassword,
        };
        const key = JSON.stringify(contents);
        if (key !== this.contents) {
            await applyContents(cluster, folder, contents, (line) => terminal.logOnce(`${state.name}: ${line}`));
            this.contents = key;
        }
    }

    /** The flags of the instance that this server has, and how a replica reaches its primary. */
    private async settingsOf(state: Inputs, installed: string, primary?: Cluster): Promise<Record<string, string>> {
        const known = await run(join(installed, "bin", "postgres"), ["--describe-config"]);
        const names = new Set(known.split("\n").map((line) => line.split("\t")[0]));
        const flags = flagsOf(state);
        const own = Object.entries(flags).filter(([name]) => names.has(name) && !ofMachine.has(name));
        const others = Object.keys(flags).filter((name) => !names.has(name) && !emulated.has(name));
        if (others.length > 0) {
            this.options.terminal.logOnce(`${state.name}: flags that this server does not have: ${others.join(", ")}`);
        }
        return {
            ...Object.fromEntries(own),
            ...(flags["cloudsql.logical_decoding"] === "on" && { wal_level: "logical" }),
            ...(primary && { primary_conninfo: primary.connection, hot_standby: "on" }),
        };
    }

    /** Tells of an extension that Cloud SQL may have, and the server has not. */
    private tell(name: string, line: string): void {
        const [, extension] =
            /extension "([^"]+)" is not available|could not open extension control file ".*\/([^/]+)\.control"/.exec(
                line,
            ) ?? [];
        if (extension !== undefined) {
            this.options.terminal.logOnce(
                `${name}: this server does not have the extension ${extension}. If Cloud SQL has it, run a server with it yourself, and add --sql`,
            );
        }
    }
}

/** Flags of the size of a machine, which this one does not have. */
const ofMachine = new Set(["shared_buffers", "huge_pages", "effective_cache_size"]);

/** Flags with an effect that is not a setting of the server. */
const emulated = new Set(["cloudsql.iam_authentication", "cloudsql.logical_decoding"]);

const flagsOf = ({ settings }: Inputs): Record<string, string> =>
    Object.fromEntries((settings?.databaseFlags ?? []).map(({ name, value }: Inputs) => [name, value]));

/** Changes with what needs a restart. */
const settingsKey = (state: Inputs): string =>
    JSON.stringify([flagsOf(state), state.settings?.activationPolicy, state.masterInstanceName]);
