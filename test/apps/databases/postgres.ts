import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../local/toolchain/process";
import { DatabaseServer, installed, type Listening } from "./server";

const versions = "/usr/lib/postgresql";

/** The program folder of the newest installed PostgreSQL. */
function programs(): string {
    const all = existsSync(versions) ? readdirSync(versions).sort((one, other) => Number(other) - Number(one)) : [];
    const servers = all.map((version) => join(versions, version, "bin", "postgres"));
    return join(installed(servers, "PostgreSQL", "postgresql"), "..");
}

/**
 * Authentication: IAM users connect through the socket, after the Auth Proxy authenticated them, and from this machine
 * with their token as a password, like connections through App Engine's socket, whose proxy encrypts; other users need
 * a password, and TLS from other machines.
 */
const access = `
local all postgres peer
local all +cloudsqliamserviceaccount trust
local all all scram-sha-256
hostnossl all +cloudsqliamserviceaccount samehost scram-sha-256
hostssl all all all scram-sha-256
`;

/** A real PostgreSQL, with Cloud SQL's roles. */
export class PostgresServer extends DatabaseServer {
    readonly socket = join(this.folder, "run", ".s.PGSQL.5432");
    protected readonly crash = "SIGQUIT";
    private readonly programs = programs();

    private constructor(listening?: Listening) {
        super("postgres", listening);
    }

    static async started(listening?: Listening): Promise<PostgresServer> {
        const server = new PostgresServer(listening);
        const data = join(server.folder, "data");
        execFileSync(join(server.programs, "initdb"), ["-D", data, "-U", "postgres", "-A", "peer", "--no-sync"], {
            ...server.ids(),
            cwd: server.folder,
            stdio: "pipe",
        });
        server.file("pg_hba.conf", access);
        await server.start();
        await server.sql(`CREATE ROLE cloudsqlsuperuser CREATEDB CREATEROLE; CREATE ROLE cloudsqliamserviceaccount`);
        return server;
    }

    sql(statements: string, database = "postgres"): Promise<string> {
        const where = ["-h", join(this.folder, "run"), "-U", "postgres", "-d", database];
        const how = ["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set", "ON_ERROR_STOP=1", "-c"];
        const psql = [join(this.programs, "psql"), ...where, ...how, statements];
        return run("runuser", ["-u", this.user, "--", ...psql], { cwd: this.folder });
    }

    protected command(): string[] {
        const run = join(this.folder, "run");
        const settings = {
            unix_socket_directories: run,
            hba_file: join(run, "pg_hba.conf"),
            listen_addresses: this.listening?.address ?? "",
            port: 5432,
            fsync: "off",
            ...(this.listening && {
                ssl: "on",
                ssl_cert_file: join(run, "server.crt"),
                ssl_key_file: join(run, "server.key"),
            }),
        };
        const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
        return [join(this.programs, "postgres"), "-D", join(this.folder, "data"), ...options];
    }
}
