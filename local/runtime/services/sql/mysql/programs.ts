import { dirname } from "node:path";
import { find, run } from "../../../../toolchain/process";

/** A server of MySQL, or of MariaDB, which has its protocol. */
export interface Programs {
    server: string;
    flavour: "MySQL" | "MariaDB";
    /** Such as `10.11.19`. */
    version: string;
}

/** A server that runs. */
export interface MySqlServer {
    flavour: Programs["flavour"];
    /** A folder for files that the server itself reads and writes. */
    exchange: string;
    /** Runs statements as the administrator; returns rows with tabs between columns. */
    sql(statements: string): Promise<string>;
    /** Runs a client program as the administrator. */
    program(names: string[], args: string[], input?: Buffer): Promise<Buffer>;
}

/** The nearest collation of MariaDB to one of MySQL: the same order by a later version of Unicode, also without padding. */
export const mariaCollation = (collation: string): string =>
    collation.replace(/^utf8mb4_0900_bin$/, "utf8mb4_nopad_bin").replace(/^utf8mb4_0900_/, "utf8mb4_uca1400_nopad_");

/** Where packages install servers that are not for PATH. */
const folders = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin", "/usr/local/bin"];

const installing = process.platform === "darwin" ? "brew install mysql" : "sudo apt-get install mariadb-server";

/** Finds a program on PATH, or where packages install it. */
export const located = (name: string): string | undefined => find(name) ?? find(name, folders);

/**
 * Finds a server.
 *
 * @param kept the one that has created the data; undefined for new data
 * @throws Error if this machine has none
 */
export async function installedServer(kept?: Programs["flavour"]): Promise<Programs> {
    const all = await Promise.all(["mysqld", "mariadbd"].map(inspected));
    const found = all.filter((each) => each !== undefined);
    const chosen = kept === undefined ? found[0] : found.find(({ flavour }) => flavour === kept);
    if (chosen === undefined) {
        const what = kept === undefined ? "server of MySQL" : `server of ${kept}, which has created the data,`;
        throw new Error(
            `there is no ${what} on this machine: install one (${installing}), or run one elsewhere, and add --sql`,
        );
    }
    return chosen;
}

/** `mysqld  Ver 8.4.6 for Linux on x86_64`, `mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu`. */
async function inspected(name: string): Promise<Programs | undefined> {
    const server = located(name);
    const text = server && (await run(server, ["--no-defaults", "--version"]).catch(() => ""));
    const [, version] = /Ver (\d+\.\d+\.\d+)/.exec(text ?? "") ?? [];
    return server && version
        ? { server, version, flavour: /MariaDB/.test(text ?? "") ? "MariaDB" : "MySQL" }
        : undefined;
}

/** The command that creates data. */
export function initializing({ server, flavour }: Programs, data: string): string[] {
    if (flavour === "MySQL") {
        return [server, "--no-defaults", "--initialize-insecure", `--datadir=${data}`];
    }
    const program = ["mariadb-install-db", "mysql_install_db"]
        .map((name) => find(name, [dirname(server)]) ?? located(name))
        .find((path) => path !== undefined);
    if (program === undefined) {
        throw new Error(`there is no mariadb-install-db, which is a part of MariaDB: ${installing}`);
    }
    const options = ["--skip-test-db", "--auth-root-authentication-method=normal"];
    return [program, "--no-defaults", `--datadir=${data}`, ...options];
}
