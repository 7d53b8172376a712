import { randomBytes } from "node:crypto";
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { privateFolder, writePrivate } from "../../../../../lib/privateFiles";
import { run } from "../../../../toolchain/process";
import type { RunFolder } from "../../../emulator/containers/runFolder";
import { asUser, ServerProcess } from "../serverProcess";

/** Google's own administrator, as which nobody else signs in: https://cloud.google.com/sql/docs/postgres/users */
export const administrator = "cloudsqladmin";

/** Roles of IAM users, whose tokens are checked before a connection reaches the server. */
export const iamRoles = ["cloudsqliamuser", "cloudsqliamserviceaccount", "cloudsqliamgroup"];

/** How clients sign in through the socket, which only this user reaches. */
const access = [
    `local all,replication ${administrator} scram-sha-256`,
    ...iamRoles.map((role) => `local all +${role} trust`),
    "local all all scram-sha-256",
    "",
].join("\n");

export interface ClusterOptions {
    /** The folder of its data. */
    folder: string;
    /** The folder with `bin`, `lib` and `share`. */
    installed: string;
    major: number;
    files: RunFolder;
    /** The folder of its socket, with a short path. */
    sockets: string;
    /** Settings in addition to the server's defaults. */
    settings: Record<string, string>;
    /** Receives lines of its log. */
    log(line: string): void;
    /** Called if it ends by itself. */
    ended(): void;
}

/** A PostgreSQL server with its data, which listens on a socket only. */
export class Cluster {
    private process?: ServerProcess;

    constructor(private readonly options: ClusterOptions) {}

    /** The folder of its socket. */
    get sockets(): string {
        return this.options.sockets;
    }

    /** The path of its socket. */
    get socket(): string {
        return join(this.sockets, ".s.PGSQL.5432");
    }

    /** Starts it, and creates its data if there are none or `copy` makes them. */
    async start(copy?: (data: string) => Promise<void>): Promise<void> {
        const { folder, installed, settings } = this.options;
        privateFolder(folder, "SLIPWAY_LOCAL_HOME");
        const data = join(folder, "data");
        if (!existsSync(data)) {
            const temporary = join(folder, "new");
            rmSync(temporary, { recursive: true, force: true });
            await (copy ?? ((to: string) => this.initialize(to)))(temporary);
            renameSync(temporary, data);
        }
        writeFileSync(join(data, "pg_hba.conf"), access);
        const own = {
            listen_addresses: "",
            unix_socket_directories: this.sockets,
            unix_socket_permissions: "0700",
            port: "5432",
            // Data survive the end of the process, and a crash of the machine but for its last moments.
            synchronous_commit: "off",
            shared_buffers: "32MB",
            log_min_messages: "warning",
        };
        const all = Object.entries({ ...settings, ...own }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
        const command = [join(installed, "bin", "postgres"), "-D", data, ...all];
        const process = new ServerProcess({ title: "PostgreSQL", command, env: environment(), ...this.options });
        this.process = process;
        await process.start(() => this.administer("postgres", async () => true).catch(() => false));
    }

    /** Connects as the administrator, until the function ends. */
    async administer<Result>(database: string, work: (client: Client) => Promise<Result>): Promise<Result> {
        const client = new Client({
            ...{ host: this.sockets, port: 5432, user: administrator, password: this.password(), database },
            application_name: administrator,
        });
        client.on("error", () => undefined);
        await client.connect();
        try {
            return await work(client);
        } finally {
            await client.end();
        }
    }

    /** Copies its data while it runs: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
    async copyTo(target: string): Promise<void> {
        const from = join(this.options.folder, "data");
        const isOld = this.options.major < 15;
        const begin = isOld ? "pg_start_backup('copy', true, false)" : "pg_backup_start('copy', true)";
        const end = isOld ? "pg_stop_backup(false, false)" : "pg_backup_stop(false)";
        await this.administer("postgres", async (client) => {
            await client.query(`SELECT ${begin}`);
            cpSync(from, target, { recursive: true });
            const { rows } = await client.query(`SELECT * FROM ${end}`);
            writeFileSync(join(target, "backup_label"), rows[0].labelfile);
        });
        rmSync(join(target, "postmaster.pid"), { force: true });
    }

    /** How another server connects as the administrator. */
    get connection(): string {
        return `host=${this.sockets} port=5432 user=${administrator} password=${this.password()}`;
    }

    /** The password of the administrator. */
    password(): string {
        return readFileSync(join(this.options.folder, passwordFile), "utf8");
    }

    /** Ends connections and stops it. */
    async stop(): Promise<void> {
        await this.process?.stop("SIGINT", "SIGQUIT");
    }

    private async initialize(data: string): Promise<void> {
        const { folder, installed, major } = this.options;
        const file = join(folder, passwordFile);
        writePrivate(file, randomBytes(24).toString("base64url"));
        const locale = await localeOptions(major);
        const fixed = ["-U", administrator, `--pwfile=${file}`, "--auth=scram-sha-256", "--encoding=UTF8"];
        const initdb = [join(installed, "bin", "initdb"), "-D", data, ...fixed, ...locale];
        const [program = "", ...args] = await asUser(initdb, "PostgreSQL");
        await run(program, args, { env: environment() });
    }
}

const passwordFile = "password";

/** The variables of the server: no settings of this machine, such as `PGDATA`. */
const environment = () => ({ PATH: process.env.PATH, LC_MESSAGES: "C", TZ: "UTC" });

/**
 * The collation of Cloud SQL's databases, `en_US.UTF8`, or the nearest: https://cloud.google.com/sql/docs/postgres/locale
 */
async function localeOptions(major: number): Promise<string[]> {
    const all = (await run("locale", ["-a"]).catch(() => "")).toLowerCase().split("\n");
    const has = (name: string) => all.includes(name.toLowerCase()) || all.includes(name.toLowerCase().replace("-", ""));
    if (has("en_US.UTF-8")) {
        return ["--locale=en_US.UTF-8"];
    }
    const plain = has("C.UTF-8") ? "--locale=C.UTF-8" : "--locale=C";
    return major < 15 ? [plain] : [plain, "--locale-provider=icu", "--icu-locale=en-US"];
}
