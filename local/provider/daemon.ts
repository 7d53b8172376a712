import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { Running, Start } from "../daemon/kinds";
import { type ProvidersRequest, thisBuild } from "./client";
import { InstalledProvider } from "./installed";
import { type Instance, instance } from "./instance";

/** How many ports are free at any time: the default provider's and that of the environment come at once. */
const spares = 2;
const checkMs = 2000;

/** The process that has the providers of many commands. Each command gets instances of its own, with its own configuration. */
export async function start({ id, report }: Start): Promise<Running> {
    const token = randomBytes(24).toString("base64url");
    const commands = new Set<CommandProviders>();
    const server = createServer(async (request, response) => {
        if (request.headers.authorization !== `Bearer ${token}`) {
            response.writeHead(401).end();
            return;
        }
        const command = new CommandProviders((await json(request)) as ProvidersRequest, report);
        commands.add(command);
        // The answer lasts for as long as the command does: whoever asked is gone when its connection is.
        response.on("close", () => command.end());
        void command.over.then(() => commands.delete(command));
        try {
            await command.begin();
            response.writeHead(200).flushHeaders();
        } catch (error) {
            // A plugin that is a process of its own says it to the engine.
            report(error instanceof Error ? error.message : String(error));
            response.writeHead(500).end();
        }
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const ended = new Promise<string>((resolve) => {
        setInterval(() => {
            if (commands.size === 0 && id !== thisBuild()) {
                resolve("another build of slipway is installed");
            }
        }, checkMs).unref();
    });
    return {
        note: { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token },
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

/** Packages that were read, by their folder and version: what is read of one stays the same. */
const packages = new Map<string, InstalledProvider>();

function installedIn(folder: string): InstalledProvider {
    const installed = new InstalledProvider("", folder);
    const key = `${folder}@${installed.version}`;
    const known = packages.get(key) ?? installed;
    packages.set(key, known);
    return known;
}

/** The providers of one command. Their ports lie in a folder, as names of files, from which plugins take them. */
class CommandProviders {
    /** Resolves when the command and all its providers have ended. */
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

    /** The command has ended. A provider that the engine still holds stays until it lets go: who asked may have died alone. */
    end(): void {
        this.isEnded = true;
        rmSync(this.asked.folder, { recursive: true, force: true });
        for (const each of this.instances) {
            this.closeUnlessConnected(each);
        }
        this.endIfDone();
    }

    /** Ends all at once. */
    kill(): void {
        this.connections.clear();
        this.end();
    }

    private async open(): Promise<void> {
        let isTaken = false;
        const made: Instance = await instance(this.asked, installedIn(this.asked.gcp), {
            engine: () => this.engineOf(made.port),
            kill: () => this.close(made),
            connected: (connections) => {
                this.connections.set(made, connections);
                if (!isTaken && !this.isEnded) {
                    isTaken = true;
                    void this.open().catch((error) => this.report(String(error)));
                }
                if (this.isEnded) {
                    this.closeUnlessConnected(made);
                }
            },
        });
        this.instances.add(made);
        if (this.isEnded) {
            this.close(made);
        } else {
            writeFileSync(join(this.asked.folder, `${made.port}.free`), "");
        }
    }

    /** The plugin that took a port has written down which engine it is for. */
    private engineOf(port: number): string | undefined {
        const file = join(this.asked.folder, `${port}.engine`);
        return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    }

    private closeUnlessConnected(each: Instance): void {
        if (!this.connections.get(each)) {
            this.close(each);
        }
    }

    private close(each: Instance): void {
        this.instances.delete(each);
        each.close();
        this.endIfDone();
    }

    private endIfDone(): void {
        if (this.isEnded && this.instances.size === 0) {
            this.resolveOver();
        }
    }
}
