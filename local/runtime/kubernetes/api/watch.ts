import { setTimeout as sleep } from "node:timers/promises";
import type { Api, KubeObject } from "./api";

/** The current objects of a resource type. */
export interface Watched {
    all(): KubeObject[];
    get(name: string, namespace?: string): KubeObject | undefined;
}

/**
 * Watches the objects of a resource type.
 *
 * @param path such as `/api/v1/pods`
 * @param changed called for each existing object, and whenever one is added, changed or deleted
 * @returns after all existing objects are known
 */
export async function watch(
    api: Api,
    path: string,
    signal: AbortSignal,
    changed: (object: KubeObject, deleted: boolean) => void = () => undefined,
): Promise<Watched> {
    const objects = new Map<string, KubeObject>();
    const set = (object: KubeObject, deleted = false) => {
        const key = keyOf(object.metadata);
        deleted ? objects.delete(key) : objects.set(key, object);
        changed(object, deleted);
    };
    const list = async (): Promise<string> => {
        const { items, metadata } = await api.get(path);
        const found: KubeObject[] = items;
        const keys = new Set(found.map((item) => keyOf(item.metadata)));
        for (const [key, object] of objects) {
            if (!keys.has(key)) {
                set(object, true);
            }
        }
        for (const object of found) {
            if (objects.get(keyOf(object.metadata))?.metadata.resourceVersion !== object.metadata.resourceVersion) {
                set(object);
            }
        }
        return metadata.resourceVersion;
    };
    let version = await list();
    const follow = async () => {
        while (!signal.aborted) {
            try {
                version = (await changes(api, path, version, signal, set)) ?? (await list());
            } catch {
                // The server is busy or stopping: retry until the signal is aborted.
                await sleep(500);
                version = await list().catch(() => version);
            }
        }
    };
    void follow();
    return {
        all: () => [...objects.values()],
        get: (name, namespace) => objects.get(keyOf({ name, namespace })),
    };
}

/** Watches changes after a version; returns the version to continue with, or undefined if it expired. */
async function changes(
    api: Api,
    path: string,
    version: string,
    signal: AbortSignal,
    set: (object: KubeObject, deleted: boolean) => void,
): Promise<string | undefined> {
    let last: string | undefined = version;
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${version}`;
    await api.stream(
        `${path}${path.includes("?") ? "&" : "?"}${query}`,
        (line) => {
            const { type, object } = JSON.parse(line);
            if (type === "ERROR" || object === undefined) {
                last = undefined;
                return;
            }
            last = object.metadata?.resourceVersion;
            if (type !== "BOOKMARK" && last !== undefined) {
                set(object, type === "DELETED");
            }
        },
        signal,
    );
    return last;
}

const keyOf = ({ name, namespace = "" }: { name: string; namespace?: string }) => `${namespace}/${name}`;
