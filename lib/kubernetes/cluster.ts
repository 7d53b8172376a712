import { Cluster } from "@pulumi/gcp/container/cluster";
import { NodePool } from "@pulumi/gcp/container/nodePool";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerRegistry } from "../container";
import { Environment, inEnvironment } from "../environment/environment";
import { childrenOf } from "../internal/children";
import { accountId } from "../internal/names";
import { decided, type GkeClusterArgs } from "./arguments";
import { kubeconfigOf } from "./kubeconfig";

/** A Kubernetes cluster of Google Kubernetes Engine. */
export class GkeCluster extends pulumi.ComponentResource {
    readonly cluster: Cluster;
    /** What Kubernetes resources are made by: `new Namespace("jobs", {}, { provider: cluster.provider })`. */
    readonly provider: Provider;
    /** The text by which `kubectl` finds the cluster. It has no credential. */
    readonly kubeconfig: pulumi.Output<string>;
    /** The account that the nodes have. */
    readonly nodeAccount: Account;
    /** To which the service accounts of Kubernetes belong that act as service accounts of Google: `acme-dev.svc.id.goog`. */
    readonly workloadPool: pulumi.Output<string>;
    readonly mode: "autopilot" | "standard";
    /** What must be there before a pod can run, and stay until the pods are gone. */
    readonly ready: pulumi.Resource[];

    private readonly pulls = new Map<ContainerRegistry, pulumi.Resource>();
    private readonly component: string;

    constructor(name: string, given: GkeClusterArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.region);
        super("slipway:index:GkeCluster", name, {}, inEnvironment(options, args.crossProject));
        const child = childrenOf(this, {}, { dependsOn: environment.enable("container.googleapis.com") });
        this.component = name;
        this.mode = args.nodePools ? "standard" : "autopilot";
        this.nodeAccount = new Account(...child("nodeAccount", `${name}-node`, { accountId: accountId(name, "node") }));
        const grant = new IAMMember(
            ...child("nodeGrant", `${name}-node`, {
                project: environment.project,
                role: "roles/container.defaultNodeServiceAccount",
                member: this.nodeAccount.member,
            }),
        );
        this.cluster = new Cluster(
            ...child(
                "cluster",
                name,
                {
                    location: args.location,
                    enableAutopilot: this.mode === "autopilot" || undefined,
                    resourceLabels: args.labels,
                },
                { dependsOn: grant },
            ),
        );
        const pools = Object.entries(args.nodePools ?? {}).map(([key, { machineType }]) => {
            const { location, name: cluster } = this.cluster;
            return new NodePool(
                ...child("nodePool", `${name}-${key}`, { cluster, location, nodeConfig: { machineType } }),
            );
        });
        this.workloadPool = pulumi.output(`${environment.project}.svc.id.goog`);
        this.kubeconfig = kubeconfigOf(this.cluster);
        this.ready = [this.cluster, ...pools];
        this.provider = new Provider(
            ...child("provider", name, { kubeconfig: this.kubeconfig, enableServerSideApply: true }),
        );
        this.registerOutputs({ cluster: this.cluster, kubeconfig: this.kubeconfig });
    }

    /** Lets the nodes pull a registry's images; the result is what has to be waited for. */
    pullsFrom(registry: ContainerRegistry): pulumi.Resource {
        const made = this.pulls.get(registry) ?? this.pull(registry);
        this.pulls.set(registry, made);
        return made;
    }

    private pull({ reader }: ContainerRegistry): pulumi.Resource {
        const [grant] = reader.grants;
        if (!grant) {
            throw new pulumi.RunError(`GkeCluster "${this.component}": the registry has no grant for its reader.`);
        }
        return grant.to(`${this.component}-${grant.name}`, this.nodeAccount.member, { parent: this });
    }
}
