/** The user ID of helper pods (metrics adapter, scaling schedules): neither an image's user nor a deployment's default. */
export const helperUser = 65532;

/**
 * The pod security context of the restricted {@link https://kubernetes.io/docs/concepts/security/pod-security-standards/ Pod
 * Security Standard}, with one user ID.
 */
export function restrictedPod(user: number) {
    return {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/** The first port that Linux lets everybody listen on. */
const firstUnprivileged = 1024;

/**
 * Lets the containers of a pod listen on a port below 1024 without privileges. Each kubelet accepts this sysctl, and the restricted standard
 * allows it ({@link https://kubernetes.io/docs/concepts/security/pod-security-standards/ since Kubernetes 1.22}), as Autopilot does
 * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security}). containerd sets it to 0 from version 2.0 on, which GKE
 * {@link https://cloud.google.com/kubernetes-engine/docs/deprecations/migrate-containerd-2 uses since 1.33}.
 */
export const listeningOn = (port: number | undefined) =>
    port !== undefined && port < firstUnprivileged
        ? { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: String(port) }] }
        : {};

/** The container security context of the same profile, with a read-only root filesystem. */
export const restrictedContainer = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};
