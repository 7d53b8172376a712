import { setTimeout as sleep } from "node:timers/promises";
import { ignoreCodes, type KubeObject } from "../api/api";
import { createEvent } from "../api/events";
import { type Watched, watch } from "../api/watch";
import type { ControllerContext } from "../controllerContext";
import { unreachedApis } from "../dataplane/googleApis";
import { poolLabel } from "../nodes/node";
import { clusterNodes } from "../nodes/pools";
import { imagesCondition } from "./annotations";
import { pullError } from "./pull";
import { missingReference, type References, type StartError } from "./references";

/** The retry delay of image pulls; a kubelet waits up to five minutes. */
const backOff = 5_000;

/**
 * Simulates a kubelet's preparation of pods: checks references and pulls images. Containers that are known to exit without
 * Google APIs do not start where network policies do not allow these.
 */
export async function runImages(context: ControllerContext): Promise<void> {
    const { api, signal } = context;
    const nodes = await watch(api, "/api/v1/nodes", signal);
    const referred: References = {
        configMaps: await watch(api, "/api/v1/configmaps", signal),
        secrets: await watch(api, "/api/v1/secrets", signal),
        secretProviderClasses: await watch(api, "/apis/secrets-store.csi.x-k8s.io/v1/secretproviderclasses", signal),
    };
    const policies = await watch(api, "/apis/networking.k8s.io/v1/networkpolicies", signal);
    const busy = new Set<string>();
    const pods = await watch(api, "/api/v1/pods", signal, (pod) => {
        const { uid } = pod.metadata;
        if (waitsForImages(pod) && !busy.has(uid)) {
            busy.add(uid);
            const kubelet = new Pulls(
                context,
                referred,
                policies,
                (name) => nodes.get(name)?.metadata.labels?.[poolLabel],
            );
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
    !status.conditions?.some((item: KubeObject) => item.type === imagesCondition && item.status === "True");

class Pulls {
    constructor(
        private readonly context: ControllerContext,
        private readonly referred: References,
        private readonly policies: Watched,
        private readonly poolOf: (node: string) => string | undefined,
    ) {}

    /** @param current the current pod, undefined if it was deleted */
    async untilStarted(pod: KubeObject, current: () => KubeObject | undefined): Promise<void> {
        const { report, signal } = this.context;
        const reported = new Set<string>();
        for (let attempt = 0; !signal.aborted; attempt++) {
            const isDone = await this.attempt(pod, attempt > 0, reported).catch((error) => {
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

    /** Starts the containers, or reports why they cannot start. */
    private async attempt(pod: KubeObject, isAgain: boolean, reported: Set<string>): Promise<boolean> {
        const problems = await this.problems(pod);
        if (problems.size === 0) {
            await this.setStatus(pod, { conditions: [condition(imagesCondition, "True")] });
            return true;
        }
        await this.show(pod, problems, isAgain);
        for (const { reason, message } of problems.values()) {
            if (!reported.has(message)) {
                reported.add(message);
                const isPull = reason === "ErrImagePull";
                await createEvent(this.context.api, pod, {
                    type: "Warning",
                    reason: isPull ? "Failed" : reason,
                    message: isPull ? `Failed to pull image: ${message}` : message,
                    by: "kubelet",
                });
            }
        }
        return false;
    }

    /** Start errors by container name. */
    private async problems(pod: KubeObject): Promise<Map<string, StartError>> {
        const { cloud, cluster } = this.context;
        const found = new Map<string, StartError>();
        const { pools, account } = clusterNodes(cloud, cluster);
        const pool = this.poolOf(pod.spec.nodeName);
        const puller = pools.find(({ name }) => name === pool)?.account ?? account;
        const missing = missingReference(pod, this.referred);
        const unreached = unreachedApis(cloud, cluster, pod, this.policies.all());
        for (const { name, image } of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
            const message = await pullError(cloud, cluster.project, image, puller);
            if (missing?.isMount) {
                found.set(name, missing);
            } else if (message !== undefined) {
                found.set(name, { reason: "ErrImagePull", message });
            } else {
                const error = missing ?? unreached.get(name);
                error && found.set(name, error);
            }
        }
        return found;
    }

    private async show(pod: KubeObject, problems: Map<string, StartError>, isAgain: boolean): Promise<void> {
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
        // A pod with the same name and another UID is a different pod.
        const change = { metadata: { uid }, status };
        await this.context.api.patch(path, "strategic-merge-patch+json", change).catch(ignoreCodes(404, 409));
    }
}

const condition = (type: string, status: string, more: object = {}) => ({
    type,
    status,
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    ...more,
});
