import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../../internal/children";

/** Whose rights they are. */
interface Adapter {
    labels: Record<string, string>;
    namespace: pulumi.Input<string>;
    account: pulumi.Input<string>;
}

interface PolicyRule {
    apiGroups: string[];
    resources: string[];
    verbs: string[];
}

const rbac = "rbac.authorization.k8s.io";

/** What the adapter may do in the cluster, and what autoscalers may ask of it, by the names that Google's own manifest has. */
export function rights(name: string, { labels, namespace, account }: Adapter, child: Child): pulumi.Resource[] {
    const adapter = { kind: "ServiceAccount", name: account, namespace };
    const autoscalers = { kind: "ServiceAccount", name: "horizontal-pod-autoscaler", namespace: "kube-system" };

    /** Lets somebody do what a role of the cluster says, one that is made here or one that there is. */
    const bound = (part: string, object: string, role: pulumi.Input<string>, subject: typeof adapter) =>
        new ClusterRoleBinding(
            ...child(part, `${name}-${part}`, {
                metadata: { name: object, labels },
                roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
                subjects: [subject],
            }),
        );
    const allowed = (part: string, object: string, rule: PolicyRule, subject: typeof adapter) => {
        const metadata = { name: object, labels };
        const role = new ClusterRole(...child(`${part}Role`, `${name}-${part}`, { metadata, rules: [rule] }));
        return bound(part, object, role.metadata.name, subject);
    };

    return [
        bound("delegator", "custom-metrics:system:auth-delegator", "system:auth-delegator", adapter),
        new RoleBinding(
            ...child("authentication", `${name}-authentication`, {
                metadata: { name: "custom-metrics-auth-reader", namespace: "kube-system", labels },
                roleRef: { apiGroup: rbac, kind: "Role", name: "extension-apiserver-authentication-reader" },
                subjects: [adapter],
            }),
        ),
        allowed(
            "reader",
            "custom-metrics-resource-reader",
            { apiGroups: [""], resources: ["pods", "nodes", "nodes/stats"], verbs: ["get", "list", "watch"] },
            adapter,
        ),
        allowed(
            "external",
            "external-metrics-reader",
            { apiGroups: ["external.metrics.k8s.io"], resources: ["*"], verbs: ["list", "get", "watch"] },
            autoscalers,
        ),
    ];
}
