import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { Account, AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember as AccountMember } from "@pulumi/gcp/serviceaccount/iammember";
import { APIService } from "@pulumi/kubernetes/apiregistration/v1/apiservice";
import { Deployment, type DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment";
import { Namespace, type NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { accountOf } from "../iam/accountOf";
import { type Child, childrenOf, type Transform } from "../internal/engine/children";
import { helperUser, restrictedContainer, restrictedPod } from "./podSecurity";

/**
 * The image of {@link https://cloud.google.com/kubernetes-engine/docs/tutorials/autoscaling-metrics Google's tutorial}. Its
 * tags are immutable; Google publishes no digests.
 */
const image = "gcr.io/gke-release/custom-metrics-stackdriver-adapter:v0.16.9-gke.0";

/**
 * A port that GKE's {@link https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules firewall rules} open from
 * the control plane, and not privileged.
 */
const adapterPort = 10250;

const certificates = "/run/certificates";

/**
 * The resources of Google's manifest, except for memory: Autopilot would increase it to a GiB for each CPU
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests), which a preview would undo.
 */
const amounts = { cpu: "250m", memory: "256Mi", "ephemeral-storage": "50Mi" };

/** The pod of the adapter. */
function adapterPod(account: pulumi.Input<string>) {
    return {
        serviceAccountName: account,
        // To authenticate its callers at the API server.
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        securityContext: restrictedPod(helperUser),
        containers: [container],
        volumes: [{ name: "certificates", emptyDir: { sizeLimit: "1Mi" } }],
        terminationGracePeriodSeconds: 30,
    };
}

/**
 * The {@link https://kubernetes.io/docs/reference/using-api/health-checks/ health endpoints} of an API server: a terminating
 * one is alive but not ready.
 */
const probe = (path: string) => ({ httpGet: { path, port: adapterPort, scheme: "HTTPS" }, timeoutSeconds: 5 });

const container = {
    name: "adapter",
    image,
    imagePullPolicy: "Always",
    command: [
        "/adapter",
        "--use-new-resource-model=true",
        "--fallback-for-container-metrics=true",
        `--secure-port=${adapterPort}`,
        // For its self-signed certificate, as the root filesystem is read-only.
        `--cert-dir=${certificates}`,
    ],
    ports: [{ name: "https", containerPort: adapterPort, protocol: "TCP" }],
    resources: { requests: amounts, limits: amounts },
    securityContext: restrictedContainer,
    // The metadata server takes a while to know a new pod's account; until then the adapter exits and restarts.
    readinessProbe: { ...probe("/readyz"), periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...probe("/livez"), initialDelaySeconds: 60, periodSeconds: 20, failureThreshold: 6 },
    volumeMounts: [{ name: "certificates", mountPath: certificates }],
};

/** The children of a cluster with the metrics adapter. */
export interface AdapterTransforms {
    adapterNamespace?: Transform<NamespaceArgs>;
    adapterAccount?: Transform<AccountArgs>;
    adapterDeployment?: Transform<DeploymentArgs>;
}

/** The names of those children. */
export const adapterParts = ["adapterNamespace", "adapterAccount", "adapterDeployment"] as const;

/** The cluster to install the adapter in. */
export interface AdaptedCluster extends pulumi.ComponentResource {
    readonly provider: pulumi.ProviderResource;
    readonly workloadPool: pulumi.Output<string>;
    readonly ready: pulumi.Resource[];
}

/**
 * The names of the adapter and its namespace come from
 * {@link https://cloud.google.com/kubernetes-engine/docs/tutorials/autoscaling-metrics Google's tutorial}.
 */
const adapterName = "custom-metrics-stackdriver-adapter";

const labels = { "app.kubernetes.io/name": adapterName, "app.kubernetes.io/managed-by": "slipway" };

/**
 * Installs Google's Custom Metrics Stackdriver Adapter, through which autoscalers read Cloud Monitoring, and returns the
 * resources that they depend on. A cluster can have only one, as it serves all of the metrics APIs.
 */
export function metricsAdapter(
    name: string,
    cluster: AdaptedCluster,
    environment: Environment,
    transform: AdapterTransforms = {},
): pulumi.Resource[] {
    const prefix = `${name}-metrics`;
    const inside = childrenOf(cluster, transform, { provider: cluster.provider, dependsOn: cluster.ready });
    const modes = ["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]);
    const namespace = new Namespace(
        ...inside("adapterNamespace", prefix, {
            metadata: { name: "custom-metrics", labels: { ...labels, ...Object.fromEntries(modes) } },
        }),
    ).metadata.name;
    const metadata = { name: adapterName, namespace, labels };

    const { account, grants } = googleAccount(name, namespace, cluster, environment, transform);
    const serviceAccount = new ServiceAccount(
        ...inside("adapterServiceAccount", prefix, {
            metadata: { ...metadata, annotations: { "iam.gke.io/gcp-service-account": account.email } },
            automountServiceAccountToken: false,
        }),
    );
    const roles = grantAdapterRoles(prefix, { labels, namespace, account: serviceAccount.metadata.name }, inside);
    new NetworkPolicy(...inside("adapterPolicy", prefix, { metadata, spec: networkPolicy }));
    const service = new Service(
        ...inside("adapterService", prefix, {
            metadata,
            spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: adapterPort, protocol: "TCP" }] },
        }),
    );
    const template = { metadata: { labels }, spec: adapterPod(serviceAccount.metadata.name) };
    const deployment = new Deployment(
        ...inside(
            "adapterDeployment",
            prefix,
            { metadata, spec: { replicas: 1, selector: { matchLabels: labels }, template } },
            { dependsOn: [...grants, ...roles] },
        ),
    );
    // An APIService without a running server blocks the deletion of namespaces: it is created last and deleted first.
    return apiServices(prefix, { labels, service: service.metadata }, inside, [deployment]);
}

