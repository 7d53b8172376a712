import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../../toolchain/process";
import { type Engine, flagsFor, flagsOf, type RunningDatabase, type Starting } from "../engine";
import { installPostgres, nearestMajor, versionOf } from "./binaries";
import { Cluster } from "./cluster";
import { applyContents } from "./contents";
import { queried } from "./query";
import { exported, imported } from "./transfers";

/** PostgreSQL from npm. */
export const postgres: Engine = { port: 5432, replicas: "own", start };

/** A server, which its replicas copy. */
interface PostgresServer extends RunningDatabase {
    cluster: Cluster;
}

async function start(starting: Starting): Promise<PostgresServer> {
    const { state, folder, primary, log, logOnce } = starting;
    const wanted = Number(/_(\d+)/.exec(state.databaseVersion)?.[1]);
    const version = join(folder, "data", "PG_VERSION");
    const kept = existsSync(version) ? Number.parseInt(readFileSync(version, "utf8"), 10) : undefined;
    const major = primary ? nearestMajor(wanted) : (kept ?? nearestMajor(wanted));
    const installed = await installPostgres(major, log);
    if (major !== wanted) {
        const reason =
            kept === undefined || kept !== major ? "there is no other here" : "its data were created with it";
        logOnce(`runs PostgreSQL ${versionOf(major)}, on Google Cloud ${wanted}: ${reason}`);
    }
    const running = async () => ((await primary?.running()) as PostgresServer | undefined)?.cluster;
    const cluster = new Cluster({
        ...{ ...starting, installed, major },
        settings: await settingsOf(starting, installed, await running()),
        log: (line) => reportExtension(line, logOnce),
    });
    const source = await running();
    if (source) {
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
    return {
        cluster,
        socket: cluster.socket,
        apply: (contents) => applyContents(cluster, folder, contents, logOnce),
        export: (context) => exported(cluster, context),
        import: (context, content) => imported(cluster, context, content),
        query: (database, sql, user) => queried(cluster, database, sql, user),
        stop: () => cluster.stop(),
    };
}

/** The flags of the instance that this server has, and how a replica reaches its primary. */
async function settingsOf(starting: Starting, installed: string, primary?: Cluster): Promise<Record<string, string>> {
    const known = await run(join(installed, "bin", "postgres"), ["--describe-config"]);
    const names = new Set(known.split("\n").map((line) => line.split("\t")[0]));
    return {
        ...Object.fromEntries(flagsFor(starting, (name) => names.has(name), { ofMachine, emulated })),
        ...(flagsOf(starting.state)["cloudsql.logical_decoding"] === "on" && { wal_level: "logical" }),
        ...(primary && { primary_conninfo: primary.connection, hot_standby: "on" }),
    };
}

/** Flags of the size of a machine, which this one does not have. */
const ofMachine = new Set(["shared_buffers", "huge_pages", "effective_cache_size"]);

/** Flags with an effect that is not a setting of the server. */
const emulated = new Set(["cloudsql.iam_authentication", "cloudsql.logical_decoding"]);

/** Names an extension that Cloud SQL may have, and the server has not. */
function reportExtension(line: string, logOnce: (line: string) => void): void {
    const [, extension] =
        /extension "([^"]+)" is not available|could not open extension control file ".*\/([^/]+)\.control"/.exec(
            line,
        ) ?? [];
    if (extension !== undefined) {
        logOnce(
            `this server does not have the extension ${extension}. If Cloud SQL has it, run a server with it yourself, and add --sql`,
        );
    }
}
