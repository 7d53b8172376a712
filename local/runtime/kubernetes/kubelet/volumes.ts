import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../../../lib/privateFiles";
import type { Api, KubeObject } from "../api/api";

/** The volumes of a pod as local folders. */
export class Volumes {
    /** @param folder the folder of the pod */
    constructor(
        private readonly api: Api,
        private readonly pod: KubeObject,
        private readonly folder: string,
    ) {}

    /** Writes the current contents of the volumes, with a new token. */
    async write(): Promise<void> {
        for (const volume of this.pod.spec.volumes ?? []) {
            const place = this.placeOf(volume.name);
            mkdirSync(place, { recursive: true, mode: 0o700 });
            const { defaultMode: _, ...single } = volume;
            for (const source of volume.projected?.sources ?? [single]) {
                for (const [path, content] of await this.contents(source)) {
                    writePrivate(join(place, path), content);
                }
            }
        }
    }

    /** Replaces container paths in a string by local paths. */
    here(container: KubeObject, text: string): string {
        const mounts: KubeObject[] = [...(container.volumeMounts ?? [])];
        const longestFirst = mounts.sort((one, other) => other.mountPath.length - one.mountPath.length);
        const mount = longestFirst.find(({ mountPath }) => text === mountPath || text.startsWith(`${mountPath}/`));
        return mount ? join(this.placeOf(mount.name), mount.subPath ?? "", text.slice(mount.mountPath.length)) : text;
    }

    private placeOf(volume: string): string {
        return join(this.folder, "volumes", volume);
    }

    private async contents(source: KubeObject): Promise<[path: string, content: string | Buffer][]> {
        const { namespace } = this.pod.metadata;
        const { configMap, secret, serviceAccountToken, downwardAPI } = source;
        if (configMap) {
            const { data = {} } = await this.api.get(`/api/v1/namespaces/${namespace}/configmaps/${configMap.name}`);
            return chosen(data, configMap.items);
        }
        if (secret) {
            const name = secret.secretName ?? secret.name;
            const { data = {} } = await this.api.get(`/api/v1/namespaces/${namespace}/secrets/${name}`);
            const decoded = Object.entries<string>(data).map(([key, text]) => [key, Buffer.from(text, "base64")]);
            return chosen(Object.fromEntries(decoded), secret.items);
        }
        if (serviceAccountToken) {
            return [[serviceAccountToken.path, await this.token(serviceAccountToken)]];
        }
        const items: KubeObject[] = downwardAPI?.items ?? [];
        return items.map(({ path, fieldRef }) => [path, fieldOf(this.pod, fieldRef?.fieldPath)]);
    }

    /** Requests a token for the pod, like a kubelet. */
    private async token({ audience, expirationSeconds = 3600 }: KubeObject): Promise<string> {
        const { name, namespace, uid } = this.pod.metadata;
        const account = this.pod.spec.serviceAccountName ?? "default";
        const { status } = await this.api.create(`/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
            apiVersion: "authentication.k8s.io/v1",
            kind: "TokenRequest",
            spec: {
                ...(audience && { audiences: [audience] }),
                expirationSeconds,
                boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
            },
        });
        return status.token;
    }
}

function chosen<Content>(data: Record<string, Content>, items?: KubeObject[]): [path: string, content: Content][] {
    if (items === undefined) {
        return Object.entries(data);
    }
    return items.flatMap(({ key, path }) => (data[key] === undefined ? [] : [[path, data[key]]]));
}

/** Reads a field of a pod, such as `metadata.namespace` or `metadata.labels['app']`. */
export function fieldOf(pod: KubeObject, path = ""): string {
    const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
    if (map !== undefined && key !== undefined) {
        return pod.metadata[map]?.[key] ?? "";
    }
    const found = path.split(".").reduce<unknown>((value, part) => (value as KubeObject | undefined)?.[part], pod);
    return String(found ?? "");
}
