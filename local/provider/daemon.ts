import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { RunningDaemon, StartOptions } from "../daemon/kinds";
import { buildId, type ProvidersRequest } from "./client";
import { InstalledProvider } from "./installed";
import { type Instance, serveInstance } from "./instance";

/** The number of free ports: the default provider and that of the environment start at the same time. */
const spares = 2;
const checkMs = 2000;

/**
 * The background process with the providers of commands. Each command gets its own instances with its own
 * configuration.
 */
export async function start({ id, report }: StartOptions): Promise<RunningDaemon> {
    const token = randomBytes(24).toString("base64url");
    const commands = new Set<CommandProviders>();
    const server = createServer(async (request, response) => {
        if (request.headers.authorization !== `Bearer ${token}`) {
            response.writeHead(401).end();
            return;
        }
        const command = new CommandProviders((await json(request)) as ProvidersRequest, report);
        commands.add(command);
        // The response lasts as long as the command: a closed connection means that the client exited.
        response.on("close", () => command.end());
        void command.over.then(() => commands.delete(command));
        try {
            await command.begin();
            response.writeHead(200).flushHeaders();
        } catch (error) {
            // A plugin in a separate process reports it to the engine.
            report(error instanceof Error ? error.message : String(error));
            response.writeHead(500).end();
        }
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const ended = new Promise<string>((resolve) => {
        setInterval(() => {
            if (commands.size === 0 && id !== buildId()) {
                resolve("another build of slipway is installed");
            }
        }, checkMs).unref();
    });
    return {
        info: { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token },
        ended,
        close: async () => {
            server.close();
            server.closeAllConnections();
            for (const command of commands) {
                command.kill();
            }
        },
    };
}

/** Parsed packages by folder and version, which do not change. */
const packages = new Map<string, InstalledProvider>();

function installedIn(folder: string): InstalledProvider {
    const installed = new InstalledProvider("", folder);
    const key = `${folder}@${installed.version}`;
    const known = packages.get(key) ?? installed;
    packages.set(key, known);
    return known;
}

/** The providers of a command. Its ports are file names in a folder, from which plugins take them. */
class CommandProviders {
    /** Resolves when the command and all its providers have finished. */
    readonly over: Promise<void>;
    private readonly instances = new Set<Instance>();
    private readonly connections = new Map<Instance, number>();
    private isEnded = false;
    private resolveOver: () => void = () => undefined;

    constructor(
        private readonly asked: ProvidersRequest,
        private readonly report: (line: string) => void,
    ) {
        this.over = new Promise((resolve) => {
            this.resolveOver = resolve;
        });
    }

    async begin(): Promise<void> {
        await Promise.all(Array.from({ length: spares }, () => this.open()));
    }

    /**
     * Called when the command has finished. Providers with open engine connections stay, as only the client might have
     * been killed.
     */
    end(): void {
        this.isEnded = true;
        rmSync(this.asked.folder, { recursive: true, force: true });
        for (const item of this.instances) {
            this.closeUnlessConnected(item);
        }
        this.endIfDone();
    }

    /** Stops all providers immediately. */
    kill(): void {
        this.connections.clear();
        this.end();
    }

    private async open(): Promise<void> {
        let isTaken = false;
        const created: Instance = await serveInstance(this.asked, installedIn(this.asked.gcp), {
            engine: () => this.engineOf(created.port),
            kill: () => this.close(created),
            connected: (connections) => {
                this.connections.set(created, connections);
                if (!isTaken && !this.isEnded) {
                    isTaken = true;
                    void this.open().catch((error) => this.report(String(error)));
                }
                if (this.isEnded) {
                    this.closeUnlessConnected(created);
                }
            },
        });
        this.instances.add(created);
        if (this.isEnded) {
            this.close(created);
        } else {
            writeFileSync(join(this.asked.folder, `${created.port}.free`), "");
        }
    }

    /** The plugin that took a port recorded the address of its engine. */
    private engineOf(port: number): string | undefined {
        const file = join(this.asked.folder, `${port}.engine`);
        return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    }

    private closeUnlessConnected(item: Instance): void {
        if (!this.connections.get(item)) {
            this.close(item);
        }
    }

    private close(item: Instance): void {
        this.instances.delete(item);
        item.close();
        this.endIfDone();
    }

    private endIfDone(): void {
        if (this.isEnded && this.instances.size === 0) {
            this.resolveOver();
        }
    }
}
