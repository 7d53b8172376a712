import type { Cluster } from "@pulumi/gcp/container/cluster";
import * as pulumi from "@pulumi/pulumi";

/** How whoever reads the kubeconfig signs in: by a command, which finds the credentials of the machine it runs on. */
const user = {
    exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "gke-gcloud-auth-plugin",
        installHint: "Install gke-gcloud-auth-plugin: gcloud components install gke-gcloud-auth-plugin",
        interactiveMode: "Never",
        provideClusterInfo: true,
    },
};

/** The text by which `kubectl` and the provider find the cluster. It has no credential. */
export function kubeconfigOf(cluster: Cluster): pulumi.Output<string> {
    return pulumi.all([cluster.name, cluster.endpoint, cluster.masterAuth]).apply(([name, endpoint, masterAuth]) => {
        const found = { server: `https://${endpoint}`, "certificate-authority-data": masterAuth.clusterCaCertificate };
        return JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name, cluster: found }],
            users: [{ name, user }],
            contexts: [{ name, context: { cluster: name, user: name } }],
            "current-context": name,
        });
    });
}
