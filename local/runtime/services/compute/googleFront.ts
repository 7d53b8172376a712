import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createSecureContext, createServer as createTlsServer, rootCertificates, type TLSSocket } from "node:tls";
import { type KeyPair, newAuthority, serverCertificate } from "../../../machine/certificates";

/** The hosts of the APIs that the emulator serves. Those of Vertex AI have their region before them. */
const apis = [
    "storage",
    "www",
    "pubsub",
    "bigquery",
    "secretmanager",
    "compute",
    "run",
    "sts",
    "iamcredentials",
    "cloudscheduler",
    "sqladmin",
    "appengine",
];

/** The hosts that machines of a region reach on this machine. */
export const googleHosts = (region: string): string[] => [
    ...[...apis, `${region}-aiplatform`].map((api) => `${api}.googleapis.com`),
];

/** Where the certificates are that a Linux machine trusts, such as those of a company. */
const systemCertificates = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/** Addresses of this machine that stand for those of Google, which are encrypted. */
export class GoogleFront {
    private readonly sockets = new Set<Socket>();
    private readonly contexts = new Map<string, Promise<ReturnType<typeof createSecureContext>>>();
    private readonly servers: Server[] = [];

    private constructor(
        private readonly authority: KeyPair,
        private readonly targetOf: (host: string) => string,
    ) {}

    /** @param targetOf the URL on this machine to which the connections of a host go */
    static async create(targetOf: (host: string) => string): Promise<GoogleFront> {
        return new GoogleFront(await newAuthority("Google APIs of the local Google Cloud"), targetOf);
    }

    /** Writes the certificates that machines trust: those of this machine, and that of these addresses. */
    writeCertificates(file: string): void {
        const system = systemCertificates.find(existsSync);
        const trusted = system === undefined ? rootCertificates : [readFileSync(system, "utf8")];
        writeFileSync(file, [...trusted, this.authority.certificate].join("\n"));
    }

    /** A server for HTTPS, whose connections begin with a line that is ignored. */
    https(): Server {
        const secure = createTlsServer(
            {
                SNICallback: (host, callback) =>
                    this.contextOf(host).then(
                        (context) => callback(null, context),
                        (error) => callback(error),
                    ),
                // Clients of gRPC have no other protocol, and HTTP servers here no HTTP/2.
                ALPNCallback: ({ protocols }) =>
                    protocols.includes("http/1.1") ? "http/1.1" : protocols.find((each) => each === "h2"),
            },
            (socket: TLSSocket) => this.pass(socket, String(socket.servername || "www.googleapis.com")),
        );
        return this.listener((socket) => secure.emit("connection", socket));
    }

    /** A server for HTTP, whose connections begin with a line that is ignored. */
    http(): Server {
        return this.listener((socket) => this.pass(socket, "www.googleapis.com"));
    }

    close(): void {
        for (const server of this.servers) {
            server.close();
        }
        for (const socket of this.sockets) {
            socket.destroy();
        }
    }

    private listener(accept: (socket: Socket) => void): Server {
        const server = createServer((socket) => {
            this.sockets.add(socket);
            socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
            afterFirstLine(socket, () => accept(socket));
        });
        this.servers.push(server);
        return server;
    }

    private pass(socket: Socket, host: string): void {
        const { hostname, port } = new URL(this.targetOf(host));
        const target = connect(Number(port), hostname);
        for (const [one, other] of [
            [socket, target],
            [target, socket],
        ] as const) {
            one.on("error", () => other.destroy()).on("close", () => other.destroy());
            one.pipe(other);
        }
    }

    private contextOf(host: string) {
        const known = this.contexts.get(host);
        const context =
            known ??
            serverCertificate(this.authority, host, [host]).then(({ certificate, key }) =>
                createSecureContext({ cert: certificate, key }),
            );
        this.contexts.set(host, context);
        return context;
    }
}

/** Reads the first line of a connection, and passes on what follows. */
export function afterFirstLine(socket: Socket, accept: (line: string) => void): void {
    let start = Buffer.alloc(0);
    const read = () => {
        for (let part: Buffer | null = socket.read(); part; part = socket.read()) {
            start = Buffer.concat([start, part]);
            const end = start.indexOf("\n");
            if (end >= 0) {
                socket.off("readable", read);
                socket.unshift(start.subarray(end + 1));
                accept(start.toString("utf8", 0, end));
                return;
            }
        }
    };
    socket.on("readable", read);
}

/** Variables with which programs find the certificates at a path: OpenSSL and Python, curl, Requests, Node.js, gRPC and gcloud. */
export const certificateVariables = (path: string): Record<string, string> => ({
    SSL_CERT_FILE: path,
    CURL_CA_BUNDLE: path,
    REQUESTS_CA_BUNDLE: path,
    NODE_EXTRA_CA_CERTS: path,
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: path,
    CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: path,
});

export const certificateFile = (folder: string) => join(folder, "certificates.pem");
