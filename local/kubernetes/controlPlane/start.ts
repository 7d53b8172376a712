import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install } from "../../../toolchain";
import { Api } from "../api/api";
import type { Egress } from "../metrics/egress";
import { type Identity, identityOf, proxyName, type Secrets, serviceRange, writeSecrets } from "./identity";
import { kwokConfiguration } from "./kwok";
import { Parts } from "./parts";
import { freePort, isFree } from "./ports";

/** A control plane that answers. */
export interface StartedControlPlane {
    identity: Identity;
    api: Api;
    parts: Parts;
    /** Where metrics-server listens. */
    metricsPort: number;
}

/** How long the API server may take on a machine that is busy. */
const patience = 120_000;

/**
 * Starts a real control plane, of which nobody runs the containers: kwok says of pods that they run.
 *
 * @param folder where it keeps its content and logs
 * @param issuer who its tokens are from
 * @param egress how the API server reaches Services
 */
export async function startControlPlane(
    folder: string,
    issuer: string,
    report: (line: string) => void,
    egress: Egress,
): Promise<StartedControlPlane> {
    mkdirSync(folder, { recursive: true });
    const [kubernetes, etcd, kwok, metrics] = (await Promise.all(
        ["kubernetes", "etcd", "kwok", "metrics-server"].map((tool) => install(tool, report)),
    )) as [string, string, string, string];
    const identity = await identityOf(folder);
    const secrets = await writeSecrets(folder, identity);
    await egress.listen();
    const egressFile = join(folder, "egress.json");
    writeFileSync(egressFile, egress.configuration);
    const api = new Api(identity.port, identity.authority.certificate);
    const parts = await atFreePorts(identity, async () => {
        const begun = new Parts(folder);
        const [storePort, peerPort] = [await freePort(), await freePort()];
        begun.start(join(etcd, "etcd"), etcdFlags(folder, storePort, peerPort));
        begun.start(join(kubernetes, "kube-apiserver"), {
            ...apiServerFlags(secrets, identity.port, storePort, issuer),
            "egress-selector-config-file": egressFile,
        });
        await ready(api, begun);
        return begun;
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
    return { identity, api, parts, metricsPort };
}

/** Starts what listens at ports that are free; again, where another process of this machine took one in between. */
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

/** What was killed a moment ago may still have its ports. */
async function requireFree(...ports: number[]): Promise<void> {
    const giveUp = Date.now() + 10_000;
    for (const port of ports) {
        while (!(await isFree(port))) {
            if (Date.now() > giveUp) {
                throw new Error(
                    `the port ${port} of this machine, at which the cluster was, is taken by another process. End that one, or begin anew with 'slipway local reset'.`,
                );
            }
            await sleep(100);
        }
    }
}

async function ready(api: Api, parts: Parts): Promise<void> {
    let ended: string | undefined;
    void parts.ended.then((reason) => {
        ended = reason;
    });
    for (const giveUp = Date.now() + patience; !(await api.answers("/readyz")); ) {
        if (ended !== undefined || Date.now() > giveUp) {
            await parts.close();
            throw new Error(ended ?? `the API server does not answer after ${patience / 1000} seconds`);
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
    // What is lost with the machine's power is made again.
    "unsafe-no-fsync": true,
    "log-level": "warn",
});

const apiServerFlags = (secrets: Secrets, port: number, storePort: number, issuer: string) => ({
    "etcd-servers": `http://127.0.0.1:${storePort}`,
    "bind-address": "127.0.0.1",
    "secure-port": port,
    "advertise-address": "127.0.0.1",
    // An address of this machine alone cannot stand in the endpoints of the service `kubernetes`.
    "endpoint-reconciler-type": "none",
    "tls-cert-file": secrets.server.certificate,
    "tls-private-key-file": secrets.server.key,
    "token-auth-file": secrets.users,
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
    // Nobody has to be kept from asking too much.
    "enable-priority-and-fairness": false,
    profiling: false,
});

/** Controllers of what is not here: real nodes and their addresses, disks, routes, and certificates of kubelets. */
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
    // Google's takes fifteen seconds; whoever waits for it here sees the same happen sooner.
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
    // The leases by which nodes say that they live.
    "node-lease-duration-seconds": 40,
    "server-address": `127.0.0.1:${port}`,
    "tls-cert-file": secrets.server.certificate,
    "tls-private-key-file": secrets.server.key,
    cidr: podRange,
    v: "WARN",
});

/** Where pods have their addresses: a range of a cluster's own, as with a network that is native to the VPC. */
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
