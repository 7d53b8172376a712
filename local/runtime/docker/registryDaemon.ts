import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { type KeyPair, newAuthority, serverCertificate } from "../../machine/certificates";
import { recordUse } from "../../machine/daemon/files";
import type { RunningDaemon, StartOptions } from "../../machine/daemon/kinds";
import { openCloud } from "../../simulator";
import { proxyTo } from "./proxy";
import { registryServer } from "./registry";

/** Connection information of the registry daemon. */
export interface RegistryInfo extends Record<string, string> {
    /** Its address, `127.0.0.1:5000`. The address is also the proxy for Artifact Registry hosts. */
    address: string;
    /** The file with the certificates that clients of the proxy must trust. */
    certificates: string;
}

/** Starts the registry of the local Google Cloud. Its data is in the cloud's folder. */
export async function start({ home }: StartOptions): Promise<RunningDaemon> {
    const cloud = openCloud({ cloud: join(home, "cloud") });
    const folder = join(cloud.folder, "images");
    const own = join(home, "registry");
    mkdirSync(own, { recursive: true });
    const used = () => recordUse(home);
    const server = registryServer(cloud, folder, "whole", used);
    const behind = registryServer(cloud, folder, "by host", used);
    const certificates = join(own, "certificates.pem");
    proxyTo(server, behind, await certified(own, certificates));
    const address = await listening(server, join(own, "port"));
    const note: RegistryInfo = { address, certificates };
    return {
        info: note,
        ended: new Promise((resolve) => server.once("error", (error) => resolve(error.message))),
        close: () => closed(server),
    };
}

/** Uses the previous port, unless another program uses it. */
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

/** The certificate for all Artifact Registry hosts. It is created once, because clients read it when they start. */
async function certified(folder: string, trusted: string): Promise<KeyPair> {
    const file = join(folder, "certificate.json");
    if (!existsSync(file) || !existsSync(trusted)) {
        const authority = await newAuthority("slipway local registry");
        writeFileSync(trusted, `${trustedHere()}\n${authority.certificate}`);
        const server = await serverCertificate(authority, "pkg.dev", ["*.pkg.dev"]);
        writeFileSync(file, JSON.stringify(server), { mode: 0o600 });
    }
    return JSON.parse(readFileSync(file, "utf8"));
}

/** Paths of system certificates, where Go programs search for them. */
const bundles = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

function trustedHere(): string {
    const file = [process.env.SSL_CERT_FILE ?? "", ...bundles].find((item) => item !== "" && existsSync(item));
    return file === undefined ? rootCertificates.join("\n") : readFileSync(file, "utf8");
}
