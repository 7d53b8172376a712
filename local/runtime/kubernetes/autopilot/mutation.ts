import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../api/api";
import { adjusted, isGeneralPurpose } from "./resources";

/** An object as Autopilot changes it, and the warnings for its author. */
export interface Mutated {
    object: KubeObject;
    warnings: string[];
}

/** The pod specification of a workload, for each kind that Autopilot changes. DaemonSets have rules of their own. */
export function podOf({ kind, spec }: KubeObject): KubeObject | undefined {
    return kind === "Pod" ? spec : kind === "CronJob" ? spec.jobTemplate?.spec?.template?.spec : spec?.template?.spec;
}

/**
 * Changes a workload like GKE Autopilot's mutating webhook: the requests and limits of its containers, and security and
 * scheduling defaults. A Deployment of 2026 that shows all of them: requests `100m` and `100Mi` that became `100m` and
 * `103Mi`, the annotations, the toleration and the seccomp profile
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests,
 * https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security).
 */
export function mutated(given: KubeObject): Mutated {
    const object = structuredClone(given);
    const pod = podOf(object);
    if (pod === undefined) {
        return { object, warnings: [] };
    }
    const before = resourcesOf(pod);
    if (isGeneralPurpose(pod)) {
        for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
            container.resources = { ...container.resources, ...adjusted(container.resources ?? {}) };
        }
    }
    const after = resourcesOf(pod);
    secure(pod);
    schedule(pod);
    const isModified = !isDeepStrictEqual(before, after);
    object.metadata.annotations = {
        ...object.metadata.annotations,
        ...(isModified && {
            "autopilot.gke.io/resource-adjustment": JSON.stringify({
                input: before,
                output: after,
                computeClassAtAdmission: "Default",
                modified: true,
            }),
        }),
        "autopilot.gke.io/warden-version": wardenVersion,
    };
    return { object, warnings: isModified ? [warning(object, before, after)] : [] };
}

const wardenVersion = "33.33.21-gke.1";

type Listed = Record<string, { name: string; requests?: object; limits?: object }[]>;

/** The requests and limits of all containers, as in the annotation. */
function resourcesOf(pod: KubeObject): Listed {
    const listed = (containers: KubeObject[]) =>
        containers.map(({ name, resources: { limits, requests } = {} as KubeObject }) => ({
            ...(limits && { limits: { ...limits } }),
            ...(requests && { requests: { ...requests } }),
            name,
        }));
    return {
        ...(pod.initContainers?.length > 0 && { initContainers: listed(pod.initContainers) }),
        containers: listed(pod.containers),
    };
}

function warning({ kind, metadata: { namespace, name, generateName } }: KubeObject, before: Listed, after: Listed) {
    const changed = Object.entries(after).flatMap(([key, list]) =>
        list
            .filter((each, index) => !isDeepStrictEqual(each, before[key]?.[index]))
            .map(({ name: changedName }) => changedName),
    );
    const isDefaulted = Object.values(before).every((list) =>
        list.every(({ requests, limits }) => !requests && !limits),
    );
    const what = isDefaulted ? "defaulted unspecified resources for" : "adjusted resources to meet requirements for";
    const page = isDefaulted ? "http://g.co/gke/autopilot-defaults" : "http://g.co/gke/autopilot-resources";
    return `autopilot-default-resources-mutator:Autopilot updated ${kind} ${namespace}/${name ?? generateName}: ${what} containers [${changed.join(" ")}] (see ${page})`;
}

/** The default seccomp profile, and no raw sockets. */
function secure(pod: KubeObject): void {
    pod.securityContext = { ...pod.securityContext };
    pod.securityContext.seccompProfile ??= { type: "RuntimeDefault" };
    for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
        const { add = [], drop = [] } = container.securityContext?.capabilities ?? {};
        if (![...add, ...drop].some((name) => name === "ALL" || name === "NET_RAW")) {
            container.securityContext = {
                ...container.securityContext,
                capabilities: { ...container.securityContext?.capabilities, drop: [...drop, "NET_RAW"] },
            };
        }
    }
}

const archLabel = "kubernetes.io/arch";

/** The toleration of the architecture of the nodes. */
function schedule(pod: KubeObject): void {
    const tolerations: KubeObject[] = pod.tolerations ?? [];
    if (!tolerations.some(({ key }) => key === archLabel)) {
        const value = pod.nodeSelector?.[archLabel] ?? "amd64";
        pod.tolerations = [...tolerations, { effect: "NoSchedule", key: archLabel, operator: "Equal", value }];
    }
}
