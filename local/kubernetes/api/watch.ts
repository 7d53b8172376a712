import { setTimeout as sleep } from "node:timers/promises";
import type { Api, KubeObject } from "./api";

/** The objects of one kind as they are now. */
export interface Watched {
    all(): KubeObject[];
    get(name: string, namespace?: string): KubeObject | undefined;
}

/**
 * Keeps the objects of a kind, as the API server tells of their changes.
 *
 * @param path such as `/api/v1/pods`
 * @param changed is called with each object that is there at first, and whenever one appears, changes or goes
 * @returns once all that are there at first are known
 */
export async function watch(
    api: Api,
    path: string,
    signal: AbortSignal,
    changed: (object: KubeObject, gone: boolean) => void = () => undefined,
): Promise<Watched> {
    const objects = new Map<string, KubeObject>();
    const set = (object: KubeObject, gone = false) => {
        const key = keyOf(object.metadata);
        gone ? objects.delete(key) : objects.set(key, object);
        changed(object, gone);
    };
    const list = async (): Promise<string> => {
        const { items, metadata } = await api.get(path);
        const found: KubeObject[] = items;
        const keys = new Set(found.map((each) => keyOf(each.metadata)));
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
                // The server is busy, or about to end: it is asked again until this process is told to end.
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

/** Follows what changes after a version; returns the version at which it can go on, or nothing when that is forgotten. */
async function changes(
    api: Api,
    path: string,
    version: string,
    signal: AbortSignal,
    set: (object: KubeObject, gone: boolean) => void,
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
