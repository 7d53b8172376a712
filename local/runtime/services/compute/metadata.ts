import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSocketServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { accountAttribute } from "../../emulator/containers/metadata";
import { afterFirstLine } from "../../emulator/googleFront";
import type { Tokens } from "../../emulator/tokens";
import { hostnameOf, isSpot, type MachineDefinition } from "./definition";

/** A machine that asks for its metadata. */
export interface MetadataOwner {
    /** The present definition, as metadata can change while a machine runs. */
    definition(): MachineDefinition;
    /** Whether Compute Engine preempts it now. */
    isPreempted: boolean;
}

/** A value or a directory of the metadata server. */
type Tree = string | Tree[] | { [key: string]: Tree };

/** The time between looks for a change, and the longest wait for one, in milliseconds. */
const lookInterval = 200;
const longestWait = 3_600_000;

/**
 * The metadata server of all machines, which knows them by their addresses.
 * https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
 */
export class MachineMetadata {
    readonly server: Server;
    private readonly owners = new WeakMap<Socket, MetadataOwner>();
    private readonly sockets = new Set<Socket>();
    private readonly http = createServer((request, response) => void this.answer(request, response));

    /** @param ownerAt the machine with an address in the network of machines */
    constructor(
        private readonly cloud: Cloud,
        private readonly tokens: Tokens,
        ownerAt: (address: string) => Promise<MetadataOwner | undefined>,
    ) {
        this.server = createSocketServer((socket) => {
            this.sockets.add(socket);
            socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
            afterFirstLine(socket, async (address) => {
                const owner = await ownerAt(address).catch(() => undefined);
                if (!owner) {
                    socket.destroy();
                    return;
                }
                this.owners.set(socket, owner);
                this.http.emit("connection", socket);
            });
        });
    }

    close(): void {
        this.server.close();
        for (const socket of this.sockets) {
            socket.destroy();
        }
    }

    /** https://cloud.google.com/compute/docs/metadata/querying-metadata */
    private async answer({ url = "/", headers, socket }: IncomingMessage, response: ServerResponse): Promise<void> {
        const owner = this.owners.get(socket) as MetadataOwner;
        const { pathname, searchParams: query } = new URL(url, "http://metadata.google.internal");
        const own = { "metadata-flavor": "Google", server: "Metadata Server for VM" };
        if (pathname === "/") {
            response.writeHead(200, { ...own, "content-type": "application/text" }).end("computeMetadata/\n");
            return;
        }
        // "The metadata server … rejects requests with X-Forwarded-For."
        if (headers["metadata-flavor"] !== "Google" || headers["x-forwarded-for"] !== undefined) {
            response
                .writeHead(403, { ...own, "content-type": "text/html" })
                .end("Missing Metadata-Flavor:Google header.");
            return;
        }
        let found = this.find(owner, pathname, query);
        if (query.get("wait_for_change") === "true") {
            const seconds = Number(query.get("timeout_sec") ?? 0);
            const deadline = Date.now() + (seconds > 0 ? Math.min(seconds * 1000, longestWait) : longestWait);
            const before = query.get("last_etag") ?? found?.etag;
            while (found?.etag === before && Date.now() < deadline && !socket.destroyed) {
                await sleep(lookInterval, undefined, { ref: false });
                found = this.find(owner, pathname, query);
            }
        }
        if (!found) {
            response.writeHead(404, { ...own, "content-type": "text/html" }).end();
            return;
        }
        const { text, type, etag } = found;
        response.writeHead(200, { ...own, "content-type": type, etag }).end(text);
    }

    private find(owner: MetadataOwner, pathname: string, query: URLSearchParams) {
        const definition = owner.definition();
        const path = decodeURIComponent(pathname).replace(/^\/computeMetadata\/v1(?=\/|$)/, "");
        const [, account, attribute = ""] =
            /^\/instance\/service-accounts\/([^/]+)\/(token|identity)$/.exec(path) ?? [];
        const { email, scopes = [] } = definition.account ?? {};
        if (account !== undefined) {
            const isOwn = email !== undefined && (account === "default" || account === email);
            const value = isOwn ? accountAttribute(this.tokens, email, scopes, attribute, query) : undefined;
            return value === undefined
                ? undefined
                : shown(typeof value === "string" ? value : JSON.stringify(value), typeof value === "string", "0");
        }
        const value = path
            .split("/")
            .filter((part) => part !== "")
            .reduce<Tree | undefined>(
                (tree, part) =>
                    typeof tree === "object" && Object.hasOwn(tree, part)
                        ? (tree as { [key: string]: Tree })[part]
                        : undefined,
                this.tree(owner, definition),
            );
        if (value === undefined) {
            return undefined;
        }
        const etag = createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
        if (typeof value === "string") {
            const isJson = query.get("alt") === "json";
            return shown(isJson ? JSON.stringify(value) : value, !isJson, etag);
        }
        const isText =
            query.get("alt") === "text" || (query.get("alt") !== "json" && query.get("recursive") !== "true");
        const text =
            query.get("recursive") === "true"
                ? isText
                    ? flat(value).join("")
                    : JSON.stringify(camelCased(value)).replace(markedNumbers, "$1")
                : listed(value).join("");
        return shown(text, isText, etag);
    }

