import { setTimeout as sleep } from "node:timers/promises";
import { type KubeObject, unless } from "../api/api";
import { tell } from "../api/events";
import { watch } from "../api/watch";
import type { Around } from "../controllers";
import { poolLabel } from "../nodes/node";
import { clusterNodes } from "../nodes/pools";
import { pullError } from "./pull";
import { missingReference, type Referred, type Unstartable } from "./references";
import { imagesCondition } from "./terms";

/** After how long an image that could not be pulled is tried again; a kubelet waits up to five minutes. */
const backOff = 5_000;

/** What a kubelet does before it starts the containers of a pod: it looks for what they refer to, and pulls their images. */
export async function runImages(around: Around): Promise<void> {
    const { api, signal } = around;
    const nodes = await watch(api, "/api/v1/nodes", signal);
    const referred: Referred = {
        configMaps: await watch(api, "/api/v1/configmaps", signal),
        secrets: await watch(api, "/api/v1/secrets", signal),
        secretProviderClasses: await watch(api, "/apis/secrets-store.csi.x-k8s.io/v1/secretproviderclasses", signal),
    };
    const busy = new Set<string>();
    const pods = await watch(api, "/api/v1/pods", signal, (pod) => {
        const { uid } = pod.metadata;
        if (waitsForImages(pod) && !busy.has(uid)) {
            busy.add(uid);
            const kubelet = new Pulls(around, referred, (name) => nodes.get(name)?.metadata.labels?.[poolLabel]);
            const current = () => pods?.get(pod.metadata.name, pod.metadata.namespace);
            void kubelet
                .untilStarted(pod, () => (current()?.metadata.uid === uid ? current() : undefined))
                .finally(() => busy.delete(uid));
        }
    });
}

const waitsForImages = ({ metadata, spec, status }: KubeObject) =>
    metadata.deletionTimestamp === undefined &&
    spec.nodeName !== undefined &&
    status?.phase === "Pending" &&
    !status.conditions?.some((each: KubeObject) => each.type === imagesCondition && each.status === "True");

class Pulls {
    constructor(
        private readonly around: Around,
        private readonly referred: Referred,
        private readonly poolOf: (node: string) => string | undefined,
    ) {}

    /** @param current the pod as it is now, nothing when it is gone */
    async untilStarted(pod: KubeObject, current: () => KubeObject | undefined): Promise<void> {
        const { report, signal } = this.around;
        const told = new Set<string>();
        for (let attempt = 0; !signal.aborted; attempt++) {
            const isDone = await this.attempt(pod, attempt > 0, told).catch((error) => {
                report(`${pod.metadata.namespace}/${pod.metadata.name}: ${error.message}`);
            });
            if (isDone) {
                return;
            }
            await sleep(attempt === 0 ? 1_000 : backOff);
            if (!current() || current()?.metadata.deletionTimestamp) {
                return;
            }
        }
    }

    /** Lets the containers start when nothing is wrong, or shows what is. */
    private async attempt(pod: KubeObject, isAgain: boolean, told: Set<string>): Promise<boolean> {
        const problems = await this.problems(pod);
        if (problems.size === 0) {
            await this.setStatus(pod, { conditions: [condition(imagesCondition, "True")] });
            return true;
        }
        await this.show(pod, problems, isAgain);
        for (const { reason, message } of problems.values()) {
            if (!told.has(message)) {
                told.add(message);
                const isPull = reason === "ErrImagePull";
                await tell(this.around.api, pod, {
                    type: "Warning",
                    reason: isPull ? "Failed" : reason,
                    message: isPull ? `Failed to pull image: ${message}` : message,
                    by: "kubelet",
                });
            }
        }
        return false;
    }

    /** By the name of a container, why it cannot be started. */
    private async problems(pod: KubeObject): Promise<Map<string, Unstartable>> {
        const { cloud, cluster } = this.around;
        const found = new Map<string, Unstartable>();
        const { pools, account } = clusterNodes(cloud, cluster);
        const pool = this.poolOf(pod.spec.nodeName);
        const puller = pools.find(({ name }) => name === pool)?.account ?? account;
        const missing = missingReference(pod, this.referred);
        for (const { name, image } of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
            const message = await pullError(cloud, cluster.project, image, puller);
            if (missing?.isMount) {
                found.set(name, missing);
            } else if (message !== undefined) {
                found.set(name, { reason: "ErrImagePull", message });
            } else if (missing) {
                found.set(name, missing);
            }
        }
        return found;
    }

    private async show(pod: KubeObject, problems: Map<string, Unstartable>, isAgain: boolean): Promise<void> {
        const waiting = (name: string, image: string) => {
            const { reason, message, isMount } = problems.get(name) ?? {};
            if (reason === undefined || isMount) {
                return { reason: "ContainerCreating" };
            }
            return reason === "ErrImagePull" && isAgain
                ? { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}": ErrImagePull: ${message}` }
                : { reason, message };
        };
        const statuses = (containers: KubeObject[] = []) =>
            containers.map(({ name, image }) => ({
                name,
                image,
                imageID: "",
                ready: false,
                started: false,
                restartCount: 0,
                state: { waiting: waiting(name, image) },
            }));
        const { initContainers, containers } = pod.spec;
        const names = containers.map(({ name }: KubeObject) => name).join(" ");
        const unready = { reason: "ContainersNotReady", message: `containers with unready status: [${names}]` };
        await this.setStatus(pod, {
            phase: "Pending",
            conditions: [
                condition("Initialized", initContainers ? "False" : "True"),
                condition("Ready", "False", unready),
                condition("ContainersReady", "False", unready),
            ],
            ...(initContainers && { initContainerStatuses: statuses(initContainers) }),
            containerStatuses: statuses(containers),
        });
    }

    private async setStatus({ metadata: { name, namespace, uid } }: KubeObject, status: object): Promise<void> {
        const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
        // A pod of the same name that came after it is another one, which its uid tells.
        const change = { metadata: { uid }, status };
        await this.around.api.patch(path, "strategic-merge-patch+json", change).catch(unless(404, 409));
    }
}

const condition = (type: string, status: string, more: object = {}) => ({
    type,
    status,
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    ...more,
});
