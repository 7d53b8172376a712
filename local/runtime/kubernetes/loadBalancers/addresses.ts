import { addressIn, parseRange } from "../../../../lib/formats";
import type { Cloud } from "../../../simulator";
import { api as computeApi, networkPath } from "../../../simulator/services/compute/names";
import { proxyPurposes } from "../../../simulator/services/compute/subnetwork";
import { subnetworksOf } from "../../../simulator/services/compute/subnetworkRanges";
import { type ClusterName, clusterApi, clusterPath } from "../../../simulator/services/gke/clusterNames";

/** A documentation range, in addition to that of reserved addresses: its addresses are not reachable. */
const publicRange = "198.51.100.0/24";

/** The addresses of a cluster's load balancers. */
export class Addresses {
    private readonly region: string;

    constructor(
        private readonly cloud: Cloud,
        private readonly cluster: ClusterName,
    ) {
        this.region = cluster.location.replace(/-[a-z]$/, "");
    }

    /** An unused address; undefined if there is none. */
    free(internal: boolean, used: Set<string>): string | undefined {
        const range = internal ? this.subnetworkRange() : publicRange;
        const { first = 0, last = 0 } = parseRange(range) ?? {};
        // From the end of the range, as reserved addresses are assigned from its start.
        for (let offset = last - first - 2; offset > 1; offset--) {
            const address = addressIn(range, offset);
            if (!used.has(address) && !this.isReserved(address)) {
                return address;
            }
        }
        return undefined;
    }

    /** The reserved address with a name; undefined if it does not exist. */
    named(name: string, place: "global" | "regional"): string | undefined {
        const path = place === "global" ? "global" : `regions/${this.region}`;
        const entry = this.cloud.store.read(
            `//${computeApi}/projects/${this.cluster.project}/${path}/addresses/${name}`,
        );
        return entry && String(entry.state.address);
    }

    /**
     * Whether the network has an active proxy-only subnet in the region:
     * https://cloud.google.com/load-balancing/docs/proxy-only-subnets
     */
    hasProxies(): boolean {
        const { network } = this.clusterState();
        const path = networkPath(String(network ?? "default"), this.cluster.project);
        return subnetworksOf(this.cloud, path).some(
            ({ state }) =>
                state.region === this.region &&
                proxyPurposes.includes(String(state.purpose)) &&
                state.role === "ACTIVE",
        );
    }

    /** The path of a proxy of a load balancer, as errors name it. */
    proxyPath(name: string): string {
        return `regions/${this.region}/targetHttpProxies/${name}`;
    }

    isReserved(address: string): boolean {
        return this.cloud.store
            .list(`//${computeApi}/projects/${this.cluster.project}`, "addresses")
            .some(({ state }) => state.address === address);
    }

    private clusterState(): Record<string, unknown> {
        return this.cloud.store.read(`//${clusterApi}/${clusterPath(this.cluster)}`)?.state ?? {};
    }

    /** The range of the nodes' subnetwork. */
    private subnetworkRange(): string {
        const { store } = this.cloud;
        const { project } = this.cluster;
        const value = String(this.clusterState().subnetwork ?? "default").replace(
            /^https:\/\/[^/]+\/compute\/[^/]+\//,
            "",
        );
        const path = value.includes("/") ? value : `projects/${project}/regions/${this.region}/subnetworks/${value}`;
        return String(store.read(`//${computeApi}/${path}`)?.state.ipCidrRange ?? "10.128.0.0/20");
    }
}
