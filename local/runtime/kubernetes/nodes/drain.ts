import { type Api, ignoreCodes, type KubeObject } from "../api/api";

/**
 * Cordons a node and evicts its pods, as far as disruption budgets allow.
 *
 * @param onlyEmpty does nothing if the node has pods
 * @returns whether the node is empty
 */
export async function drain(api: Api, { metadata: { name } }: KubeObject, onlyEmpty: boolean): Promise<boolean> {
    const node = `/api/v1/nodes/${name}`;
    const cordon = (unschedulable: boolean) => api.patch(node, "merge-patch+json", { spec: { unschedulable } });
    await cordon(true);
    const pods = await podsOn(api, name);
    if (pods.length > 0 && onlyEmpty) {
        await cordon(false);
        return false;
    }
    await Promise.all(pods.map((pod) => evict(api, pod)));
    return pods.length === 0;
}

async function podsOn(api: Api, node: string): Promise<KubeObject[]> {
    const { items } = await api.get(`/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`);
    return items.filter(({ status }: KubeObject) => !["Succeeded", "Failed"].includes(status?.phase));
}

/** 429 means that a disruption budget prevents the eviction, 409 that the pod is terminating. */
async function evict(api: Api, { metadata: { name, namespace } }: KubeObject): Promise<void> {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    await api
        .create(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, eviction)
        .catch(ignoreCodes(404, 409, 429));
}
