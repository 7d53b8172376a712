import { join } from "node:path";
import { find, run } from "../../../local/toolchain/process";
import { DatabaseServer, installed, type Listening } from "./server";

const program = (name: string) =>
    installed([find(name) ?? "", `/usr/sbin/${name}`], "MariaDB", "mariadb-server-core mariadb-client-core");

/** A real MariaDB, which has MySQL's protocol. */
export class MariaDbServer extends DatabaseServer {
    readonly socket = join(this.folder, "run", "socket");
    protected readonly crash = "SIGKILL";
    private readonly server = program("mariadbd");
    private readonly client = program("mariadb");

    private constructor(listening?: Listening) {
        super("nobody", listening);
    }

    static async started(listening?: Listening): Promise<MariaDbServer> {
        const server = new MariaDbServer(listening);
        const making = ["--no-defaults", `--datadir=${join(server.folder, "data")}`, "--skip-test-db"];
        const install = [program("mariadb-install-db"), ...making, "--auth-root-authentication-method=normal"];
        await run("runuser", ["-u", server.user, "--", ...install], { cwd: server.folder });
        await server.start();
        return server;
    }

    sql(statements: string, database = "mysql"): Promise<string> {
        const where = ["--no-defaults", "--socket", this.socket, "--user", "root", database];
        return run(this.client, [...where, "--batch", "--skip-column-names", "--execute", statements]);
    }

    protected command(): string[] {
        const run = join(this.folder, "run");
        const { address } = this.listening ?? {};
        const network = address
            ? [
                  `--bind-address=${address}`,
                  "--port=3306",
                  `--ssl-cert=${run}/server.crt`,
                  `--ssl-key=${run}/server.key`,
              ]
            : ["--skip-networking"];
        const data = `--datadir=${join(this.folder, "data")}`;
        return [
            this.server,
            "--no-defaults",
            data,
            `--socket=${this.socket}`,
            "--innodb-flush-method=nosync",
            ...network,
        ];
    }
}
