import type { Cluster } from "@pulumi/gcp/container/cluster";
import * as pulumi from "@pulumi/pulumi";

/** How users of a kubeconfig sign in: with a command that finds the credentials of the machine it runs on. */
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
 * The kubeconfig for `kubectl` and the provider. It contains no credentials, so that it can be stored in a state, and is equal
 * in all runs.
 * @param byDnsName whether to use the DNS endpoint
 */
export function kubeconfigOf(
    cluster: Cluster,
    byDnsName: pulumi.Input<boolean>,
    auth: Authentication,
): pulumi.Output<string> {
    const { name, endpoint, controlPlaneEndpointsConfig, masterAuth } = cluster;
    const server = pulumi
        .all([byDnsName, controlPlaneEndpointsConfig, endpoint])
        .apply(([isByName, config, address]) => (isByName ? (config?.dnsEndpointConfig?.endpoint ?? "") : address));
    // A CA certificate is not secret, unlike the client key beside it.
    const connection = pulumi.unsecret(pulumi.all([name, server, masterAuth.clusterCaCertificate]));
    return connection.apply(([context, address, authority]) => {
        return JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: context, cluster: clusterAt(address, authority) }],
            users: [{ name: context, user: { exec: commandOf(auth) } }],
            contexts: [{ name: context, context: { cluster: context, user: context } }],
            "current-context": context,
        });
    });
}

/**
 * A DNS endpoint is served by Google's front end with a publicly trusted certificate. An IP address, or a name with a port, is
 * the control plane itself, whose certificate is signed by the cluster's own CA.
 */
function clusterAt(address: string, authority: string) {
    const isFrontEnd = /^[a-z0-9.-]*[a-z]$/.test(address);
    return { server: `https://${address}`, ...(isFrontEnd ? {} : { "certificate-authority-data": authority }) };
}

function commandOf(auth: Authentication) {
    return {
        apiVersion: "client.authentication.k8s.io/v1",
        ...commands[auth],
        interactiveMode: "Never",
        provideClusterInfo: true,
    };
}
