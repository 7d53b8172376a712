import type { Cloud } from "../../../simulator";
import { networkPath } from "../../../simulator/services/compute/names";
import { resolveName } from "../../../simulator/services/dns/resolve";
import { type ClusterName, clusterApi, clusterPath } from "../../../simulator/services/gke/clusterNames";
import type { KubeObject } from "../api/api";
import type { StartError } from "../kubelet/references";
import { allowsEgress } from "./networkPolicies";

/** Programs that call Google APIs when they start, and exit if they get no answer: by the last part of their images' names. */
const callers: Record<string, string> = {
    "cloud-sql-proxy": "sqladmin.googleapis.com",
    "custom-metrics-stackdriver-adapter": "monitoring.googleapis.com",
};

/** An address of Google APIs on the internet. */
const publicAddress = "142.250.0.10";

/**
 * The metadata server, whose tokens Google APIs need, with Dataplane V2:
 * https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy
 */
const metadataServer = { address: "169.254.169.254", port: 80 };

/** Why the containers of a pod that call Google APIs exit: network policies do not allow these connections. */
export function unreachedApis(
    cloud: Cloud,
    cluster: ClusterName,
    pod: KubeObject,
    policies: KubeObject[],
): Map<string, StartError> {
    const found = new Map<string, StartError>();
    for (const { name, image } of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
        const host = callers[/([^/:@]+)(:[^/@]+)?(@.*)?$/.exec(image)?.[1] ?? ""];
        if (host !== undefined) {
            const destinations = [metadataServer, { address: apiAddress(cloud, cluster, host), port: 443 }];
            const refused = destinations.find((each) => !allowsEgress(policies, pod, each));
            if (refused) {
                const reason = `dial tcp ${refused.address}:${refused.port}: i/o timeout`;
                const message = `back-off 10s restarting failed container=${name} pod=${pod.metadata.name}: ${reason}`;
                found.set(name, { reason: "CrashLoopBackOff", message });
            }
        }
    }
    return found;
}

/** The address of an API in the network of a cluster: that of a private DNS zone, else a public one. */
export function apiAddress(cloud: Cloud, cluster: ClusterName, host: string): string {
    const { network } = cloud.store.read(`//${clusterApi}/${clusterPath(cluster)}`)?.state ?? {};
    return resolveName(cloud, networkPath(String(network ?? "default"), cluster.project), host) ?? publicAddress;
}
