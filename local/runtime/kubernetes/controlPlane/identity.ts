import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
    clientCertificate,
    type KeyPair,
    newAuthority,
    serverCertificate,
    tokenKeys,
} from "../../../machine/certificates";
import { localToken } from "../../../simulator/services/gke/clusterNames";
import { freePort } from "./ports";

/** Data that a cluster keeps between starts, so that clients can reconnect. */
export interface Identity {
    /** The port of its API. */
    port: number;
    /** The port for metrics of its nodes. */
    nodePort: number;
    authority: KeyPair;
    tokens: { signing: string; checking: string };
}

/** The files of the control plane's processes. */
export interface Secrets {
    authority: string;
    server: { certificate: string; key: string };
    proxy: { certificate: string; key: string };
    tokens: { signing: string; checking: string };
    /** Static tokens. */
    users: string;
    kubeconfig: string;
    /** What etcd has encrypted, with the key. */
    encryption: string;
}

/** The identity of a cluster, created at its first start. */
export async function identityOf(folder: string): Promise<Identity> {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "identity.json");
    if (existsSync(file)) {
        return JSON.parse(readFileSync(file, "utf8"));
    }
    const created = {
        port: await freePort(),
        nodePort: await freePort(),
        authority: await newAuthority("slipway local cluster"),
        tokens: tokenKeys(),
    };
    writeFileSync(file, JSON.stringify(created), { mode: 0o600 });
    return created;
}

export async function writeSecrets(folder: string, { port, authority, tokens }: Identity): Promise<Secrets> {
    const place = join(folder, "secrets");
    mkdirSync(place, { recursive: true, mode: 0o700 });
    const write = (name: string, text: string) => {
        const file = join(place, name);
        writeFileSync(file, text, { mode: 0o600 });
        return file;
    };
    const pair = (name: string, { certificate, key }: KeyPair) => ({
        certificate: write(`${name}.crt`, certificate),
        key: write(`${name}.key`, key),
    });
    // Written once, as etcd has what earlier starts have encrypted.
    const encryption = join(place, "encryption.json");
    if (!existsSync(encryption)) {
        write("encryption.json", JSON.stringify(newEncryption()));
    }
    const names = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc", firstServiceAddress];
    return {
        authority: write("ca.crt", authority.certificate),
        server: pair("server", await serverCertificate(authority, "kube-apiserver", names)),
        proxy: pair("proxy", await clientCertificate(authority, proxyName)),
        tokens: { signing: write("tokens.key", tokens.signing), checking: write("tokens.pub", tokens.checking) },
        users: write("users.csv", `${localToken},owner@slipway.local,1,"system:masters"\n`),
        kubeconfig: write("kubeconfig", kubeconfig(`https://127.0.0.1:${port}`, authority.certificate)),
        encryption,
    };
}

/**
 * Encrypts all resources with a new key, as variables of pods and others can be secrets as well, and reads what release 0.1.0 did not encrypt.
 * https://kubernetes.io/docs/reference/config-api/apiserver-encryption.v1/
 */
const newEncryption = () => ({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
        {
            resources: ["*.*"],
            providers: [
                { secretbox: { keys: [{ name: "local", secret: randomBytes(32).toString("base64") }] } },
                { identity: {} },
            ],
        },
    ],
});

/** The client name of the API server in requests to extension servers. */
export const proxyName = "front-proxy-client";

/** GKE's default range for Services: "IP address ranges for VPC-native clusters". */
export const serviceRange = "34.118.224.0/20";
const firstServiceAddress = "34.118.224.1";

/** The kubeconfig of control plane components. */
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
