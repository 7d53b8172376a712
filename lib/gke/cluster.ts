import { Cluster, type ClusterArgs } from "@pulumi/gcp/container/cluster";
import { NodePool } from "@pulumi/gcp/container/nodePool";
import type { BackupPlan } from "@pulumi/gcp/gkebackup/backupPlan";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { AnyRegistry } from "../artifactregistry";
import { component } from "../component/component";
import { encryptionGrants, idOfKey } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { ExistingOf, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import { networkId } from "../iam/cloudSql";
import type { AccountReference, AnyServiceAccount } from "../iam/serviceAccount";
import { type Capability, type Grant, use, type VpcNetwork } from "../internal/access/capability";
import { roleGrant } from "../internal/access/roles";
import type { Child } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import { signalsOfCluster } from "../monitoring/signals/machines";
import { withoutWait } from "../stack/propagation";
import { autopilotArgs, type GkeMode } from "./autopilot";
import { createBackupPlans } from "./backups";
import { type GkeClusterArgs, type ResolvedArgs, resolveArgs } from "./clusterArgs";
import { controlPlaneConfig, hasDnsEndpoint } from "./controlPlane";
import {
    type ExistingClusterArgs,
    existingAccount,
    existingConnection,
    isReachedByName,
    type ResolvedExisting,
    readCluster,
    resolveExisting,
    verifiedId,
} from "./existing";
import { kubeconfigOf } from "./kubeconfig";
import { maintenancePolicy } from "./maintenance";
import { metricsAdapter } from "./metricsAdapter";
import { type ClusterConnection, connectNetwork, type NetworkParts } from "./network";
import { type GpuPool, gpuPoolsOf } from "./nodeGpu";
import { nodePoolArgs } from "./nodePool";
import { grantNodeRole, nodeAccountOf, nodeConfig } from "./nodes";
import { loggingConfig, notificationConfig, notificationGrants } from "./observability";
import { standardArgs } from "./standard";

const api = "container.googleapis.com";

/**
 * A {@link https://cloud.google.com/kubernetes-engine/docs/concepts/kubernetes-engine-overview Google Kubernetes Engine}
 * cluster: Autopilot, where Google creates nodes for the pods, or, with `nodePools`, Standard. Its nodes have no external IP
 * addresses and a service account of their own that may only write logs and metrics. Protected from deletion in production, by
 * Pulumi and by the provider. With {@link GkeCluster.existing}, deployments run in a cluster that it does not manage.
 * @example
 * ```ts
 * const cluster = new GkeCluster("main", {
 *     nodePools: { default: { machineType: "e2-standard-4", scaling: { min: 1, max: 5 } } },
 * });
 * ```
 */
export class GkeCluster extends pulumi.ComponentResource {
    /** The cluster; an existing one as it was read. */
    readonly cluster: Cluster;
    /** The provider for Kubernetes resources: `new Namespace("jobs", {}, { provider: cluster.provider })`. */
    readonly provider: Provider;
    /** The kubeconfig for `kubectl`. It contains no credentials. */
    readonly kubeconfig: pulumi.Output<string>;
    /** The service account of the nodes. */
    readonly nodeAccount: AccountReference;
    /** The workload identity pool of the cluster's Kubernetes service accounts: `acme-dev.svc.id.goog`. */
    readonly workloadPool: pulumi.Output<string>;
    /** Who manages the nodes. */
    readonly mode: GkeMode;
    /** The region of the cluster, also of one in a single zone. */
    readonly region: string;
    /** The node pools by name; none in an Autopilot cluster. */
    readonly nodePools: Readonly<Record<string, NodePool>>;
    /** The backup plans by name; none of an existing cluster. */
    readonly backupPlans: Readonly<Record<string, BackupPlan>>;
    /** The cluster's own network; undefined if it uses another network. */
    readonly network?: NetworkParts;
    /** The network of the cluster. */
    readonly vpc: VpcNetwork;
    /** The IP address of the Private Service Connect endpoint for Google APIs, if the network is a {@link Network} with one. */
    readonly googleApis?: pulumi.Output<string>;
    /**
     * What internal load balancers need in the network and the cluster's region: a proxy-only subnet with its firewall rule,
     * or nothing if there is none; undefined if another program creates the network.
     */
    readonly proxies?: pulumi.Resource[];
    /**
     * Grants creating and changing Kubernetes objects such as pods, in all clusters of the project: GKE has no such role for a
     * single cluster. The consumer receives the cluster's ID, `projects/acme-dev/locations/europe-west1/clusters/main-1a2b3c`.
     */
    readonly developer: Capability;
    /** The resources that must exist before a pod can run, and until the pods are deleted. */
    readonly ready: pulumi.Resource[];

    readonly #gpuPools?: Record<string, GpuPool>;
    readonly #provisionedGpus: readonly string[];

    /** The node pools with their GPUs; undefined if there can be others than the pools of the program. @internal */
    get gpuPools(): Record<string, GpuPool> | undefined {
        return this.#gpuPools;
    }

    /** The GPUs for which GKE creates node pools. @internal */
    get provisionedGpus(): readonly string[] {
        return this.#provisionedGpus;
    }

    private readonly component: string;
    private readonly account?: AnyServiceAccount;
    /** The accounts of node pools that have others than the cluster. */
    private readonly poolAccounts: AnyServiceAccount[];
    private readonly pulls = new Map<AnyRegistry, pulumi.Resource>();
    private readonly installAdapter: () => pulumi.Resource[];
    private adapterResources?: pulumi.Resource[];

    /**
     * Deployments run in a cluster that exists already, and that the component does not manage. It only adds what the arguments ask for:
     * node pools and the grants of nodes.
     *
     * @param name the name of the cluster in Google Cloud, which is also the component's
     */
    static existing(
        name: string,
        args: ExistingClusterArgs = {},
        options?: pulumi.ComponentResourceOptions,
    ): GkeCluster {
        requireKnown("GkeCluster", name, args);
        return new GkeCluster(name, new ExistingOf(args) as object, options);
    }

    constructor(name: string, args: GkeClusterArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const stack = pulumi.getStack();
        const resolved =
            (args as object) instanceof ExistingOf
                ? resolveExisting(name, (args as ExistingOf<ExistingClusterArgs>).args, environment, stack)
                : environment.resolved(() => resolveArgs(name, args, environment, stack));
        super("slipway:index:GkeCluster", name, {}, inEnvironment(options, resolved.crossProject));
        this.component = name;
        this.region = resolved.region;
        this.mode = resolved.mode;
        this.account = resolved.account;
        this.#gpuPools = resolved.isExisting || !resolved.nodePools ? undefined : gpuPoolsOf(resolved.nodePools);
        this.#provisionedGpus = resolved.isExisting ? [] : Object.keys(resolved.autoProvisioning?.gpu ?? {});
        const ofPools = Object.values(resolved.nodePools ?? {}).flatMap(
            ({ account }) => account ?? resolved.account ?? [],
        );
        const poolAccounts = [...new Set(ofPools)];
        this.poolAccounts = poolAccounts.filter((each) => each !== resolved.account);

        const { child: google, observe, bindTags } = component(this, name, resolved);
        const children = {
            google,
            // With the APIs of clusters.
            gke: component(this, name, resolved, { apis: [api, "compute.googleapis.com"] }).child,
        };
        const { cluster, account, network, ...access } = resolved.isExisting
            ? findCluster(name, resolved, environment, children.google)
            : createCluster(name, resolved, environment, children);
        const poolGrants = poolAccounts.map((each) => grantNodeRole(each, environment));
        this.cluster = cluster;
        this.nodeAccount = account;
        this.network = network.parts;
        this.vpc = network.network;
        this.googleApis = network.googleApis;
        this.proxies = network.proxies;
        this.nodePools = createNodePools(name, resolved, cluster, account, environment, children.gke, poolGrants);
        this.backupPlans = resolved.isExisting
            ? {}
            : createBackupPlans(name, resolved, cluster, environment, children.google);
        this.ready = [cluster, ...Object.values(this.nodePools)];
        // The workload identity pool is created with the project's first cluster; grants to it fail before.
        this.workloadPool = pulumi.interpolate`${cluster.project}.svc.id.goog`;
        this.kubeconfig = kubeconfigOf(cluster, access.isReachedByName, resolved.auth);
        this.provider = new Provider(
            ...children.google(
                "provider",
                name,
                {
                    kubeconfig: this.kubeconfig,
                    // A changed endpoint must not replace all Kubernetes resources.
                    clusterIdentifier: access.id,
                    enableServerSideApply: true,
                },
                { dependsOn: this.ready },
            ),
        );
        const grants = [developerGrant(environment, resolved.project)];
        this.developer = { value: access.id, grants, attachments: [] };
        this.installAdapter = () => metricsAdapter(name, this, environment, resolved.transform);
        observe("Serving", signalsOfCluster(cluster.name, cluster.location), resolved.alerts);
        bindTags(cluster);
        this.registerOutputs({ cluster, kubeconfig: this.kubeconfig });
    }

    /** Grants the nodes pulling the images of a registry, once; workloads with such an image depend on the result. */
    pullsFrom(registry: AnyRegistry): pulumi.Resource {
        const grant = this.pulls.get(registry) ?? this.grantPull(registry);
        this.pulls.set(registry, grant);
        return grant;
    }

    /** Installs the adapter for metrics of Cloud Monitoring, once; autoscalers with such metrics depend on the result. */
    metricsAdapter(): pulumi.Resource[] {
        this.adapterResources ??= this.installAdapter();
        return this.adapterResources;
    }

    private grantPull({ reader }: AnyRegistry): pulumi.Resource {
        const uses = { IMAGES: reader };
        const dependsOn = this.poolAccounts.flatMap((each) => reader.grants.map((grant) => each.grant(grant)));
        const options = { parent: this, dependsOn };
        const { grants } = use(`${this.component}-node`, uses, this.nodeAccount.member, options, this.account);
        return grants[0] as pulumi.Resource;
    }
}

const developers = new WeakMap<Environment, Map<string, Grant>>();

/** One grant for all clusters of a project: a consumer with two equal grants would lose the role when one is deleted. */
function developerGrant(environment: Environment, project: string): Grant {
    const known = developers.get(environment) ?? new Map<string, Grant>();
    const name = project === environment.project ? "clusters-developer" : `clusters-developer-${project}`;
    const grant = known.get(project) ?? roleGrant(name, "roles/container.developer", IAMMember, { project });
    developers.set(environment, known.set(project, grant));
    return grant;
}

/** A cluster, and what the component needs to know about it. */
interface ClusterParts {
    cluster: Cluster;
    id: pulumi.Input<string>;
    account: AccountReference;
    network: Pick<ClusterConnection, "parts" | "network" | "googleApis" | "proxies">;
    isReachedByName: pulumi.Input<boolean>;
}

function createCluster(
    name: string,
    resolved: ResolvedArgs,
    environment: Environment,
    children: Record<"google" | "gke", Child>,
): ClusterParts {
    const { account, grant } = nodeAccountOf(name, resolved, environment, children.google);
    const network = connectNetwork(name, resolved, children.gke);
    const fresh = freshName("name", resolved.name, nameFormats.rows.gkeCluster.max);
    const definition = clusterArgs(resolved, {
        connection: network,
        account: account.email,
        project: environment.project,
    });
    const cluster = new Cluster(
        ...children.gke(
            "cluster",
            name,
            { name: fresh.name, ...definition },
            {
                protect: environment.defaults.protect,
                ...fresh.options,
                // nodeConfig is that of the removed default pool: the provider reads it from the first pool instead.
                ignoreChanges: [...(fresh.options.ignoreChanges as string[]), "initialNodeCount", "nodeConfig"],
                dependsOn: [
                    // Nodes start when the control plane runs.
                    withoutWait(grant),
                    ...network.ready,
                    ...encryptionGrants(environment, name, resolved, api),
                    // Notifications are published when the cluster is upgraded.
                    ...notificationGrants(environment, resolved).map(withoutWait),
                    ...(resolved.dns ? environment.enable("dns.googleapis.com") : []),
                    ...(resolved.backupAgent ? environment.enable("gkebackup.googleapis.com") : []),
                    ...(resolved.binaryAuthorization ? environment.enable("binaryauthorization.googleapis.com") : []),
                ],
            },
        ),
    );
    return { cluster, id: cluster.id, account, network, isReachedByName: hasDnsEndpoint(resolved.controlPlane) };
}

function findCluster(name: string, resolved: ResolvedExisting, environment: Environment, child: Child): ClusterParts {
    const cluster = readCluster(name, resolved, child);
    return {
        cluster,
        id: verifiedId(`GkeCluster "${name}"`, resolved.mode, cluster),
        account: resolved.account?.account ?? existingAccount(cluster, { provider: environment.provider }),
        network: existingConnection(cluster, resolved.network, resolved.region),
        isReachedByName: isReachedByName(cluster),
    };
}

/** Node pools have random suffixes, so that a replacement exists before the pods of the old pool are evicted. */
function createNodePools(
    name: string,
    { nodePools = {}, labels, isZonal, isExisting }: ResolvedArgs | ResolvedExisting,
    cluster: Cluster,
    account: AccountReference,
    { defaults }: Environment,
    child: Child,
    poolGrants: pulumi.Resource[],
): Record<string, NodePool> {
    const pools = Object.entries(nodePools).map(([key, pool]) => {
        const fresh = freshName("name", key, nameFormats.rows.gkeCluster.max);
        const config = nodeConfig((pool.account?.account ?? account).email, labels);
        const created = new NodePool(
            ...child(
                "nodePool",
                `${name}-${key}`,
                {
                    name: fresh.name,
                    cluster: cluster.name,
                    location: cluster.location,
                    ...(isExisting && { project: cluster.project }),
                    ...nodePoolArgs(pool, config, defaults, isZonal ? 1 : 3),
                },
                {
                    ...fresh.options,
                    ignoreChanges: [...(fresh.options.ignoreChanges as string[]), "initialNodeCount"],
                    dependsOn: pool.account ? poolGrants : [],
                },
            ),
        );
        return [key, created];
    });
    return Object.fromEntries(pools);
}

/** What the cluster depends on. */
interface Parts {
    connection: ClusterConnection;
    /** The email address of the nodes' service account. */
    account: pulumi.Input<string>;
    project: string;
}

/** The arguments of the cluster resource, without its name. */
function clusterArgs(args: ResolvedArgs, parts: Parts): Omit<ClusterArgs, "name"> {
    const { network, subnetwork, ipAllocationPolicy } = parts.connection;
    return {
        location: args.location,
        ...(args.nodePools ? standardArgs(args, parts.account, parts.project) : autopilotArgs(args, parts.account)),
        ...controlPlaneConfig(args.controlPlane, args.privateNodes),
        deletionProtection: args.protect,
        releaseChannel: { channel: args.releaseChannel },
        maintenancePolicy: maintenancePolicy(args.maintenance),
        network: networkId(network),
        subnetwork,
        ipAllocationPolicy,
        masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
        anonymousAuthenticationConfig: { mode: "LIMITED" },
        rbacBindingConfig: {
            enableInsecureBindingSystemAuthenticated: false,
            enableInsecureBindingSystemUnauthenticated: false,
        },
        authenticatorGroupsConfig: args.securityGroup === undefined ? undefined : { securityGroup: args.securityGroup },
        binaryAuthorization: args.binaryAuthorization
            ? { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" }
            : undefined,
        databaseEncryption:
            args.encryptionKey === undefined ? undefined : { state: "ENCRYPTED", keyName: idOfKey(args.encryptionKey) },
        secretManagerConfig: { enabled: true },
        gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
        costManagementConfig: { enabled: true },
        loggingConfig: loggingConfig(args),
        notificationConfig: notificationConfig(args.notifications),
        enableFqdnNetworkPolicy: args.fqdnNetworkPolicy,
        resourceLabels: args.labels,
    };
}
