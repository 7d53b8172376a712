import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createSecureContext, createServer as createTlsServer, rootCertificates, type TLSSocket } from "node:tls";
import { type KeyPair, newAuthority, serverCertificate } from "../../machine/certificates";

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
    "cloudtasks",
    "sqladmin",
    "appengine",
    "logging",
    "monitoring",
    "dataflow",
    "workflowexecutions",
];

/** Whether the emulator serves an API, by its host. */
export const isServedHost = (host: string): boolean => {
    const [name = ""] = host.split(".googleapis.com");
    return apis.includes(name) || /^[\w-]+-aiplatform$/.test(name);
};

/** The hosts that machines of a region reach on this machine. */
export const googleHosts = (region: string): string[] => [
    ...[...apis, `${region}-aiplatform`].map((api) => `${api}.googleapis.com`),
];

/** Where the certificates are that a Linux machine trusts, such as those of a company. */
const systemCertificates = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/** An authority for the certificates of Google's hosts. */
export const googleAuthority = (): Promise<KeyPair> => newAuthority("Google APIs of the local Google Cloud");

/** Writes the certificates that clients trust: those of this machine, and that of an authority. */
export function writeCertificates({ certificate }: KeyPair, file: string): void {
    const system = systemCertificates.find(existsSync);
    const trusted = system === undefined ? rootCertificates : [readFileSync(system, "utf8")];
    writeFileSync(file, [...trusted, certificate].join("\n"));
    // Containers read it as users of their own.
    chmodSync(file, 0o644);
}

/** Addresses of this machine that stand for those of Google, which are encrypted. */
export class GoogleFront {
    private readonly sockets = new Set<Socket>();
    private readonly contexts = new Map<string, Promise<ReturnType<typeof createSecureContext>>>();
    private readonly secure = createTlsServer(
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
        (socket: TLSSocket) => void this.pass(socket, String(socket.servername || "www.googleapis.com")),
    );

    /**
     * @param authority signs the certificates of hosts
     * @param targetOf the URL on this machine to which the connections of a host go
     */
    constructor(
        private readonly authority: KeyPair,
        private readonly targetOf: (host: string) => string | Promise<string>,
    ) {}

    /** Serves a connection with TLS. */
    accept(socket: Socket): void {
        this.keep(socket);
        this.secure.emit("connection", socket);
    }

    /** Serves a connection without TLS. */
    acceptPlain(socket: Socket): void {
        this.keep(socket);
        void this.pass(socket, "www.googleapis.com");
    }

    close(): void {
        for (const socket of this.sockets) {
            socket.destroy();
        }
    }

    private keep(socket: Socket): void {
        this.sockets.add(socket);
        socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
    }

    private async pass(socket: Socket, host: string): Promise<void> {
        const { hostname, port } = new URL(await this.targetOf(host));
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

/** Where files of this process are in containers. */
export const guestFolder = "/run/slipway";
