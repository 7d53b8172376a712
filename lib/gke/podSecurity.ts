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

/** The container security context of the same profile, with a read-only root filesystem. */
export const restrictedContainer = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};
