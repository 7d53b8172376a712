import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import { isZone, zonesOf } from "../../cloud/zones";
import { type Inputs, lastPart } from "../rules";
import type { Change, Check } from "./constraint";

const externalIp = "compute.vmExternalIpAccess";
const shielded = "compute.requireShieldedVm";

/** A machine that a service would create. */
interface Machine {
    /** Its path: policies allow external addresses by instance. */
    path: string;
    isExternal: boolean;
    hasSecureBoot: boolean;
}

/** The error of Compute Engine: see the sources below. */
function problemOf({ path, isExternal, hasSecureBoot }: Machine, project: string, cloud: Cloud): string | undefined {
    const { organization, projects } = cloud;
    if (isExternal && !organization.allows(project, externalIp, path)) {
        return `Constraint constraints/${externalIp} violated for project ${projects.number(project)}. Add instance ${path} to the constraint to use external IP with it.`;
    }
    return !hasSecureBoot && organization.isEnforced(project, shielded)
        ? `Constraint constraints/${shielded} violated for project projects/${project}. Secure Boot is not enabled in the 'shielded_instance_config' field. See https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints for more information`
        : undefined;
}

/**
 * The error of a cluster or node pool whose nodes cannot be created. The real cluster remains in the state `ERROR`.
 * https://github.com/2i2c-org/infrastructure/pull/489
 * https://github.com/hashicorp-education/learn-terraform-provision-gke-cluster/issues/8
 */
function refusedNodes(machine: Machine, project: string, cloud: Cloud): Error | undefined {
    const problem = problemOf(machine, project, cloud);
    const name = lastPart(machine.path);
    const state = "Not all instances running in IGM after 40.240072593s. Expected 1, running 0, transitioning 1.";
    return problem === undefined
        ? undefined
        : new OperationError(
              9,
              `${state} Current errors: [CONDITION_NOT_MET]: Instance '${name}' creation failed: ${problem}`,
          );
}

function nodeOf(
    change: Change,
    pool: string,
    isPrivate: boolean,
    config: Inputs | undefined,
    cluster: Inputs,
): Machine {
    const { location, name } = cluster;
    const zone = isZone(location) ? location : zonesOf(location)[0];
    return {
        path: `projects/${change.project}/zones/${zone}/instances/gke-${name}-${pool}-5c2e367b-clkx`,
        isExternal: !isPrivate,
        hasSecureBoot: cluster.enableAutopilot || config?.shieldedInstanceConfig?.enableSecureBoot === true,
    };
}

const hasPrivateNodes = ({ privateClusterConfig, networkConfig, defaultPrivateNodes }: Inputs): boolean =>
    privateClusterConfig?.enablePrivateNodes === true ||
    networkConfig?.defaultEnablePrivateNodes === true ||
    defaultPrivateNodes === true;

/** The first pools of a cluster also have nodes if they are removed at once. */
const ofCluster: Check = (change, { cloud }) => {
    const { inputs, old, project } = change;
    const pools: Inputs[] = inputs.nodePools?.length > 0 ? inputs.nodePools : [{ name: "default-pool", ...inputs }];
    const problems = pools.map(({ name, nodeConfig, networkConfig }) => {
        const isPrivate = networkConfig?.enablePrivateNodes ?? hasPrivateNodes(inputs);
        const pool = inputs.nodePools?.length > 0 ? name : "default-pool";
        return refusedNodes(nodeOf(change, pool, isPrivate, nodeConfig, inputs), project, cloud);
    });
    return old ? undefined : problems.find((problem) => problem !== undefined);
};

const ofPool: Check = (change, { cloud }) => {
    const { inputs, old, project, id } = change;
    const cluster = cloud.store.read(`//container.googleapis.com/${id().replace(/\/nodePools\/.*/, "")}`)
        ?.state as Inputs;
    if (!cluster || old) {
        return undefined;
    }
    const isPrivate = inputs.networkConfig?.enablePrivateNodes ?? hasPrivateNodes(cluster);
    return refusedNodes(nodeOf(change, inputs.name, isPrivate, inputs.nodeConfig, cluster), project, cloud);
};

