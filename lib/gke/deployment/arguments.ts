import type { CertificateArgs } from "@pulumi/gcp/certificatemanager/certificate";
import type { CertificateMapArgs } from "@pulumi/gcp/certificatemanager/certificateMap";
import type { CertificateMapEntryArgs } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import type { AddressArgs } from "@pulumi/gcp/compute/address";
import type { GlobalAddressArgs } from "@pulumi/gcp/compute/globalAddress";
import type { SSLPolicyArgs } from "@pulumi/gcp/compute/sslpolicy";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment";
import type { NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace";
import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service";
import type { ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { IngressArgs } from "@pulumi/kubernetes/networking/v1/ingress";
import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import type { Uses } from "../../iam/capability";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { type Duration, duration } from "../../internal/duration";
import { image } from "../../internal/image";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { deploymentSignals } from "../../monitoring/signals/machines";
import type { GkeCluster } from "../cluster";
import { type Scaling, type ScalingTransforms, scaling, scalingParts } from "../scaling";
import type { Mountable } from "./attachments";
import { type AuthProxy, authProxy } from "./authProxy";
import { type Exposure, exposure } from "./exposure/arguments";
import { type Health, health } from "./health";
import { key, objectLabels, objectName } from "./names";
import { type CallerPeers, callers, type EgressPeers, egress } from "./peers";
import { nodeSelector, type Toleration, tolerations } from "./placement";
import { type ContainerResources, resources } from "./resources";
import { folderProblem } from "./secretFiles";
import { env, uses } from "./variables";

/** The arguments of an {@link AutoscaledDeployment}. */
export interface AutoscaledDeploymentArgs extends ComponentArgs, check.InsecureArgs {
    /** The cluster. */
    cluster: GkeCluster;
    /**
     * The image: a {@link ContainerImage}, or a name with its digest, `ghcr.io/acme/echo@sha256:…`. For a `ContainerImage` the
     * cluster's nodes may pull from its registry, and environments that promote this one accept it once it ran here; for other
     * images you grant access yourself.
     */
    image: ImageSource;
    /**
     * The port that the code listens on, also in the variable `PORT`: 1024 to 65535, as lower ones are privileged.
     * @default none: the deployment has no Service
     */
    port?: number;
    /**
     * The number of replicas, and their size: a fixed number, `3`, or between a minimum and a maximum.
     * @default by 80 % CPU from 1 to 3 replicas in development, from 2 to 5 in staging, from 3 to 10 in production
     */
    scaling?: Scaling;
    /**
     * The service account that the pods run as, a {@link ServiceAccount}. Its roles are granted to all that run as it.
     * @default an account of the deployment's own
     */
    account?: AnyServiceAccount;
    /**
     * The capabilities that the code uses, by environment variable. A secret's `file` sets the variable to the path of a file
     * with its value; another deployment's `caller` sets it to the address; a database's `client` sets it to a URL of the Cloud
     * SQL Auth Proxy in the pod.
     * @default none
     */
    uses?: Uses<Mountable>;
    /**
     * Environment variables that are not secret: a plain string is refused if the name ends with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`.
     * @default only `PORT` and the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * How clients outside of the cluster reach it: through a load balancer, a Gateway or an Ingress.
     * @default not exposed
     */
    expose?: Exposure;
    /**
     * The health checks of a container: a path that responds with 200, such as `"/healthz"`, or more.
     * @default a TCP check of the port
     */
    health?: string | Health;
    /**
     * The CPU, memory and disk that a container requests, and its limits.
     * @default requests and limits of half a CPU, 1 GiB of memory and 1 GiB of disk
     */
    resources?: ContainerResources;
    /**
     * The Cloud SQL Auth Proxy of a deployment that uses databases.
     * @default a release that the component pins, with the resources of Google's own example
     */
    authProxy?: AuthProxy;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of the command.
     * @default the image's own
     */
    args?: pulumi.Input<string>[];
    /**
     * The user and group ID of the container, whatever the image specifies: 1 to 2,147,483,647, and so not root.
     * @default 10001, which is no user of a node: those have numbers below 10000
     */
    user?: number;
    /**
     * Folders that the code may write to, empty in a new pod. The rest of the filesystem is read-only.
     * @default `/tmp`, which is always writable
     */
    writable?: string[];
    /**
     * How long a terminating pod continues to serve requests, until load balancers stop sending them: `"0 seconds"` to
     * `"10 minutes"`.
     * @default "15 seconds"; "30 seconds" behind a Gateway or an Ingress; "0 seconds" without a port
     */
    drainTimeout?: Duration;
    /**
     * The time until a terminating pod is killed, including `drainTimeout`: `"1 second"` to `"1 hour"`. Autopilot allows at most
     * 10 minutes, and {@link https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms Spot VMs} 25 seconds, of which 15
     * remain at a preemption.
     * @default 30 seconds more than `drainTimeout`; "25 seconds" with `spot`
     */
    terminationGracePeriod?: Duration;
    /**
     * How long `up` waits until the replicas of a change are ready, before it fails with the pods' messages: `"10 seconds"` to
     * `"1 hour"`. Meanwhile, and after a failure, the previous pods continue to run.
     * @default "10 minutes"
     */
    rolloutTimeout?: Duration;
    /**
     * Callers in addition to components with its `caller` and to what it is exposed to.
     * @default none
     */
    allowFrom?: CallerPeers[];
    /**
     * Destinations in addition to DNS and what it `uses`.
     * @default none
     */
    egress?: EgressPeers[];
    /**
     * Runs the pods on {@link https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms Spot VMs}, which cost less and
     * can be preempted at any time.
     * @default false
     */
    spot?: boolean;
    /**
     * Labels of the nodes that the pods may run on.
     * @default any node
     */
    nodeSelector?: Record<string, pulumi.Input<string>>;
    /**
     * Taints of nodes that the pods tolerate.
     * @default none
     */
    tolerations?: Toleration[];
    /**
     * The PriorityClass of the pods, which decides what is evicted if resources are short.
     * @default none
     */
    priorityClassName?: pulumi.Input<string>;
    /**
     * The name of an existing namespace.
     * @default a new one, named as the deployment, that enforces the restricted Pod Security Standard
     */
    namespace?: pulumi.Input<string>;
    /**
     * The {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ name} of its objects in the cluster:
     * up to 63 lower-case letters, digits and hyphens.
     * @default the component's name
     */
    name?: string;
    /**
     * {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ Labels} of all its objects in the
     * cluster.
     * @default `app.kubernetes.io/name`, `app.kubernetes.io/managed-by` and `environment`
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Annotations of its pods, for example for the discovery of metrics.
     * @default none
     */
    annotations?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about restarts, used CPU and memory of its containers to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, cpu: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"cpu" | "memory" | "restarts">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: DeploymentTransforms;
}

/** The children that an {@link AutoscaledDeployment} may have. */
export interface DeploymentTransforms extends ScalingTransforms {
    namespace?: Transform<NamespaceArgs>;
    account?: Transform<AccountArgs>;
    serviceAccount?: Transform<ServiceAccountArgs>;
    secretProviderClass?: Transform<CustomResourceArgs>;
    networkPolicy?: Transform<NetworkPolicyArgs>;
    deployment?: Transform<DeploymentArgs>;
    service?: Transform<ServiceArgs>;
    podDisruptionBudget?: Transform<PodDisruptionBudgetArgs>;
    address?: Transform<AddressArgs | GlobalAddressArgs>;
    gateway?: Transform<CustomResourceArgs>;
    route?: Transform<CustomResourceArgs>;
    ingress?: Transform<IngressArgs>;
    healthCheckPolicy?: Transform<CustomResourceArgs>;
    backendPolicy?: Transform<CustomResourceArgs>;
    backendConfig?: Transform<CustomResourceArgs>;
    frontendConfig?: Transform<CustomResourceArgs>;
    gatewayPolicy?: Transform<CustomResourceArgs>;
    managedCertificate?: Transform<CustomResourceArgs>;
    certificate?: Transform<CertificateArgs>;
    certificateMap?: Transform<CertificateMapArgs>;
    certificateMapEntry?: Transform<CertificateMapEntryArgs>;
    sslPolicy?: Transform<SSLPolicyArgs>;
}

const texts = check.list(check.input(check.text()));

/** Checks each argument. */
export const autoscaledDeploymentArgs = check.options<AutoscaledDeploymentArgs>(
    {
        cluster: check.component("GkeCluster"),
        image,
        port: check.whole(1024, 65_535),
        scaling,
        account: serviceAccount,
        uses,
        env,
        expose: exposure,
        health,
        resources,
        authProxy,
        command: texts,
        args: texts,
        user: check.pipe(
            check.custom<number>((value) => value !== 0, "must not be root"),
            check.whole(1, 2_147_483_647),
        ),
        writable: check.list(
            check.pipe(
                check.text(),
                check.refine(
                    (value) => folderProblem(String(value)) === undefined,
                    ({ input }) => folderProblem(String(input)) ?? "",
                ),
            ),
        ),
        drainTimeout: duration("0 seconds", "10 minutes"),
        terminationGracePeriod: duration("1 second", "1 hour"),
        rolloutTimeout: duration("10 seconds", "1 hour"),
        allowFrom: callers,
        egress,
        spot: check.flag(),
        nodeSelector,
        tolerations,
        priorityClassName: check.input(objectName),
        namespace: check.input(objectName),
        name: objectName,
        labels: objectLabels,
        annotations: check.record(key, check.input(check.text())),
        alerts: componentAlerts(...deploymentSignals),
        transform: transforms(
            "namespace",
            "account",
            "serviceAccount",
            "secretProviderClass",
            "networkPolicy",
            "deployment",
            "service",
            "podDisruptionBudget",
            "address",
            "gateway",
            "route",
            "ingress",
            "healthCheckPolicy",
            "backendPolicy",
            "backendConfig",
            "frontendConfig",
            "gatewayPolicy",
            "managedCertificate",
            "certificate",
            "certificateMap",
            "certificateMapEntry",
            "sslPolicy",
            ...scalingParts,
        ),
        ...check.insecureArgs,
        ...componentArgs,
    },
    "cluster",
    "image",
);
