import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install } from "../../../toolchain";
import { Api } from "../api/api";
import type { Egress } from "../metrics/egress";
import { Components } from "./components";
import { type Identity, kubeconfig, proxyName, type Secrets, serviceRange, writeSecrets } from "./identity";
import { kwokConfiguration } from "./kwok";
import { freePort, isFree } from "./ports";

/** A running control plane. */
export interface StartedControlPlane {
    api: Api;
    parts: Components;
    /** The port of metrics-server. */
    metricsPort: number;
}

/** How long to wait for the API server on a busy machine. */
const startTimeout = 120_000;

/**
 * Starts a Kubernetes control plane whose nodes and pods are simulated by kwok.
 *
 * @param folder the folder of its data and logs
 * @param issuer the issuer of its tokens
 * @param egress how the API server connects to Services
 * @param access the port of the webhooks that authenticate and authorize other callers than owners
 */
export async function startControlPlane(
    folder: string,
    identity: Identity,
    issuer: string,
    report: (line: string) => void,
    egress: Egress,
    access?: number,
): Promise<StartedControlPlane> {
    const [kubernetes, etcd, kwok, metrics] = (await Promise.all(
        ["kubernetes", "etcd", "kwok", "metrics-server"].map((tool) => install(tool, report)),
    )) as [string, string, string, string];
    const secrets = await writeSecrets(folder, identity);
    const webhook = (path: string) => {
        const file = join(folder, `${path}.json`);
        writeFileSync(file, kubeconfig(`https://127.0.0.1:${access}/${path}`, identity.authority.certificate));
        return file;
    };
    await egress.listen();
    const egressFile = join(folder, "egress.json");
    writeFileSync(egressFile, egress.configuration);
    const api = new Api(identity.port, identity.authority.certificate);
    const parts = await atFreePorts(identity, async () => {
        const startedOperation = new Components(folder);
        const [storePort, peerPort] = [await freePort(), await freePort()];
        startedOperation.start(join(etcd, "etcd"), etcdFlags(folder, storePort, peerPort));
        startedOperation.start(join(kubernetes, "kube-apiserver"), {
            ...apiServerFlags(secrets, identity.port, storePort, issuer),
            ...(access !== undefined && accessFlags(webhook("authenticate"), webhook("authorize"))),
            "egress-selector-config-file": egressFile,
        });
        await ready(api, startedOperation);
        return startedOperation;
    });
    parts.start(join(kubernetes, "kube-controller-manager"), controllerFlags(secrets));
    parts.start(join(kubernetes, "kube-scheduler"), {
        kubeconfig: secrets.kubeconfig,
        "leader-elect": false,
        "secure-port": 0,
    });
    const configuration = join(folder, "kwok.yaml");
    writeFileSync(configuration, kwokConfiguration(kwok));
    parts.start(join(kwok, "kwok"), kwokFlags(secrets, configuration, identity.nodePort));
    const metricsPort = await freePort();
    parts.start(join(metrics, "metrics-server"), metricsFlags(secrets, folder, metricsPort));
    return { api, parts, metricsPort };
}

/** Starts components on free ports; retries if another process took one of them. */
async function atFreePorts<Started>({ port, nodePort }: Identity, start: () => Promise<Started>): Promise<Started> {
    for (let attempt = 1; ; attempt++) {
        await requireFree(port, nodePort);
        try {
            return await start();
        } catch (error) {
            if (attempt === 5 || !String(error).includes("address already in use")) {
                throw error;
            }
        }
    }
}

/** Processes that were just killed can still use their ports. */
async function requireFree(...ports: number[]): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (const port of ports) {
        while (!(await isFree(port))) {
            if (Date.now() > deadline) {
                throw new Error(
                    `port ${port} of the cluster is in use by another process. Stop that process, or start over with 'slipway local reset'.`,
                );
            }
            await sleep(100);
        }
    }
}

async function ready(api: Api, parts: Components): Promise<void> {
    let ended: string | undefined;
    void parts.ended.then((reason) => {
        ended = reason;
    });
    for (const deadline = Date.now() + startTimeout; !(await api.answers("/readyz")); ) {
        if (ended !== undefined || Date.now() > deadline) {
            await parts.close();
            throw new Error(ended ?? `the API server did not respond within ${startTimeout / 1000} seconds`);
        }
        await sleep(50);
    }
}

const etcdFlags = (folder: string, port: number, peerPort: number) => ({
    "data-dir": join(folder, "etcd"),
    "listen-client-urls": `http://127.0.0.1:${port}`,
    "advertise-client-urls": `http://127.0.0.1:${port}`,
    "listen-peer-urls": `http://127.0.0.1:${peerPort}`,
    "initial-advertise-peer-urls": `http://127.0.0.1:${peerPort}`,
    "initial-cluster": `default=http://127.0.0.1:${peerPort}`,
    // Data that can be lost in a power failure is created again.
    "unsafe-no-fsync": true,
    "log-level": "warn",
});

