import { networkLimits } from "slipway/facts";
import { contains, parseCidr } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import type { Entry } from "../../cloud/store";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { peeringRoute, removeConnection } from "../servicenetworking/peering";
import { makeAutoSubnetworks, removeAutoSubnetworks } from "./autoSubnetworks";
import {
    alreadyExists,
    api,
    computeApi,
    fullName,
    inUse,
    invalidField,
    nameError,
    networkPath,
    overQuota,
    selfLink,
} from "./names";
import { heldAddress } from "./serverless";

const id = ({ project, name }: Inputs) => `projects/${project}/global/networks/${name}`;

const limits = networkLimits.rows;

/** Finds a network by its name, path or self link. */
export function findNetwork(cloud: Cloud, value: string, project: string): Entry | undefined {
    return cloud.store.read(fullName(networkPath(value, project)));
}

/** What a network cannot be deleted before. */
export function networkUser(cloud: Cloud, inputs: Inputs): string | undefined {
    const path = id(inputs);
    const users = usersOf(cloud, path, inputs.project);
    const user = users.find(({ state }) => !state.autoCreated);
    const held = users.map((each) => heldAddress(cloud, each.id)).find((address) => address !== undefined);
    return user?.id ?? held ?? peeringRoute(path, cloud);
}

/** Resources in a network or its subnetworks; connectors and services are included by their addresses. */
function usersOf(cloud: Cloud, path: string, project: string): Entry[] {
    const within = `//${api}/projects/${project}`;
    const all = [
        "regions",
        "zones",
        "global/firewalls",
        "global/addresses",
        "global/forwardingRules",
        "global/routes",
    ].flatMap((kind) => cloud.store.list(`${within}/${kind}`));
    const direct = all.filter(({ state }) => state.network === selfLink(path));
    const places = direct.map((entry) => selfLink(entry.id));
    return [...direct, ...all.filter(({ state }) => places.includes(String(state.subnetwork)))];
}

/** Whether the API has a value, also `false`, which stays until it is deleted. Updates only send another one. */
const comparesMed = ({ bgpAlwaysCompareMed, deleteBgpAlwaysCompareMed }: Inputs, old?: Inputs): boolean =>
    !deleteBgpAlwaysCompareMed &&
    ((bgpAlwaysCompareMed ?? old?.bgpAlwaysCompareMed) !== old?.bgpAlwaysCompareMed || Boolean(old?.comparesMed));

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, mtu, bgpBestPathSelectionMode = old?.bgpBestPathSelectionMode ?? "LEGACY" } = inputs;
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_network.go
    if (inputs.deleteBgpAlwaysCompareMed && (inputs.bgpAlwaysCompareMed ?? old?.bgpAlwaysCompareMed)) {
        throw new Error("Cannot set BgpAlwaysCompareMed to true while DeleteBgpAlwaysCompareMed is also true");
    }
    // "This value can only be set if the --bgp-best-path-selection-mode is STANDARD":
    // https://cloud.google.com/compute/docs/reference/rest/v1/networks
    if (bgpBestPathSelectionMode === "LEGACY" && comparesMed(inputs, old)) {
        const rule = "Field bgp_always_compare_med is not supported for LEGACY BGP Best Path Selection algorithm.";
        throw invalidField("routingConfig.bgpAlwaysCompareMed", inputs.bgpAlwaysCompareMed ?? "", rule);
    }
    if (bgpBestPathSelectionMode === "LEGACY" && inputs.bgpInterRegionCost === "ADD_COST_TO_MED") {
        const rule = "Field bgp_inter_region_cost is not supported for LEGACY BGP Best Path Selection algorithm.";
        throw invalidField("routingConfig.bgpInterRegionCost", inputs.bgpInterRegionCost, rule);
    }
    verifyIpv6(inputs);
    if (!old && cloud.store.list(`//${api}/projects/${project}/global/networks`).length >= limits.networks.max) {
        throw overQuota("NETWORKS", limits.networks.max);
    }
    // "You can't remove the range": https://cloud.google.com/vpc/docs/subnets#ipv6-ranges. The text is approximate.
    if (old?.enableUlaInternalIpv6 && !inputs.enableUlaInternalIpv6) {
        throw invalidField("enableUlaInternalIpv6", false, "The internal IPv6 range of a network cannot be removed.");
    }
    if (mtu !== undefined && mtu !== 0 && (mtu < limits.mtu.min || mtu > limits.mtu.max)) {
        throw invalidField("mtu", mtu, `Must be between ${limits.mtu.min} and ${limits.mtu.max}.`);
    }
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks. The text of the range is approximate. */
function verifyIpv6({ autoCreateSubnetworks = true, enableUlaInternalIpv6, internalIpv6Range: range }: Inputs): void {
    if (autoCreateSubnetworks && enableUlaInternalIpv6) {
        const cause = "ULA internal ipv6 is not supported for auto mode network.";
        throw invalidField("enableUlaInternalIpv6", true, cause).recordedIn(
            "https://github.com/GoogleCloudPlatform/k8s-config-connector/pull/3749",
        );
    }
    if (range && (!contains("fd20::/20", range) || parseCidr(range)?.prefix !== 48)) {
        throw invalidField("internalIpv6Range", range, "Must be a /48 range within fd20::/20.");
    }
}

/** The state of a network, including the default network. */
export function networkState(inputs: Inputs): Inputs {
    const number = digits(`network ${id(inputs)}`, 19);
    return {
        bgpAlwaysCompareMed: false,
        bgpBestPathSelectionMode: "LEGACY",
        bgpInterRegionCost: "",
        // Networks with the default of 1460 bytes have none.
        mtu: 0,
        routingMode: "REGIONAL",
        ...inputs,
        gatewayIpv4: "",
        internalIpv6Range:
            inputs.internalIpv6Range ?? (inputs.enableUlaInternalIpv6 ? "fd20:eb5:88a:0:0:0:0:0/48" : ""),
        networkId: number,
        numericId: number,
        selfLink: selfLink(id(inputs)),
    };
}

export const network: TypeRules = {
    noun: "Network",
    generatedNoun: "ComputeNetwork",
    cost: "free",
    api,
    id,
    validators: { name: nameError },
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    verify,
    state: (inputs, _, old) => ({ ...networkState(inputs), ...(comparesMed(inputs, old) && { comparesMed: true }) }),
    afterStore: ({ project, name, autoCreateSubnetworks }, { cloud }, old) => {
        if (!old && autoCreateSubnetworks) {
            makeAutoSubnetworks(cloud, project, name);
        }
    },
    remove: (inputs, { cloud }) => {
        const path = id(inputs);
        const by = networkUser(cloud, inputs);
        if (by) {
            throw new Error(`Error waiting for Deleting Network: ${inUse("network", path, by)}`);
        }
        removeConnection(path, cloud);
        removeAutoSubnetworks(cloud, inputs.project, inputs.name);
    },
};

/** The networks of a project, by name. */
export function getNetworks(inputs: Inputs, { cloud, project: own }: Context): Inputs {
    const project = inputs.project ?? own;
    cloud.projects.requireApi(project, ...computeApi);
    const path = `projects/${project}/global/networks`;
    const networks = cloud.store.list(fullName(path)).map(({ state }) => state.name);
    return { id: path, project, selfLink: selfLink(path), networks };
}
