import { Deployment, type DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment";
import { ConfigMap, type ConfigMapArgs } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceAccount, type ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy, type NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { Role, type RoleArgs } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding, type RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import type { Child, Transform } from "../../internal/children";
import { secondsIn } from "../../internal/duration";
import { fitted, hashOf } from "../../internal/names";
import { packaged } from "../../internal/packaged";
import type { HorizontalScaling } from "./arguments";
import { keeperPod } from "./keeperPod";
import type { ScaleTarget } from "./target";

/** The children of a scaling with schedules. */
export interface KeeperTransforms {
    scheduleAccount?: Transform<ServiceAccountArgs>;
    scheduleRole?: Transform<RoleArgs>;
    scheduleRoleBinding?: Transform<RoleBindingArgs>;
    scheduleConfig?: Transform<ConfigMapArgs>;
    schedulePolicy?: Transform<NetworkPolicyArgs>;
    scheduleDeployment?: Transform<DeploymentArgs>;
}

/** The annotation by which an autoscaler says that its keeper sets its minimum. */
export const scheduledAnnotation = "slipway/scheduled-min-replicas";

/** How often the schedules are looked at. A cron expression has no seconds, so that no change is later than this. */
const everySeconds = 15;

/**
 * Registers what sets the minimum of an autoscaler by its schedules: a pod that looks at them, with an account that may read and
 * change this one autoscaler and nothing else. It is there before the autoscaler changes, as a new maximum may be below what
 * an old schedule has set.
 */
export function kept(name: string, scaling: HorizontalScaling, target: ScaleTarget, child: Child): Deployment {
    const object = fitted(`${target.name}-schedule`, 63);
    const labels = {
        ...target.labels,
        "app.kubernetes.io/name": object,
        "app.kubernetes.io/component": "scaling-schedule",
    };
    const metadata = { name: object, namespace: target.namespace, labels };
    const prefix = `${name}-schedule`;

    const account = new ServiceAccount(
        ...child("scheduleAccount", prefix, { metadata, automountServiceAccountToken: false }),
    );
    const granted = grant(prefix, { metadata, autoscaler: target.name, account: account.metadata.name }, child);
    const config = configuration(target, scaling);
    new NetworkPolicy(...child("schedulePolicy", prefix, { metadata, spec: onlyApiServer(object) }));
    const map = new ConfigMap(
        ...child("scheduleConfig", prefix, {
            // Another content has another name: pods that start read what was deployed with them.
            metadata: { ...metadata, name: `${fitted(object, 54)}-${hashOf(JSON.stringify(config), 8)}` },
            immutable: true,
            data: config,
        }),
    );
    const pod = keeperPod({ account: account.metadata.name, config: map.metadata.name });
    return new Deployment(
        ...child(
            "scheduleDeployment",
            prefix,
            {
                metadata,
                spec: {
                    replicas: 1,
                    // Two at a time would set it back and forth while they are told different schedules.
                    strategy: { type: "Recreate" },
                    selector: { matchLabels: { "app.kubernetes.io/name": object } },
                    template: { metadata: { labels }, spec: pod },
                },
            },
            { dependsOn: granted },
        ),
    );
}

interface Granting {
    metadata: { name: string; namespace: pulumi.Input<string>; labels: Record<string, pulumi.Input<string>> };
    autoscaler: string;
    account: pulumi.Input<string>;
}

function grant(name: string, { metadata, autoscaler, account }: Granting, child: Child): RoleBinding {
    const role = new Role(
        ...child("scheduleRole", name, {
            metadata,
            rules: [
                {
                    apiGroups: ["autoscaling"],
                    resources: ["horizontalpodautoscalers"],
                    resourceNames: [autoscaler],
                    verbs: ["get", "patch"],
                },
            ],
        }),
    );
    return new RoleBinding(
        ...child("scheduleRoleBinding", name, {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: account, namespace: metadata.namespace }],
        }),
    );
}

/** Nobody calls it, and it calls the API server alone, whose addresses are not known here. */
function onlyApiServer(name: string) {
    return {
        podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
        policyTypes: ["Ingress", "Egress"],
        egress: [{ ports: [{ protocol: "TCP", port: 443 }] }],
    };
}

/** What the keeper runs, and the schedules that it reads. */
function configuration({ name }: ScaleTarget, { minReplicas, schedules = {} }: HorizontalScaling) {
    const each = Object.entries(schedules).map(([key, { timeZone = "Etc/UTC", duration, ...schedule }]) => {
        const lasting = duration === undefined ? {} : { durationSeconds: secondsIn(duration) };
        return [key, { ...schedule, ...lasting, timeZone }];
    });
    const settings = {
        autoscaler: name,
        annotation: scheduledAnnotation,
        everySeconds,
        minReplicas,
        schedules: Object.fromEntries(each),
    };
    return {
        "schedule.py": packaged("lib", "kubernetes", "scaling", "schedule.py"),
        "schedules.json": `${JSON.stringify(settings, undefined, 2)}\n`,
    };
}
