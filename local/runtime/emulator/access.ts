import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Cloud, GoogleError, isAllowedOn, projectOf, refusal, targetOf } from "../../simulator";
import type { RestApi } from "./http";
import type { Terminal } from "./terminal";

/** Who calls without an account, such as a machine that has none. */
export const anonymous = "allUsers";

/**
 * Who calls the APIs. Google's client libraries send no credentials to emulators, so each account has an address of its own, which only its
 * processes know; whoever calls the common address is an owner of the projects.
 */
export class Access {
    private readonly listening = new Map<string, Promise<Server>>();
    /** The accounts of open connections, by the address of the client. */
    private readonly accounts = new Map<string, string>();
    /** What was refused and printed. */
    private readonly refused = new Set<string>();

    constructor(
        private readonly cloud: Cloud,
        private readonly terminal: Terminal,
        /** Serves a connection. */
        private readonly accept: (socket: Socket) => void,
        /** What grants an account a permission on a resource, as a line of the program; undefined if that is not known. */
        private readonly missingUse: (account: string, permission: string, name: string) => string | undefined,
    ) {}

    /** The address of the APIs for an account or a person: `127.0.0.1:41873`. */
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
        if (account === undefined || this.allows(account, permission, name)) {
            return;
        }
        const { service, path } = partsOf(name);
        if (account === anonymous) {
            // https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes#401-unauthorized
            const message = `Anonymous caller does not have ${permission} access to ${path}.`;
            throw new GoogleError(401, message, { reason: "required" });
        }
        const target = targetOf(this.cloud, projectOf(this.cloud, name), name);
        throw refusal({ method: `${service}.`, permission, path, target, cloud: this.cloud, email: account });
    };

    /** Whether an account has a permission on a resource; the terminal prints what grants it otherwise. */
    readonly allows = (account: string, permission: string, name: string): boolean => {
        if (isAllowedOn(this.cloud, principalOf(account), permission, name)) {
            return true;
        }
        const who = account === anonymous ? "a caller without an account" : account;
        const lack = `${who} lacks ${permission} on ${partsOf(name).path}`;
        if (!this.refused.has(lack)) {
            this.refused.add(lack);
            const line = this.missingUse(account, permission, name) ?? "`uses`";
            this.terminal.log(`${lack}: grant it in the program, by ${line}`);
        }
        return false;
    };

    /** An API that evaluates the permissions of who calls it. */
    asCaller(make: (cloud: Cloud) => RestApi): RestApi {
        const apis = new Map<string | undefined, RestApi>([[undefined, make(this.cloud)]]);
        return (request) => {
            const { account } = request;
            const api = apis.get(account) ?? make(this.cloudOf(account as string));
            apis.set(account, api);
            return api(request);
        };
    }

    /** The cloud as an account calls its APIs. */
    private cloudOf(account: string): Cloud {
        const { folder, store, now, propagation, caller } = this.cloud;
        const settings = { lenient: caller.settings.lenient, as: principalOf(account) };
        const cloud = new Cloud(folder, store, now, settings, propagation);
        cloud.caller.onLack = (permission, name) => void this.allows(account, permission, name);
        return cloud;
    }

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

/** How policies name an account or a person, whose kind the email shows. */
export const principalOf = (email: string): string =>
    email.endsWith(".gserviceaccount.com") || email === anonymous ? email : `user:${email}`;

/** The service of a resource's full name, such as `pubsub`, and its path. */
function partsOf(name: string): { service: string; path: string } {
    const [, service = "", path = ""] = /^\/\/([^./]+)[^/]*\/(.*)$/s.exec(name) ?? [];
    return { service, path };
}

/** The address of the client of a connection, as gRPC names it. */
export const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}:${remotePort}`;
