import type { NetworkArgs } from "@pulumi/gcp/compute/network";
import type { RouterArgs } from "@pulumi/gcp/compute/router";
import type { RouterNatArgs } from "@pulumi/gcp/compute/routerNat";
import type { SubnetworkArgs } from "@pulumi/gcp/compute/subnetwork";
import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type { NodePoolArgs } from "@pulumi/gcp/container/nodePool";
import type { IAMMemberArgs } from "@pulumi/gcp/projects/iammember";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { ProviderArgs } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import { encryptionKeyIn } from "../identity/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { labels, labelValue } from "../internal/labels";
import { fitted } from "../internal/names";
import { type AdapterTransforms, adapterParts } from "./adapter";
import { type ControlPlane, controlPlane, controlPlaneProblem } from "./controlPlane";
import type { Authentication } from "./kubeconfig";
import { type Maintenance, maintenance, maintenanceProblems } from "./maintenance";
import { type ClusterNetwork, clusterNetwork, networkProblems } from "./network";
import { type NodePool, nodePoolProblems, nodePools } from "./nodePool";

/** What an Autopilot cluster is told of its own: nothing, as Google makes its nodes as the pods need them. */
export interface AutopilotCluster {
    /** Only a Standard cluster has node pools. */
    nodePools?: undefined;
}

/** What a Standard cluster is told of its own. */
export interface StandardCluster {
    /** Its nodes: pools of machines of one type, by name. */
    nodePools: Record<string, NodePool>;
    /**
     * Whether the autoscaler keeps room for what may come, or takes nodes away sooner ("About GKE cluster autoscaling").
     * @default "BALANCED"
     */
    autoscalingProfile?: "BALANCED" | "OPTIMIZE_UTILIZATION";
    /**
     * How many pods there may be on a node: 8 to 256 ("Configure maximum Pods per node"). Another number makes another cluster.
     * @default 110
     */
    maxPodsPerNode?: number;
}

