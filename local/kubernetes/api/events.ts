import { type Api, type KubeObject, unless } from "./api";

/** What an event says. */
export interface Told {
    type: "Normal" | "Warning";
    reason: string;
    message: string;
    /** The part of the cluster that says it. */
    by: string;
}

/** Makes an event of an object. */
export async function tell(api: Api, object: KubeObject, { by, ...event }: Told): Promise<void> {
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
        // The object's namespace may be about to go.
        .catch(unless(403, 404));
}
