import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../component/component";
import { Environment, inEnvironment } from "../../environment/environment";
import type { AccountReference } from "../../iam/serviceAccount";
import type { Capability } from "../../internal/access/capability";
import { argumentsError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { signalsOfDeployment } from "../../monitoring/signals/machines";
import { createAutoscalers, replicaBounds, type ScalingResources } from "../scaling";
import type { ClusterService } from "./attachments";
import type { CanaryResources } from "./canary";
import { instancesOf } from "./databases";
import { type AutoscaledDeploymentArgs, type ResolvedArgs, resolveArgs } from "./deploymentArgs";
import type { Exposed } from "./exposure/context";
import { expose } from "./exposure/exposure";
import { createIdentity, createNamespace, type Identity } from "./identity";
import { type Children, metadata, selector } from "./objects";
import { createService, servicePort } from "./service";
import { createWorkload } from "./workload";

/**
 * The APIs for service accounts and {@link https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity Workload
 * Identity Federation for GKE}.
 */
const apis = ["iam.googleapis.com", "iamcredentials.googleapis.com"];

/**
 * A Deployment of one container image, scaled by load. It has a service account of its own with only the granted roles, pods
 * that conform to the restricted Pod Security Standard, and a network policy that allows only the declared callers and
 * destinations.
 * @example
 * ```ts
 * const echo = new AutoscaledDeployment("echo", {
 *     cluster: new GkeCluster("main"),
 *     image: new ContainerImage("echo", { source: "./echo", registry: new ContainerRegistry("app") }),
 *     port: 8080,
 *     health: "/healthz",
 *     scaling: { min: 2, max: 5, cpu: 80 },
 *     expose: { loadBalancer: { public: true } },
 * });
 * ```
 */
export class AutoscaledDeployment extends pulumi.ComponentResource {
    /** The deployment itself. */
    readonly deployment: Deployment;
    /** The namespace, unless the arguments name an existing one. */
    readonly namespace?: Namespace;
    /** The Google Cloud service account of the code. */
    readonly account: AccountReference;
    /** The Kubernetes service account of the pods, which acts as {@link account}. */
    readonly serviceAccount: ServiceAccount;
    /** The network policy of the pods. */
    readonly networkPolicy: NetworkPolicy;
    /** Limits voluntary evictions of pods. */
    readonly podDisruptionBudget: PodDisruptionBudget;
    /** The Service of the pods; undefined without a port. */
    readonly service?: Service;
    /** The autoscalers of the deployment's pods. */
    readonly scaling: ScalingResources;
    /** The second version with its resources; undefined without `canary`. */
    readonly canary?: CanaryResources;
    /** The resources that expose the pods outside of the cluster. */
    readonly exposed: Exposed;

    private readonly component: string;
    private readonly resolved: ResolvedArgs;
    private readonly namespaceName: pulumi.Output<string>;

    constructor(name: string, args: AutoscaledDeploymentArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment.defaults));
        super("slipway:index:AutoscaledDeployment", name, {}, inEnvironment(options, resolved.crossProject));
        const { cluster } = resolved;
        const onCluster = { provider: cluster.provider, dependsOn: cluster.ready };
        const { child: google, observe } = component(this, name, resolved, { apis });
        const children = { google, cluster: component(this, name, resolved, onCluster).child };
        this.component = name;
        this.resolved = resolved;

        this.namespace = resolved.namespace === undefined ? createNamespace(name, resolved, children) : undefined;
        this.namespaceName = pulumi.output(resolved.namespace ?? (this.namespace as Namespace).metadata.name);
        const parts = createIdentity(name, resolved, this.namespaceName, children, this);
        this.account = parts.account;
        this.serviceAccount = parts.serviceAccount;
        const { networkPolicy, deployment } = createWorkload(name, resolved, this.namespaceName, parts, children);
        this.networkPolicy = networkPolicy;
        this.deployment = deployment;
        this.podDisruptionBudget = this.createDisruptionBudget(this, resolved, name, children);
        this.service =
            resolved.port === undefined
                ? undefined
                : createService(name, resolved, this.namespaceName, deployment, children);
        this.scaling = this.createAutoscalers(this, resolved, name, children);
        this.canary = resolved.canary && this.createCanary(resolved.canary.args, parts, children);
        this.exposed = this.service
            ? expose(
                  {
                      component: name,
                      args: resolved,
                      namespace: this.namespaceName,
                      service: this.service,
                      canary: resolved.canary && this.canary && { ...resolved.canary, service: this.canary.service },
                      children,
                      environment,
                  },
                  resolved.expose,
              )
            : {};
        const { url, address } = this.exposed;
        const { name: clusterName, location } = cluster.cluster;
        const containers = [resolved.name, resolved.canary?.args.name] as const;
        observe("Serving", signalsOfDeployment(clusterName, location, this.namespaceName, ...containers), args.alerts);
        this.registerOutputs({
            deployment,
            url: resolved.port === undefined ? undefined : (url ?? this.clusterUrl()),
            address,
        });
    }

    /** The URL: outside of the cluster if it is exposed, else inside. */
    get url(): pulumi.Output<string> {
        return this.exposed.url ?? this.clusterUrl();
    }

    /** The IP address at which it is exposed, for a DNS record. */
    get address(): pulumi.Output<string> {
        return (
            this.exposed.address ??
            this.refuse(
                check.problem(
                    "address",
                    "gke/address-without-expose",
                    "is not available, because the deployment is not exposed. Set expose.",
                ),
            )
        );
    }

    /** Allows calls from another deployment of the same cluster; the consumer receives its URL. */
    get caller(): Capability<ClusterService> {
        const { component, namespaceName: namespace } = this;
        const { cluster, name } = this.resolved;
        const value = this.clusterUrl();
        // Without a port there is no URL.
        const port = this.resolved.port as number;
        const attachment = { kind: "cluster-service", component, cluster, name, namespace, port } as const;
        return { value, grants: [], attachments: [attachment] };
    }

    private clusterUrl(): pulumi.Output<string> {
        const { name, port } = this.resolved;
        const exposedPort = servicePort(this.resolved);
        return port === undefined
            ? this.refuse(
                  check.problem(
                      "url",
                      "gke/url-without-port",
                      "is not available, because the deployment has no port. Set port.",
                  ),
              )
            : pulumi.interpolate`http://${name}.${this.namespaceName}.svc.cluster.local${exposedPort === 80 ? "" : `:${exposedPort}`}`;
    }

    private refuse(problem: check.Problem): never {
        throw argumentsError(`AutoscaledDeployment "${this.component}"`, [problem]);
    }

    private createDisruptionBudget(
        { deployment: dependsOn }: Pick<AutoscaledDeployment, "deployment">,
        resolved: ResolvedArgs,
        component: string,
        { cluster }: Children,
    ): PodDisruptionBudget {
        const object = { metadata: metadata(resolved, this.namespaceName), spec: disruptionBudget(resolved) };
        // It needs the pods to exist.
        return new PodDisruptionBudget(...cluster("podDisruptionBudget", component, object, { dependsOn }));
    }

    private createCanary(resolved: ResolvedArgs, identity: Identity, children: Children): CanaryResources {
        const component = `${this.component}-canary`;
        const workload = createWorkload(component, resolved, this.namespaceName, identity, children);
        const service = createService(component, resolved, this.namespaceName, workload.deployment, children);
        const version = { ...workload, service };
        return {
            ...version,
            podDisruptionBudget: this.createDisruptionBudget(version, resolved, component, children),
            scaling: this.createAutoscalers(version, resolved, component, children),
        };
    }

    private createAutoscalers(
        { deployment, service }: Pick<AutoscaledDeployment, "deployment" | "service">,
        resolved: ResolvedArgs,
        component: string,
        { cluster: child }: Children,
    ): ScalingResources {
        const { name, objectLabels: labels, cluster, scaling, uses, port, gpu } = resolved;
        const hasProxy = instancesOf(uses, port).length > 0;
        const { namespaceName: namespace } = this;
        const target = {
            name,
            namespace,
            labels,
            deployment,
            cluster: cluster.cluster,
            gpus: gpu?.count,
            service: service?.metadata.name,
            container: hasProxy ? name : undefined,
            metricsAdapter: () => cluster.metricsAdapter(),
        };
        return createAutoscalers(component, scaling, target, child);
    }
}

/**
 * The {@link https://kubernetes.io/docs/tasks/run-application/configure-pdb/ disruption budget}: node upgrades and drains may
 * evict a quarter of the minimum number of pods at a time, and at least one, as a budget of none blocks node upgrades.
 */
function disruptionBudget(args: ResolvedArgs) {
    const { min } = replicaBounds(args.scaling);
    return {
        selector: { matchLabels: selector(args.name) },
        maxUnavailable: Math.max(1, Math.floor(min / 4)),
        // Unhealthy pods may always be evicted.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
    };
}
