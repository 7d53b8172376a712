import { isDeepStrictEqual } from "node:util";
import type { KeyPair } from "../../../machine/certificates";
import type { KubeObject } from "../api/api";
import { serveWebhooks } from "../api/webhooks";
import type { ControllerContext } from "../controllerContext";
import { clusterNodes } from "../nodes/pools";
import { mutated, podOf } from "./mutation";
import { violations } from "./resources";

const registration = "/apis/admissionregistration.k8s.io/v1";
const host = "common-webhooks.networking.gke.io";

const workloads = [
    { apiGroups: [""], resources: ["pods"], operations: ["CREATE"] },
    {
        apiGroups: ["apps"],
        resources: ["deployments", "replicasets", "statefulsets"],
        operations: ["CREATE", "UPDATE"],
    },
    { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], operations: ["CREATE", "UPDATE"] },
];

/**
 * Serves the webhooks of GKE Warden, which change and check the workloads of Autopilot clusters. Other clusters have them too,
 * without effect.
 *
 * @param authority signs the certificate of the server
 */
export async function runWarden(context: ControllerContext, authority: KeyPair): Promise<void> {
    const { api, cloud, cluster, signal } = context;
    const { port, close } = await serveWebhooks("gke-warden", authority, (path, { request: review }) => {
        const answer = clusterNodes(cloud, cluster).autopilot ? answers[path]?.(review.object) : { allowed: true };
        return { response: { uid: review.uid, ...answer } };
    });
    signal.addEventListener("abort", close, { once: true });
    for (const kind of ["Mutating", "Validating"]) {
        const name = `warden-${kind.toLowerCase()}`;
        const object = {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: `${kind}WebhookConfiguration`,
            metadata: { name: `${name}.config.${host}` },
            webhooks: [
                {
                    name: `${name}.${host}`,
                    clientConfig: {
                        url: `https://127.0.0.1:${port}/${kind.toLowerCase()}`,
                        caBundle: Buffer.from(authority.certificate).toString("base64"),
                    },
                    rules: workloads.map((each) => ({ ...each, apiVersions: ["*"], scope: "Namespaced" })),
                    namespaceSelector: {
                        matchExpressions: [
                            { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] },
                        ],
                    },
                    admissionReviewVersions: ["v1"],
                    sideEffects: "None",
                    failurePolicy: "Fail",
                },
            ],
        };
        const path = `${registration}/${kind.toLowerCase()}webhookconfigurations/${object.metadata.name}`;
        await api.apply(path, JSON.stringify(object));
    }
}

const answers: Record<string, (object: KubeObject) => object> = {
    "/mutating": (object) => {
        const { object: changed, warnings } = mutated(object);
        const annotations = { op: "add", path: "/metadata/annotations", value: changed.metadata.annotations };
        const spec = { op: "replace", path: "/spec", value: changed.spec };
        const patch = isDeepStrictEqual(changed, object) ? [] : [annotations, spec];
        return {
            allowed: true,
            warnings,
            ...(patch.length > 0 && {
                patchType: "JSONPatch",
                patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
            }),
        };
    },
    "/validating": (object) => {
        const pod = podOf(object);
        const found = pod ? violations(pod, object.metadata.name ?? "") : [];
        const details = JSON.stringify({ "[denied by autogke-pod-limit-constraints]": found });
        const message = `GKE Warden rejected the request because it violates one or more constraints.\nViolations details: ${details}`;
        return found.length === 0 ? { allowed: true } : { allowed: false, status: { code: 400, message } };
    },
};