    private tree({ isPreempted }: MetadataOwner, definition: MachineDefinition): Tree {
        const { project, zone, account, scheduling, networkInterfaces } = definition;
        const number = this.cloud.projects.number(project);
        const path = (collection: string, name: string) => `projects/${number}/${collection}/${name}`;
        const email = account?.email;
        const own: Tree = email ? { aliases: "default", email, scopes: `${account?.scopes.join("\n")}\n` } : {};
        return {
            instance: {
                attributes: definition.metadata,
                "cpu-platform": "Intel Broadwell",
                description: "",
                disks: definition.disks.map(({ deviceName, mode }, index) => ({
                    "device-name": deviceName,
                    index: String(index),
                    interface: "SCSI",
                    mode,
                    type: "PERSISTENT",
                })),
                hostname: hostnameOf(definition),
                id: definition.id,
                image: definition.image.replace(/^https:\/\/[^/]+\/compute\/[^/]+\//, ""),
                "machine-type": path("machineTypes", definition.machineType),
                "maintenance-event": "NONE",
                name: definition.name,
                "network-interfaces": networkInterfaces.map((each) => ({
                    "access-configs": ((each.accessConfigs ?? []) as Inputs[]).map(({ natIp }) => ({
                        "external-ip": natIp ?? "",
                        type: "ONE_TO_ONE_NAT",
                    })),
                    ip: each.networkIp ?? "",
                    mac: each.macAddress ?? "",
                    network: path("networks", lastPart(each.network ?? "default")),
                })),
                preempted: isPreempted ? "TRUE" : "FALSE",
                region: path("regions", zone.replace(/-[a-z]$/, "")),
                scheduling: {
                    "automatic-restart": (scheduling.automaticRestart ?? !isSpot(definition)) ? "TRUE" : "FALSE",
                    "on-host-maintenance": scheduling.onHostMaintenance ?? "MIGRATE",
                    preemptible: isSpot(definition) ? "TRUE" : "FALSE",
                },
                "service-accounts": email ? { default: own, [email]: own } : {},
                tags: JSON.stringify(definition.tags),
                zone: path("zones", zone),
            },
            project: { attributes: {}, "numeric-project-id": number, "project-id": project },
        };
    }
}

const shown = (text: string, isText: boolean, etag: string) => ({
    text,
    type: isText ? "application/text" : "application/json",
    etag,
});

/** The entries of a directory, of which those with a slash are directories. */
const listed = (tree: Exclude<Tree, string>): string[] =>
    Object.entries(tree).map(([key, value]) => `${key}${typeof value === "string" ? "" : "/"}\n`);

/** All values of a directory with their paths. */
const flat = (tree: Tree, path = ""): string[] =>
    typeof tree === "string"
        ? [`${path} ${tree}\n`]
        : Object.entries(tree).flatMap(([key, value]) => flat(value, path === "" ? key : `${path}/${key}`));

/** The names of values as in recursive answers; those of attributes and accounts stay as they are. */
function camelCased(tree: Tree, isKept = false): unknown {
    if (typeof tree === "string") {
        return tree;
    }
    if (Array.isArray(tree)) {
        return tree.map((each) => camelCased(each));
    }
    return Object.fromEntries(
        Object.entries(tree).map(([key, value]) => [
            isKept ? key : key.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()),
            recursive(key, value),
        ]),
    );
}

/** Marks numbers, which are larger than those that JavaScript can have. */
const numberMark = "number:\u0001";
const markedNumbers = /"number:\\u0001(\d+)"/g;

/** Values that are not texts in recursive answers. */
function recursive(key: string, value: Tree): unknown {
    switch (key) {
        case "tags":
            return JSON.parse(String(value));
        case "id":
        case "numeric-project-id":
        case "index":
            return `${numberMark}${value}`;
        case "aliases":
        case "scopes":
            return String(value).trim().split("\n");
        default:
            return camelCased(value, key === "attributes" || key === "service-accounts");
    }
}
