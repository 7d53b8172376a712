import type { KubeObject } from "../api/api";
import type { Watched } from "../api/watch";

/** What pods refer to. */
export interface Referred {
    configMaps: Watched;
    secrets: Watched;
    secretProviderClasses: Watched;
}

/** Why the containers of a pod cannot be started, as the kubelet says it. */
export interface Unstartable {
    reason: string;
    message: string;
    /** Whether it is told as an event alone, and the container is merely being created. */
    isMount?: boolean;
}

/** Whether what a container's variables and a pod's volumes name is there. */
export function missingReference(pod: KubeObject, referred: Referred): Unstartable | undefined {
    for (const volume of pod.spec.volumes ?? []) {
        const message = missingVolume(pod, volume, referred);
        if (message !== undefined) {
            const told = `MountVolume.SetUp failed for volume "${volume.name}" : ${message}`;
            return { reason: "FailedMount", message: told, isMount: true };
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

function missingVolume(pod: KubeObject, volume: KubeObject, referred: Referred): string | undefined {
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

function missingVariable(pod: KubeObject, container: KubeObject, referred: Referred): string | undefined {
    const { namespace } = pod.metadata;
    const whole: KubeObject[] = (container.envFrom ?? []).map((from: KubeObject) => from);
    const single: KubeObject[] = (container.env ?? []).flatMap((each: KubeObject) => each.valueFrom ?? []);
    for (const { configMapKeyRef, secretKeyRef, configMapRef, secretRef } of [...whole, ...single]) {
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
