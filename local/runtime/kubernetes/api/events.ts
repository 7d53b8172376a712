import { type Api, ignoreCodes, type KubeObject } from "./api";

/** The contents of an event. */
export interface EventOptions {
    type: "Normal" | "Warning";
    reason: string;
    message: string;
    /** The reporting component. */
    by: string;
}

/** Creates an event for an object. */
export async function createEvent(api: Api, object: KubeObject, { by, ...event }: EventOptions): Promise<void> {
    const { name, namespace = "default", uid, resourceVersion } = object.metadata;
    const { kind, apiVersion } = object;
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    await api
        .create(`/api/v1/namespaces/${namespace}/events`, {
            apiVersion: "v1",
            kind: "Event",
            metadata: { generateName: `${name}.`, namespace },
            involvedObject: {
                kind: kind ?? "Pod",
                apiVersion: apiVersion ?? "v1",
                name,
                namespace,
                uid,
                resourceVersion,
            },
            source: { component: by },
            firstTimestamp: now,
            lastTimestamp: now,
            count: 1,
            ...event,
        })
        // The object's namespace might be terminating.
        .catch(ignoreCodes(403, 404));
}
