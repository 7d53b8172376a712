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
 * @param byName whether the control plane is reached by its name
 */
export function kubeconfigOf(cluster: Cluster, byName: boolean, auth: Authentication): pulumi.Output<string> {
    const { name, endpoint, controlPlaneEndpointsConfig, masterAuth } = cluster;
    const server = byName
        ? controlPlaneEndpointsConfig.apply(({ dnsEndpointConfig }) => dnsEndpointConfig?.endpoint ?? "")
        : endpoint;
    // A certificate of an authority is no secret, even where the key of a client lies beside it.
    const found = pulumi.unsecret(pulumi.all([name, server, masterAuth.clusterCaCertificate]));
    return found.apply(([context, address, authority]) => {
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
 * A name is one of Google's own front end, which has a certificate that every machine trusts. An address, or a name with a
 * port, is the control plane itself, whose certificate is of the cluster's own authority.
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