/** The service account of the adapter, and its grants. */
function googleAccount(
    name: string,
    namespace: pulumi.Output<string>,
    cluster: AdaptedCluster,
    environment: Environment,
    transform: AdapterTransforms,
): { account: Account; grants: pulumi.Resource[] } {
    const outside = childrenOf(cluster, transform);
    const { project } = environment;
    const own = { part: "metrics", does: "Reads the metrics by which deployments scale", key: "adapterAccount" };
    const account = accountOf(name, { name }, outside, own, {
        dependsOn: environment.enable("iam.googleapis.com", "iamcredentials.googleapis.com"),
    });
    // Monitoring roles exist on projects only.
    const viewer = new IAMMember(
        ...outside(
            "adapterGrant",
            `${name}-metrics`,
            { project, role: "roles/monitoring.viewer", member: account.member },
            { dependsOn: environment.enable("cloudresourcemanager.googleapis.com", "monitoring.googleapis.com") },
        ),
    );
    const member = pulumi.interpolate`serviceAccount:${cluster.workloadPool}[${namespace}/${adapterName}]`;
    const identity = new AccountMember(
        ...outside(
            "adapterIdentity",
            `${name}-metrics-identity`,
            { serviceAccountId: account.name, role: "roles/iam.workloadIdentityUser", member },
            // The workload identity pool is created with the project's first cluster.
            { dependsOn: cluster.ready },
        ),
    );
    return { account, grants: [viewer, identity] };
}

const addresses = (...ranges: string[]) => ranges.map((cidr) => ({ ipBlock: { cidr } }));

/**
 * The API server calls the adapter, which calls the API server, Cloud Monitoring and the metadata server; the addresses of the
 * first two are not known here. DNS is served by pods of the cluster, by NodeLocal DNSCache, or by Cloud DNS.
 */
