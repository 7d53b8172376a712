import { connect, type Socket } from "node:net";
import type { RunningDatabase } from "./engine";

/** The database server of an instance. */
export class DatabaseServer {
    /** Whether it accepts connections; undefined if this is not known. */
    isUp?: boolean;
    /** The databases that clients have connected to, or empty texts. */
    readonly clients = new Map<Socket, { database: string }>();

    /**
     * @param target an address such as `127.0.0.1:5432`, or the path of a socket
     * @param running starts it if it runs here, as the target exists only then
     */
    constructor(
        private readonly target: () => Promise<string>,
        readonly running?: () => Promise<RunningDatabase>,
    ) {
        this.isUp = running !== undefined || undefined;
    }

    async connect(): Promise<Socket> {
        const target = await this.target().catch((error) => {
            this.isUp = false;
            throw error;
        });
        const socket = target.startsWith("/") ? connect(target) : connect(addressed(target));
        return socket
            .on("connect", () => {
                this.isUp = true;
            })
            .on("error", () => {
                this.isUp = false;
            })
            .on("end", () => {
                // It has closed the connection, or has stopped.
                this.isUp = undefined;
                this.look();
            });
    }

    /** Looks whether it accepts connections. One that starts with its first client does. */
    look(): void {
        if (this.running !== undefined) {
            this.isUp ??= true;
            return;
        }
        void this.connect().then(
            (socket) => socket.unref().on("connect", () => socket.destroy()),
            () => undefined,
        );
    }
}

function addressed(target: string): { host: string; port: number } {
    const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(target) ?? [];
    return { host, port: Number(port) };
}
