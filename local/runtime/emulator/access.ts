import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Cloud, isAllowedOn, projectOf, refusal, targetOf } from "../../simulator";
import type { Terminal } from "./terminal";

/**
 * Who calls the APIs. Google's client libraries send no credentials to emulators, so each account has an address of its own, which only its
 * processes know; whoever calls the common address is an owner of the projects.
 */
export class Access {
    private readonly listening = new Map<string, Promise<Server>>();
    /** The accounts of open connections, by the address of the client. */
    private readonly accounts = new Map<string, string>();

    /** @param accept serves a connection */
    constructor(
        private readonly cloud: Cloud,
        private readonly terminal: Terminal,
        private readonly accept: (socket: Socket) => void,
    ) {}

    /** The address of the APIs for a service account: `127.0.0.1:41873`. */
    async address(email: string): Promise<string> {
        const server = this.listening.get(email) ?? this.listen(email);
        this.listening.set(email, server);
        return `127.0.0.1:${((await server).address() as AddressInfo).port}`;
    }

    /** The account of a connection, by the address of the client; undefined for an owner. */
    accountOf(peer: string): string | undefined {
        return this.accounts.get(peer);
    }

    /**
     * Requires a permission of a caller on a resource.
     *
     * @param account undefined for an owner
     * @param name the full name of the resource, such as `//pubsub.googleapis.com/projects/acme-dev/topics/sales`
     * @throws GoogleError in Google's words, if the account does not have the permission
     */
    readonly require = (account: string | undefined, permission: string, name: string): void => {
        if (account === undefined || isAllowedOn(this.cloud, account, permission, name)) {
            return;
        }
        const [, service = "", path = ""] = /^\/\/([^./]+)[^/]*\/(.*)$/s.exec(name) ?? [];
        this.terminal.logOnce(`${account} lacks ${permission} on ${path}: grant it in the program, by \`uses\``);
        const target = targetOf(this.cloud, projectOf(this.cloud, name), name);
        throw refusal({ method: `${service}.`, permission, path, target, cloud: this.cloud, email: account });
    };

    async close(): Promise<void> {
        for (const server of await Promise.all(this.listening.values())) {
            server.close();
        }
    }

    private async listen(email: string): Promise<Server> {
        const server = createServer((socket) => {
            const peer = peerOf(socket);
            this.accounts.set(peer, email);
            socket.on("close", () => this.accounts.delete(peer));
            this.accept(socket);
        });
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
        return server;
    }
}

/** The address of the client of a connection, as gRPC names it. */
export const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}:${remotePort}`;
