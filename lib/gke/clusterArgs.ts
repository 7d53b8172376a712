import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { NetworkArgs } from "@pulumi/gcp/compute/network";
import type { RouterArgs } from "@pulumi/gcp/compute/router";
import type { RouterNatArgs } from "@pulumi/gcp/compute/routerNat";
import type { SubnetworkArgs } from "@pulumi/gcp/compute/subnetwork";
import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type { NodePoolArgs } from "@pulumi/gcp/container/nodePool";
import type { BackupPlanArgs } from "@pulumi/gcp/gkebackup/backupPlan";
import type { IAMMemberArgs } from "@pulumi/gcp/projects/iammember";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { ProviderArgs } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyIn } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import type { Environment } from "../environment/environment";
import { existingHint } from "../environment/existing";
import { labelLimits } from "../facts/limits/labels";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import * as check from "../internal/arguments/check";
import { labels, labelValue } from "../internal/arguments/labels";
import { region, zone } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { clusterSignals } from "../monitoring/signals/machines";
import type { AutopilotCluster } from "./autopilot";
import { backupProblems, backups, type ClusterBackups, hasBackupAgent } from "./backups";
import { type ControlPlane, controlPlane, controlPlaneProblem } from "./controlPlane";
import { dnsProblem } from "./dns";
import type { Authentication } from "./kubeconfig";
import { locationOf, placeOf, regionOf, twoPlaces } from "./location";
import { type Maintenance, maintenance, maintenanceProblems } from "./maintenance";
import { type AdapterTransforms, adapterParts } from "./metricsAdapter";
import { type ClusterNetwork, clusterNetwork, networkProblems } from "./network";
import { namePrefix, nodePoolProblems, nodePools } from "./nodePool";
import {
    type ClusterObservability,
    controlPlaneComponent,
    logging,
    monitoring,
    notifications,
    observabilityProblems,
} from "./observability";
import { type StandardCluster, standardChecks, standardProblems } from "./standard";

/** Arguments of all clusters. */
export interface SharedClusterArgs extends ComponentArgs, TaggedArgs, ClusterObservability {
    /**
     * The prefix of the cluster's name in its project and its region or zone; six random digits follow. Up to 33 lower-case letters,
     * digits and hyphens, starting with a letter. The cluster's own network and its parts have this name. Changing this
     * replaces the cluster.
     * @default the component's name
     */
    name?: string;
    /**
     * The region, with the control plane and nodes in several zones: `"europe-west1"`. Changing this replaces the cluster.
     * @default the environment's region
     */
    region?: string;
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels release channel}: how soon the
     * cluster gets new versions of Kubernetes. `"EXTENDED"` supports a minor version
     * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/extended-support for two years}, which is billed after the first
     * fourteen months.
     * @default "REGULAR"
     */
    releaseChannel?: "RAPID" | "REGULAR" | "STABLE" | "EXTENDED";
    /**
     * When Google may upgrade the cluster.
     * @default at any time
     * @example
     * ```ts
     * maintenance: { window: { start: "02:00", duration: "6 hours", days: ["SATURDAY", "SUNDAY"] } }
     * ```
     */
    maintenance?: Maintenance;
    /**
     * The VPC network of the cluster: its own with other `ranges`, a {@link Network}, or an existing one. Changing this
     * replaces the cluster.
     * @default its own, with Cloud NAT, flow logs and Private Google Access
     */
    network?: ClusterNetwork;
    /**
     * Creates nodes without external IP addresses, which reach the internet through Cloud NAT.
     * @default true
     */
    privateNodes?: boolean;
    /**
     * How clients reach the control plane.
     * @default only by its DNS endpoint, with the permission `container.clusters.connect`
     * @example
     * ```ts
     * controlPlane: { ipEndpoint: "public", authorizedNetworks: { office: "203.0.113.0/24" } }
     * ```
     */
    controlPlane?: ControlPlane;
    /**
     * How users of the `kubeconfig` sign in: with `gke-gcloud-auth-plugin`, part of the Google Cloud CLI, or with a token of
     * the Application Default Credentials from `npx slipway gke-token`.
     * @default "plugin"
     */
    auth?: Authentication;
    /**
     * The Cloud KMS key, a `KmsKey` or its ID, in the cluster's region for
     * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets application-layer encryption} of Kubernetes
     * Secrets.
     * @default Google-managed keys
     */
    encryptionKey?: EncryptionKey;
    /**
     * Allows only images that the project's {@link https://cloud.google.com/binary-authorization/docs/overview Binary
     * Authorization} policy admits.
     * @default false
     */
    binaryAuthorization?: boolean;
    /**
     * The group `gke-security-groups@acme.com`, whose member groups RBAC may refer to
     * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac Google Groups for RBAC}).
     * @default none
     */
    securityGroup?: pulumi.Input<string>;
    /**
     * Enforces {@link https://cloud.google.com/kubernetes-engine/docs/how-to/fqdn-network-policies FQDN network policies}, which
     * limit the domains that pods may reach.
     * @default false
     */
    fqdnNetworkPolicy?: boolean;
    /**
     * Backup plans by name: what {@link https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke
     * Backup for GKE} copies, when, and for how long. `{ daily: {} }` backs up the whole cluster each night. Backups outlive the cluster.
     * @default none
     */
    backups?: Record<string, ClusterBackups>;
    /**
     * Enables the agent that backup plans of the cluster require, also plans of other programs
     * ({@link https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke Backup for GKE}).
     * @default true with `backups`, otherwise GKE's default
     */
    backupAgent?: boolean;
    /**
     * The service account of the nodes, a {@link ServiceAccount}. It gets the role that nodes need. Changing this replaces all
     * node pools.
     * @default an account of the cluster's own
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * Labels of the cluster and its nodes in addition to `environment`: at most 64 in all
     * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels requirements}).
     * @default only `environment`
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about busy nodes to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, cpu: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"cpu" | "memory">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        cluster?: Transform<ClusterArgs>;
        nodePool?: Transform<NodePoolArgs>;
        backupPlan?: Transform<BackupPlanArgs>;
        nodeAccount?: Transform<AccountArgs>;
        nodeGrant?: Transform<IAMMemberArgs>;
        network?: Transform<NetworkArgs>;
        subnetwork?: Transform<SubnetworkArgs>;
        proxySubnetwork?: Transform<SubnetworkArgs>;
        proxyFirewall?: Transform<FirewallArgs>;
        router?: Transform<RouterArgs>;
        nat?: Transform<RouterNatArgs>;
        provider?: Transform<ProviderArgs>;
    } & AdapterTransforms;
}

/** The arguments of a {@link GkeCluster}. */
export type GkeClusterArgs = check.OneOf<
    (SharedClusterArgs & AutopilotCluster) | (SharedClusterArgs & StandardCluster)
