import type * as pulumi from "@pulumi/pulumi";
import { helperUser, restrictedContainer, restrictedPod } from "../restricted";

/**
 * Python with its standard library and the time zone database, which Docker's official image on Alpine has, from Google's
 * mirror of Docker Hub, which nodes without a way to the internet reach ("Pull cached Docker Hub images").
 */
const image =
    "mirror.gcr.io/library/python:3.13.15-alpine3.24@sha256:540c7d91f98ff6880174c40e99067bf5941eb54d818a7a5e094d188b196a934d";

const program = "/etc/schedule";
const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const state = "/run/schedule";

/** The pod that keeps an autoscaler's minimum at what its schedules say. */
export function keeperPod(parts: { account: pulumi.Input<string>; config: pulumi.Input<string> }) {
    return {
        serviceAccountName: parts.account,
        // Its token is mounted by its volume, to be seen here.
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
    // The least that a container of Autopilot may ask for ("Resource requests in Autopilot").
    resources: amounts({ cpu: "50m", memory: "64Mi", "ephemeral-storage": "10Mi" }),
    securityContext: restrictedContainer,
    readinessProbe: { ...alive, periodSeconds: 10, failureThreshold: 3 },
    // A cluster that does not answer for a while is no reason to make the pod anew.
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

/** What Kubernetes mounts by itself into pods that do not refuse it, with a token that is replaced every hour. */
const accountSources = [
    { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
        downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
    },
];
