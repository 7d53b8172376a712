import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { privateFolder, writePrivate } from "../../../../../lib/privateFiles";
import type { Inputs } from "../../../../simulator";
import { run } from "../../../../toolchain/process";
import { type Engine, flagsFor, type RunningDatabase, type Starting } from "../engine";
import { asUser, ServerProcess } from "../serverProcess";
import { clientProgram } from "../transfers";
import { applyContents } from "./contents";
import { initializing, installedServer, type MySqlServer, mariaCollation, type Programs } from "./programs";
import { exported, imported } from "./transfers";

/** MySQL, or MariaDB, of this machine. */
export const mySql: Engine = { port: 3306, replicas: "shared", start };

/** Google's own administrator, as which nobody else signs in. */
const administrator = "cloudsqladmin";

/** What was created with the data. */
interface Kept {
    flavour: Programs["flavour"];
    password: string;
    /** The password of all IAM users on the server, with which they sign in once their token is checked. */
    iamPassword: string;
}

const keptFile = (folder: string) => join(folder, "server.json");

const readKept = (folder: string): Kept | undefined =>
    existsSync(keptFile(folder)) ? JSON.parse(readFileSync(keptFile(folder), "utf8")) : undefined;

async function start(starting: Starting): Promise<RunningDatabase> {
    const { folder, sockets, files, state, log, logOnce, ended } = starting;
    privateFolder(folder, "SLIPWAY_LOCAL_HOME");
    const data = join(folder, "data");
    const programs = await installedServer(existsSync(data) ? readKept(folder)?.flavour : undefined);
    reportFlavour(programs, state, logOnce);
    const isNew = !existsSync(data);
    if (isNew) {
        await initialize(programs, folder, data);
    }
    const { password, iamPassword } = readKept(folder) as Kept;
    const socket = join(sockets, "mysql.sock");
    const exchange = join(folder, "exchange");
    mkdirSync(exchange, { recursive: true, mode: 0o700 });
    const command = [
        programs.server,
        "--no-defaults",
        ...(await flagOptions(programs, starting)),
        ...ownOptions(programs, { data, socket, exchange }),
        // Executed at each start: the first one can have been interrupted.
        `--init-file=${join(folder, "administrator.sql")}`,
    ];
    const env = { PATH: process.env.PATH, TZ: "UTC" };
    const lines = reportErrors(log);
    const running = new ServerProcess({ title: programs.flavour, command, folder, env, files, log: lines, ended });
    await running.start(() => accepts(socket));
    const program = (names: string[], args: string[], input?: Buffer) =>
        clientProgram(
            names,
            "the client programs of MySQL or MariaDB (Debian: mariadb-client)",
            ["--no-defaults", `--socket=${socket}`, `--user=${administrator}`, ...args],
            { MYSQL_PWD: password },
            input,
        );
    const server: MySqlServer = {
        ...{ flavour: programs.flavour, exchange, program },
        sql: async (statements) => {
            const batch = ["--batch", "--skip-column-names", "--default-character-set=utf8mb4"];
            return String(await program(["mysql", "mariadb"], batch, Buffer.from(statements)));
        },
    };
    return {
        ...{ socket, iamPassword },
        apply: (contents) => applyContents(server, folder, contents, { administrator, iamPassword, report: logOnce }),
        export: (context) => exported(server, context),
        import: (context, content) => imported(server, context, content),
        stop: () => running.stop("SIGTERM", "SIGKILL"),
    };
}

/** Names the server that runs, if Google Cloud runs another one. */
function reportFlavour(
    { flavour, version }: Programs,
    { databaseVersion }: Inputs,
    logOnce: Starting["logOnce"],
): void {
    const wanted = String(databaseVersion).split("_").slice(1, 3).join(".");
    const isSame = flavour === "MySQL" && version.startsWith(`${wanted}.`);
    if (!isSame) {
        const note =
            flavour === "MariaDB"
                ? ". What only one of them has, such as collations, functions of JSON and system tables, differs"
                : "";
        logOnce(`runs ${flavour} ${version} of this machine, on Google Cloud MySQL ${wanted}${note}`);
    }
}

