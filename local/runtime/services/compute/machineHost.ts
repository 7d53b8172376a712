import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { KeyPair } from "../../../machine/certificates";
import type { Cloud } from "../../../simulator";
import { type Access, anonymous } from "../../emulator/access";
import type { Containers } from "../../emulator/containers/containers";
import type { Docker } from "../../emulator/containers/docker";
import type { RunningContainers } from "../../emulator/containers/launch";
import type { RunFolder } from "../../emulator/containers/runFolder";
import {
    afterFirstLine,
    certificateFile,
    GoogleFront,
    googleAuthority,
    googleHosts,
    guestFolder,
    writeCertificates,
} from "../../emulator/googleFront";
import type { Router } from "../../emulator/routes";
import type { Terminal } from "../../emulator/terminal";
import type { Tokens } from "../../emulator/tokens";
import { MachineMetadata, type MetadataOwner } from "./metadata";

/**
 * The image of machines: Debian 12 with Python, curl and the gcloud CLI, as Google's images of Debian have them.
 * https://cloud.google.com/sdk/docs/downloads-docker
 */
export const defaultMachineImage =
    "gcr.io/google.com/cloudsdktool/google-cloud-cli:slim@sha256:2a52a0a58a2a267535f862bdb2026a5ababdb382ad1c49a06dd21a94df1cc4fc";

/** What machines are run with. */
export interface MachineHostOptions {
    cloud: Cloud;
    docker: Docker;
    containers: Containers;
    folder: RunFolder;
    router: Router;
    terminal: Terminal;
    tokens: Tokens;
    access: Access;
    /** An image with Debian, Python and curl; by default {@link defaultMachineImage}. */
    image?: string;
}

/** The network of machines, and a container in it that relays their connections to this process. */
interface Gateway {
    network: string;
    address: string;
    container: RunningContainers;
}

/** What all machines share: their network, their metadata server, and the addresses that stand for Google's. */
export class MachineHost {
    readonly image: string;
    readonly cloud: Cloud;
    readonly containers: Containers;
    readonly docker: Docker;
    readonly terminal: Terminal;
    /** The files for containers of machines. */
    readonly folder: string;
    /** The machines by the names of their containers. */
    readonly owners = new Map<string, MetadataOwner>();
    private addresses = new Map<string, string>();
    private readonly fronts = new Map<string, GoogleFront>();
    private gateway?: Promise<Gateway>;
    private readonly ends: (() => unknown)[] = [];

    constructor(private readonly options: MachineHostOptions) {
        const { cloud, containers, docker, terminal, image = defaultMachineImage } = options;
        this.cloud = cloud;
        this.containers = containers;
        this.docker = docker;
        this.terminal = terminal;
        this.image = image;
        this.folder = options.folder.temporary();
    }

    /** The network of machines, which is created for the first one. */
    network(): Promise<Gateway> {
        this.gateway ??= this.open();
        return this.gateway;
    }

    /** The addresses of a region's APIs, and of services of Cloud Run, in the network of machines. */
    async hosts(region: string): Promise<Record<string, string>> {
        const { address } = await this.network();
        const metadata = ["metadata.google.internal", "metadata"].map((name) => [name, "169.254.169.254"]);
        const services = this.cloud.store
            .list("//run.googleapis.com/", "services")
            .flatMap(({ state }) => [state.uri, ...((state.urls ?? []) as unknown[])])
            .flatMap((url) => (typeof url === "string" && URL.canParse(url) ? [new URL(url).host] : []));
        const names = [...new Set([...googleHosts(region), ...services])];
        return Object.fromEntries([...metadata, ...names.map((name) => [name, address])]);
    }

    async close(): Promise<void> {
        const gateway = await this.gateway?.catch(() => undefined);
        await gateway?.container.kill();
        if (gateway) {
            await this.docker.removeBridge(gateway.network);
        }
        for (const end of this.ends) {
            end();
        }
        for (const front of this.fronts.values()) {
            front.close();
        }
    }