interface SharedClusterArgs extends ComponentArgs {
    /**
     * What the cluster's name in its project and location starts with, six random digits following: up to 33 lower-case letters,
     * digits and hyphens, starting with a letter. Its network and what belongs to that have this name. Another one makes another
     * cluster.
     * @default the component's name
     */
    name?: string;
    /**
     * A region such as `europe-west1`, in which control plane and nodes are in several zones; a Standard cluster may also be in
     * a single zone such as `europe-west1-b` ("About cluster configuration choices"). Another one makes another cluster.
     * @default the environment's region
     */
    location?: string;
    /**
     * How soon versions of Kubernetes arrive ("About release channels").
     * @default "REGULAR"
     */
    releaseChannel?: "RAPID" | "REGULAR" | "STABLE";
    /**
     * When Google upgrades the cluster.
     * @default at any time
     */
    maintenance?: Maintenance;
    /**
     * The network that the cluster is in: one of its own with other `ranges`, a {@link Network}, or one that is there. Another
     * one makes another cluster.
     * @default one of its own, with Cloud NAT, flow logs and Private Google Access
     */
    network?: ClusterNetwork;
    /**
     * Whether the nodes have no addresses on the internet, which they then reach by Cloud NAT.
     * @default true
     */
    privateNodes?: boolean;
    /**
     * How the control plane is reached.
     * @default by its name alone, by whoever has the permission `container.clusters.connect`
     */
    controlPlane?: ControlPlane;
    /**
     * How whoever reads the `kubeconfig` signs in: by `gke-gcloud-auth-plugin`, which comes with the Google Cloud CLI, or by a
     * token that `npx slipway gke-token` gets for the Application Default Credentials.
     * @default "plugin"
     */
    auth?: Authentication;
    /**
     * The id of a Cloud KMS key in the cluster's region that encrypts the Secrets of Kubernetes in the control plane's database
     * ("Encrypt secrets at the application layer").
     * @default Google's own keys
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * Whether only images run that the project's policy of Binary Authorization allows.
     * @default false
     */
    binaryAuthorization?: boolean;
    /**
     * The group `gke-security-groups@acme.com`, whose groups RBAC may name ("Configure Google Groups for RBAC").
     * @default none
     */
    securityGroup?: pulumi.Input<string>;
    /**
     * What of the control plane is logged beside the system's components and the workloads, at the price of logs.
     * @default []
     */
    controlPlaneLogs?: ("APISERVER" | "CONTROLLER_MANAGER" | "SCHEDULER")[];
    /**
     * Labels of the cluster and its nodes beside `environment`: at most 64 in all ("Requirements for labels").
     * @default `environment` alone
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: {
        cluster?: Transform<ClusterArgs>;
        nodePool?: Transform<NodePoolArgs>;
        nodeAccount?: Transform<AccountArgs>;
        nodeGrant?: Transform<IAMMemberArgs>;
        network?: Transform<NetworkArgs>;
        subnetwork?: Transform<SubnetworkArgs>;
        router?: Transform<RouterArgs>;
        nat?: Transform<RouterNatArgs>;
        provider?: Transform<ProviderArgs>;
    } & AdapterTransforms;
}

/** The arguments of a {@link GkeCluster}. */
export type GkeClusterArgs = SharedClusterArgs & check.OneOf<AutopilotCluster | StandardCluster>;

const argsIn = (region: string) =>
    check.options<SharedClusterArgs & Partial<StandardCluster>>({
        nodePools,
        autoscalingProfile: check.oneOf("BALANCED", "OPTIMIZE_UTILIZATION"),
        maxPodsPerNode: check.whole(8, 256, "pods"),
        name: check.matching(
            /^[a-z]([a-z0-9-]{0,31}[a-z0-9])?$/,
            "must have up to 33 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
        ),
        location: check.matching(
            /^[a-z]+-[a-z]+\d+(-[a-z])?$/,
            "must be a region such as europe-west1, or a zone such as europe-west1-b",
        ),
        releaseChannel: check.oneOf("RAPID", "REGULAR", "STABLE"),
        maintenance,
        network: clusterNetwork,
        privateNodes: check.flag(),
        controlPlane,
        auth: check.oneOf("plugin", "token"),
        encryptionKey: encryptionKeyIn(region, "the cluster"),
        binaryAuthorization: check.flag(),
        securityGroup: check.input(
            check.matching(/^gke-security-groups@[^@]+$/, "must be a group that is named gke-security-groups@<domain>"),
        ),
        controlPlaneLogs: check.list(check.oneOf("APISERVER", "CONTROLLER_MANAGER", "SCHEDULER")),
        labels,
        transform: transforms(
            "cluster",
            "nodePool",
            "nodeAccount",
            "nodeGrant",
            "network",
            "subnetwork",
            "router",
            "nat",
            "provider",
            ...adapterParts,
        ),
        ...componentArgs,
    });

/** The arguments of a cluster with everything decided that they leave open. */
export type Decided = ReturnType<typeof decided>;

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(component: string, given: GkeClusterArgs, environment: Environment, stack: string) {
    const completed = check.completed(given as SharedClusterArgs & Partial<StandardCluster>, {
        name: fitted(component, 33),
        location: environment.region,
        releaseChannel: "REGULAR",
        privateNodes: true,
        controlPlane: {},
        auth: "plugin",
        controlPlaneLogs: [],
        labels: {},
    });
    const args = argsIn(regionOf(String(Object(completed).location)));
    const all = check.checked(`GkeCluster "${component}"`, completed, args, (checked) => problems(checked));
    return {
        ...all,
        region: regionOf(all.location),
        isZonal: isZone(all.location),
        protect: environment.defaults.protect,
        // The nodes do not have the labels of the provider.
        labels: { environment: labelValue(stack), ...all.labels },
    };
}

type Checked = SharedClusterArgs & Partial<StandardCluster> & { location: string; privateNodes: boolean };

function problems(checked: Checked): (check.Problem | undefined)[] {
    const region = regionOf(checked.location);
    return [
        locationProblem(checked),
        ...standardProblems(checked),
        ...nodePoolProblems(checked.nodePools, region),
        ...networkProblems(checked.network, region),
        ...maintenanceProblems(checked.maintenance),
        controlPlaneProblem(checked.controlPlane, checked.privateNodes),
        tooManyLabels(checked),
    ];
}

function locationProblem({ location, nodePools: pools }: Checked): check.Problem | undefined {
    const reason = `must be a region, as Autopilot clusters are in several zones (got "${location}"). Give nodePools for a Standard cluster.`;
    return isZone(location) && !pools ? { path: "location", reason } : undefined;
}

/** Options that Autopilot does not have. */
function standardProblems(checked: Checked): check.Problem[] {
    const given = (["autoscalingProfile", "maxPodsPerNode"] as const).filter((key) => checked[key] !== undefined);
    return checked.nodePools
        ? []
        : given.map((path) => {
              const reason = `is decided by Google in an Autopilot cluster (got ${JSON.stringify(checked[path])}). Leave it out, or give nodePools.`;
              return { path, reason };
          });
}

function tooManyLabels({ labels: own = {} }: Checked): check.Problem | undefined {
    const count = Object.keys({ environment: "", ...own }).length;
    const reason = `there can be 64 labels at most, with environment (got ${count}).`;
    return count > 64 ? { path: "labels", reason } : undefined;
}

const isZone = (location: string) => /-[a-z]$/.test(location);
const regionOf = (location: string) => location.replace(/-[a-z]$/, "");
