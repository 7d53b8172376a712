import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cloud, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { primaryOf } from "../../../simulator/services/sql/replicas";
import { serverCa } from "../../../simulator/services/sql/serverCa";
import { engineOf } from "../../../simulator/services/sql/versions";
import type { RunFolder } from "../../emulator/containers/runFolder";
import type { Terminal } from "../../emulator/terminal";
import type { Engine } from "./engine";
import { SqlInstance } from "./instance";
import { mySql } from "./mysql/server";
import { postgres } from "./postgres/server";

/** The interval between two looks at what is deployed, in milliseconds. */
const interval = 1000;

const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";

/** The Cloud SQL instances. */
export const instancesOf = (cloud: Cloud): { state: Inputs }[] =>
    cloud.store.list("//cloudsql.googleapis.com/").filter(({ type }) => type === instanceType);

/** The engines of servers that run here. */
const engines: Record<string, Engine> = { MYSQL: mySql, POSTGRES: postgres };

/** Servers of the Cloud SQL instances that have no other one. */
export class SqlInstances {
    private readonly instances = new Map<string, SqlInstance>();
    private readonly timer: NodeJS.Timeout;
    private looking: Promise<void> = Promise.resolve();

    constructor(
        private readonly cloud: Cloud,
        private readonly terminal: Terminal,
        private readonly files: RunFolder,
    ) {
        this.timer = setInterval(() => this.look(), interval).unref();
    }

    /** The server of an instance, or of its primary if replicas share it; undefined for other engines. */
    async of(state: Inputs): Promise<SqlInstance | undefined> {
        const { project, name, databaseVersion } = state;
        const engine = engines[engineOf(databaseVersion)];
        if (engine === undefined) {
            return undefined;
        }
        const primary = engine.replicas === "shared" ? primaryOf(state, this.cloud) : undefined;
        if (primary !== undefined) {
            this.terminal.logOnce(`${name}: reads on the server of ${primary.name}, which has no replica here`);
            return this.of(primary);
        }
        const folder = await this.folderOf(project, name);
        const known = this.instances.get(folder) ?? this.create(engine, folder, instanceName(project, name));
        this.instances.set(folder, known);
        return known;
    }

    /** The databases that {@link SqlInstance.query} reads, as `instance/database` of a project. */
    databases(): { project: string; instance: string; database: string }[] {
        const queried = instancesOf(this.cloud).filter(
            ({ state }) =>
                engineOf(state.databaseVersion) === "POSTGRES" && state.settings?.activationPolicy !== "NEVER",
        );
        return queried.flatMap(({ state: { project, name } }) => {
            const path = `${instanceName(project, name)}/databases/`;
            const own = this.cloud.store.list(path).map(({ state }) => String(state.name));
            return [...own, "postgres"].map((database) => ({ project, instance: name, database }));
        });
    }

    private create(engine: Engine, folder: string, fullName: string): SqlInstance {
        const { cloud, terminal, files } = this;
        return new SqlInstance({
            ...{ cloud, terminal, files, engine, folder },
            state: () => cloud.store.read(fullName)?.state,
            primaryOf: async (state) => {
                const primary = primaryOf(state, cloud);
                return primary && this.of(primary);
            },
        });
    }

    /** A new instance with the name of a deleted one has another certificate authority, and another folder. */
    private async folderOf(project: string, name: string): Promise<string> {
        const { certificate } = await serverCa(this.cloud, project, name);
        const hash = createHash("sha256").update(certificate).digest("hex");
        return join(this.root, `${project}-${name}-${hash.slice(0, 8)}`);
    }

    private get root(): string {
        return join(dirname(this.cloud.folder), "sql");
    }

    private look(): void {
        this.looking = this.looking.then(async () => {
            await this.removeDeleted();
            for (const instance of this.instances.values()) {
                instance.look();
            }
        });
    }

    /** Deletes the data of instances that were deleted. */
    private async removeDeleted(): Promise<void> {
        const kept = new Set<string>();
        for (const { state } of instancesOf(this.cloud)) {
            kept.add(await this.folderOf(state.project, state.name));
        }
        const folders = existsSync(this.root) ? readdirSync(this.root).map((name) => join(this.root, name)) : [];
        for (const folder of folders.filter((folder) => !kept.has(folder))) {
            await this.instances.get(folder)?.stop();
            this.instances.delete(folder);
            rmSync(folder, { recursive: true, force: true });
        }
    }

    async close(): Promise<void> {
        clearInterval(this.timer);
        await this.looking;
        // Replicas end before their primaries.
        for (const instance of [...this.instances.values()].reverse()) {
            await instance.stop();
        }
    }
}
