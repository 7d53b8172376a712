import type { Account } from "@pulumi/gcp/serviceaccount/account";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import type { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../../environment/environment";
import type { Capability } from "../../identity/capability";
import { childrenOf } from "../../internal/children";
import { type Scaled, scaled, sizeOf } from "../scaling";
import type { AutoscaledDeploymentArgs } from "./arguments";
import type { ClusterService } from "./attachments";
import { instancesOf } from "./databases";
import { type Decided, decided } from "./decided";
import { disruptionBudget, metadata } from "./definition";
import { exposed } from "./exposure";
import type { Exposed } from "./exposure/parts";
import { type Children, identity, namespace } from "./identity";
import { given } from "./names";
import { serviceAnnotations, serviceOptions, servicePort, serviceSpec } from "./service";
import { workload } from "./workload";

/** What accounts need, and how an account of Kubernetes becomes one of Google Cloud ("Authenticate to Google Cloud APIs from GKE workloads"). */
const apis = ["iam.googleapis.com", "iamcredentials.googleapis.com"];

/**
 * Containers of one image in a cluster, as many as the load needs: under an account of their own, which has the roles that they
 * need and no other, in pods that may do what the restricted profile of Kubernetes allows, called by nobody and calling
 * nothing but what is said.
 */
export class AutoscaledDeployment extends pulumi.ComponentResource {
    readonly deployment: Deployment;
    /** The namespace, unless another one was given. */
    readonly namespace?: Namespace;
    /** The account of Google Cloud that the code runs as. */
    readonly account: Account;
    /** The account of Kubernetes that the pods have, which acts as {@link account}. */
    readonly serviceAccount: ServiceAccount;
    /** What the pods may do over the network. */
    readonly networkPolicy: NetworkPolicy;
    /** What keeps pods from being taken away all at once. */
    readonly podDisruptionBudget: PodDisruptionBudget;
    /** What the pods are called by; nothing without a port. */
    readonly service?: Service;
    /** What sets the number of pods and their size. */
    readonly scaling: Scaled;
    /** What stands between the pods and those outside of the cluster. */
    readonly exposed: Exposed;

    private readonly component: string;
    private readonly args: Decided;
    private readonly within: pulumi.Output<string>;

    constructor(name: string, given: AutoscaledDeploymentArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.defaults);
        super("slipway:index:AutoscaledDeployment", name, {}, inEnvironment(options, args.crossProject));
        const { cluster, transform } = args;
        const children = {
            google: childrenOf(this, transform, { dependsOn: environment.enable(...apis) }),
            cluster: childrenOf(this, transform, { provider: cluster.provider, dependsOn: cluster.ready }),
        };
        this.component = name;
        this.args = args;

        this.namespace = args.namespace === undefined ? namespace(name, args, children) : undefined;
        this.within = pulumi.output(args.namespace ?? (this.namespace as Namespace).metadata.name);
        const parts = identity(name, args, this.within, children, this);
        this.account = parts.account;
        this.serviceAccount = parts.serviceAccount;
        const { networkPolicy, deployment } = workload(name, args, this.within, parts, children);
        this.networkPolicy = networkPolicy;
        this.deployment = deployment;
        this.podDisruptionBudget = this.budget(children);
        this.service = args.port === undefined ? undefined : this.served(children);
        this.scaling = this.scaled(children);
        this.exposed = this.service
            ? exposed({ component: name, args, namespace: this.within, service: this.service, children, environment })
            : {};
        const { url, address } = this.exposed;
        this.registerOutputs({
            deployment,
            url: args.port === undefined ? undefined : (url ?? this.called()),
            address,
        });
    }

    /** The address at which it is called: from outside if it is exposed, else in the cluster. */
    get url(): pulumi.Output<string> {
        return this.exposed.url ?? this.called();
    }

    /** The IP address by which it is exposed, for a DNS record. */
    get address(): pulumi.Output<string> {
        return this.exposed.address ?? this.lacks("address", "there is none, as it is not exposed. Set expose.");
    }

    /** Calls it from another deployment of the same cluster; that one gets its address. */
    get caller(): Capability<ClusterService> {
        const { component, within: namespace } = this;
        const { cluster, name, port = 0 } = this.args;
        const attachment = { kind: "cluster-service", component, cluster, name, namespace, port } as const;
        return { value: this.called(), grants: [], attachments: [attachment] };
    }

    private called(): pulumi.Output<string> {
        const { name, port } = this.args;
        const served = servicePort(this.args);
        return port === undefined
            ? this.lacks("url", "there is none, as nothing can call it. Set port.")
            : pulumi.interpolate`http://${name}.${this.within}.svc.cluster.local${served === 80 ? "" : `:${served}`}`;
    }

    private lacks(path: string, reason: string): never {
        throw new pulumi.RunError(`AutoscaledDeployment "${this.component}": ${path}: ${reason}`);
    }

    private budget({ cluster }: Children): PodDisruptionBudget {
        const object = { metadata: metadata(this.args, this.within), spec: disruptionBudget(this.args) };
        // Without pods there is nothing that it could keep.
        const after = { dependsOn: this.deployment };
        return new PodDisruptionBudget(...cluster("podDisruptionBudget", this.component, object, after));
    }

    private served({ cluster }: Children): Service {
        const annotations = given({
            ...serviceAnnotations(this.args),
            ...sizeOf(this.args.scaling).serviceAnnotations,
        });
        const object = {
            metadata: { ...metadata(this.args, this.within), annotations },
            spec: serviceSpec(this.args),
        };
        // It is awaited until a pod is ready, which of a rollout that fails is known better.
        return new Service(
            ...cluster("service", this.component, object, { ...serviceOptions, dependsOn: this.deployment }),
        );
    }

    private scaled({ cluster: child }: Children): Scaled {
        const { name, objectLabels: labels, cluster, scaling, uses, port } = this.args;
        const hasProxy = instancesOf(uses, port).length > 0;
        const { deployment, within: namespace } = this;
        const target = {
            name,
            namespace,
            labels,
            deployment,
            service: this.service?.metadata.name,
            container: hasProxy ? name : undefined,
            metricsAdapter: () => cluster.metricsAdapter(),
        };
        return scaled(this.component, scaling, target, child);
    }
}