/**
 * Instances of the flexible environment have external addresses, unless their IP mode is internal. Deployments time out, and the
 * answer does not name the policy.
 * https://cloud.google.com/appengine/docs/flexible/known-issues
 */
const ofFlexibleVersion: Check = ({ inputs, project }, { cloud }) => {
    const machine = {
        path: `projects/${project}/zones/us-central1-a/instances/aef-${inputs.service}-${inputs.versionId}-5c2e`,
        isExternal: inputs.network?.instanceIpMode !== "INTERNAL",
        // It is not documented whether the image of the flexible environment uses Secure Boot.
        hasSecureBoot: true,
    };
    const problem = problemOf(machine, project, cloud);
    const version = `apps/${project}/services/${inputs.service}/versions/${inputs.versionId}`;
    const answer = "Timed out waiting for the app infrastructure to become healthy.";
    return problem === undefined
        ? undefined
        : new OperationError(4, `Flex operation ${version} error [DEADLINE_EXCEEDED]: ${answer} ${problem}`);
};

/** Clusters of Cloud Composer 2 are in the project; those of Cloud Composer 3 are not. */
const ofEnvironment: Check = ({ inputs, old, project, id }, { cloud }) => {
    const { privateEnvironmentConfig, softwareConfig } = inputs.config ?? {};
    const isInProject = /composer-2/.test(softwareConfig?.imageVersion ?? "");
    const machine = {
        path: `projects/${project}/zones/${inputs.region}-b/instances/gk3-${lastPart(id())}-pool-1-5c2e367b-clkx`,
        isExternal: !privateEnvironmentConfig,
        hasSecureBoot: true,
    };
    const problem = isInProject && !old ? problemOf(machine, project, cloud) : undefined;
    return problem === undefined ? undefined : new OperationError(9, `CREATE operation failed. ${problem}`);
};

/** https://cloud.google.com/compute/docs/ip-addresses/configure-static-external-ip-address */
const ofInstance: Check = ({ inputs, old, project, id }, { cloud }) => {
    const machine = {
        path: id(),
        isExternal: (inputs.networkInterfaces ?? []).some(({ accessConfigs }: Inputs) => accessConfigs?.length > 0),
        hasSecureBoot: inputs.shieldedInstanceConfig?.enableSecureBoot === true,
    };
    const problem = old ? undefined : problemOf(machine, project, cloud);
    return problem === undefined ? undefined : new GoogleError(412, problem, { reason: "conditionNotMet" });
};

/** "Define allowed external IPs for VM instances" and "Shielded VMs". */
export const machines: Record<string, Check> = {
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": ofFlexibleVersion,
    "gcp:composer/environment:Environment": ofEnvironment,
    "gcp:compute/instance:Instance": ofInstance,
    "gcp:container/cluster:Cluster": ofCluster,
    "gcp:container/nodePool:NodePool": ofPool,
};

const protocolForwarding = "compute.restrictProtocolForwardingCreationForTypes";

/** "Restrict protocol forwarding based on type of IP address": rules whose target is an instance. */
export const forwarding: Check = ({ inputs, old, project, id }, { cloud }) => {
    const type = String(inputs.loadBalancingScheme ?? "EXTERNAL").startsWith("INTERNAL") ? "INTERNAL" : "EXTERNAL";
    return !old &&
        /\/targetInstances\//.test(String(inputs.target)) &&
        !cloud.organization.allows(project, protocolForwarding, type)
        ? new GoogleError(
              412,
              `Constraint constraints/${protocolForwarding} violated for projects/${project}. Forwarding Rule ${id()} of type ${type} is not allowed.`,
              { reason: "conditionNotMet" },
          )
        : undefined;
};
