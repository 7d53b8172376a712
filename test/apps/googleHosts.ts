import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { createSecureContext, TLSSocket } from "node:tls";
import { newAuthority, serverCertificate } from "../../local/machine/certificates";

/** A proxy with which clients reach an emulator at addresses of Google. */
export interface GoogleHosts {
    /** Environment variables of the clients. */
    environment: Record<string, string>;
    close(): void;
}

/**
 * Starts a proxy for HTTPS requests to some hosts, which are sent to an emulator; it refuses others. For clients whose addresses cannot
 * be configured.
 *
 * @param url the emulator, such as `http://127.0.0.1:8085`
 * @param folder for the certificate that the clients trust
 */
export async function googleHosts(url: string, hosts: string[], folder: string): Promise<GoogleHosts> {
    const authority = await newAuthority("Hosts of Google");
    const { certificate, key } = await serverCertificate(authority, "googleapis.com", hosts);
    const secureContext = createSecureContext({ cert: certificate, key });
    const trusted = join(folder, "googleHosts.pem");
    writeFileSync(trusted, authority.certificate);
    const sockets = new Set<Socket>();
    const server = createServer().on("connect", ({ url: to = "" }, socket: Socket) => {
        sockets.add(socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket)));
        if (!hosts.includes(to.replace(/:443$/, ""))) {
            socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
            return;
        }
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        const emulator = connect(Number(new URL(url).port), "127.0.0.1");
        secure.on("error", () => emulator.destroy()).on("close", () => emulator.destroy());
        emulator.on("error", () => secure.destroy());
        secure.pipe(emulator).pipe(secure);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        environment: {
            HTTPS_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            NO_PROXY: "127.0.0.1,localhost",
            REQUESTS_CA_BUNDLE: trusted,
        },
        close: () => {
            server.close();
            for (const socket of sockets) {
                socket.destroy();
            }
        },
    };
}
