import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { privateFolder } from "../../../lib/privateFiles";
import type { RunningDaemon, StartOptions } from "../../machine/daemon/kinds";
import { removeSocket, socketPath } from "../../machine/daemon/sockets";
import { releasePermissions } from "../permissions/permissions";
import { releaseSchema } from "../schema/schema";
import { buildId, commandFolder, type ProvidersRequest } from "./client";
import { InstalledProvider } from "./installed";
import { type Instance, serveInstance } from "./instance";
import { releaseTypes } from "./types";

/** The number of free ports: the default provider and that of the environment start at the same time. */
const spares = 2;
const checkMs = 2000;

/**
 * The background process with the providers of commands. Each command gets its own instances with its own
 * configuration.
 */
export async function start({ home, id, report }: StartOptions): Promise<RunningDaemon> {
    const commands = new Set<CommandProviders>();
    let idleChecks = 0;
    const server = createServer(async (request, response) => {
        let command: CommandProviders;
        try {
            command = new CommandProviders(checked((await json(request)) as ProvidersRequest, home), home, report);
        } catch (error) {
            report((error as Error).message);
            response.writeHead(400).end();
            return;
        }
        commands.add(command);
        idleChecks = 0;
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
    // Only this user can connect to the socket, so that requests need no token.
    const socket = socketPath(home, `provider-${id}`);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
    const ended = new Promise<string>((resolve) => {
        setInterval(() => {
            if (commands.size > 0) {
                return;
            }
            if (id !== buildId()) {
                resolve("another build of slipway is installed");
            }
            // Not between commands that follow each other, as the next one would load it again.
            idleChecks++;
            if (idleChecks === 2) {
                release();
            }
        }, checkMs).unref();
    });
    return {
        info: { socket },
        ended,
        close: async () => {
            server.close();
            server.closeAllConnections();
            for (const command of commands) {
                command.kill();
            }
            removeSocket(home, socket);
        },
    };
}

/** Checks a request: its folder is deleted after the command, and the cloud is written. */
function checked(asked: ProvidersRequest, home: string): ProvidersRequest {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(asked.id) || !existsSync(commandFolder(home, asked.id))) {
        throw new Error(`${JSON.stringify(asked.id)} is not the ID of a command of ${home}`);
    }
    privateFolder(dirname(asked.cloud), "SLIPWAY_LOCAL_HOME");
    return asked;
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

/** Releases the memory that only commands need: a daemon is idle most of its time. */
function release(): void {
    for (const installed of packages.values()) {
        installed.release();
    }
    releaseTypes();
    releaseSchema();
    releasePermissions();
    globalThis.gc?.();
}

/** The providers of a command. Its ports are file names in a folder, from which plugins take them. */
class CommandProviders {
    /** Resolves when the command and all its providers have finished. */
    readonly over: Promise<void>;
    private readonly instances = new Set<Instance>();
    private readonly connections = new Map<Instance, number>();
    private isEnded = false;
    private resolveOver: () => void = () => undefined;
    private readonly folder: string;

    constructor(
        private readonly asked: ProvidersRequest,
        home: string,
        private readonly report: (line: string) => void,
    ) {
        this.folder = commandFolder(home, asked.id);
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
        rmSync(this.folder, { recursive: true, force: true });
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
            writeFileSync(join(this.folder, `${created.port}.free`), "");
        }
    }

    /** The plugin that took a port recorded the address of its engine. */
    private engineOf(port: number): string | undefined {
        const file = join(this.folder, `${port}.engine`);
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
