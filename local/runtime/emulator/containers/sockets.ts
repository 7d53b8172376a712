import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Cloud, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { install } from "../../../toolchain";
import { find } from "../../../toolchain/process";
import type { SqlProxies } from "../../services/sql/proxies";
import type { Terminal } from "../terminal";
import type { RunFolder } from "./runFolder";

/** Folders with the sockets of Cloud SQL instances, by the Cloud SQL Auth Proxy. */
export class SqlSockets {
    private readonly folders = new Map<string, Promise<string>>();
    private root?: string;

    /** @param api the address of the Cloud SQL Admin API */
    constructor(
        private readonly cloud: Cloud,
        private readonly fronts: SqlProxies,
        private readonly terminal: Terminal,
        private readonly api: () => string,
        private readonly files: RunFolder,
    ) {}

    /**
     * The folder with the sockets of instances.
     *
     * @param connections connection names such as `acme-dev:europe-west1:sales`
     * @param metadata the address of the metadata server of the service account
     */
    folder(connections: string[], metadata: string): Promise<string> {
        const key = `${metadata} ${connections.join(" ")}`;
        const started = this.folders.get(key) ?? this.start(connections, metadata);
        this.folders.set(key, started);
        // Another instance tries again.
        started.catch(() => this.folders.delete(key));
        return started;
    }

    private async start(connections: string[], metadata: string): Promise<string> {
        const program =
            find("cloud-sql-proxy") ??
            join(await install("cloud-sql-proxy", (line) => this.terminal.log(line)), "cloud-sql-proxy");
        this.root ??= this.files.temporary();
        const folder = join(this.root, String(this.folders.size));
        mkdirSync(folder, { recursive: true });
        const instances = connections.map((connection) => `${connection}${this.networkOf(connection)}`);
        const args = ["--unix-socket", folder, "--sqladmin-api-endpoint", this.api(), ...instances];
        const { PATH, HOME } = process.env;
        const child = spawn(program, args, {
            env: { PATH, HOME, GCE_METADATA_HOST: metadata, GCE_METADATA_IP: metadata },
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.files.add(child.pid);
        await new Promise<void>((resolve, reject) => {
            let output = "";
            for (const stream of [child.stdout, child.stderr]) {
                stream.setEncoding("utf8").on("data", (text) => {
                    output += text;
                    if (output.includes("ready for new connections")) {
                        resolve();
                    }
                });
            }
            child
                .on("error", reject)
                .on("close", () => reject(new Error(`the Cloud SQL Auth Proxy does not start: ${output.trim()}`)));
        });
        return folder;
    }

    /** The option for the network of an instance without a public address. Reports instances that have no server. */
    private networkOf(connection: string): string {
        const [name = "", , project = ""] = connection.split(":").reverse();
        const state: Inputs | undefined = this.cloud.store.read(instanceName(project, name))?.state;
        if (state && this.fronts.addressOf(state) === undefined) {
            this.terminal.logOnce(`no server for the instance ${connection}: add --sql ${name}=127.0.0.1:<port>`);
        }
        const { pscConfigs = [] } = state?.settings.ipConfiguration ?? {};
        const isPublic = state?.ipAddresses?.some(({ type }: Inputs) => type === "PRIMARY");
        return state === undefined || isPublic ? "" : pscConfigs.length > 0 ? "?psc=true" : "?private-ip=true";
    }
}
