import { getDefaultServiceAccountOutput } from "@pulumi/gcp/compute/getDefaultServiceAccount";
import { Cluster } from "@pulumi/gcp/container/cluster";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { type ExistingRegionalArgs, existingNameProblem } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { AccountReference } from "../iam/serviceAccount";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import type { Network } from "../network";
import { projectId } from "../stack/settings/projectId";
import type { GkeMode } from "./autopilot";
import { attachedChecks, labelsOf, type SharedClusterArgs, settingChecks } from "./clusterArgs";
import { locationOf, placeOf, regionOf, twoPlaces } from "./location";
import { type ClusterConnection, connectedParts } from "./network";
import { nodePoolProblems } from "./nodePool";
import type { StandardCluster } from "./standard";

type Attached = Pick<SharedClusterArgs, "account" | "auth" | "labels" | "alerts" | "transform">;

/** Where a cluster exists, and what the component adds to it. */
export interface ExistingClusterArgs
    extends ComponentArgs,
        ExistingRegionalArgs,
        Attached,
        Partial<Pick<StandardCluster, "nodePools">> {
    /**
     * The zone of a cluster that is in only one, such as `"europe-west1-b"`.
     * @default none: the cluster is regional
     */
    zone?: string;
    /**
     * Whether Google creates the nodes for the pods, or node pools exist.
     * @default "standard" with `nodePools`, otherwise "autopilot"
     */
    mode?: "autopilot" | "standard";
    /**
     * The network of the cluster as a component, whose proxy-only subnets and endpoints deployments use.
     * @default the cluster's network, of which only the ID is known
     */
    network?: Network;
}

const unmanaged = "The stack does not manage an existing cluster. Remove it.";

/** Checks the arguments of an existing cluster. */
const existingCluster = () => {
    const { network: _, ...settings } = settingChecks("");
    return check.explainedOptions<ExistingClusterArgs>(
        Object.fromEntries(Object.keys(settings).map((setting) => [setting, unmanaged])),
        {
            ...attachedChecks,
            project: projectId,
            mode: check.oneOf("autopilot", "standard"),
            network: check.component<Network>("Network"),
        },
    );
};

export function resolveExisting(
    name: string,
    args: ExistingClusterArgs,
    { project, region }: Environment,
    stack: string,
) {
    const completed = check.withDefaults(args, {
        project,
        mode: args?.nodePools ? ("standard" as const) : ("autopilot" as const),
        auth: "plugin" as const,
    });
    const resolved = check.checked(
        `GkeCluster "${name}"`,
        completed,
        existingCluster() as check.Check<typeof completed>,
        ({ mode, nodePools: pools, ...place }) => [
            existingNameProblem(name, nameFormats.rows.gkeCluster),
            ...nodePoolProblems(pools, regionOf(locationOf(place, region))),
            twoPlaces(place),
            check.when(
                pools && mode === "autopilot",
                "mode",
                "gke/mode-with-node-pools",
                'must be standard with nodePools (got "autopilot").',
            ),
        ],
    );
    return {
        ...resolved,
        ...placeOf(locationOf(resolved, region)),
        isExisting: true as const,
        name,
        labels: labelsOf(resolved, stack),
    };
}

/** Validated arguments of an existing cluster with their defaults. */
export type ResolvedExisting = ReturnType<typeof resolveExisting>;

/** Reads an existing cluster. The preview fails if there is none. */
export function readCluster(
    component: string,
    { project, location, name }: Record<"project" | "location" | "name", string>,
    child: Child,
): Cluster {
    const [childName, , options] = child("cluster", component, {});
    return Cluster.get(childName, `projects/${project}/locations/${location}/clusters/${name}`, undefined, options);
}

/** The network of an existing cluster. */
export function existingConnection(
    cluster: Cluster,
    network: Network | undefined,
    region: string,
): Pick<ClusterConnection, "network" | "googleApis" | "proxies"> {
    return network
        ? connectedParts(network, region)
        : { network: cluster.network.apply((id = "") => id.replace(/^https:\/\/.*\/v1\//, "")) };
}

/** The service account of an existing cluster's nodes, which is Compute Engine's default account if it has no other. */
export function existingAccount(cluster: Cluster, options: pulumi.InvokeOptions): AccountReference {
    const { project } = cluster;
    const email = pulumi
        .all([cluster.clusterAutoscaling, cluster.nodeConfig, project])
        .apply(([autoscaling, ofNodes, known]) => {
            // Nodes of Autopilot have the first one.
            const accounts = [autoscaling?.autoProvisioningDefaults?.serviceAccount, ofNodes?.serviceAccount];
            const account = accounts.find((each) => each && each !== "default");
            return account === undefined
                ? getDefaultServiceAccountOutput({ project: known }, options).email
                : pulumi.output(account);
        });
    return {
        email,
        member: pulumi.interpolate`serviceAccount:${email}`,
        name: pulumi.interpolate`projects/${project}/serviceAccounts/${email}`,
    };
}

/** Whether clients reach the control plane of an existing cluster by its DNS name. */
export const isReachedByName = ({ controlPlaneEndpointsConfig }: Cluster): pulumi.Output<boolean> =>
    controlPlaneEndpointsConfig.apply((config) => config?.dnsEndpointConfig?.allowExternalTraffic ?? false);

/**
 * The ID of an existing cluster, which is refused if the arguments describe another cluster. A program's own mocks may not know what they
 * describe.
 */
export function verifiedId(component: string, mode: GkeMode, { id, enableAutopilot }: Cluster): pulumi.Output<string> {
    const place = programPlace();
    return pulumi.all([id, enableAutopilot]).apply(([known, isAutopilot]) => {
        const actual = isAutopilot ? "autopilot" : "standard";
        if (isAutopilot !== undefined && actual !== mode) {
            const reason = `must be the mode of the cluster, "${actual}" (got "${mode}").${isAutopilot ? " Autopilot clusters have no nodePools." : ""}`;
            throw deferredError(component, [check.problem("mode", "gke/mode-of-existing", reason)], place);
        }
        return known;
    });
}
