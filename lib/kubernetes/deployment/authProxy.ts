import * as pulumi from "@pulumi/pulumi";
import type { CloudSqlClient, CloudSqlWay } from "../../identity/capability";
import type { Database } from "../../identity/cloudSql";
import * as check from "../../internal/check";
import { imageName } from "../../internal/image";
import { restrictedContainer } from "../restricted";
import {
    type ContainerResources,
    type DecidedResources,
    decidedResources,
    resourceRequirements,
    resources,
} from "./resources";

/** The Cloud SQL Auth Proxy, which is beside the code in the pods of a deployment that uses databases. */
export interface AuthProxy {
    /**
     * Its image with the digest, of another release or from another registry, which the nodes must be allowed to pull from.
     * @default release 2.25.4, `gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.4@sha256:…`
     */
    image?: pulumi.Input<string>;
    /**
     * What it is sure to have, and what it may take: its memory grows with the number of connections, its CPU with what goes
     * through them.
     * @default a CPU, 2 GiB of memory and 128 MiB of disk, and no more ("Connect from Google Kubernetes Engine")
     */
    resources?: ContainerResources;
}

/** Checks the `authProxy` of a deployment. */
export const authProxy: check.Check = check.options<AuthProxy>({ image: check.input(imageName), resources });

/** All of it decided. */
export interface DecidedAuthProxy {
    image: pulumi.Input<string>;
    resources: DecidedResources;
}

const release =
    "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.4@sha256:88501f0a695a586988add1b8a206fdf3f29f9a1a3deeb9b45ef2b1481ea6be83";

/** What is left out is as in Google's own example. */
export function decidedAuthProxy({ image = release, resources: given }: AuthProxy = {}): DecidedAuthProxy {
    const { requests = { cpu: "1", memory: "2Gi" }, limits } = given ?? {};
    return { image, resources: decidedResources({ requests: { ephemeralStorage: "128Mi", ...requests }, limits }) };
}

/** The name of the container. */
export const proxyName = "cloud-sql-proxy";

/** Where the sockets are, each in a folder or a file of its instance's connection name, as everywhere else in Google Cloud. */
export const socketFolder = "/cloudsql";

/** An instance to which the proxy connects. */
export interface Proxied {
    client: CloudSqlClient;
    /** Whether it signs in by IAM; users with a password then still can by theirs. */
    iam: boolean;
    /** Where it listens on 127.0.0.1, for SQL Server; others have a socket. */
    port?: number;
}

/** The instances of all databases, each once, with ports that are not the code's own. */
export function proxied(all: Database[], port: number | undefined): Proxied[] {
    const clients = all.map(({ attachment }) => attachment);
    const instances = clients.filter((client, index) => clients.findIndex((other) => isSame(other, client)) === index);
    const free = freePorts(1433, port);
    return instances.map((client) => ({
        client,
        iam: clients.some((other) => other.iam && isSame(other, client)),
        port: client.engine === "sqlserver" ? (free.next().value as number) : undefined,
    }));
}

const isSame = (one: CloudSqlClient, other: CloudSqlClient) => one.connectionName === other.connectionName;

function* freePorts(first: number, taken: number | undefined): Generator<number> {
    for (let port = first; ; port += 1) {
        if (port !== taken) {
            yield port;
        }
    }
}

/** How the code reaches a database by the proxy. */
export function byProxy(all: Proxied[]): (client: CloudSqlClient) => CloudSqlWay {
    return (client) => ({ sockets: socketFolder, port: all.find((one) => isSame(one.client, client))?.port });
}

/** Whether there are sockets to be had from it. */
export const hasSockets = (all: Proxied[]): boolean => all.some(({ port }) => port === undefined);

const volume = "cloudsql";

/** The volume of the sockets, which are gone with the pod. */
export function socketVolumes(all: Proxied[]) {
    return hasSockets(all) ? [{ name: volume, emptyDir: { sizeLimit: "1Mi" } }] : [];
}

/** The sockets as the code sees them: to connect to one takes no right to write to the folder. */
export function socketMounts(all: Proxied[]) {
    return hasSockets(all) ? [{ name: volume, mountPath: socketFolder, readOnly: true }] : [];
}

interface Beside {
    authProxy: DecidedAuthProxy;
    port?: number;
    terminationGracePeriodSeconds: number;
}

/**
 * The proxy as a sidecar: it has started before the code starts, and ends when the code has ended ("Sidecar Containers"). It has
 * no readiness probe, as none of its own is worth taking the code's requests away.
 */
export function proxyContainers(all: Proxied[], { authProxy, port, terminationGracePeriodSeconds }: Beside) {
    if (all.length === 0) {
        return undefined;
    }
    const health = freePorts(9801, port).next().value as number;
    const answers = (path: string) => ({ httpGet: { path, port: "proxy-health" }, timeoutSeconds: 10 });
    return [
        {
            name: proxyName,
            image: authProxy.image,
            imagePullPolicy: "Always",
            restartPolicy: "Always",
            args: [
                "--structured-logs",
                "--exit-zero-on-sigterm",
                // Where it has to end before the code, connections may come to their end.
                `--max-sigterm-delay=${terminationGracePeriodSeconds}s`,
                "--health-check",
                "--http-address=0.0.0.0",
                `--http-port=${health}`,
                ...(hasSockets(all) ? [`--unix-socket=${socketFolder}`] : []),
                ...all.map(instance),
            ],
            ports: [{ name: "proxy-health", containerPort: health, protocol: "TCP" }],
            resources: resourceRequirements(authProxy.resources),
            securityContext: { ...restrictedContainer, privileged: false },
            // The metadata server knows the account of a new pod only after a while, and the proxy starts anew until then.
            startupProbe: { ...answers("/startup"), periodSeconds: 1, failureThreshold: 60 },
            livenessProbe: { ...answers("/liveness"), periodSeconds: 20, failureThreshold: 6 },
            volumeMounts: hasSockets(all) ? [{ name: volume, mountPath: socketFolder }] : undefined,
        },
    ];
}

const addressFlags = { private: ["private-ip=true"], psc: ["psc=true"], public: [] };

/** An instance in the terms of the proxy. Signing in by IAM is said of each, as one that does makes it the default of all. */
function instance({ client, iam, port }: Proxied): pulumi.Output<string> {
    const flags = [`auto-iam-authn=${iam}`, ...addressFlags[client.addressType]];
    const query = [...flags, ...(port === undefined ? [] : [`port=${port}`])].join("&");
    return pulumi.interpolate`${client.connectionName}?${query}`;
}
