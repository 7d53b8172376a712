import { GkeCluster, type GkeClusterArgs } from "slipway/gke";
import { registered, registeredOptions } from "../registered";

const name = "custom-metrics-stackdriver-adapter";
const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "slipway" };
const metadata = { name, namespace: "custom-metrics", labels };
const email = "main-metrics@acme-dev.iam.gserviceaccount.com";
const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
const role = (name: string, kind = "ClusterRole") => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
const adapter = { kind: "ServiceAccount", name, namespace: "custom-metrics" };
const autoscaler = { kind: "ServiceAccount", name: "horizontal-pod-autoscaler", namespace: "kube-system" };

const program = (transform?: GkeClusterArgs["transform"]) => () => {
    const cluster = new GkeCluster("main", { transform });
    // Requested by each deployment that needs it.
    return [cluster.metricsAdapter(), cluster.metricsAdapter()];
};

/** The adapter's resources, without the cluster. */
async function made(transform?: GkeClusterArgs["transform"]): Promise<Record<string, object>> {
    const all = Object.entries(await registered(program(transform)));
    return Object.fromEntries(all.filter(([key]) => / main-metrics/.test(key)));
}

const amounts = { cpu: "250m", memory: "256Mi", "ephemeral-storage": "50Mi" };
const health = (path: string) => ({ httpGet: { path, port: 10250, scheme: "HTTPS" }, timeoutSeconds: 5 });
const pod = {
    serviceAccountName: name,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
        {
            name: "adapter",
            image: "gcr.io/gke-release/custom-metrics-stackdriver-adapter:v0.16.9-gke.0",
            imagePullPolicy: "Always",
            command: [
                "/adapter",
                "--use-new-resource-model=true",
                "--fallback-for-container-metrics=true",
                "--secure-port=10250",
                "--cert-dir=/run/certificates",
            ],
            ports: [{ name: "https", containerPort: 10250, protocol: "TCP" }],
            resources: { requests: amounts, limits: amounts },
            securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
            },
            readinessProbe: { ...health("/readyz"), periodSeconds: 10, failureThreshold: 3 },
            livenessProbe: { ...health("/livez"), initialDelaySeconds: 60, periodSeconds: 20, failureThreshold: 6 },
            volumeMounts: [{ name: "certificates", mountPath: "/run/certificates" }],
        },
    ],
    volumes: [{ name: "certificates", emptyDir: { sizeLimit: "1Mi" } }],
    terminationGracePeriodSeconds: 30,
};

