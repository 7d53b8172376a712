/** Objects by path. */
type Placed = [path: string, object: object];

const placed = (base: string, apiVersion: string, kind: string, name: string, more: object, metadata = {}): Placed => [
    `${base}/${name}`,
    { apiVersion, kind, metadata: { name, ...metadata }, ...more },
];

const gatewayClass = (name: string, description: string): Placed =>
    placed("/apis/gateway.networking.k8s.io/v1/gatewayclasses", "gateway.networking.k8s.io/v1", "GatewayClass", name, {
        spec: { controllerName: "networking.gke.io/gateway", description },
    });

const storageClass = (name: string, provisioner: string, type: string, isDefault = false): Placed =>
    placed(
        "/apis/storage.k8s.io/v1/storageclasses",
        "storage.k8s.io/v1",
        "StorageClass",
        name,
        {
            provisioner,
            parameters: { type },
            allowVolumeExpansion: true,
            reclaimPolicy: "Delete",
            volumeBindingMode: provisioner.startsWith("kubernetes.io") ? "Immediate" : "WaitForFirstConsumer",
        },
        isDefault && { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    );

const csiDriver = (name: string, spec: object): Placed =>
    placed("/apis/storage.k8s.io/v1/csidrivers", "storage.k8s.io/v1", "CSIDriver", name, { spec });

const namespace = (name: string): Placed => placed("/api/v1/namespaces", "v1", "Namespace", name, {});

/** Objects in every cluster: "GatewayClass capabilities", "About storage options", "Use Secret Manager add-on". */
export const everyCluster: Placed[] = [
    namespace("gke-managed-system"),
    namespace("gmp-system"),
    gatewayClass("gke-l7-global-external-managed", "Global external Application Load Balancer"),
    gatewayClass("gke-l7-regional-external-managed", "Regional external Application Load Balancer"),
    gatewayClass("gke-l7-rilb", "Internal Application Load Balancer"),
    gatewayClass("gke-l7-gxlb", "Classic Application Load Balancer"),
    storageClass("standard-rwo", "pd.csi.storage.gke.io", "pd-balanced", true),
    storageClass("premium-rwo", "pd.csi.storage.gke.io", "pd-ssd"),
    storageClass("standard", "kubernetes.io/gce-pd", "pd-standard"),
    csiDriver("pd.csi.storage.gke.io", { attachRequired: true, podInfoOnMount: false }),
    csiDriver("secrets-store-gke.csi.k8s.io", {
        attachRequired: false,
        podInfoOnMount: true,
        volumeLifecycleModes: ["Ephemeral"],
        tokenRequests: [{ audience: "gke" }],
    }),
    csiDriver("gcsfuse.csi.storage.gke.io", {
        attachRequired: false,
        podInfoOnMount: true,
        volumeLifecycleModes: ["Persistent", "Ephemeral"],
    }),
];

/** The resource metrics API, which a local process serves. */
export const metricsApi = (port: number): Placed[] => [
    placed(
        "/api/v1/namespaces/kube-system/services",
        "v1",
        "Service",
        "metrics-server",
        { spec: { type: "ExternalName", externalName: "localhost" } },
        { namespace: "kube-system" },
    ),
    placed(
        "/apis/apiregistration.k8s.io/v1/apiservices",
        "apiregistration.k8s.io/v1",
        "APIService",
        "v1beta1.metrics.k8s.io",
        {
            spec: {
                group: "metrics.k8s.io",
                version: "v1beta1",
                groupPriorityMinimum: 100,
                versionPriority: 100,
                insecureSkipTLSVerify: true,
                service: { name: "metrics-server", namespace: "kube-system", port },
            },
        },
    ),
];
