import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember as AccountMember } from "@pulumi/gcp/serviceaccount/iammember";
import { Deployment, type DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment";
import { Namespace, type NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { childrenOf, type Transform } from "../../internal/children";
import { accountId } from "../../internal/names";
import { apiServices } from "./apiServices";
import { adapterPod, adapterPort } from "./pod";
import { rights } from "./rights";

/** The children of a cluster whose deployments scale by metrics of Cloud Monitoring. */
export interface AdapterTransforms {
    adapterNamespace?: Transform<NamespaceArgs>;
    adapterAccount?: Transform<AccountArgs>;
    adapterDeployment?: Transform<DeploymentArgs>;
}

/** The names of those children. */
export const adapterParts = ["adapterNamespace", "adapterAccount", "adapterDeployment"] as const;

/** The cluster into which the adapter is put, as far as it is needed. */
export interface AdaptedCluster extends pulumi.ComponentResource {
    readonly provider: pulumi.ProviderResource;
    readonly workloadPool: pulumi.Output<string>;
    readonly ready: pulumi.Resource[];
}

/** Its name, and that of its namespace below, are those of "Optimize Pod autoscaling based on metrics". */
const adapterName = "custom-metrics-stackdriver-adapter";

const labels = { "app.kubernetes.io/name": adapterName, "app.kubernetes.io/managed-by": "slipway" };

/**
 * Puts Google's Custom Metrics Stackdriver Adapter into a cluster, by which its autoscalers read Cloud Monitoring; the result is
 * what they wait for. There can be one in a cluster, as it answers for all of two APIs.
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
    const allowed = rights(prefix, { labels, namespace, account: serviceAccount.metadata.name }, inside);
    new NetworkPolicy(...inside("adapterPolicy", prefix, { metadata, spec: traffic }));
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
            { dependsOn: [...grants, ...allowed] },
        ),
    );
    // An API that nobody answers keeps the cluster from deleting namespaces: it comes last and goes first.
    return apiServices(prefix, { labels, service: service.metadata }, inside, [deployment]);
}

/** The account as which the adapter reads metrics, and what it is granted. */
function googleAccount(
    name: string,
    namespace: pulumi.Output<string>,
    cluster: AdaptedCluster,
    environment: Environment,
    transform: AdapterTransforms,
): { account: Account; grants: pulumi.Resource[] } {
    const outside = childrenOf(cluster, transform);
    const { project } = environment;
    const account = new Account(
        ...outside(
            "adapterAccount",
            `${name}-metrics`,
            {
                accountId: accountId(name, "metrics"),
                displayName: "Reads the metrics by which deployments scale",
            },
            { dependsOn: environment.enable("iam.googleapis.com", "iamcredentials.googleapis.com") },
        ),
    );
    // Metrics belong to the project: there is nothing smaller on which to read them.
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
            // The pool is there with the first cluster of the project.
            { dependsOn: cluster.ready },
        ),
    );
    return { account, grants: [viewer, identity] };
}

const addresses = (...ranges: string[]) => ranges.map((cidr) => ({ ipBlock: { cidr } }));

/**
 * The API server calls it, and it calls the API server, Cloud Monitoring and the metadata server; of the first two the addresses
 * are not known here. Names are resolved by pods of the cluster, by the cache on the node, or by Cloud DNS.
 */
const traffic = {
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
