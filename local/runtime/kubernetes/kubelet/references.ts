import type { KubeObject } from "../api/api";
import type { Watched } from "../api/watch";

/** Objects that pods refer to. */
export interface References {
    configMaps: Watched;
    secrets: Watched;
    secretProviderClasses: Watched;
}

/** Why containers cannot start, in the kubelet's format. */
export interface StartError {
    reason: string;
    message: string;
    /** Whether it is only reported as an event, while the container is being created. */
    isMount?: boolean;
}

/** Finds a missing object that variables or volumes refer to. */
export function missingReference(pod: KubeObject, referred: References): StartError | undefined {
    for (const volume of pod.spec.volumes ?? []) {
        const message = missingVolume(pod, volume, referred);
        if (message !== undefined) {
            const reported = `MountVolume.SetUp failed for volume "${volume.name}" : ${message}`;
            return { reason: "FailedMount", message: reported, isMount: true };
        }
    }
    for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
        const message = missingVariable(pod, container, referred);
        if (message !== undefined) {
            return { reason: "CreateContainerConfigError", message };
        }
    }
    return undefined;
}

function missingVolume(pod: KubeObject, volume: KubeObject, referred: References): string | undefined {
    const { namespace } = pod.metadata;
    const sources: KubeObject[] = [volume, ...(volume.projected?.sources ?? [])];
    for (const { configMap, secret, csi } of sources) {
        const map = configMap?.optional ? undefined : configMap?.name;
        if (map !== undefined && !referred.configMaps.get(map, namespace)) {
            return `configmap "${map}" not found`;
        }
        const name = secret?.optional ? undefined : (secret?.secretName ?? secret?.name);
        if (name !== undefined && !referred.secrets.get(name, namespace)) {
            return `secret "${name}" not found`;
        }
        const provider = csi?.volumeAttributes?.secretProviderClass;
        if (provider !== undefined && !referred.secretProviderClasses.get(provider, namespace)) {
            return `rpc error: code = Unknown desc = failed to get secretproviderclass ${namespace}/${provider}, error: SecretProviderClass.secrets-store.csi.x-k8s.io "${provider}" not found`;
        }
    }
    return undefined;
}

function missingVariable(pod: KubeObject, container: KubeObject, referred: References): string | undefined {
    const { namespace } = pod.metadata;
    const full: KubeObject[] = (container.envFrom ?? []).map((from: KubeObject) => from);
    const single: KubeObject[] = (container.env ?? []).flatMap((item: KubeObject) => item.valueFrom ?? []);
    for (const { configMapKeyRef, secretKeyRef, configMapRef, secretRef } of [...full, ...single]) {
        const map = configMapKeyRef ?? configMapRef;
        const secret = secretKeyRef ?? secretRef;
        const [kind, ref, from] = map ? ["ConfigMap", map, referred.configMaps] : ["Secret", secret, referred.secrets];
        if (!ref || ref.optional) {
            continue;
        }
        const found = from.get(ref.name, namespace);
        if (!found) {
            return `${kind.toLowerCase()} "${ref.name}" not found`;
        }
        if (ref.key !== undefined && !({ ...found.data, ...found.binaryData }[ref.key] !== undefined)) {
            return `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`;
        }
    }
    return undefined;
}
