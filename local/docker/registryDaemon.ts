import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { Cloud } from "../cloud/cloud";
import { use } from "../daemon/files";
import type { Running, Start } from "../daemon/kinds";
import { type Certified, newAuthority, serverCertificate } from "../kubernetes/controlPlane/certificates";
import { proxyTo } from "./proxy";
import { registryServer } from "./registry";

/** What the registry's daemon tells. */
export interface RegistryNote extends Record<string, string> {
    /** Where it is, for those who name it: `127.0.0.1:5000`. It is the proxy, too, of those who name Artifact Registry. */
    address: string;
    /** A file with the certificates that are to be trusted by those who ask through the proxy. */
    certificates: string;
}

/** The registry of the local Google Cloud. What it keeps lies in the cloud's folder. */
export async function start({ home }: Start): Promise<Running> {
    const cloud = new Cloud(join(home, "cloud"));
    const folder = join(cloud.folder, "images");
    const own = join(home, "registry");
    mkdirSync(own, { recursive: true });
    const used = () => use(home);
    const server = registryServer(cloud, folder, "whole", used);
    const behind = registryServer(cloud, folder, "by host", used);
    const certificates = join(own, "certificates.pem");
    proxyTo(server, behind, await certified(own, certificates));
    const address = await listening(server, join(own, "port"));
    const note: RegistryNote = { address, certificates };
    return {
        note,
        ended: new Promise((resolve) => server.once("error", (error) => resolve(error.message))),
        close: () => closed(server),
    };
}

/** Listens where it listened before, unless another program does so now. */
async function listening(server: Server, file: string): Promise<string> {
    const before = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    const listen = (port: number) =>
        new Promise<void>((resolve, reject) => {
            server.once("error", reject);
            server.listen(port, "127.0.0.1", () => {
                server.off("error", reject);
                resolve();
            });
        });
    await listen(before).catch(() => listen(0));
    const { port } = server.address() as AddressInfo;
    writeFileSync(file, String(port));
    return `127.0.0.1:${port}`;
}

function closed(server: Server): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
}

/** The certificate for all hosts of Artifact Registry; made once, as those who trust it read it when they start. */
async function certified(folder: string, trusted: string): Promise<Certified> {
    const file = join(folder, "certificate.json");
    if (!existsSync(file) || !existsSync(trusted)) {
        const authority = await newAuthority("slipway local registry");
        writeFileSync(trusted, `${trustedHere()}\n${authority.certificate}`);
        const server = await serverCertificate(authority, "pkg.dev", ["*.pkg.dev"]);
        writeFileSync(file, JSON.stringify(server), { mode: 0o600 });
    }
    return JSON.parse(readFileSync(file, "utf8"));
}

/** Where systems keep the certificates that they trust, as programs in Go look for them. */
const bundles = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

function trustedHere(): string {
    const file = [process.env.SSL_CERT_FILE ?? "", ...bundles].find((each) => each !== "" && existsSync(each));
    return file === undefined ? rootCertificates.join("\n") : readFileSync(file, "utf8");
}
