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
import type { ComponentArgs } from "../../environment/component";
import type { Uses } from "../../identity/capability";
import type { Transform } from "../../internal/children";
import type { Duration } from "../../internal/duration";
import type { GkeCluster } from "../cluster";
import type { Scaling, ScalingTransforms } from "../scaling";
import type { Mountable } from "./attachments";
import type { AuthProxy } from "./authProxy";
import type { Exposure } from "./exposure/arguments";
import type { Health } from "./health";
import type { ImageSource } from "./image";
import type { CallerPeers, EgressPeers } from "./network";
import type { Toleration } from "./placement";
import type { ContainerResources } from "./resources";

/** The arguments of an {@link AutoscaledDeployment}. */
export interface AutoscaledDeploymentArgs extends ComponentArgs {
    /** The cluster that runs it. */
    cluster: GkeCluster;
    /**
     * What runs: a {@link ContainerImage}, or an image's name with its digest, `ghcr.io/acme/echo@sha256:…`. The cluster's nodes
     * may pull from the registry of a `ContainerImage`, and the environments that promote this one take it once it ran; of
     * another image neither is looked after.
     */
    image: ImageSource;
    /**
     * The port on which the code listens, which `PORT` tells it: 1024 to 65535, as lower ones are root's.
     * @default none: nothing calls it, and it has no Service
     */
    port?: number;
    /**
     * How many replicas there are, and how large they are.
     * @default by 80 % CPU from 1 to 3 replicas in development, from 2 to 5 in staging, from 3 to 10 in production
     */
    scaling?: Scaling;
    /**
     * What the code may do with other components, by the environment variable that tells it of each. A secret's `file` makes
     * the variable the path of a file with its text; another deployment's `caller` makes it the address; a database's `client`
     * makes it a URL, by which the code reaches the Cloud SQL Auth Proxy beside it.
     * @default nothing
     */
    uses?: Uses<Mountable>;
    /**
     * Environment variables that are not secret: a text is refused for one whose name ends with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`.
     * @default none but `PORT` and those of `uses`
     */
    environment?: Record<string, pulumi.Input<string>>;
    /**
     * How it is reached from outside of the cluster: by a load balancer, by a Gateway or by an Ingress.
     * @default not at all
     */
    expose?: Exposure;
    /**
     * How a container is asked whether it works: a path that answers 200, such as `"/healthz"`, or more.
     * @default the port is opened
     */
    health?: string | Health;
    /**
     * What a pod is sure to have of CPU, memory and disk, and what it may take.
     * @default half a CPU, 1 GiB of memory and 1 GiB of disk, and no more
     */
    resources?: ContainerResources;
    /**
     * The Cloud SQL Auth Proxy of a deployment that uses databases.
     * @default a release that the component pins, with the resources of Google's own example
     */
    authProxy?: AuthProxy;
    /**
     * What is run in the container instead of the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of what is run.
     * @default the image's own
     */
    args?: pulumi.Input<string>[];
    /**
     * The number of the user, and of the group, that the code runs as, whatever the image says: 1 to 2,147,483,647, and so not root.
     * @default 10001, which is no user of a node: those have numbers below 10000
     */
    user?: number;
    /**
     * Folders that the code may write to, which are empty when a pod starts. Nothing else of the image can be written to.
     * @default "/tmp" alone, which there always is
     */
    writable?: string[];
    /**
     * Seconds for which a pod that ends goes on as before, until those that send requests know of it: 0 to 600.
     * @default 15; 30 behind a Gateway or an Ingress; 0 without a port
     */
    drainSeconds?: number;
    /**
     * Seconds that a pod has to end, those of `drainSeconds` among them: 1 to 3600. Autopilot gives 600 at most, and Spot Pods 25,
     * of which 15 are left when Compute Engine takes the machine away ("Spot VMs").
     * @default 30 more than `drainSeconds`; 25 with `spot`
     */
    terminationGracePeriodSeconds?: number;
    /**
     * How long `up` waits for the replicas of a change to be ready before it fails with what the pods say: `"10 seconds"` to
     * `"1 hour"`. Meanwhile, and after a failure, the pods from before go on.
     * @default "10 minutes"
     */
    rolloutTimeout?: Duration;
    /**
     * Who may call it beside those that have its `caller` and those for whom it is exposed.
     * @default nobody
     */
    allowFrom?: CallerPeers[];
    /**
     * What it reaches beside DNS and what it `uses`.
     * @default nothing
     */
    egress?: EgressPeers[];
    /**
     * Whether its pods run on Spot VMs, which cost less and are taken away at any time ("Spot VMs").
     * @default false
     */
    spot?: boolean;
    /**
     * Labels of the nodes that its pods may be on.
     * @default any node
     */
    nodeSelector?: Record<string, pulumi.Input<string>>;
    /**
     * Taints of nodes that its pods may be on all the same.
     * @default none
     */
    tolerations?: Toleration[];
    /**
     * The PriorityClass of its pods, which says who goes first when there is no room.
     * @default none
     */
    priorityClassName?: pulumi.Input<string>;
    /**
     * The name of a namespace that there is already.
     * @default one of its own, named as the deployment, which takes restricted pods alone ("Pod Security Standards")
     */
    namespace?: pulumi.Input<string>;
    /**
     * The name of its objects in the cluster: up to 63 lower-case letters, digits and hyphens ("Object Names and IDs").
     * @default the component's name
     */
    name?: string;
    /**
     * Labels of all its objects in the cluster ("Labels and Selectors").
     * @default `app.kubernetes.io/name`, `app.kubernetes.io/managed-by` and `environment`
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Annotations of its pods, such as those by which metrics are found.
     * @default none
     */
    annotations?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
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
