import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localToken } from "../names";
import { type Certified, clientCertificate, newAuthority, serverCertificate, tokenKeys } from "./certificates";
import { freePort } from "./ports";

/** What a cluster keeps over restarts, so that whoever knew it knows it again. */
export interface Identity {
    /** The port of its API. */
    port: number;
    /** The port at which its nodes tell what their pods use. */
    nodePort: number;
    authority: Certified;
    tokens: { signing: string; checking: string };
}

/** The files that the processes of a control plane are started with. */
export interface Secrets {
    authority: string;
    server: { certificate: string; key: string };
    proxy: { certificate: string; key: string };
    tokens: { signing: string; checking: string };
    /** Who signs in with which token. */
    users: string;
    kubeconfig: string;
}

/** What a cluster made when it was started first. */
export async function identityOf(folder: string): Promise<Identity> {
    const file = join(folder, "identity.json");
    if (existsSync(file)) {
        return JSON.parse(readFileSync(file, "utf8"));
    }
    const made = {
        port: await freePort(),
        nodePort: await freePort(),
        authority: await newAuthority("slipway local cluster"),
        tokens: tokenKeys(),
    };
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
    return made;
}

export async function writeSecrets(folder: string, { port, authority, tokens }: Identity): Promise<Secrets> {
    const place = join(folder, "secrets");
    mkdirSync(place, { recursive: true, mode: 0o700 });
    const write = (name: string, text: string) => {
        const file = join(place, name);
        writeFileSync(file, text, { mode: 0o600 });
        return file;
    };
    const pair = (name: string, { certificate, key }: Certified) => ({
        certificate: write(`${name}.crt`, certificate),
        key: write(`${name}.key`, key),
    });
    const names = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc", firstServiceAddress];
    return {
        authority: write("ca.crt", authority.certificate),
        server: pair("server", await serverCertificate(authority, "kube-apiserver", names)),
        proxy: pair("proxy", await clientCertificate(authority, proxyName)),
        tokens: { signing: write("tokens.key", tokens.signing), checking: write("tokens.pub", tokens.checking) },
        users: write("users.csv", `${localToken},owner@slipway.local,1,"system:masters"\n`),
        kubeconfig: write("kubeconfig", kubeconfig(`https://127.0.0.1:${port}`, authority.certificate)),
    };
}

/** The name by which the API server tells extension servers that it speaks for a user. */
export const proxyName = "front-proxy-client";

/** What GKE gives to the services of a cluster when nothing else is said: "IP address ranges for VPC-native clusters". */
export const serviceRange = "34.118.224.0/20";
const firstServiceAddress = "34.118.224.1";

/** A configuration of one cluster, by which the parts of its control plane find it. */
export function kubeconfig(server: string, certificate: string): string {
    const authority = Buffer.from(certificate).toString("base64");
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "local", cluster: { server, "certificate-authority-data": authority } }],
        users: [{ name: "local", user: { token: localToken } }],
        contexts: [{ name: "local", context: { cluster: "local", user: "local" } }],
        "current-context": "local",
    });
}
