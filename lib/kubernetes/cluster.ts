import { Cluster } from "@pulumi/gcp/container/cluster";
import { NodePool } from "@pulumi/gcp/container/nodePool";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerRegistry } from "../container";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, type Grant, use, type VpcNetwork } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { type Child, childrenOf } from "../internal/children";
import { freshName } from "../internal/fresh";
import { accountId } from "../internal/names";
import { metricsAdapter } from "./adapter";
import { type Decided, decided, type GkeClusterArgs } from "./arguments";
import { hasName } from "./controlPlane";
import { definition } from "./definition";
import { kubeconfigOf } from "./kubeconfig";
import { connected, type NetworkParts } from "./network";
import { nodeConfig, nodePoolDefinition } from "./nodePool";

const api = "container.googleapis.com";

/**
 * A cluster of Google Kubernetes Engine: an Autopilot one, for which Google makes nodes as the pods need them, or with
 * `nodePools` a Standard one. Its nodes have no addresses on the internet and an account of their own, which may write logs and
 * metrics and nothing else. In production Pulumi and the provider refuse to delete it.
 */
export class GkeCluster extends pulumi.ComponentResource {
    readonly cluster: Cluster;
    /** What Kubernetes resources are made by: `new Namespace("jobs", {}, { provider: cluster.provider })`. */
    readonly provider: Provider;
    /** The text by which `kubectl` finds the cluster. It has no credential. */
    readonly kubeconfig: pulumi.Output<string>;
    /** The account of the nodes. */
    readonly nodeAccount: Account;
    /** What the accounts of Kubernetes belong to that act as accounts of Google: `acme-dev.svc.id.goog`. */
    readonly workloadPool: pulumi.Output<string>;
    readonly mode: "autopilot" | "standard";
    /** By their names; none of an Autopilot cluster. */
    readonly nodePools: Readonly<Record<string, NodePool>>;
    /** The network of its own; nothing where it was given one. */
    readonly network?: NetworkParts;
    /** The network that it is in. */
    readonly vpc: VpcNetwork;
    /**
     * Makes and changes what is in the clusters of the project, such as pods: GKE has no such role for one of them. The consumer gets the
     * cluster's id, `projects/acme-dev/locations/europe-west1/clusters/main-1a2b3c`.
     */
    readonly developer: Capability;
    /** What must be there before a pod can run, and stay until the pods are gone. */
    readonly ready: pulumi.Resource[];

    private readonly component: string;
    private readonly pulls = new Map<ContainerRegistry, pulumi.Resource>();
    private readonly adapter: () => pulumi.Resource[];
    private adapted?: pulumi.Resource[];

    constructor(name: string, given: GkeClusterArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment, pulumi.getStack());
        super("slipway:index:GkeCluster", name, {}, inEnvironment(options, args.crossProject));
        const child = childrenOf(this, args.transform, {
            dependsOn: environment.enable(api, "compute.googleapis.com"),
        });
        const outside = childrenOf(this, args.transform);
        this.component = name;
        this.mode = args.nodePools ? "standard" : "autopilot";

