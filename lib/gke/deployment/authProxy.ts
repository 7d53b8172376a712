import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../../iam/cloudSql";
import type { CloudSqlClient, CloudSqlWay } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { type Duration, secondsIn } from "../../internal/arguments/duration";
import { imageName } from "../../internal/arguments/image";
import { restrictedContainer } from "../podSecurity";
import {
    type ContainerResources,
    type ResolvedResources,
    resolveResources,
    resourceRequirements,
    resources,
} from "./resources";

/**
 * The {@link https://cloud.google.com/sql/docs/postgres/connect-kubernetes-engine Cloud SQL Auth Proxy}, a sidecar of pods that
 * use databases.
 */
export interface AuthProxy {
    /**
     * The image with its digest, of another release or another registry, which the nodes must be allowed to pull from.
     * @default release 2.25.4, `gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.4@sha256:…`
     */
    image?: pulumi.Input<string>;
    /**
     * The requests and limits of the proxy: the memory depends on the number of connections, the CPU on their traffic.
     * @default requests and limits of a CPU, 2 GiB of memory and 128 MiB of disk
     */
    resources?: ContainerResources;
}

/** Checks the `authProxy` of a deployment. */
export const authProxy = check.options<AuthProxy>({ image: check.input(imageName), resources });

/** Options of the proxy with their defaults. */
export interface ResolvedAuthProxy {
    image: pulumi.Input<string>;
    resources: ResolvedResources;
}

const release =
    "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.4@sha256:88501f0a695a586988add1b8a206fdf3f29f9a1a3deeb9b45ef2b1481ea6be83";

/**
 * The defaults come from {@link https://cloud.google.com/sql/docs/postgres/connect-kubernetes-engine Google's own example}.
 */
export function resolveAuthProxy({ image = release, resources }: AuthProxy = {}): ResolvedAuthProxy {
    const { requests = { cpu: "1", memory: "2Gi" }, limits } = resources ?? {};
    return { image, resources: resolveResources({ requests: { ephemeralStorage: "128Mi", ...requests }, limits }) };
}

/** The name of the container. */
export const proxyName = "cloud-sql-proxy";

/** The folder of the sockets, each at its instance's connection name, as everywhere in Google Cloud. */
export const socketFolder = "/cloudsql";

/** An instance that the proxy connects to. */
export interface ProxiedInstance {
    client: CloudSqlClient;
    /** Whether the proxy signs in with IAM database authentication; users with a password can still sign in. */
    iam: boolean;
    /** The port on 127.0.0.1 for SQL Server; other engines have a socket. */
    port?: number;
}

/** The instances of all databases without duplicates, with ports that differ from the code's own. */
export function proxiedInstances(all: Database[], port: number | undefined): ProxiedInstance[] {
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

/** How the code connects to a database through the proxy. */
export function connectByProxy(all: ProxiedInstance[]): (client: CloudSqlClient) => CloudSqlWay {
    return (client) => ({ sockets: socketFolder, port: all.find((one) => isSame(one.client, client))?.port });
}

/** Whether an instance has a socket. */
export const hasSockets = (all: ProxiedInstance[]): boolean => all.some(({ port }) => port === undefined);

const volume = "cloudsql";

/** The volume of the sockets, which is deleted with the pod. */
export function socketVolumes(all: ProxiedInstance[]) {
    return hasSockets(all) ? [{ name: volume, emptyDir: { sizeLimit: "1Mi" } }] : [];
}

/** The code's mount of the sockets: read-only, as connecting needs no write permission. */
export function socketMounts(all: ProxiedInstance[]) {
    return hasSockets(all) ? [{ name: volume, mountPath: socketFolder, readOnly: true }] : [];
}

interface ProxyContext {
    authProxy: ResolvedAuthProxy;
    port?: number;
    terminationGracePeriod: Duration;
}

/**
 * The proxy as a {@link https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ sidecar}: it starts before the
 * code and ends after it. It has no readiness probe: a failing proxy must not stop requests to the code.
 */
export function proxyContainers(all: ProxiedInstance[], { authProxy, port, terminationGracePeriod }: ProxyContext) {
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
                // If the proxy is terminated before the code, open connections may complete.
                `--max-sigterm-delay=${secondsIn(terminationGracePeriod)}s`,
                "--health-check",
                "--http-address=0.0.0.0",
                `--http-port=${health}`,
                ...(hasSockets(all) ? [`--unix-socket=${socketFolder}`] : []),
                ...all.map(instance),
            ],
            ports: [{ name: "proxy-health", containerPort: health, protocol: "TCP" }],
            resources: resourceRequirements(authProxy.resources),
            securityContext: { ...restrictedContainer, privileged: false },
            // The metadata server takes a while to know a new pod's account; until then the proxy exits and restarts.
            startupProbe: { ...answers("/startup"), periodSeconds: 1, failureThreshold: 60 },
            livenessProbe: { ...answers("/liveness"), periodSeconds: 20, failureThreshold: 6 },
            volumeMounts: hasSockets(all) ? [{ name: volume, mountPath: socketFolder }] : undefined,
        },
    ];
}

const addressFlags = { private: ["private-ip=true"], psc: ["psc=true"], public: [] };

/**
 * An instance as an argument of the proxy. `auto-iam-authn` is always explicit, as one instance with it would change the
 * default of all.
 */
function instance({ client, iam, port }: ProxiedInstance): pulumi.Output<string> {
    const flags = [`auto-iam-authn=${iam}`, ...addressFlags[client.addressType]];
    const query = [...flags, ...(port === undefined ? [] : [`port=${port}`])].join("&");
    return pulumi.interpolate`${client.connectionName}?${query}`;
}