const apiServerFlags = (secrets: Secrets, port: number, storePort: number, issuer: string) => ({
    "etcd-servers": `http://127.0.0.1:${storePort}`,
    "bind-address": "127.0.0.1",
    "secure-port": port,
    "advertise-address": "127.0.0.1",
    // Loopback addresses are not allowed in the endpoints of the service `kubernetes`.
    "endpoint-reconciler-type": "none",
    "tls-cert-file": secrets.server.certificate,
    "tls-private-key-file": secrets.server.key,
    "token-auth-file": secrets.users,
    "encryption-provider-config": secrets.encryption,
    "anonymous-auth": false,
    "authorization-mode": "RBAC",
    "service-cluster-ip-range": serviceRange,
    "service-account-issuer": issuer,
    "service-account-key-file": secrets.tokens.checking,
    "service-account-signing-key-file": secrets.tokens.signing,
    "requestheader-client-ca-file": secrets.authority,
    "requestheader-allowed-names": proxyName,
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": secrets.proxy.certificate,
    "proxy-client-key-file": secrets.proxy.key,
    "kubelet-preferred-address-types": "InternalIP",
    "allow-privileged": true,
    // Rate limits are not needed.
    "enable-priority-and-fairness": false,
    profiling: false,
});

/** Flags for callers other than owners, with the files for their webhooks. */
const accessFlags = (authenticate: string, authorize: string) => ({
    "authentication-token-webhook-config-file": authenticate,
    "authentication-token-webhook-version": "v1",
    "authorization-mode": "RBAC,Webhook",
    "authorization-webhook-config-file": authorize,
    "authorization-webhook-version": "v1",
    // Changed roles are effective in the next command.
    "authorization-webhook-cache-authorized-ttl": "1s",
    "authorization-webhook-cache-unauthorized-ttl": "1s",
});

/** Controllers for real nodes, addresses, disks, routes and kubelet certificates are not needed. */
const withoutControllers = [
    "certificatesigningrequest-approving-controller",
    "certificatesigningrequest-cleaner-controller",
    "certificatesigningrequest-signing-controller",
    "cloud-node-lifecycle-controller",
    "device-taint-eviction-controller",
    "kube-apiserver-serving-clustertrustbundle-publisher-controller",
    "legacy-serviceaccount-token-cleaner-controller",
    "node-ipam-controller",
    "node-route-controller",
    "persistentvolume-attach-detach-controller",
    "persistentvolume-expander-controller",
    "podcertificaterequest-cleaner-controller",
    "resourceclaim-controller",
    "service-lb-controller",
    "storage-version-migrator-controller",
    "storageversion-garbage-collector-controller",
    "ttl-controller",
    "volumeattributesclass-protection-controller",
];

const controllerFlags = (secrets: Secrets) => ({
    kubeconfig: secrets.kubeconfig,
    "leader-elect": false,
    "secure-port": 0,
    controllers: ["*", ...withoutControllers.map((name) => `-${name}`)].join(","),
    "service-account-private-key-file": secrets.tokens.signing,
    "root-ca-file": secrets.authority,
    // GKE uses fifteen seconds; a shorter interval only reduces waiting times.
    "horizontal-pod-autoscaler-sync-period": "2s",
    "horizontal-pod-autoscaler-cpu-initialization-period": "10s",
    "horizontal-pod-autoscaler-initial-readiness-delay": "2s",
    profiling: false,
});

const kwokFlags = (secrets: Secrets, config: string, port: number) => ({
    kubeconfig: secrets.kubeconfig,
    config,
    "manage-all-nodes": true,
    "node-ip": "127.0.0.1",
    "node-port": port,
    // The leases of nodes.
    "node-lease-duration-seconds": 40,
    "server-address": `127.0.0.1:${port}`,
    "tls-cert-file": secrets.server.certificate,
    "tls-private-key-file": secrets.server.key,
    cidr: podRange,
    v: "WARN",
});

/** The Pod range of the cluster, as in VPC-native clusters. */
const podRange = "10.4.0.1/14";

const metricsFlags = (secrets: Secrets, folder: string, port: number) => ({
    kubeconfig: secrets.kubeconfig,
    "authentication-kubeconfig": secrets.kubeconfig,
    "authorization-kubeconfig": secrets.kubeconfig,
    "bind-address": "127.0.0.1",
    "secure-port": port,
    "cert-dir": join(folder, "metrics-server"),
    "kubelet-insecure-tls": true,
    "kubelet-use-node-status-port": true,
    "kubelet-preferred-address-types": "InternalIP",
    "kubelet-request-timeout": "5s",
    "metric-resolution": "10s",
});
