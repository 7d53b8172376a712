import type * as pulumi from "@pulumi/pulumi";
import { helperUser, restrictedContainer, restrictedPod } from "../restricted";

/**
 * The image of "Optimize Pod autoscaling based on metrics". Google tells of its releases by their tags alone, of which each
 * stays what it is.
 */
const image = "gcr.io/gke-release/custom-metrics-stackdriver-adapter:v0.16.9-gke.0";

/** One of the two ports by which GKE's control plane reaches nodes and pods ("Private cluster firewall rules"), and not root's. */
export const adapterPort = 10250;

const certificates = "/run/certificates";
const amounts = { cpu: "250m", memory: "200Mi", "ephemeral-storage": "50Mi" };

/** The pod of the adapter. */
export function adapterPod(account: pulumi.Input<string>) {
    return {
        serviceAccountName: account,
        // It asks the API server who it is that asks for metrics.
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        securityContext: restrictedPod(helperUser),
        containers: [container],
        volumes: [{ name: "certificates", emptyDir: { sizeLimit: "1Mi" } }],
        terminationGracePeriodSeconds: 30,
    };
}

/** It answers as every API server does ("Kubernetes API health endpoints"): one that ends is alive and no longer ready. */
const answers = (path: string) => ({ httpGet: { path, port: adapterPort, scheme: "HTTPS" }, timeoutSeconds: 5 });

const container = {
    name: "adapter",
    image,
    imagePullPolicy: "Always",
    command: [
        "/adapter",
        "--use-new-resource-model=true",
        "--fallback-for-container-metrics=true",
        `--secure-port=${adapterPort}`,
        // It makes its own certificate, and the image's disk is read-only.
        `--cert-dir=${certificates}`,
    ],
    ports: [{ name: "https", containerPort: adapterPort, protocol: "TCP" }],
    resources: { requests: amounts, limits: amounts },
    securityContext: restrictedContainer,
    // The metadata server knows the account of a new pod only after a while, and the adapter starts anew until then.
    readinessProbe: { ...answers("/readyz"), periodSeconds: 10, failureThreshold: 3 },
    livenessProbe: { ...answers("/livez"), initialDelaySeconds: 60, periodSeconds: 20, failureThreshold: 6 },
    volumeMounts: [{ name: "certificates", mountPath: certificates }],
};