async function initialize(programs: Programs, folder: string, data: string): Promise<void> {
    const temporary = join(folder, "new");
    rmSync(temporary, { recursive: true, force: true });
    const secret = () => randomBytes(24).toString("base64url");
    const kept: Kept = { flavour: programs.flavour, password: secret(), iamPassword: secret() };
    writePrivate(keptFile(folder), JSON.stringify(kept));
    const user = `'${administrator}'@'localhost'`;
    writePrivate(
        join(folder, "administrator.sql"),
        `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY '${kept.password}';\nGRANT ALL ON *.* TO ${user} WITH GRANT OPTION;\n`,
    );
    const [program = "", ...args] = await asUser(initializing(programs, temporary), programs.flavour);
    await run(program, args, { cwd: folder, env: { PATH: process.env.PATH, TZ: "UTC" } });
    renameSync(temporary, data);
}

/** MySQL's default of `sql_mode`: https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html */
const sqlMode =
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

function ownOptions({ flavour }: Programs, { data, socket, exchange }: Record<string, string>): string[] {
    return [
        `--datadir=${data}`,
        `--socket=${socket}`,
        `--pid-file=${socket}.pid`,
        `--secure-file-priv=${exchange}`,
        "--skip-networking",
        // Data survive the end of the process, and a crash of the machine but for its last moments.
        "--innodb-flush-log-at-trx-commit=2",
        "--innodb-buffer-pool-size=32M",
        ...(flavour === "MySQL" ? ["--mysqlx=OFF", "--disable-log-bin"] : ["--aria-pagecache-buffer-size=8M"]),
    ];
}

/** The flags of the instance that this server has, after what is MySQL's default and not MariaDB's. */
async function flagOptions({ server, flavour }: Programs, starting: Starting): Promise<string[]> {
    const help = await run(server, ["--no-defaults", "--verbose", "--help"], { env: { PATH: process.env.PATH } });
    // After a line: `skip-show-database   FALSE`.
    const table = help.split(/^-{20,}.*$/m).at(-1) ?? "";
    const known = new Set(table.split("\n").map((line) => line.split(" ")[0]));
    const optionOf = (name: string) => name.replaceAll("_", "-");
    const flags = flagsFor(starting, (name) => known.has(optionOf(name)), { ofMachine, emulated });
    const defaults =
        flavour === "MariaDB"
            ? [
                  `--sql-mode=${sqlMode}`,
                  "--character-set-server=utf8mb4",
                  `--collation-server=${mariaCollation("utf8mb4_0900_ai_ci")}`,
              ]
            : [];
    return [
        // Clients do not need a definition of performance here, which takes 100 MB.
        "--performance-schema=OFF",
        ...defaults,
        ...flags.flatMap(([name, value]) => {
            const option = `--${optionOf(name)}`;
            // Such as `skip_show_database`, an option without a value.
            return !name.startsWith("skip_") ? [`${option}=${value}`] : isOn(value) ? [option] : [];
        }),
    ];
}

const isOn = (value: string): boolean => /^(on|1|true)$/i.test(value);

/** Flags of the size of a machine, which this one does not have, and of logs for replicas and backups. */
const ofMachine = new Set([
    ...["innodb_buffer_pool_size", "innodb_buffer_pool_instances", "innodb_buffer_pool_chunk_size"],
    ...["innodb_log_file_size", "innodb_redo_log_capacity", "innodb_flush_log_at_trx_commit", "max_heap_table_size"],
]);

/** Flags with an effect that is not a setting of the server. */
const emulated = new Set(["cloudsql_iam_authentication"]);

/** Passes on lines about errors. */
const reportErrors =
    (log: (line: string) => void) =>
    (line: string): void => {
        if (/\[ERROR\]/.test(line)) {
            log(line.replace(/^.*\[ERROR\]\s*/, ""));
        }
    };

/** Whether a server greets on a socket. */
function accepts(path: string): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect(path);
        const done = (is: boolean) => {
            socket.destroy();
            resolve(is);
        };
        socket
            .once("data", () => done(true))
            .once("error", () => done(false))
            .once("close", () => done(false));
    });
}