const networkPolicy = {
    podSelector: { matchLabels: labels },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ ports: [{ protocol: "TCP", port: adapterPort }] }],
    egress: [
        { ports: [{ protocol: "TCP", port: 443 }] },
        { to: addresses("169.254.169.254/32"), ports: [80, 8080].map((port) => ({ protocol: "TCP", port })) },
        {
            to: [
                { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
                ...addresses("169.254.20.10/32", "169.254.169.254/32"),
            ],
            ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 })),
        },
    ],
};

/** The Service of the adapter. */
interface AdapterService {
    labels: Record<string, string>;
    service: pulumi.Output<{ name: string; namespace: string }>;
}

/** The metrics APIs of the adapter, with the priority of each version in its group. */
const apis = [
    { group: "custom.metrics.k8s.io", version: "v1beta1", versionPriority: 100 },
    { group: "custom.metrics.k8s.io", version: "v1beta2", versionPriority: 200 },
    { group: "external.metrics.k8s.io", version: "v1beta1", versionPriority: 100 },
];

/** Registers the adapter's APIs in the cluster. */
function apiServices(
    name: string,
    { labels, service }: AdapterService,
    child: Child,
    dependsOn: pulumi.Resource[],
): pulumi.Resource[] {
    return apis.map(({ group, version, versionPriority }) => {
        const [first] = group.split(".");
        const spec = {
            group,
            version,
            groupPriorityMinimum: 100,
            versionPriority,
            // The adapter's certificate is self-signed.
            insecureSkipTLSVerify: true,
            service: { name: service.name, namespace: service.namespace },
        };
        const metadata = { name: `${version}.${group}`, labels };
        return new APIService(...child("adapterApi", `${name}-${first}-${version}`, { metadata, spec }, { dependsOn }));
    });
}

/** The account of the adapter. */
interface Adapter {
    labels: Record<string, string>;
    namespace: pulumi.Input<string>;
    account: pulumi.Input<string>;
}

interface PolicyRule {
    apiGroups: string[];
    resources: string[];
    verbs: string[];
}

const rbac = "rbac.authorization.k8s.io";

/** Grants the adapter its roles in the cluster, and autoscalers access to its APIs, with the names of Google's own manifest. */
function grantAdapterRoles(name: string, { labels, namespace, account }: Adapter, child: Child): pulumi.Resource[] {
    const adapter = { kind: "ServiceAccount", name: account, namespace };
    const autoscalers = { kind: "ServiceAccount", name: "horizontal-pod-autoscaler", namespace: "kube-system" };

    /** Binds a cluster role to a subject. */
    const bind = (part: string, object: string, role: pulumi.Input<string>, subject: typeof adapter) =>
        new ClusterRoleBinding(
            ...child(part, `${name}-${part}`, {
                metadata: { name: object, labels },
                roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
                subjects: [subject],
            }),
        );
    const grant = (part: string, object: string, rule: PolicyRule, subject: typeof adapter) => {
        const metadata = { name: object, labels };
        const role = new ClusterRole(...child(`${part}Role`, `${name}-${part}`, { metadata, rules: [rule] }));
        return bind(part, object, role.metadata.name, subject);
    };

    return [
        bind("delegator", "custom-metrics:system:auth-delegator", "system:auth-delegator", adapter),
        new RoleBinding(
            ...child("authentication", `${name}-authentication`, {
                metadata: { name: "custom-metrics-auth-reader", namespace: "kube-system", labels },
                roleRef: { apiGroup: rbac, kind: "Role", name: "extension-apiserver-authentication-reader" },
                subjects: [adapter],
            }),
        ),
        grant(
            "reader",
            "custom-metrics-resource-reader",
            { apiGroups: [""], resources: ["pods", "nodes", "nodes/stats"], verbs: ["get", "list", "watch"] },
            adapter,
        ),
        grant(
            "external",
            "external-metrics-reader",
            { apiGroups: ["external.metrics.k8s.io"], resources: ["*"], verbs: ["list", "get", "watch"] },
            autoscalers,
        ),
    ];
}
