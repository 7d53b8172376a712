import { Deployment, type DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment";
import { ConfigMap, type ConfigMapArgs } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceAccount, type ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy, type NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { Role, type RoleArgs } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding, type RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import { secondsIn } from "../../internal/arguments/duration";
import { hashOf, shortenName } from "../../internal/arguments/names";
import type { Child, Transform } from "../../internal/engine/children";
import { packageFile } from "../../internal/sources/packageFile";
import { helperUser, restrictedContainer, restrictedPod } from "../podSecurity";
import type { ScalingSchedule } from "./schedules";
import type { ScaleTarget } from "./target";

/**
 * Python with the time zone database (Docker's official Alpine image). GKE's nodes look for it in
 * {@link https://cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images Google's cache} before they ask Docker
 * Hub. The cache itself, mirror.gcr.io, does not guarantee to keep an image.
 */
const image =
    "docker.io/library/python:3.13.15-alpine3.24@sha256:540c7d91f98ff6880174c40e99067bf5941eb54d818a7a5e094d188b196a934d";

const program = "/etc/schedule";
const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const state = "/run/schedule";

/** The minimum of a scaling, and when it is higher. */
interface ScheduledScaling {
    min: number;
    schedules?: Record<string, ScalingSchedule>;
}

/** The pod that sets minReplicas by the schedules. */
function controllerPod(parts: { account: pulumi.Input<string>; config: pulumi.Input<string> }) {
    return {
        serviceAccountName: parts.account,
        // The token is mounted by an explicit volume instead.
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPod(helperUser),
        containers: [container],
        volumes: [
            { name: "program", configMap: { name: parts.config } },
            { name: "account", projected: { sources: accountSources } },
            { name: "state", emptyDir: { sizeLimit: "1Mi" } },
        ],
        terminationGracePeriodSeconds: 10,
    };
}

const command = ["python3", `${program}/schedule.py`];
const alive = { exec: { command: [...command, "--alive"] }, timeoutSeconds: 10 };

const container = {
    name: "schedule",
    image,
    imagePullPolicy: "Always",
    command,
    env: [
        { name: "SERVICE_ACCOUNT_FOLDER", value: account },
        { name: "DONE_FILE", value: `${state}/done` },
    ],
    // The minimum of a container in Autopilot:
    // https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests
    resources: amounts({ cpu: "50m", memory: "64Mi", "ephemeral-storage": "10Mi" }),
    securityContext: restrictedContainer,
    readinessProbe: { ...alive, periodSeconds: 10, failureThreshold: 3 },
    // A temporarily unavailable API server must not restart the pod.
    livenessProbe: { ...alive, initialDelaySeconds: 60, periodSeconds: 60, failureThreshold: 10 },
    volumeMounts: [
        { name: "program", mountPath: program, readOnly: true },
        { name: "account", mountPath: account, readOnly: true },
        { name: "state", mountPath: state },
    ],
};

function amounts(requests: Record<string, string>) {
    return { requests, limits: requests };
}

/** What Kubernetes mounts by default, with a token that is rotated every hour. */
const accountSources = [
    { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
        downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
    },
];

/** The children of a scaling with schedules. */
export interface ScheduleTransforms {
    scheduleAccount?: Transform<ServiceAccountArgs>;
    scheduleRole?: Transform<RoleArgs>;
    scheduleRoleBinding?: Transform<RoleBindingArgs>;
    scheduleConfig?: Transform<ConfigMapArgs>;
    schedulePolicy?: Transform<NetworkPolicyArgs>;
    scheduleDeployment?: Transform<DeploymentArgs>;
}

/** The annotation that marks an autoscaler whose minReplicas the schedule controller sets. */
export const scheduledAnnotation = "slipway/scheduled-min-replicas";

/** How often the schedules are evaluated. Cron expressions have no seconds, so that changes are late by at most this. */
const everySeconds = 15;

/**
 * Creates the controller that sets minReplicas of an autoscaler by its schedules: a pod with an account that may read and patch
 * this one autoscaler. It exists before the autoscaler changes, as a new maximum may be below the minimum that an old schedule
 * has set.
 */
export function createScheduleController(
    name: string,
    scaling: ScheduledScaling,
    target: ScaleTarget,
    child: Child,
): Deployment {
    const object = shortenName(`${target.name}-schedule`, 63);
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
    const granted = grantAccess(prefix, { metadata, autoscaler: target.name, account: account.metadata.name }, child);
    const config = configuration(target, scaling);
    new NetworkPolicy(...child("schedulePolicy", prefix, { metadata, spec: onlyApiServer(object) }));
    const map = new ConfigMap(
        ...child("scheduleConfig", prefix, {
            // Named by its content, so that pods read the configuration that was deployed with them.
            metadata: { ...metadata, name: `${shortenName(object, 54)}-${hashOf(JSON.stringify(config), 8)}` },
            immutable: true,
            data: config,
        }),
    );
    const pod = controllerPod({ account: account.metadata.name, config: map.metadata.name });
    return new Deployment(
        ...child(
            "scheduleDeployment",
            prefix,
            {
                metadata,
                spec: {
                    replicas: 1,
                    // Two pods with different schedules would overwrite each other's values.
                    strategy: { type: "Recreate" },
                    selector: { matchLabels: { "app.kubernetes.io/name": object } },
                    template: { metadata: { labels }, spec: pod },
                },
            },
            { dependsOn: granted },
        ),
    );
}

interface AccessGrant {
    metadata: { name: string; namespace: pulumi.Input<string>; labels: Record<string, pulumi.Input<string>> };
    autoscaler: string;
    account: pulumi.Input<string>;
}

function grantAccess(name: string, { metadata, autoscaler, account }: AccessGrant, child: Child): RoleBinding {
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

/** The pod accepts no calls and calls only the API server, whose addresses are not known here. */
function onlyApiServer(name: string) {
    return {
        podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
        policyTypes: ["Ingress", "Egress"],
        egress: [{ ports: [{ protocol: "TCP", port: 443 }] }],
    };
}

/** The program of the pod, and its schedules. */
function configuration({ name }: ScaleTarget, { min, schedules = {} }: ScheduledScaling) {
    const each = Object.entries(schedules).map(([key, schedule]) => {
        const { cron, duration, from, to, min: minReplicas, timeZone = "Etc/UTC" } = schedule;
        const durationSeconds = duration && secondsIn(duration);
        // Options that a schedule does not have are not written.
        return [key, { schedule: cron, from, to, minReplicas, durationSeconds, timeZone }];
    });
    const settings = {
        autoscaler: name,
        annotation: scheduledAnnotation,
        everySeconds,
        minReplicas: min,
        schedules: Object.fromEntries(each),
    };
    return {
        "schedule.py": packageFile("lib", "gke", "scaling", "schedule.py"),
        "schedules.json": `${JSON.stringify(settings, undefined, 2)}\n`,
    };
}