>;

/** The arguments of a new cluster of any mode. */
type AnyClusterArgs = SharedClusterArgs & Partial<StandardCluster>;

/** Checks of what an existing cluster has as well. */
export const attachedChecks = {
    nodePools,
    region,
    zone,
    auth: check.oneOf("plugin", "token"),
    account: serviceAccount,
    labels,
    alerts: componentAlerts(...clusterSignals),
    transform: transforms<NonNullable<SharedClusterArgs["transform"]>>(
        "cluster",
        "nodePool",
        "backupPlan",
        "nodeAccount",
        "nodeGrant",
        "network",
        "subnetwork",
        "proxySubnetwork",
        "proxyFirewall",
        "router",
        "nat",
        "provider",
        ...adapterParts,
    ),
    ...componentArgs,
    ...taggedArgs,
} satisfies Partial<check.Checks<AnyClusterArgs>>;

/** Checks of the settings of a cluster in a region. */
export const settingChecks = (region: string) =>
    ({
        ...standardChecks,
        name: check.nameOf(namePrefix),
        releaseChannel: check.oneOf("RAPID", "REGULAR", "STABLE", "EXTENDED"),
        maintenance,
        network: clusterNetwork,
        privateNodes: check.flag(),
        controlPlane,
        encryptionKey: encryptionKeyIn(region, "the cluster"),
        binaryAuthorization: check.flag(),
        securityGroup: check.input(
            check.matching(/^gke-security-groups@[^@]+$/, "must be a group that is named gke-security-groups@<domain>"),
        ),
        controlPlaneLogs: check.list(controlPlaneComponent),
        logging,
        monitoring,
        notifications,
        fqdnNetworkPolicy: check.flag(),
        backups,
        backupAgent: check.flag(),
    }) satisfies Partial<check.Checks<AnyClusterArgs>>;

/** Checks each argument of a cluster in a region. */
const gkeClusterArgs = check.builtOnce((region: string) =>
    check.explainedOptions<AnyClusterArgs>(
        { existing: existingHint("GkeCluster") },
        { ...attachedChecks, ...settingChecks(region) },
    ),
);

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: GkeClusterArgs, environment: Environment, stack: string) {
    const completed = check.withDefaults(args as AnyClusterArgs, {
        name: shortenName(component, namePrefix.max),
        releaseChannel: "REGULAR",
        privateNodes: true,
        controlPlane: {},
        auth: "plugin",
        controlPlaneLogs: [],
        labels: {},
    });
    const location: unknown = locationOf(Object(completed), environment.region);
    const resolved = check.checked(
        `GkeCluster "${component}"`,
        completed,
        gkeClusterArgs(regionOf(typeof location === "string" ? location : environment.region)),
        (all) => problems(all, locationOf(all, environment.region)),
    );
    return {
        ...resolved,
        ...placeOf(locationOf(resolved, environment.region)),
        isExisting: false as const,
        project: environment.project,
        backupAgent: hasBackupAgent(resolved),
        mode: resolved.nodePools ? ("standard" as const) : ("autopilot" as const),
        protect: environment.defaults.protect,
        labels: labelsOf(resolved, stack),
    };
}

/** The provider's default labels do not apply to nodes. */
export const labelsOf = ({ labels }: Pick<SharedClusterArgs, "labels">, stack: string) => ({
    environment: labelValue(stack),
    ...labels,
});

type CompletedArgs = AnyClusterArgs & { privateNodes: boolean };

function problems(args: CompletedArgs, location: string): (check.Problem | undefined)[] {
    const region = regionOf(location);
    return [
        twoPlaces(args),
        ...standardProblems(args),
        ...nodePoolProblems(args.nodePools, region),
        ...networkProblems(args.network, region),
        ...maintenanceProblems(args.maintenance),
        controlPlaneProblem(args.controlPlane, args.privateNodes),
        dnsProblem(args.dns),
        ...backupProblems(args, region),
        ...observabilityProblems(args, !args.nodePools),
        tooManyLabels(args),
    ];
}

function tooManyLabels({ labels: own = {} }: CompletedArgs): check.Problem | undefined {
    const count = Object.keys({ environment: "", ...own }).length;
    const { max } = labelLimits.rows.labels;
    const reason = `there can be ${max} labels at most, with environment (got ${count}).`;
    return check.when(count > max, "labels", "gke/too-many-labels", reason);
}
