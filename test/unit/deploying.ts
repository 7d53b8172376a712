import { AutoscaledDeployment, type AutoscaledDeploymentArgs, GkeCluster } from "slipway/gke";
import { apps, subnetwork } from "./databaseClient";
import { refused, registered, registeredOptions } from "./registered";

/** Common parts of tests of deployments: a cluster with a deployment, and its resources. */
export const image = `ghcr.io/acme/echo@sha256:${"a".repeat(64)}`;

export type Args = Partial<AutoscaledDeploymentArgs>;
type Stack = Parameters<typeof registered>[1];

const clusters = {
    /** A cluster in its own network, with a proxy-only subnet. */
    autopilot: () => new GkeCluster("main", { network: { ranges: { proxies: "10.129.0.0/23" } } }),
    /** A cluster in a shared network. */
    inApps: () => new GkeCluster("main", { network: { network: apps, subnet: subnetwork } }),
    standard: () => new GkeCluster("main", { nodePools: { default: { machineType: "e2-standard-4" } } }),
};

const before = new Map<string, string[]>();

/** The resources of a cluster without deployments, which are determined once. */
export async function ofCluster(mode: keyof typeof clusters = "autopilot", stack: Stack = {}): Promise<string[]> {
    const key = `${mode} ${JSON.stringify(stack)}`;
    const names = before.get(key) ?? Object.keys(await registered(clusters[mode], stack));
    before.set(key, names);
    return names;
}

/** A deployment in its own cluster, possibly with invalid arguments. */
export function deploying(args: object = {}, mode: keyof typeof clusters = "autopilot"): AutoscaledDeployment {
    return new AutoscaledDeployment("echo", { cluster: clusters[mode](), image, ...args });
}

/** The resources of a deployment, except its cluster. */
export async function deployed(
    args: Args | ((cluster: GkeCluster) => Args) = {},
    stack: Stack = {},
    mode: keyof typeof clusters = "autopilot",
) {
    const before = await ofCluster(mode, stack);
    const made = await registered(() => {
        const cluster = clusters[mode]();
        return new AutoscaledDeployment("echo", {
            cluster,
            image,
            ...(typeof args === "function" ? args(cluster) : args),
        });
    }, stack);
    return Object.fromEntries(Object.entries(made).filter(([key]) => !before.includes(key)));
}

/** The options of a deployment's children. */
export async function deployedOptions(program: () => AutoscaledDeployment, stack: Stack = {}) {
    const made = await registeredOptions(program, stack);
    return Object.fromEntries(
        Object.entries(made).filter(([, { parent }]) => parent?.startsWith("AutoscaledDeployment ")),
    );
}

/** The error for a deployment, without its name. */
export async function refusal(args: object, mode: keyof typeof clusters = "autopilot"): Promise<string> {
    const message = await refused(() => deploying(args, mode), {}, await ofCluster(mode));
    return message.replaceAll('AutoscaledDeployment "echo": ', "");
}

const labels = {
    "app.kubernetes.io/name": "echo",
    "app.kubernetes.io/managed-by": "slipway",
    environment: "dev",
};
export const selector = { matchLabels: { "app.kubernetes.io/name": "echo" } };
export const metadata = { name: "echo", namespace: "echo", labels };

/** The container of a bare deployment. */
export const container = {
    name: "echo",
    image,
    imagePullPolicy: "Always",
    env: [],
    resources: {
        requests: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "1Gi" },
        limits: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "1Gi" },
    },
    securityContext: {
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "writable-tmp", mountPath: "/tmp" }],
};

/** The pod of a bare deployment. */
export const pod = {
    serviceAccountName: "echo",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        fsGroup: 10001,
        seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [container],
    volumes: [{ name: "writable-tmp", emptyDir: {} }],
    terminationGracePeriodSeconds: 30,
    topologySpreadConstraints: [
        {
            topologyKey: "topology.kubernetes.io/zone",
            maxSkew: 1,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: selector,
            matchLabelKeys: ["pod-template-hash"],
        },
    ],
    affinity: {
        podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: selector } },
            ],
        },
    },
};

/** A Deployment with another or extended pod template. */
export const withPod = (spec: object, more: object = {}, template: object = { labels }) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
        selector,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
        progressDeadlineSeconds: 600,
        template: { metadata: template, spec: { ...pod, ...spec } },
        ...more,
    },
});

/** A Deployment with another container. */
export const withContainer = (more: object, spec: object = {}) =>
    withPod({ ...spec, containers: [{ ...container, ...more }] });

const inKubeSystem = (app: string) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
    podSelector: { matchLabels: { "k8s-app": app } },
});

export const dns = {
    to: [
        inKubeSystem("kube-dns"),
        inKubeSystem("node-local-dns"),
        { ipBlock: { cidr: "169.254.20.10/32" } },
        { ipBlock: { cidr: "169.254.169.254/32" } },
    ],
    ports: [
        { port: 53, protocol: "UDP" },
        { port: 53, protocol: "TCP" },
    ],
};

/** The metadata server, and TLS connections to the internet. */
export const google = [
    {
        to: [{ ipBlock: { cidr: "169.254.169.254/32" } }],
        ports: [
            { port: 80, protocol: "TCP" },
            { port: 8080, protocol: "TCP" },
        ],
    },
    {
        to: [
            {
                ipBlock: {
                    cidr: "0.0.0.0/0",
                    except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
                },
            },
        ],
        ports: [{ port: 443, protocol: "TCP" }],
    },
];

/** The network access of the pods. */
export const policy = (ingress: object[] = [], egress: object[] = []) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: { podSelector: selector, policyTypes: ["Ingress", "Egress"], ingress, egress: [dns, ...egress] },
});

/** The resources of a bare deployment. */
export const bare = {
    "Account echo-run": { accountId: "echo-run", displayName: "Runs the deployment echo" },
    "IAMMember echo-workload-identity": {
        serviceAccountId: "projects/acme-dev/serviceAccounts/echo-run@acme-dev.iam.gserviceaccount.com",
        role: "roles/iam.workloadIdentityUser",
        member: "serviceAccount:acme-dev.svc.id.goog[echo/echo]",
    },
    "Namespace echo": {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
            name: "echo",
            labels: {
                ...labels,
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
                "pod-security.kubernetes.io/audit": "restricted",
            },
        },
    },
    "ServiceAccount echo": {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: {
            ...metadata,
            annotations: { "iam.gke.io/gcp-service-account": "echo-run@acme-dev.iam.gserviceaccount.com" },
        },
        automountServiceAccountToken: false,
    },
    "NetworkPolicy echo": policy(),
    "Deployment echo": withPod({}),
    "PodDisruptionBudget echo": {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata,
        spec: { selector, maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    },
    "HorizontalPodAutoscaler echo": expect.objectContaining({
        spec: expect.objectContaining({
            minReplicas: 1,
            maxReplicas: 3,
            metrics: [
                {
                    type: "Resource",
                    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
                },
            ],
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "echo" },
        }),
    }),
};

/** The additional properties of a deployment that listens on 8080, with the health check path `/healthz`. */
const probe = { httpGet: { path: "/healthz", port: "http" } };
export const serving = {
    ports: [{ name: "http", containerPort: 8080 }],
    env: [{ name: "PORT", value: "8080" }],
    startupProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 60 },
    readinessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
};
export const draining = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });

/** A cluster-internal Service. */
export const service = (spec: object = {}, annotations?: object) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadata, ...(annotations && { annotations }) },
    spec: {
        type: "ClusterIP",
        selector: selector.matchLabels,
        ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
        ...spec,
    },
});
