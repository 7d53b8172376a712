import type { Cluster } from "@pulumi/gcp/container/cluster";
import * as pulumi from "@pulumi/pulumi";

/** How whoever reads a kubeconfig signs in: by a command, which finds the credentials of the machine that it runs on. */
export type Authentication = "plugin" | "token";

const commands = {
    plugin: {
        command: "gke-gcloud-auth-plugin",
        installHint: [
            "Install it with 'gcloud components install gke-gcloud-auth-plugin', or as the package",
            'google-cloud-cli-gke-gcloud-auth-plugin. With auth: "token" a GkeCluster needs Node.js and slipway instead.',
        ].join("\n"),
    },
    token: {
        command: "npx",
        args: ["--no", "slipway", "gke-token"],
        installHint: 'Install Node.js. With auth: "plugin" a GkeCluster needs gke-gcloud-auth-plugin instead.',
    },
};

/**
 * The text by which `kubectl` and the provider find a cluster. It has no credential, so that it may be in a state, and stays
 * the same from one run to the next.
 *
 * @param byName whether the control plane is reached by its name, whose certificate is one of the internet's
 */
export function kubeconfigOf(cluster: Cluster, byName: boolean, auth: Authentication): pulumi.Output<string> {
    const { name, endpoint, controlPlaneEndpointsConfig, masterAuth } = cluster;
    const found = byName
        ? controlPlaneEndpointsConfig.apply(({ dnsEndpointConfig }) => ({ server: dnsEndpointConfig?.endpoint }))
        : pulumi.all([endpoint, masterAuth]).apply(([server, { clusterCaCertificate }]) => {
              return { server, "certificate-authority-data": clusterCaCertificate };
          });
    // A certificate of an authority is none, even where the provider has a key of a client beside it.
    return pulumi.unsecret(pulumi.all([name, found])).apply(([context, { server, ...authority }]) => {
        const exec = {
            apiVersion: "client.authentication.k8s.io/v1",
            ...commands[auth],
            interactiveMode: "Never",
            provideClusterInfo: true,
        };
        return JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: context, cluster: { server: `https://${server}`, ...authority } }],
            users: [{ name: context, user: { exec } }],
            contexts: [{ name: context, context: { cluster: context, user: context } }],
            "current-context": context,
        });
    });
}