const bound = (object: string, ref: object, subject: object, more: object = {}) => ({
    ...rbac,
    kind: "ClusterRoleBinding",
    metadata: { name: object, labels, ...more },
    roleRef: ref,
    subjects: [subject],
});
const api = (group: string, version: string, versionPriority: number) => ({
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${version}.${group}`, labels },
    spec: {
        group,
        version,
        groupPriorityMinimum: 100,
        versionPriority,
        insecureSkipTLSVerify: true,
        service: { name, namespace: "custom-metrics" },
    },
});

test("a cluster gets Google's metrics adapter once, with restricted pods and an account that can only read metrics", async () => {
    expect(await made()).toEqual({
        "Account main-metrics": {
            accountId: "main-metrics",
            displayName: "Reads the metrics by which deployments scale",
        },
        "IAMMember main-metrics": {
            project: "acme-dev",
            role: "roles/monitoring.viewer",
            member: `serviceAccount:${email}`,
        },
        "IAMMember main-metrics-identity": {
            serviceAccountId: `projects/acme-dev/serviceAccounts/${email}`,
            role: "roles/iam.workloadIdentityUser",
            member: `serviceAccount:acme-dev.svc.id.goog[custom-metrics/${name}]`,
        },
        "Namespace main-metrics": {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name: "custom-metrics",
                labels: {
                    ...labels,
                    "pod-security.kubernetes.io/enforce": "restricted",
                    "pod-security.kubernetes.io/warn": "restricted",
                    "pod-security.kubernetes.io/audit": "restricted",
                },
            },
        },
        "ServiceAccount main-metrics": {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { ...metadata, annotations: { "iam.gke.io/gcp-service-account": email } },
            automountServiceAccountToken: false,
        },
        "ClusterRoleBinding main-metrics-delegator": bound(
            "custom-metrics:system:auth-delegator",
            role("system:auth-delegator"),
            adapter,
        ),
        "RoleBinding main-metrics-authentication": {
            ...bound("custom-metrics-auth-reader", role("extension-apiserver-authentication-reader", "Role"), adapter, {
                namespace: "kube-system",
            }),
            kind: "RoleBinding",
        },
        "ClusterRole main-metrics-reader": {
            ...rbac,
            kind: "ClusterRole",
            metadata: { name: "custom-metrics-resource-reader", labels },
            rules: [{ apiGroups: [""], resources: ["pods", "nodes", "nodes/stats"], verbs: ["get", "list", "watch"] }],
        },
        "ClusterRoleBinding main-metrics-reader": bound(
            "custom-metrics-resource-reader",
            role("custom-metrics-resource-reader"),
            adapter,
        ),
        "ClusterRole main-metrics-external": {
            ...rbac,
            kind: "ClusterRole",
            metadata: { name: "external-metrics-reader", labels },
            rules: [{ apiGroups: ["external.metrics.k8s.io"], resources: ["*"], verbs: ["list", "get", "watch"] }],
        },
        "ClusterRoleBinding main-metrics-external": bound(
            "external-metrics-reader",
            role("external-metrics-reader"),
            autoscaler,
        ),
        "NetworkPolicy main-metrics": {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata,
            spec: {
                podSelector: { matchLabels: labels },
                policyTypes: ["Ingress", "Egress"],
                ingress: [{ ports: [{ protocol: "TCP", port: 10250 }] }],
                egress: [
                    { ports: [{ protocol: "TCP", port: 443 }] },
                    {
                        to: [{ ipBlock: { cidr: "169.254.169.254/32" } }],
                        ports: [
                            { protocol: "TCP", port: 80 },
                            { protocol: "TCP", port: 8080 },
                        ],
                    },
                    {
                        to: [
                            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
                            { ipBlock: { cidr: "169.254.20.10/32" } },
                            { ipBlock: { cidr: "169.254.169.254/32" } },
                        ],
                        ports: [
                            { protocol: "UDP", port: 53 },
                            { protocol: "TCP", port: 53 },
                        ],
                    },
                ],
            },
        },
        "Service main-metrics": {
            apiVersion: "v1",
            kind: "Service",
            metadata,
            spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: 10250, protocol: "TCP" }] },
        },
        "Deployment main-metrics": {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata,
            spec: {
                replicas: 1,
                selector: { matchLabels: labels },
                template: { metadata: { labels }, spec: pod },
            },
        },
        "APIService main-metrics-custom-v1beta1": api("custom.metrics.k8s.io", "v1beta1", 100),
        "APIService main-metrics-custom-v1beta2": api("custom.metrics.k8s.io", "v1beta2", 200),
        "APIService main-metrics-external-v1beta1": api("external.metrics.k8s.io", "v1beta1", 100),
    });
});

test("its APIs are registered after it and removed before it, and it starts with all its grants", async () => {
    const options = await registeredOptions(program());
    for (const key of Object.keys(options).filter((one) => one.startsWith("APIService"))) {
        expect(options[key]?.after).toEqual(
            expect.arrayContaining(["Deployment main-metrics", "Service main-metrics"]),
        );
    }
    expect(options["Deployment main-metrics"]?.after).toEqual(
        expect.arrayContaining([
            "ClusterRoleBinding main-metrics-delegator",
            "ClusterRoleBinding main-metrics-external",
            "ClusterRoleBinding main-metrics-reader",
            "IAMMember main-metrics",
            "IAMMember main-metrics-identity",
            "RoleBinding main-metrics-authentication",
        ]),
    );
    expect(options["Namespace main-metrics"]).toMatchObject({ parent: "GkeCluster main", provider: "Provider main" });
    // The metadata server requests tokens of the account there ("Workload Identity Federation for GKE").
    expect(options["Account main-metrics"]?.after).toEqual(["Service iam", "Service iamcredentials"]);
    expect(options["IAMMember main-metrics"]?.after).toEqual([
        "Account main-metrics",
        "Service cloudresourcemanager",
        "Service monitoring",
    ]);
});

test("its children can be transformed", async () => {
    const all = await made({
        adapterAccount: { displayName: "Metrics" },
        adapterNamespace: { metadata: { name: "metrics" } },
        adapterDeployment: (args) => void Object.assign(args, { spec: { replicas: 2 } }),
    });
    expect(all["Account main-metrics"]).toMatchObject({ displayName: "Metrics" });
    expect(all["IAMMember main-metrics-identity"]).toMatchObject({
        member: expect.stringContaining("[metrics/custom-metrics-stackdriver-adapter]"),
    });
    expect(all["Service main-metrics"]).toMatchObject({ metadata: { namespace: "metrics" } });
    expect(all["Deployment main-metrics"]).toMatchObject({ spec: { replicas: 2 } });
});
