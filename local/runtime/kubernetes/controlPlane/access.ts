import type { KeyPair } from "../../../machine/certificates";
import { type Cloud, isAllowedOn, kubernetesPermission } from "../../../simulator";
import { type ClusterName, clusterPath, identityOfToken } from "../../../simulator/services/gke/clusterNames";
import type { KubeObject } from "../api/api";
import { serveWebhooks, type Webhooks } from "../api/webhooks";

/**
 * Authenticates callers other than the owner by their tokens, and authorizes their requests by IAM, in addition to the cluster's own roles.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/iam#iam-interaction
 *
 * @param authority signs the certificate of the server
 */
export function serveAccess(cloud: Cloud, cluster: ClusterName, authority: KeyPair): Promise<Webhooks> {
    const resource = `//container.googleapis.com/${clusterPath(cluster)}`;
    return serveWebhooks("gke-iam", authority, (path, { spec }) =>
        path === "/authenticate"
            ? { status: authenticated(cloud, spec) }
            : { status: authorized(cloud, resource, spec) },
    );
}

/** The user of a token. Tokens of Kubernetes are not for this webhook. */
function authenticated(cloud: Cloud, { token = "" }: KubeObject): object {
    const username = identityOfToken(token);
    const exists = username !== undefined && (username.includes(":") || cloud.iam.hasAccount(username));
    return exists
        ? { authenticated: true, user: { username, groups: ["system:authenticated"] } }
        : { authenticated: false };
}

function authorized(cloud: Cloud, resource: string, { user = "", resourceAttributes }: KubeObject): object {
    if (!resourceAttributes || user.startsWith("system:")) {
        return { allowed: false };
    }
    const permission = kubernetesPermission(resourceAttributes);
    return isAllowedOn(cloud, user, permission, resource)
        ? { allowed: true }
        : { allowed: false, reason: `requires one of ["${permission}"] permission(s).` };
}
