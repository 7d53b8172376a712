import { type Api, type KubeObject, unless } from "../api/api";

/**
 * Sees to it that no new pod comes to a node, and that those on it leave, as far as their disruption budgets let them.
 *
 * @param onlyEmpty leaves a node as it is that has pods
 * @returns whether the node has no pods any more
 */
export async function emptied(api: Api, { metadata: { name } }: KubeObject, onlyEmpty: boolean): Promise<boolean> {
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

/** 429 says that a disruption budget keeps the pod for now, 409 that it is leaving. */
async function evict(api: Api, { metadata: { name, namespace } }: KubeObject): Promise<void> {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    await api.create(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, eviction).catch(unless(404, 409, 429));
}
