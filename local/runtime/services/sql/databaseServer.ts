import { connect, type Socket } from "node:net";

/** The database server of an instance. */
export class DatabaseServer {
    /** Whether it accepts connections; undefined if this is not known. */
    isUp?: boolean;
    /** The databases that clients have connected to, or empty texts. */
    readonly clients = new Map<Socket, { database: string }>();

    /** @param target an address such as `127.0.0.1:5432`, or the path of a socket */
    constructor(private readonly target: string) {}

    connect(): Socket {
        const { target } = this;
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

    /** Looks whether it accepts connections. */
    look(): void {
        const socket = this.connect().unref();
        socket.on("connect", () => socket.destroy());
    }
}

function addressed(target: string): { host: string; port: number } {
    const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(target) ?? [];
    return { host, port: Number(port) };
}