    private async open(): Promise<Gateway> {
        const { cloud, docker, containers, tokens } = this.options;
        mkdirSync(this.folder, { recursive: true });
        chmodSync(this.folder, 0o755);
        for (const file of ["machine.py", "gateway.py"]) {
            copyFileSync(join(__dirname, "guest", file), join(this.folder, file));
        }
        const authority = await googleAuthority();
        writeCertificates(authority, certificateFile(this.folder));
        const metadata = new MachineMetadata(cloud, tokens, (address) => this.ownerAt(address));
        this.ends.push(() => metadata.close());
        const targets = {
            metadata: await this.listen(metadata.server, "metadata"),
            http: await this.listen(
                this.fronted(authority, (front, socket) => front.acceptPlain(socket)),
                "http",
            ),
            https: await this.listen(
                this.fronted(authority, (front, socket) => front.accept(socket)),
                "https",
            ),
        };
        const network = `slipway-${process.pid}-machines`;
        await docker.createBridge(network);
        let ready: () => void = () => undefined;
        const isReady = new Promise<void>((resolve) => {
            ready = resolve;
        });
        const lines: string[] = [];
        const container = await containers.start({
            title: "machines",
            name: "gateway",
            project: "",
            region: "",
            template: {
                containers: [
                    {
                        name: "gateway",
                        image: this.image,
                        commands: ["python3", "-u", `${guestFolder}/gateway.py`],
                        args: [JSON.stringify(targets)],
                    },
                ],
            },
            variables: {},
            folders: [{ source: this.folder, target: guestFolder, isReadOnly: true }],
            network: { name: network, hostname: "gateway", hosts: {} },
            output: (line) => (line === "ready" ? ready() : lines.push(line)),
            kind: "machine",
        });
        const ended = container.ended.then((code) => {
            throw new Error(`the gateway of machines has ended with ${code}: ${lines.join("\n")}`);
        });
        ended.catch(() => undefined);
        await Promise.race([isReady, ended]);
        const addresses = await docker.addressesIn(network);
        return { network, container, address: addresses.get(container.names[0] as string) as string };
    }

    /** A server for connections to Google's hosts, which calls the APIs as the account of the machine with the address in their first line. */
    private fronted(authority: KeyPair, accept: (front: GoogleFront, socket: Socket) => void): Server {
        const server = createServer((socket) => {
            socket.on("error", () => socket.destroy());
            afterFirstLine(socket, async (address) => {
                const owner = await this.ownerAt(address).catch(() => undefined);
                if (owner) {
                    accept(this.frontOf(authority, owner.definition().account?.email ?? anonymous), socket);
                } else {
                    socket.destroy();
                }
            });
        });
        this.ends.push(() => server.close());
        return server;
    }

    private frontOf(authority: KeyPair, account: string): GoogleFront {
        const { access, router } = this.options;
        const known = this.fronts.get(account);
        const front =
            known ??
            new GoogleFront(
                authority,
                async (host) => router.addressOfUrl(`https://${host}`) ?? `http://${await access.address(account)}`,
            );
        this.fronts.set(account, front);
        return front;
    }

    /** The machine at an address in the network. */
    private async ownerAt(address: string): Promise<MetadataOwner | undefined> {
        const find = () => [...this.addresses].find(([name, at]) => at === address && this.owners.has(name))?.[0];
        if (find() === undefined) {
            const { network } = await this.network();
            this.addresses = await this.docker.addressesIn(network);
        }
        return this.owners.get(find() ?? "");
    }

    /** Listens where the gateway connects to: a socket in the shared folder, or a port of this machine if Docker runs in another one. */
    private async listen(server: Server, name: string): Promise<string> {
        const isShared = this.docker.isHostNetwork;
        await new Promise<void>((resolve, reject) => {
            server.once("error", reject);
            isShared ? server.listen(join(this.folder, name), resolve) : server.listen(0, "127.0.0.1", resolve);
        });
        return isShared
            ? `unix:${guestFolder}/${name}`
            : `host.docker.internal:${(server.address() as AddressInfo).port}`;
    }
}

/** What the machines of a command share; undefined if it runs no containers. */
export function machineHostOf({
    docker,
    cloudRun: { containers, folder },
    ...options
}: Omit<MachineHostOptions, "docker" | "containers" | "folder"> & {
    docker: Docker | Error | undefined;
    cloudRun: { containers?: Containers; folder?: RunFolder };
}): MachineHost | undefined {
    return docker && !(docker instanceof Error) && containers && folder
        ? new MachineHost({ ...options, docker, containers, folder })
        : undefined;
}