        const { account, grant } = accountOfNodes(name, args, environment, outside);
        this.nodeAccount = account;
        const network = connected(name, args, child);
        this.network = network.parts;
        this.vpc = network.network;
        const fresh = freshName("name", args.name, 40);
        this.cluster = new Cluster(
            ...child(
                "cluster",
                name,
                {
                    name: fresh.name,
                    ...definition(args, { connected: network, account: account.email, project: environment.project }),
                },
                {
                    protect: environment.defaults.protect,
                    ...fresh.options,
                    // Those of the nodes that went at once: the provider reads those of the first pool instead.
                    ignoreChanges: [...(fresh.options.ignoreChanges ?? []), "initialNodeCount", "nodeConfig"],
                    dependsOn: [
                        grant,
                        ...network.ready,
                        ...encryptionGrants(environment, name, args, api),
                        ...(args.binaryAuthorization ? environment.enable("binaryauthorization.googleapis.com") : []),
                    ],
                },
            ),
        );
        this.nodePools = poolsOf(name, args, this.cluster, account, environment, child);
        this.ready = [this.cluster, ...Object.values(this.nodePools)];
        // A pool of accounts comes with the first cluster of a project, so that nobody can be let in by it before.
        this.workloadPool = pulumi.interpolate`${this.cluster.project}.svc.id.goog`;
        this.kubeconfig = kubeconfigOf(this.cluster, hasName(args.controlPlane), args.auth);
        this.provider = new Provider(
            ...outside(
                "provider",
                name,
                {
                    kubeconfig: this.kubeconfig,
                    // Another way to the cluster is not another cluster, in which everything would be made anew.
                    clusterIdentifier: this.cluster.id,
                    enableServerSideApply: true,
                },
                { dependsOn: this.ready },
            ),
        );
        this.developer = { value: this.cluster.id, grants: [developing(environment)], attachments: [] };
        this.adapter = () => metricsAdapter(name, this, environment, args.transform);
        this.registerOutputs({ cluster: this.cluster, kubeconfig: this.kubeconfig });
    }

    /** Lets the nodes pull the images of a registry, once; what runs such an image waits for the result. */
    pullsFrom(registry: ContainerRegistry): pulumi.Resource {
        const made = this.pulls.get(registry) ?? this.pull(registry);
        this.pulls.set(registry, made);
        return made;
    }

    /** Lets autoscalers read Cloud Monitoring, once; what scales by its metrics waits for the result. */
    metricsAdapter(): pulumi.Resource[] {
        this.adapted ??= this.adapter();
        return this.adapted;
    }

    private pull({ reader }: ContainerRegistry): pulumi.Resource {
        const { grants } = use(`${this.component}-node`, { IMAGES: reader }, this.nodeAccount.member, { parent: this });
        return grants[0] as pulumi.Resource;
    }
}

const developers = new WeakMap<Environment, Grant>();

/** Of all clusters it is one grant, as a consumer that had it twice would lose both with one. */
function developing(environment: Environment): Grant {
    const { project } = environment;
    const role = "roles/container.developer";
    const made: Grant = developers.get(environment) ?? {
        name: "clusters-developer",
        to: (name, member, options) => new IAMMember(name, { project, role, member }, options),
    };
    developers.set(environment, made);
    return made;
}

/** The account of the nodes with what GKE's own agents on them do: on the project, as the role is for nothing smaller. */
function accountOfNodes(name: string, args: Decided, environment: Environment, child: Child) {
    const account = new Account(
        ...child(
            "nodeAccount",
            `${name}-node`,
            { accountId: accountId(args.name, "node"), displayName: `Nodes of the cluster ${args.name}` },
            { dependsOn: environment.enable("iam.googleapis.com") },
        ),
    );
    const { project } = environment;
    const grant = new IAMMember(
        ...child(
            "nodeGrant",
            `${name}-node`,
            { project, role: "roles/container.defaultNodeServiceAccount", member: account.member },
            { dependsOn: environment.enable("cloudresourcemanager.googleapis.com") },
        ),
    );
    return { account, grant };
}

/** Pools have fresh names, so that one that replaces another is there before the other one's pods leave it. */
function poolsOf(
    name: string,
    { nodePools = {}, labels, isZonal }: Decided,
    cluster: Cluster,
    account: Account,
    { defaults }: Environment,
    child: Child,
): Record<string, NodePool> {
    const node = nodeConfig(account.email, labels);
    const pools = Object.entries(nodePools).map(([key, pool]) => {
        const fresh = freshName("name", key, 40);
        const made = new NodePool(
            ...child(
                "nodePool",
                `${name}-${key}`,
                {
                    name: fresh.name,
                    cluster: cluster.name,
                    location: cluster.location,
                    ...nodePoolDefinition(pool, node, defaults, isZonal ? 1 : 3),
                },
                {
                    ...fresh.options,
                    ignoreChanges: [...(fresh.options.ignoreChanges ?? []), "initialNodeCount"],
                },
            ),
        );
        return [key, made];
    });
    return Object.fromEntries(pools);
}
