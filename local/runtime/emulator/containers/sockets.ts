import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { SqlProxies } from "../../services/sql/proxies";
import type { RunFolder } from "./runFolder";

/**
 * Folders with the sockets of Cloud SQL instances, as Cloud Run and App Engine have them in `/cloudsql`.
 * https://cloud.google.com/sql/docs/postgres/connect-run
 */
export class SqlSockets {
    private readonly folders = new Map<string, Promise<string>>();
    private root?: string;

    constructor(
        private readonly fronts: SqlProxies,
        private readonly files: RunFolder,
    ) {}

    /**
     * The folder with the sockets of instances, for the code of an account.
     *
     * @param connections connection names such as `acme-dev:europe-west1:sales`
     */
    folder(connections: string[], account: string): Promise<string> {
        const key = `${account} ${connections.join(" ")}`;
        const opened = this.folders.get(key) ?? this.open(connections, account);
        this.folders.set(key, opened);
        // Another instance tries again.
        opened.catch(() => this.folders.delete(key));
        return opened;
    }

    private async open(connections: string[], account: string): Promise<string> {
        this.root ??= this.files.temporary();
        const folder = join(this.root, String(this.folders.size));
        mkdirSync(folder, { recursive: true });
        for (const connection of connections) {
            await this.fronts.openSocket(folder, connection, account);
        }
        return folder;
    }
}
