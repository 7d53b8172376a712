/** The user of the pods that clusters get beside those of deployments: one that no image has, and no deployment by default. */
export const helperUser = 65532;

/** What a pod may do by the restricted profile of "Pod Security Standards", as one user who is not root. */
export function restrictedPod(user: number) {
    return {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/** What a container may do by the same profile; and it cannot write to its image's disk. */
export const restrictedContainer = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};
